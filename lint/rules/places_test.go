package rules_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/rules"
)

// Each finding, advice too, is at what it is about.
func TestPlaces(t *testing.T) {
	diagtest.Places(t, "lint/rules", func(fsys fs.FS) hcl.Diagnostics {
		m, _ := loader.Load(loader.Input{FS: fsys, Dir: "."})
		return rules.Check(m)
	}, "testdata/*.hcl", "testdata/*/*.hcl", "../../examples/stacks/*/main.hcl", "../../hcl/loader/testdata/valid/*.hcl", "../../hcl/internal/*/testdata/model/*.hcl")
}
