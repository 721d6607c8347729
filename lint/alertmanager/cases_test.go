package alertmanager_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/alertmanager"
	template "github.com/omegagen/omegagen/templates/alertmanager"
)

func report(fsys fs.FS) hcl.Diagnostics {
	m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
	diags = append(diags, alertmanager.Manifest(m)...)
	files, found := template.Render(m)
	diags = append(diags, found...)
	for _, f := range files {
		diags = append(diags, alertmanager.Check(m, f)...)
	}
	return diags
}

func load(t *testing.T, src string) *manifest.Manifest {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return m
}

func renderFiles(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) { return template.Render(m) }

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) { diagtest.Cases(t, "lint/alertmanager", report) }

// The manifests in testdata/errors contain mistakes, with the expected diagnostics on their lines.
func TestMistakes(t *testing.T) { diagtest.Errors(t, "testdata/errors", report) }
