package dockerfile_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/templates/dockerfile"
)

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) {
	diagtest.Cases(t, "templates/dockerfile", func(fsys fs.FS) hcl.Diagnostics {
		m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
		_, found := dockerfile.Render(m)
		return append(diags, found...)
	})
}
