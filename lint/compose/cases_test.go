package compose_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/compose"
	"github.com/omegagen/omegagen/templates"
)

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) {
	diagtest.Cases(t, "lint/compose", func(fsys fs.FS) hcl.Diagnostics {
		m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
		files, _ := templates.Files(m)
		for _, f := range files {
			if f.Kind == kit.Compose {
				diags = append(diags, compose.Check(m, f)...)
			}
		}
		return diags
	})
}
