// Package figurestest compares the plans of random manifests, and the tasks that
// they are lowered to, with the figures that they had when the figures were
// recorded here. The other tests say that a plan is valid and optimal; these
// notice where another one is chosen, or where a task becomes larger.
package figurestest

import (
	"fmt"
	"hash/fnv"
	"testing"
	"time"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
)

// seeds is how many manifests are planned.
const seeds = 400

// Tasks checks what the manifests are lowered to.
func Tasks(t *testing.T) {
	t.Helper()
	exact := fnv.New32a()
	var vars, facts, nodes, ops, effects int
	for seed := range int64(seeds) {
		m := plantest.Random(20_000 + seed)
		p := planner.NewProblem(m, planner.Options{})
		for _, g := range m.Goals {
			task := p.Task(g)
			if task == nil {
				continue
			}
			vars, facts, nodes, ops = vars+len(task.Domains), facts+int(task.Facts()), nodes+len(task.Nodes), ops+len(task.Ops)
			for _, o := range task.Ops {
				effects += len(o.Effs)
			}
			fmt.Fprintln(exact, *task)
		}
		if p.Model() == nil {
			continue
		}
		for _, v := range p.Model().Vars() {
			fmt.Fprintln(exact, v.Name(), v.Elem, v.IsElem, v.Whole, v.ValueText(0))
		}
		for _, s := range m.States {
			fmt.Fprintln(exact, p.Model().Values(s))
		}
	}
	compare(t, "tasks", fmt.Sprintf("%d variables, %d facts, %d nodes, %d operators, %d effects, %08x", vars, facts, nodes, ops, effects, exact.Sum32()))
}

// Plans checks the plans: their sequence, order, times and figures.
func Plans(t *testing.T) {
	t.Helper()
	exact := fnv.New32a()
	status := map[planner.Status]int{}
	var steps, needs, links, serves, fallbacks int
	var makespan time.Duration
	for seed := range int64(seeds) {
		m := plantest.Random(20_000 + seed)
		for _, g := range m.Goals {
			g.Objective = []string{"cost", "makespan"}[seed%2]
		}
		for _, p := range planner.Plans(m, planner.Options{}) {
			status[p.Status]++
			links += len(p.Links)
			fallbacks += len(p.Fallbacks)
			if p.Makespan != nil {
				makespan += *p.Makespan
			}
			fmt.Fprintln(exact, p.Status, p.Cost, p.LowerBound, len(p.Dropped), len(p.Unreachable))
			for _, s := range p.Steps {
				steps++
				needs += len(s.Needs)
				serves += len(s.Serves)
				fmt.Fprintln(exact, s.ID, s.Start, s.Finish, s.Slack, s.Critical, s.Level, s.Changes, s.Conditions, s.Included)
				for _, n := range s.Needs {
					fmt.Fprintln(exact, n.ID)
				}
			}
			for _, f := range p.Fallbacks {
				fmt.Fprintln(exact, f.Step.ID, len(f.Done), f.Plan.Cost, plantest.IDs(f.Plan))
			}
		}
	}
	compare(t, "plans", fmt.Sprintf("%v, %d steps, %d needs, %d links, %d serve, %d fallbacks, %s, %08x", status, steps, needs, links, serves, fallbacks, makespan, exact.Sum32()))
}

func compare(t *testing.T, what, got string) {
	t.Helper()
	if got != recorded[what] {
		t.Errorf("%s: %s,\nrecorded %s", what, got, recorded[what])
	}
}

var recorded = map[string]string{
	"tasks": "1828 variables, 4069 facts, 5969 nodes, 2985 operators, 3667 effects, 13c49caf",
	"plans": "map[bounded:1 optimal:408 unsolvable:197], 434 steps, 58 needs, 625 links, 510 serve, 34 fallbacks, 9m22s, fa58cb9c",
}
