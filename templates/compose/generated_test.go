package compose_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/kittest"
)

// docker-compose.yml of the examples matches their kits. It is rendered with the other
// files, because it sums them up.
func TestGenerated(t *testing.T) {
	kittest.Compare(t, func(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
		files, diags := templates.Files(m)
		return slices.DeleteFunc(files, func(f kit.Artifact) bool { return f.Kind != kit.Compose }), diags
	}, kit.Compose)
}

// The manifests with every attribute are rendered as kittest/testdata has them.
func TestRendered(t *testing.T) {
	kittest.Rendered(t, func(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) { return compose.Render(m) }, "service", "core", "checks")
}
