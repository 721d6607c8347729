package shell_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/shell"
)

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) {
	diagtest.Cases(t, "lint/shell", func(fsys fs.FS) hcl.Diagnostics {
		m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
		diags = append(diags, shell.Manifest(m)...)
		return diags
	})
}
