package fallback_test

import (
	"slices"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/validate"
)

// TestFallbacks: where the image can't be built, it is pulled.
func TestFallbacks(t *testing.T) {
	m := plantest.Parse(t, plantest.Choices)
	problem := planner.NewProblem(m, planner.Options{})
	p := problem.Plan(nil)
	problem.Assess(p)
	got := []string{}
	for _, f := range p.Fallbacks {
		got = append(got, f.Step.ID+": "+plantest.IDs(f.Plan)+" for "+f.Plan.Cost.RatString())
	}
	if want := []string{"fetch: pull start for 6", "build: pull start for 6"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
}

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
