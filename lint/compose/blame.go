package compose

import (
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/compose"
)

// keep says which of the user's own Compose keys a rendering has.
type keep func(x *manifest.Extra) bool

// blame finds what in the manifest the loader refuses: each of the user's own
// Compose keys is tried alone. When the file is refused without any of them,
// omegagen is to blame.
func blame(m *manifest.Manifest, refusal error) hcl.Diagnostics {
	if err := try(m, func(*manifest.Extra) bool { return false }); err != nil {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "Compose refuses the file: %s. Please report this, with the manifest.", err)}
	}
	var diags hcl.Diagnostics
	seen := map[*manifest.Extra]bool{}
	for _, x := range extras(m) {
		if seen[x] {
			continue
		}
		seen[x] = true
		if err := try(m, func(y *manifest.Extra) bool { return y == x }); err != nil {
			diags = diags.Append(ruleRefused.At(x.Range,
				"Compose says: %s. The Compose Specification has the keys and values that it knows: https://docs.docker.com/reference/compose-file/.", err))
		}
	}
	if len(diags) == 0 {
		diags = diags.Append(ruleRefused.At(extras(m)[0].Range,
			"Several Compose keys of the manifest don't go together. Compose says: %s.", refusal))
	}
	return diags
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

// extras lists the user's own Compose keys, in the order of the manifest.
func extras(m *manifest.Manifest) []*manifest.Extra {
	var out []*manifest.Extra
	without(m, func(x *manifest.Extra) bool {
		out = append(out, x)
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
	for _, name := range sortedKeys(keys) {
		if k(m[name]) {
			out[name] = m[name]
		}
	}
	return out
}
