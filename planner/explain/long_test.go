//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package explain_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/explain"
	"github.com/omegagen/omegagen/planner/internal/plantest"
)

// TestCoresAreMinimal compares the cores of random unsolvable goals with brute
// force: the conjuncts of a core have no plan together, and without any one of
// them the others have one.
func TestCoresAreMinimal(t *testing.T) {
	n, cores, pairs, blamed := int64(3000), 0, 0, 0
	if testing.Short() {
		n = 300
	}
	for seed := range n {
		m := plantest.Random(seed)
		g := m.Goals[0]
		e := explain.NoPlan(m, g, planner.Options{})
		if e.Plan.Status != planner.Unsolvable {
			continue
		}
		if len(e.Core) == 0 {
			t.Fatalf("seed %d: no plan, and no core", seed)
		}
		for _, core := range append(e.Others, e.Core) {
			cores++
			if len(core) > 1 {
				pairs++
			}
			for leave := -1; leave < len(core); leave++ {
				best, ok := plantest.BruteForce(m, rest(m, g, core, leave), 3000)
				switch {
				case !ok:
				case leave < 0 && best != nil:
					t.Fatalf("seed %d: the core %v has a plan", seed, texts(core))
				case leave >= 0 && core[leave].Needed && best == nil:
					t.Fatalf("seed %d: %v has no plan without %s either", seed, texts(core), core[leave].Text)
				}
			}
		}
		for _, d := range e.Destroyed {
			blamed++
			if d.Fact == "" || d.By == nil {
				t.Fatalf("seed %d: %+v", seed, d)
			}
		}
	}
	t.Logf("%d cores, %d of several conjuncts, %d effects blamed", cores, pairs, blamed)
	if cores < int(n)/5 || pairs == 0 || blamed == 0 {
		t.Error("the generator has become one-sided")
	}
}

// TestBlamedEffectsStandInTheWay removes from the manifest each effect that is
// blamed for an unsolvable goal: then there is a plan.
func TestBlamedEffectsStandInTheWay(t *testing.T) {
	tried := 0
	for seed := range int64(3000) {
		m := plantest.Random(seed)
		g := m.Goals[0]
		e := explain.NoPlan(m, g, planner.Options{})
		for _, d := range e.Destroyed {
			if d.Forced || strings.Contains(d.Fact, " ") {
				continue // of sets, a part of an effect is blamed
			}
			fresh := plantest.Random(seed)
			for _, a := range fresh.Actions {
				if a.Name != d.By.ID {
					continue
				}
				for i := range a.Effects {
					if "state."+a.Effects[i].State.Name == d.Fact {
						a.Effects[i].Value = &manifest.Expr{Op: manifest.OpState, Type: a.Effects[i].State.Type, State: a.Effects[i].State}
					}
				}
				for i := 0; i < len(a.Destroys); i++ {
					if a.Destroys[i].String() == d.Fact {
						a.Destroys = append(a.Destroys[:i], a.Destroys[i+1:]...)
					}
				}
			}
			tried++
			if best, ok := plantest.BruteForce(fresh, rest(fresh, fresh.Goals[0], append([][]explain.Conjunct{e.Core}, e.Others...)[d.Core], -1), 3000); ok && best == nil {
				t.Errorf("seed %d: without %s changing %s there is no plan either", seed, d.By.ID, d.Fact)
			}
		}
	}
	t.Logf("%d effects", tried)
	if tried < 10 {
		t.Error("too few effects were blamed")
	}
}
