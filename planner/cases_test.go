package planner_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/planner"
)

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) {
	diagtest.Cases(t, "planner", func(fsys fs.FS) hcl.Diagnostics {
		m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
		for _, p := range planner.Plans(m, planner.Options{}) {
			diags = append(diags, p.Diagnostics...)
		}
		return diags
	})
}
