package deploy

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/compose"
)

// requirement is the minimum versions that support every key and flag in the kit.
type requirement struct {
	docker, compose string
	diskKB          int64
	lines           []string // program, version and the key that needs it
}

func requirements(m *manifest.Manifest, needs []compose.Requirement) requirement {
	r := requirement{docker: "20.10", compose: "2.0", diskKB: 100 << 10}
	for _, i := range m.Images {
		if i.Built() {
			r.docker = "23.0"
			r.diskKB += i.MaxSize / 1024
		}
	}
	for _, n := range needs {
		if n.Compose != "" {
			r.compose = compose.Newer(r.compose, n.Compose)
			r.lines = append(r.lines, "compose "+n.Compose+" "+n.String())
		}
		if n.Engine != "" {
			r.docker = compose.Newer(r.docker, n.Engine)
			r.lines = append(r.lines, "engine "+n.Engine+" "+n.String())
		}
	}
	if len(m.Services) == 0 {
		r.compose = ""
	}
	return r
}
