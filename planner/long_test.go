//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package planner_test

import (
	"slices"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/validate"
)

// TestEveryStepHasAPurpose removes each step of plans of random tasks in turn:
// then the rest is no longer a plan. Each step lists what it serves.
func TestEveryStepHasAPurpose(t *testing.T) {
	n, steps := int64(4000), 0
	if testing.Short() {
		n = 400
	}
	for seed := range n {
		m := plantest.Random(seed)
		for _, o := range []planner.Options{{}, {Heuristic: "hmax"}, {Objective: "makespan", MaxNodes: 2000}, {Search: "anytime"}} {
			p := planner.For(m, nil, o)
			for i, s := range p.Steps {
				steps++
				w := validate.Start(m, nil)
				var err error
				for _, x := range slices.Delete(slices.Clone(p.Steps), i, i+1) {
					if w, _, err = w.Apply(x.Action); err != nil {
						break
					}
				}
				if err == nil && w.Reaches(p.Goal) == nil {
					t.Errorf("seed %d %+v: %s needs no %s", seed, o, plantest.IDs(p), s.ID)
				}
				if len(s.Serves) == 0 {
					t.Errorf("seed %d %+v: %s of %s serves nothing", seed, o, s.ID, plantest.IDs(p))
				}
			}
		}
	}
	t.Logf("%d steps", steps)
}

func TestRandomTasksAgainstBruteForce(t *testing.T) {
	n, solved, unsolvable, longest, fallbacks := int64(4000), 0, 0, 0, 0
	if testing.Short() {
		n = 500
	}
	for seed := range n {
		m := plantest.Random(seed)
		for _, p := range planner.Plans(m, planner.Options{}) {
			if p.Status == planner.Failed {
				t.Fatalf("seed %d: %v", seed, p.Diagnostics)
			}
			fallbacks += checkFallbacks(t, seed, m, p)
			if err := validate.Plan(m, p, nil, 200); err != nil {
				t.Fatalf("seed %d goal %s: %v", seed, p.Goal.Name, err)
			}
			best, ok := plantest.BruteForce(m, p.Goal, 3000)
			if !ok {
				continue
			}
			switch {
			case best == nil && p.Status != planner.Unsolvable:
				t.Fatalf("seed %d goal %s: %s, but there is no plan", seed, p.Goal.Name, p.Status)
			case best != nil && (p.Status != planner.Optimal || p.Cost.Cmp(best) != 0):
				t.Fatalf("seed %d goal %s: %s at %v, but the optimum is %s", seed, p.Goal.Name, p.Status, p.Cost, best.RatString())
			}
			if best == nil {
				unsolvable++
			} else {
				solved++
				longest = max(longest, len(p.Steps))
			}
		}
	}
	t.Logf("%d solved, %d unsolvable, longest plan %d, %d fallbacks", solved, unsolvable, longest, fallbacks)
	if solved < int(n)/4 || unsolvable < int(n)/20 || fallbacks < int(n)/20 {
		t.Error("the generator has become one-sided")
	}
}
