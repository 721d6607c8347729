package planner_test

import (
	"slices"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/validate"
)

// checkFallbacks compares the fallbacks of a plan with brute force: each step
// has one exactly if another plan exists, and its cost is minimal.
func checkFallbacks(t *testing.T, seed int64, m *manifest.Manifest, p *planner.Plan) int {
	at := map[*planner.Step]planner.Fallback{}
	for _, f := range p.Fallbacks {
		at[f.Step] = f
	}
	for _, s := range p.Steps {
		w := validate.Start(m, nil)
		behind := map[*planner.Step]bool{s: true}
		for _, o := range p.Steps {
			for _, n := range o.Needs {
				behind[o] = behind[o] || behind[n]
			}
			if !behind[o] {
				var err error
				if w, _, err = w.Apply(o.Action); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
		}
		others := slices.DeleteFunc(planner.Actions(m, planner.Options{}), func(a *planner.Action) bool { return a.ID == s.Action.ID })
		best, ok := plantest.BruteForceFrom(w, others, p.Goal, 3000)
		f, has := at[s]
		switch {
		case !ok:
		case has != (best != nil):
			t.Fatalf("seed %d goal %s: fallback of %s: %t, want %v", seed, p.Goal.Name, s.ID, has, best)
		case has && f.Plan.Cost.Cmp(best) != 0:
			t.Fatalf("seed %d goal %s: fallback of %s costs %s, want %s", seed, p.Goal.Name, s.ID, f.Plan.Cost.RatString(), best.RatString())
		}
	}
	return len(p.Fallbacks)
}
