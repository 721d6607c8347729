package deploy_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/deploy"
)

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) {
	diagtest.Cases(t, "templates/deploy", func(fsys fs.FS) hcl.Diagnostics {
		m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
		_, found := deploy.Render(m, planner.Plans(m, planner.Options{}), nil)
		return append(diags, found...)
	})
}
