package kubernetes_test

import (
	"io/fs"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates"
)

func report(fsys fs.FS) hcl.Diagnostics {
	m, diags := loader.Load(loader.Input{FS: fsys, Dir: ".", Target: manifest.TargetKubernetes})
	_, found := templates.Files(m)
	return append(diags, found...)
}

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) { diagtest.Cases(t, "templates/kubernetes", report) }

// The manifests in testdata/errors have their mistakes in comments.
func TestMistakes(t *testing.T) { diagtest.Errors(t, "testdata/errors", report) }
