package service

import (
	"slices"
	"sort"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/core"
	"github.com/omegagen/omegagen/hcl/internal/image"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// stated is what the manifest sets for a service's protection, in the service or for all services. nil
// is unset.
type stated struct {
	readOnly, noNewPrivileges, dropCaps, nonRoot, init *bool
	pidsLimit                                          *int64
	user                                               string
	capAdd                                             []string
	capAddGiven                                        bool
	reason                                             string
	origin                                             manifest.Origin
	at                                                 map[string]*lang.Block // the range of each setting
	weakened                                           []string               // Compose keys that undo protection
	reasonFailed                                       bool
}

// ownKeysOfHarden can also be set in the service, under Compose's names.
var ownKeysOfHarden = []string{"user", "read_only", "init", "pids_limit"}

// harden reads what the manifest sets for a service's protection.
func harden(b *lang.Block, s *manifest.Service) *stated {
	hb := b.Block("harden")
	var fallback *lang.Block
	if d := core.Defaults(b.Evaluation()); d != nil {
		fallback = d.Block("harden")
	}
	st := &stated{origin: b.Origin(), at: map[string]*lang.Block{}}
	for _, k := range ownKeysOfHarden {
		st.at[k], _ = given(b, hb, k, k)
	}
	for _, k := range []string{"no_new_privileges", "drop_caps", "non_root", "cap_add"} {
		st.at[k] = hb
	}
	for k, x := range st.at {
		if (x == nil || !x.Given(k)) && fallback != nil {
			st.at[k] = fallback
		}
	}
	flag := func(k string) *bool {
		x := st.at[k]
		if x == nil || !x.Has(k) {
			return nil
		}
		v := x.Bool(k)
		if x.Failed(k) {
			return nil
		}
		return &v
	}
	st.readOnly, st.noNewPrivileges, st.dropCaps, st.nonRoot, st.init = flag("read_only"), flag("no_new_privileges"), flag("drop_caps"), flag("non_root"), flag("init")
	if x := st.at["pids_limit"]; x.Has("pids_limit") {
		n := max(int64(x.Int("pids_limit")), 0) // Compose uses -1 for no limit
		if !x.Failed("pids_limit") {
			st.pidsLimit = &n
		}
	}
	st.user = st.at["user"].String("user")
	if x := st.at["cap_add"]; x != nil && x.Has("cap_add") {
		st.capAdd, st.capAddGiven = image.CapabilityNames(x, "cap_add"), true
	}
	if fallback != nil {
		st.reason = fallback.String("reason")
		st.reasonFailed = fallback.Failed("reason")
	}
	if hb != nil {
		st.origin = hb.Origin()
		st.reason = or(hb.String("reason"), st.reason)
		st.reasonFailed = st.reasonFailed || hb.Failed("reason")
	}
	st.weakened = weakened(s)
	for _, k := range st.weakened {
		if st.at[k] == nil || !st.at[k].Given(k) {
			st.at[k] = b
		}
	}
	return st
}

// protect determines the protection of a service: what is set always applies, and the rest follows
// from the image facts. Everything that is off and would be on, or that Compose keys undo, requires a
// reason.
func (d *decoder) protect(p *lang.Evaluation, x declared) {
	s, st := x.s, x.stated
	k := knowledge(s, st)
	h := manifest.Hardening{Origin: st.origin, User: st.user, Reason: st.reason, NonRoot: true, Knowledge: k.kind, Undecided: k.undecided}
	h.At = manifest.Ranges{}
	for _, name := range []string{"user", "init", "drop_caps"} {
		if x := st.at[name]; x != nil && x.Given(name) {
			h.At[name] = x.AttrRange(name)
		}
	}
	if k.facts != nil {
		h.Family, h.Variant = k.facts.Family, k.facts.Variant
	}
	def := k.defaults(s, st)
	choose := func(stated *bool, otherwise bool) bool {
		if stated != nil {
			return *stated
		}
		return otherwise
	}
	h.ReadOnly, h.Init = choose(st.readOnly, def.ReadOnly), choose(st.init, def.Init)
	h.NoNewPrivileges, h.DropCaps = choose(st.noNewPrivileges, def.NoNewPrivileges), choose(st.dropCaps, def.DropCaps)
	h.NonRoot = choose(st.nonRoot, true)
	h.PidsLimit = def.PidsLimit
	if st.pidsLimit != nil {
		h.PidsLimit = *st.pidsLimit
	}
	if h.User == "" {
		h.User = def.User
	}
	if h.ReadOnly && st.readOnly == nil {
		h.Tmpfs = def.Tmpfs
	}
	if h.DropCaps {
		h.CapAdd = append(h.CapAdd, k.needs(s, h.Init || s.ComposeKey("init") == true)...)
	}
	h.CapAdd = append(h.CapAdd, st.capAdd...)
	slices.Sort(h.CapAdd)
	h.CapAdd = slices.Compact(h.CapAdd)
	h.Off = off(st, def, k)
	if at := st.at["user"]; len(h.Off) > 0 && strings.TrimSpace(h.Reason) == "" && !st.reasonFailed {
		first := st.at[h.Off[0]]
		if first == nil {
			first = at
		}
		p.Errorf(ruleReason, place(first, h.Off[0]), "%s the protection of %s, which requires a reason. %s", weaken(h.Off), s.Address, addReason(x.b))
	}
	if nr := st.at["non_root"]; h.NonRoot && isRoot(h.User) && (nr == nil || !nr.Failed("non_root")) {
		p.Errorf(ruleRoot, st.at["user"].AttrRange("user"), "The user is root, but containers must run as a non-root user. Set another one, or harden { non_root = false } with a reason.")
	}
	if k.facts.GivesUpRoot() && st.nonRoot == nil {
		h.GivesUpRoot = true
	}
	s.Hardening = h
}

// weaken is the subject and the verb of a sentence about settings.
func weaken(names []string) string {
	if len(names) == 1 {
		return names[0] + " weakens"
	}
	return text.List(names) + " weaken"
}

// addReason says where the reason belongs.
func addReason(b *lang.Block) string {
	if b.Block("harden") != nil {
		return "Add reason = \"…\" to its harden block."
	}
	return "Add harden { reason = \"…\" }."
}

// off lists the settings that are turned off though they would be on, sorted.
func off(st *stated, def manifest.Hardening, k known) []string {
	var out []string
	for name, is := range map[string]bool{
		"read_only":         st.readOnly != nil && !*st.readOnly && def.ReadOnly,
		"no_new_privileges": st.noNewPrivileges != nil && !*st.noNewPrivileges && def.NoNewPrivileges,
		"drop_caps":         st.dropCaps != nil && !*st.dropCaps && def.DropCaps,
		"non_root":          st.nonRoot != nil && !*st.nonRoot && !k.facts.GivesUpRoot(),
		"init":              st.init != nil && !*st.init && def.Init,
		"pids_limit":        st.pidsLimit != nil && *st.pidsLimit == 0 && def.PidsLimit > 0,
		"cap_add":           slices.ContainsFunc(st.capAdd, func(c string) bool { return !slices.Contains(dockerCapabilities, c) }),
	} {
		if is {
			out = append(out, name)
		}
	}
	out = append(out, st.weakened...)
	sort.Strings(out)
	return slices.Compact(out)
}

// dockerCapabilities are those that the engine grants a container by default: setting one of them
// doesn't weaken the protection.
var dockerCapabilities = []string{"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
	"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
