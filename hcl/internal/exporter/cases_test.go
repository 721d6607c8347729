package exporter_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
)

func report(fsys fs.FS) hcl.Diagnostics {
	_, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
	return diags
}

// Each rule's bad manifest breaks only that rule, and its good one none.
func TestCases(t *testing.T) { diagtest.Cases(t, "hcl/internal/exporter", report) }

// The manifests in testdata/errors contain mistakes, with the expected diagnostics on their lines.
func TestMistakes(t *testing.T) { diagtest.Errors(t, "testdata/errors", report) }

// Each diagnostic is at what it is about.
func TestPlaces(t *testing.T) {
	diagtest.Places(t, "hcl/internal/exporter", report, "testdata/errors/*.hcl")
}
