package service

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// pidsLimit prevents a fork bomb from exhausting the machine. Threads count, and a busy database has
// hundreds of them.
const pidsLimit = 4096

// known is the facts about how a service's containers run.
type known struct {
	facts *images.Facts // nil: none
	kind  manifest.Knowledge
	// undecided is a capability set that was only inferred from the sources: for advice.
	undecided []string
}

// knowledge combines the facts about a service's image with what the service replaces: its user,
// entrypoint and command.
func knowledge(s *manifest.Service, st *stated) known {
	if s.Image == nil || s.Image.Facts == nil {
		return known{}
	}
	f := s.Running()
	if user := userOf(s, st); user != "" {
		f = asUser(f, user)
	}
	k := known{facts: f}
	switch root, ok := f.Hardens(); {
	case ok && root:
		k.kind = manifest.KnownRoot
	case ok:
		k.kind = manifest.KnownUser
	case f.Capabilities != nil && f.Capabilities.Basis == images.Inferred:
		k.undecided = append([]string{}, f.Capabilities.Minimum...)
		if f.RootStaysParent {
			k.undecided = append(k.undecided, "KILL") // whoever tries the set would notice it only at the first stop
			slices.Sort(k.undecided)
		}
	}
	return k
}

// userOf is the user that the manifest sets; "" if it leaves that to the image.
func userOf(s *manifest.Service, st *stated) string {
	if u, ok := s.ComposeKey("user").(string); ok {
		return u
	}
	return st.user
}

// asUser is the facts about the image when it is started as another user than its own.
func asUser(f *images.Facts, user string) *images.Facts {
	name, _, _ := strings.Cut(user, ":")
	if own, is := f.Root(); is && !own && f.Becomes != nil && (f.Becomes.Name == name || f.Becomes.UID != nil && strconv.Itoa(*f.Becomes.UID) == name) {
		return f
	}
	f = f.Clone()
	root := isRoot(user)
	if own, is := f.Root(); is && own && root {
		return f
	}
	f.StartsAsRoot, f.Capabilities = &root, nil
	if root {
		f.Capabilities = &images.Capabilities{Basis: images.NotDerived}
		return f
	}
	f.RootStaysParent = false
	if !slices.ContainsFunc(f.RunsWithUser, func(r images.RunsAs) bool {
		uid, _, _ := strings.Cut(r.User, ":")
		return uid == name || strings.HasPrefix(r.User, "any uid")
	}) && f.Family != "" {
		f.StartsAsRoot = nil // not documented to work
	}
	return f
}

// defaults are what the service gets if the manifest sets nothing.
func (k known) defaults(s *manifest.Service, st *stated) manifest.Hardening {
	var h manifest.Hardening
	f := k.facts
	switch k.kind {
	case manifest.Unknown:
		return h
	case manifest.KnownUser:
		h.NoNewPrivileges = !f.NeedsNewPrivileges && len(f.FileCapabilities) == 0
		if r := f.ReadOnly; r != nil && r.Documented && r.OK != nil && *r.OK && !mountsAny(s, r.NotWith) {
			h.ReadOnly, h.Tmpfs = true, unmounted(s, r.Tmpfs)
		}
		if rt := s.Image.Runtime; rt != nil && st.user == "" {
			h.User = rt.User
		}
	case manifest.KnownRoot:
		h.NoNewPrivileges = !f.NeedsNewPrivileges
	}
	h.DropCaps = true
	// What the manifest undoes with Compose keys is not a default.
	if slices.Contains(st.weakened, "privileged") {
		h.DropCaps, h.NoNewPrivileges = false, false
	}
	if opts, ok := s.ComposeKey("security_opt").([]any); ok && slices.ContainsFunc(opts, allowsNewPrivileges) {
		h.NoNewPrivileges = false
	}
	h.PidsLimit = pidsLimit
	h.Init = f.InitIsRight != nil && *f.InitIsRight
	return h
}

// needs are the capabilities that the service requires to start on any of its data, to stop in time,
// and to reload.
func (k known) needs(s *manifest.Service, init bool) []string {
	f := k.facts
	if k.kind == manifest.Unknown {
		if f == nil {
			return nil
		}
		return f.FileCapabilities
	}
	out := slices.Clone(f.FileCapabilities)
	if k.kind == manifest.KnownUser {
		return out
	}
	out = append(out, f.Capabilities.Minimum...)
	asOther := f.Becomes != nil && (f.Becomes.UID == nil || *f.Becomes.UID != 0)
	if f.RootStaysParent || init && asOther {
		out = append(out, "KILL") // root signals another user's process
	}
	if (f.RootStaysParent || !asOther) && bindsHost(s) {
		out = append(out, "DAC_OVERRIDE") // root reads files of any owner
	}
	if s.ComposeKey("network_mode") == "host" && lowPort(s, f) {
		out = append(out, "NET_BIND_SERVICE") // other networks open low ports to everyone
	}
	return out
}

func bindsHost(s *manifest.Service) bool {
	for _, i := range s.Instances {
		for _, m := range i.Mounts {
			if m.Bind != "" {
				return true
			}
		}
	}
	return false
}

// mountsAny reports whether something is mounted at one of the paths.
func mountsAny(s *manifest.Service, paths []string) bool {
	for _, i := range s.Instances {
		for _, m := range i.Mounts {
			if slices.Contains(paths, path.Clean(m.Target)) {
				return true
			}
		}
	}
	return false
}

// unmounted are the paths at which nothing is mounted.
func unmounted(s *manifest.Service, paths []string) []string {
	var out []string
	for _, p := range paths {
		if !mountsAny(s, []string{p}) {
			out = append(out, p)
		}
	}
	return out
}

func lowPort(s *manifest.Service, f *images.Facts) bool {
	for _, p := range f.Ports {
		if p.Port < 1024 {
			return true
		}
	}
	for _, p := range s.Instances[0].Ports {
		if p.Container < 1024 {
			return true
		}
	}
	return false
}
