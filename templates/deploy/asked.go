package deploy

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// askedPath is a path outside the kit that must be there before an action runs.
type askedPath struct {
	name  string
	bound bool // the engine mounts it, wherever that is; otherwise deploy.sh reads it
}

// asked are the paths outside the kit that an action needs: its own, or those of what it builds and starts.
func (s *script) asked(a *planner.Action) []askedPath {
	var owners []string
	if a.Declared != nil {
		owners = append(owners, a.Address)
	}
	for _, f := range a.Achieves {
		for _, x := range s.m.Services {
			if f.Kind == manifest.ServiceStarted && f.Name == x.Name {
				owners = append(owners, x.Address)
			}
		}
		for _, x := range s.m.Images {
			if f.Kind == manifest.ImageReady && f.Name == x.Name {
				owners = append(owners, x.Address)
			}
		}
	}
	var out []askedPath
	for _, u := range s.m.Paths {
		of := func(owner string) bool { return u.Address == owner || strings.HasPrefix(u.Address, owner+".") }
		if u.Made || u.Use == manifest.KeyPath || manifest.HasParameter(u.Path) || windowsPath(u.Path) || !slices.ContainsFunc(owners, of) {
			continue
		}
		if x := (askedPath{u.Path, u.Use == manifest.BindPath}); !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b askedPath) int { return strings.Compare(a.name, b.name) })
	return out
}

// windowsPath reports whether a path begins with the letter of a volume.
func windowsPath(name string) bool {
	return len(name) > 1 && name[1] == ':' && !path.IsAbs(name)
}

// call asks for the path.
func (p askedPath) call(at hcl.Range) []value {
	how := "read"
	if p.bound {
		how = "mount"
	}
	return []value{word("ask_path", at), word(how, at), word(p.name, at)}
}
