// Package explain answers why-questions: why an action is in a plan or isn't,
// how a state or a fact relates to it, why there is no plan. It searches
// alternatives, and changes no plan.
package explain

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/unmet"
)

// whatIfNodes limits the searches for alternatives, in counted nodes.
const whatIfNodes = 20_000

// problem is the problem of a manifest for some goals, with its options: all of
// its searches are bounded.
func problem(m *manifest.Manifest, o planner.Options, goals ...*manifest.Goal) (*planner.Problem, planner.Options) {
	if o.MaxNodes == 0 {
		o.MaxNodes = whatIfNodes
	}
	return planner.NewProblem(m, o, goals...), o
}

// traced is a problem in the form that package unmet expects.
func traced(p *planner.Problem) unmet.Problem {
	return unmet.Problem{Manifest: p.Manifest(), Model: p.Model(), Actions: p.Actions()}
}
