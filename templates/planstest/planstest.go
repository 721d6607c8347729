// Package planstest compares the plans of the examples with those in generated:
// PLAN.md has their steps, figures and reasons, deploy/plan.sh has what runs.
package planstest

import (
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/plan"
	"github.com/omegagen/omegagen/templates"
	"github.com/omegagen/omegagen/templates/docs"
	"github.com/omegagen/omegagen/templates/kittest"
)

// Documents plans each example and compares its documents with the kit's.
func Documents(t *testing.T) {
	t.Helper()
	kittest.Compare(t, func(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
		return docs.Render(m, plans(m))
	}, kit.Document)
}

// Kits makes the whole kit of each example, but for the lock file, which has the
// version of who made it.
func Kits(t *testing.T) {
	t.Helper()
	kittest.Compare(t, func(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
		files, diags := templates.Files(m)
		planned, more := templates.Planned(m, plans(m), files, "")
		var all []kit.Artifact
		for _, f := range append(files, planned...) {
			if f.Kind != kit.LockFile {
				all = append(all, f)
			}
		}
		return all, append(diags, more...)
	}, kit.Document, kit.DeployPlan, kit.Compose)
}

func plans(m *manifest.Manifest) []*plan.Plan { return planner.Plans(m, planner.Options{}) }
