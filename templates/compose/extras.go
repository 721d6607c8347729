package compose

import (
	"maps"
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// With is the document as it would be with only those of the user's own Compose
// keys that keep keeps.
func (f *File) With(keep func(x *manifest.Extra) bool) *File {
	return document(without(f.from, keep), f.kit).file
}

// Extras lists the user's own Compose keys, each once: those of the system, of
// the networks and volumes, and of the services.
func (f *File) Extras() []*manifest.Extra {
	var out []*manifest.Extra
	seen := map[*manifest.Extra]bool{}
	without(f.from, func(x *manifest.Extra) bool {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
		return true
	})
	return out
}

// without is a copy of the manifest that has only the Compose keys that
// keep keeps.
func without(m *manifest.Manifest, keep func(*manifest.Extra) bool) *manifest.Manifest {
	c := *m
	c.System = &manifest.System{}
	*c.System = *m.System
	c.System.Compose = filterOne(m.System.Compose, keep)
	c.Networks = nil
	for _, n := range m.Networks {
		x := *n
		x.Compose = filter(n.Compose, keep)
		c.Networks = append(c.Networks, &x)
	}
	c.Volumes = nil
	for _, v := range m.Volumes {
		x := *v
		x.Compose = filter(v.Compose, keep)
		c.Volumes = append(c.Volumes, &x)
	}
	c.Services = nil
	for _, s := range m.Services {
		x := *s
		x.Compose, x.ComposeNew = filter(s.Compose, keep), filterOne(s.ComposeNew, keep)
		x.Instances = nil
		for _, i := range s.Instances {
			y := *i
			y.Compose = filter(i.Compose, keep)
			x.Instances = append(x.Instances, &y)
		}
		c.Services = append(c.Services, &x)
	}
	return &c
}

func filterOne(x *manifest.Extra, keep func(*manifest.Extra) bool) *manifest.Extra {
	if x == nil || !keep(x) {
		return nil
	}
	return x
}

func filter(m map[string]*manifest.Extra, keep func(*manifest.Extra) bool) map[string]*manifest.Extra {
	out := map[string]*manifest.Extra{}
	keys := map[string]bool{}
	for name := range m {
		keys[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if keep(m[name]) {
			out[name] = m[name]
		}
	}
	return out
}
