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
