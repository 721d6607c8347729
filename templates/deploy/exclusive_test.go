package deploy_test

import (
	"math/big"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// TestExclusive: steps don't run in parallel if one writes what the other reads, even
// if either may go first; other steps do.
func TestExclusive(t *testing.T) {
	x := state("x")
	x.Initial = &manifest.Value{Type: manifest.Bool, Bool: true}
	action := func(name, run string) *manifest.Action {
		return &manifest.Action{Origin: origin("action." + name), Name: name, Title: name, Shell: "sh", OnFailure: "stop", Cost: big.NewRat(1, 1), Run: manifest.PlainText(run)}
	}
	const alone = "mkdir lock || { echo two at once; exit 1; }; sleep 0.5; rmdir lock"
	reads, writes := action("reads", alone), action("writes", alone)
	reads.Precondition = &manifest.Expr{Op: manifest.OpState, Type: manifest.Bool, State: x}
	writes.Effects = []manifest.Effect{{State: x, Value: constTrue()}}
	m := model()
	m.States = []*manifest.State{x}
	m.Actions = []*manifest.Action{action("here", "touch here; until [ -e there ]; do sleep 0.1; done"), reads,
		action("there", "touch there; until [ -e here ]; do sleep 0.1; done"), writes}
	goal := &manifest.Goal{Origin: origin("goal.default"), Name: "default", Default: true, Objective: "cost", Condition: constTrue()}
	for _, a := range m.Actions {
		goal.Include = append(goal.Include, &manifest.ActionRef{Action: a})
	}
	m.Goals = []*manifest.Goal{goal}
	ps := planner.Plans(m, planner.Options{})
	if len(ps) != 1 || len(ps[0].Steps) != 4 {
		t.Fatalf("no plan: %+v", ps)
	}
	for _, st := range ps[0].Steps {
		if len(st.Needs) != 0 || (len(st.Conflicts) == 1) != (st.ID == "reads" || st.ID == "writes") {
			t.Fatalf("%s needs %d steps, and is apart from %d", st.ID, len(st.Needs), len(st.Conflicts))
		}
	}
	inShells(t, func(t *testing.T, shell string) {
		newKit(t, shell, m, plans(ps[0])).want(0, "--jobs", "4")
	})
}
