// Package mounted puts copies of the files into the kit that services mount read-only.
package mounted

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// Render copies each file, byte for byte.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	var out []kit.Artifact
	for _, f := range m.Mounted {
		out = append(out, kit.Artifact{Kind: kit.Mounted, Path: kit.MountedPath(f.Path), Content: f.Content, Executable: f.Executable, Sources: f.Mounts})
	}
	return out, nil
}
