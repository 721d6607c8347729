package compose

import (
	"maps"
	"slices"

	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/compose"
)

// keep says which of the user's own Compose keys a rendering has.
type keep func(x *manifest.Extra) bool

// blame finds what in the manifest the loader refuses: the first of the user's
// own Compose keys, those of the system before all, with which the file is
// refused; then, without it, the next. When the file is refused without any
// of them, omegagen is to blame. A culprit takes a logarithmic number of loads.
func blame(m *manifest.Manifest) hcl.Diagnostics {
	all := extras(m)
	left := map[*manifest.Extra]bool{}
	refused := func(n int) error { // of the first n keys
		kept := map[*manifest.Extra]bool{}
		for _, x := range all[:n] {
			kept[x] = !left[x]
		}
		return try(m, func(x *manifest.Extra) bool { return kept[x] })
	}
	if err := refused(0); err != nil {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "Compose refuses the file: %s. Please report this, with the manifest.", err)}
	}
	var diags hcl.Diagnostics
	good := 0
	for {
		err := refused(len(all))
		if err == nil {
			return diags
		}
		bad := len(all)
		for bad-good > 1 {
			half := (good + bad) / 2
			if e := refused(half); e != nil {
				bad, err = half, e
			} else {
				good = half
			}
		}
		left[all[bad-1]] = true
		diags = diags.Append(ruleRefused.At(all[bad-1].Range,
			"Compose says: %s. The Compose Specification has the keys and values that it knows: https://docs.docker.com/reference/compose-file/.", err))
	}
}

// try renders and loads the file with some of the user's keys.
func try(m *manifest.Manifest, k keep) error {
	files, _ := compose.Render(without(m, k))
	if len(files) == 0 {
		return nil
	}
	_, _, err := load(types.ConfigFile{Filename: files[0].Path, Content: files[0].Content}, template.Substitute, m)
	return err
}

// extras lists the user's own Compose keys, each once, in the order of the
// manifest.
func extras(m *manifest.Manifest) []*manifest.Extra {
	var out []*manifest.Extra
	seen := map[*manifest.Extra]bool{}
	without(m, func(x *manifest.Extra) bool {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
		return true
	})
	return out
}

// without is a copy of the manifest that has only the Compose keys that k
// keeps.
func without(m *manifest.Manifest, k keep) *manifest.Manifest {
	c := *m
	c.System = &manifest.System{}
	*c.System = *m.System
	c.System.Compose = filterOne(m.System.Compose, k)
	c.Networks = nil
	for _, n := range m.Networks {
		x := *n
		x.Compose = filter(n.Compose, k)
		c.Networks = append(c.Networks, &x)
	}
	c.Volumes = nil
	for _, v := range m.Volumes {
		x := *v
		x.Compose = filter(v.Compose, k)
		c.Volumes = append(c.Volumes, &x)
	}
	c.Services = nil
	for _, s := range m.Services {
		x := *s
		x.Compose, x.ComposeNew = filter(s.Compose, k), filterOne(s.ComposeNew, k)
		x.Instances = nil
		for _, i := range s.Instances {
			y := *i
			y.Compose = filter(i.Compose, k)
			x.Instances = append(x.Instances, &y)
		}
		c.Services = append(c.Services, &x)
	}
	return &c
}

func filterOne(x *manifest.Extra, k keep) *manifest.Extra {
	if x == nil || !k(x) {
		return nil
	}
	return x
}

func filter(m map[string]*manifest.Extra, k keep) map[string]*manifest.Extra {
	out := map[string]*manifest.Extra{}
	keys := map[string]bool{}
	for name := range m {
		keys[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if k(m[name]) {
			out[name] = m[name]
		}
	}
	return out
}
