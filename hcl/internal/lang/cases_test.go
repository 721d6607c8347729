package lang_test

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
func TestCases(t *testing.T) { diagtest.Cases(t, "hcl/internal/lang", report) }

// The manifests in testdata/errors contain mistakes, with the expected diagnostics on their lines. A
// new manifest requires no Go code.
func TestMistakes(t *testing.T) { diagtest.Errors(t, "testdata/errors", report) }
