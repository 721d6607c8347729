package planner_test

import (
	"os"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/validate"
)

func TestDeployments(t *testing.T) {
	sizes := []int{10, 100, 1000}
	if os.Getenv("OMEGAGEN_LARGE") != "" {
		sizes = append(sizes, 10_000)
	}
	for _, n := range sizes {
		m := plantest.Deployment(n)
		start := cpuSeconds()
		p := planner.For(m, nil, planner.Options{})
		took := cpuSeconds() - start
		if p.Status != planner.Optimal {
			t.Fatalf("%d services: %s", n, p.Status)
		}
		if n <= 1000 {
			if err := validate.Plan(m, p, nil, 1); err != nil {
				t.Errorf("%d services: %v", n, err)
			}
		}
		t.Logf("%6d services: %6.2f s, %d steps, cost %s, makespan %s (at least %s), %d expanded", n, took, len(p.Steps), p.Cost.RatString(), p.Makespan, p.MakespanLowerBound, p.Search.Expanded)
	}
}
