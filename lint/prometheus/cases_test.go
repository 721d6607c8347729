package prometheus_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/templates"
)

func report(fsys fs.FS) hcl.Diagnostics {
	m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
	diags = append(diags, prometheus.Manifest(m)...)
	files, _ := templates.Files(m)
	for _, f := range files {
		if f.Kind == kit.Prometheus || f.Kind == kit.RuleTests {
			diags = append(diags, prometheus.Check(m, f)...)
		}
	}
	return diags
}

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) { diagtest.Cases(t, "lint/prometheus", report) }

// The manifests in testdata/errors contain mistakes, with the expected diagnostics on their lines.
func TestMistakes(t *testing.T) { diagtest.Errors(t, "testdata/errors", report) }
