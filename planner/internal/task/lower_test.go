package task_test

import (
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/validate"
)

// A lowered manifest has the manifest's plans: those found are valid by an
// independent implementation, and cost the same as those of brute force on that
// implementation; if none is found, none exists.
func TestLoweredTasksHaveTheManifestsPlans(t *testing.T) {
	solved, unsolvable := 0, 0
	for seed := range int64(400) {
		m := plantest.Random(10_000 + seed)
		for _, p := range planner.Plans(m, planner.Options{}) {
			best, ok := plantest.BruteForce(m, p.Goal, 1000)
			if !ok {
				continue
			}
			if err := validate.Plan(m, p, nil, 50); err != nil {
				t.Fatalf("seed %d goal %s: %v", seed, p.Goal.Name, err)
			}
			switch {
			case best == nil:
				unsolvable++
				if p.Status != planner.Unsolvable {
					t.Fatalf("seed %d goal %s: %s, but there is no plan", seed, p.Goal.Name, p.Status)
				}
			case p.Status != planner.Optimal || p.Cost.Cmp(best) != 0:
				t.Fatalf("seed %d goal %s: %s at %v, but the optimum is %s", seed, p.Goal.Name, p.Status, p.Cost, best.RatString())
			default:
				solved++
			}
		}
	}
	if solved < 100 || unsolvable < 20 {
		t.Errorf("%d solved, %d unsolvable: the generator has become one-sided", solved, unsolvable)
	}
}
