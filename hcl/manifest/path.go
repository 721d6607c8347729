package manifest

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// UsedPath is a path outside the kit that the manifest gives, relative to its folder, and as the kit
// refers to it.
type UsedPath struct {
	Origin          // of the block; Range is that of the value
	Argument string // as the manifest names it: "context", "bind", …
	Use      PathUse
	Written  string // in the manifest
	Path     string // relative to the kit's folder, unless absolute
	// Made: an action makes it, Docker creates it, or it may be missing.
	Made bool
	// Why the kit has no copy of what is mounted read-only; "" of other paths.
	Why string
}

// MountedFile is a file of the manifest's folder that services mount, and of which the kit has a copy.
type MountedFile struct {
	Origin            // of the first mount
	Path       string // in the manifest's folder
	Content    []byte
	Executable bool
	Mounts     []string // the addresses of the services, sorted
}

// PathUse is what a path is used for.
type PathUse uint8

const (
	ContextPath    PathUse = iota + 1 // a folder that builds read
	DockerfilePath                    // of an image
	KeyPath                           // an agent's socket or a key, for builds
	BindPath                          // a mount
	ComposePath                       // a file that Compose reads
	InputPath                         // what an action reads
)

// RemoteContext reports whether a build's context is not a local folder: Docker and Compose recognize it
// by its prefix.
func RemoteContext(context string) bool {
	for _, prefix := range []string{"https://", "http://", "git://", "ssh://", "github.com/", "git@"} {
		if strings.HasPrefix(context, prefix) {
			return true
		}
	}
	return strings.Contains(context, "://")
}

// Less orders by address, argument and path.
func (u *UsedPath) Less(v *UsedPath) bool {
	return cmp.Or(strings.Compare(u.Address, v.Address), strings.Compare(u.Argument, v.Argument), strings.Compare(u.Path, v.Path)) < 0
}

// Moved reports whether the path has another meaning than it would have relative to the kit's folder.
func (u *UsedPath) Moved() bool {
	return !path.IsAbs(u.Path) && path.Clean(u.Path) != path.Clean(u.Written)
}

// MadeBy are the actions that make what the service mounts, or the files that Compose reads for it, each
// once.
func (s *Service) MadeBy() []*ActionRef {
	var out []*ActionRef
	add := func(r *ActionRef) {
		if r != nil && !slices.ContainsFunc(out, func(x *ActionRef) bool { return x.Action == r.Action }) {
			out = append(out, r)
		}
	}
	add(s.FilesMadeBy)
	for _, i := range s.Instances {
		for _, m := range i.Mounts {
			add(m.MadeBy)
		}
	}
	return out
}
