// Package explain says why: why an action is in a plan or isn't, what a state or a
// fact has to do with it, why there is no plan. It searches for what would be, and
// changes no plan.
package explain

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/unmet"
)

// whatIfNodes bounds the searches for what would be, by counted nodes.
const whatIfNodes = 20_000

// problem is the problem of a manifest for some goals, with its options: all of its
// searches are bounded.
func problem(m *manifest.Manifest, o planner.Options, goals ...*manifest.Goal) (*planner.Problem, planner.Options) {
	if o.MaxNodes == 0 {
		o.MaxNodes = whatIfNodes
	}
	return planner.NewProblem(m, o, goals...), o
}

// traced is a problem as unmet conditions are followed through it.
func traced(p *planner.Problem) unmet.Problem {
	return unmet.Problem{Manifest: p.Manifest(), Model: p.Model(), Actions: p.Actions()}
}
