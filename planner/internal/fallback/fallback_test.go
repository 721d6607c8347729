package fallback_test

import (
	"slices"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
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
