package target_test

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

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) { diagtest.Cases(t, "hcl/internal/target", report) }

// The manifests in testdata/errors have their mistakes in comments.
func TestMistakes(t *testing.T) { diagtest.Errors(t, "testdata/errors", report) }
