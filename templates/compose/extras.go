package compose

import (
	"maps"
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// With is the document rendered with only those passthrough keys that keep accepts.
func (f *File) With(keep func(x *manifest.Passthrough) bool) *File {
	return document(without(f.from, keep), f.kit).file
}

// Extras lists the passthrough keys, each once: those of the system, the networks
// and volumes, and the services.
func (f *File) Extras() []*manifest.Passthrough {
	var out []*manifest.Passthrough
	seen := map[*manifest.Passthrough]bool{}
	without(f.from, func(x *manifest.Passthrough) bool {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
		return true
	})
	return out
}

// without is a copy of the manifest with only those passthrough keys that keep
// accepts.
func without(m *manifest.Manifest, keep func(*manifest.Passthrough) bool) *manifest.Manifest {
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

func filterOne(x *manifest.Passthrough, keep func(*manifest.Passthrough) bool) *manifest.Passthrough {
	if x == nil || !keep(x) {
		return nil
	}
	return x
}

func filter(m map[string]*manifest.Passthrough, keep func(*manifest.Passthrough) bool) map[string]*manifest.Passthrough {
	out := map[string]*manifest.Passthrough{}
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
