//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package fallback_test

import (
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/validate"
)

// TestFallbacksOfLargePlans finds the fallbacks of hundreds of steps in a plan
// of thousands, each by considering only the remaining task.
func TestFallbacksOfLargePlans(t *testing.T) {
	m := plantest.Deployment(1000)
	problem := planner.NewProblem(m, planner.Options{})
	p := problem.Plan(nil)
	problem.Assess(p)
	if len(p.Fallbacks) < 100 {
		t.Errorf("only %d fallbacks", len(p.Fallbacks))
	}
	for _, f := range p.Fallbacks {
		if f.Plan.Status != planner.Optimal {
			t.Errorf("the fallback of %s is %s", f.Step.ID, f.Plan.Status)
		}
	}
	m = plantest.Deployment(100)
	problem = planner.NewProblem(m, planner.Options{})
	p = problem.Plan(nil)
	problem.Assess(p)
	if err := validate.Plan(m, p, nil, 1); err != nil || len(p.Fallbacks) < 10 {
		t.Errorf("%v, %d fallbacks", err, len(p.Fallbacks))
	}
}
