package service

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// pidsLimit keeps a fork bomb from taking all that the machine has. Threads
// count, and a busy database has hundreds of them.
const pidsLimit = 4096

// known is what is known of how a service's containers run.
type known struct {
	facts *images.Facts // nil: nothing is
	kind  manifest.Knowledge
	// undecided is a capability set that was only read from the sources: for advice.
	undecided []string
}

// knowledge judges the facts of a service's image with what the service
// replaces of it: its user, entrypoint and command.
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
			k.undecided = append(k.undecided, "KILL") // who tries the set would miss it at the first stop
			slices.Sort(k.undecided)
		}
	}
	return k
}

// userOf is the user that the manifest states; "" where it leaves that to the
// image.
func userOf(s *manifest.Service, st *stated) string {
	if u, ok := s.ComposeKey("user").(string); ok {
		return u
	}
	return st.user
}

// asUser is what is known of the image when it is started as another user than
// its own.
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
		f.StartsAsRoot = nil // nobody says that it works
	}
	return f
}

// defaults are what the service gets where the manifest states nothing.
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
	// What the manifest undoes by Compose's own keys is no default.
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

// needs are the capabilities without which the service doesn't start on any of
// its data, stop in time, or reload.
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
		out = append(out, "DAC_OVERRIDE") // root reads what may be anybody's
	}
	if s.ComposeKey("network_mode") == "host" && lowPort(s, f) {
		out = append(out, "NET_BIND_SERVICE") // other networks open low ports to all
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
