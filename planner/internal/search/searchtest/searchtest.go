// Package searchtest contains what the tests of searches share: random tasks,
// and the true goal distances of all their states.
package searchtest

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// Random generates a small task with conditional effects and circuits.
func Random(seed int64) *search.Task {
	r := rand.New(rand.NewSource(seed))
	t := &search.Task{FactBase: []int32{0}}
	for range 2 + r.Intn(4) {
		d := int32(2 + r.Intn(2))
		t.FactBase = append(t.FactBase, t.Facts()+d)
		t.Domains = append(t.Domains, d)
		t.Init = append(t.Init, 0)
	}
	for range r.Intn(4) {
		n := search.Node{Or: r.Intn(2) == 0}
		for range 1 + r.Intn(3) {
			n.Kids = append(n.Kids, search.Ref(r.Intn(int(t.Props()))))
		}
		slices.Sort(n.Kids)
		n.Kids = slices.Compact(n.Kids)
		t.Nodes = append(t.Nodes, n)
	}
	refs := func(n int) []search.Ref {
		var out []search.Ref
		for range r.Intn(n + 1) {
			out = append(out, search.Ref(r.Intn(int(t.Props()))))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for range 3 + r.Intn(6) {
		op := search.Op{Pre: refs(2), Cost: int64(r.Intn(4))}
		for v, d := range t.Domains {
			if r.Intn(3) == 0 {
				op.Effs = append(op.Effs, search.Effect{Cond: refs(1), Var: int32(v), Val: int32(r.Intn(int(d)))})
			}
		}
		t.Ops = append(t.Ops, op)
	}
	for len(t.Goal) == 0 {
		t.Goal = refs(3)
	}
	return t
}

// Exact returns for every reachable state its values and the least cost to the
// goal, search.Infinite if there is none.
func Exact(t *search.Task) (states [][]int32, cost []int64) {
	index := map[string]int{}
	type arc struct {
		from int
		cost int64
	}
	var back [][]arc
	add := func(vals []int32) int {
		k := fmt.Sprint(vals)
		if i, ok := index[k]; ok {
			return i
		}
		index[k] = len(states)
		states = append(states, vals)
		back = append(back, nil)
		return len(states) - 1
	}
	add(t.Init)
	for i := 0; i < len(states); i++ {
		for o := range t.Ops {
			if t.Holds(states[i], t.Ops[o].Pre) {
				j := add(t.Apply(states[i], int32(o)))
				back[j] = append(back[j], arc{i, t.Ops[o].Cost})
			}
		}
	}
	cost = make([]int64, len(states))
	for i := range states {
		cost[i] = search.Infinite
		if t.Holds(states[i], t.Goal) {
			cost[i] = 0
		}
	}
	for changed := true; changed; {
		changed = false
		for j := range states {
			for _, a := range back[j] {
				if cost[j] != search.Infinite && cost[j]+a.cost < cost[a.from] {
					cost[a.from] = cost[j] + a.cost
					changed = true
				}
			}
		}
	}
	return states, cost
}

// Copies generates a task of a few similar objects: separate variables for
// each, and some that all share.
func Copies(seed int64) *search.Task {
	r := rand.New(rand.NewSource(seed))
	t := &search.Task{FactBase: []int32{0}}
	add := func(d int32) int32 {
		t.FactBase = append(t.FactBase, t.Facts()+d)
		t.Domains, t.Init = append(t.Domains, d), append(t.Init, 0)
		return int32(len(t.Domains) - 1)
	}
	k, own, shared := 2+r.Intn(3), 1+r.Intn(2), 1+r.Intn(2)
	domains := make([]int32, own+shared)
	vars := make([][]int32, k) // of each copy, the shared ones last
	for i := range domains {
		domains[i] = int32(2 + r.Intn(2))
		at := int32(-1)
		for c := range k {
			if i < own || at < 0 {
				at = add(domains[i])
			}
			vars[c] = append(vars[c], at)
		}
	}
	type fact struct{ v, x int32 }
	random := func() fact {
		v := int32(r.Intn(len(domains)))
		return fact{v, int32(r.Intn(int(domains[v])))}
	}
	ref := func(c int, f fact) search.Ref { return t.FactBase[vars[c][f.v]] + f.x }
	for range 2 + r.Intn(4) {
		pre, effs, conds := []fact{}, []fact{}, []fact{}
		for range r.Intn(3) {
			pre = append(pre, random())
		}
		for range 1 + r.Intn(2) {
			if f := random(); !slices.ContainsFunc(effs, func(e fact) bool { return e.v == f.v }) {
				effs, conds = append(effs, f), append(conds, random())
			}
		}
		cost, conditional := int64(r.Intn(4)), r.Intn(3) == 0
		for c := range k {
			op := search.Op{Cost: cost}
			for _, f := range pre {
				op.Pre = append(op.Pre, ref(c, f))
			}
			slices.Sort(op.Pre)
			op.Pre = slices.Compact(op.Pre)
			for i, f := range effs {
				e := search.Effect{Var: vars[c][f.v], Val: f.x}
				if conditional {
					e.Cond = []search.Ref{ref(c, conds[i])}
				}
				op.Effs = append(op.Effs, e)
			}
			t.Ops = append(t.Ops, op)
		}
	}
	goal := random()
	for c := range k {
		t.Goal = append(t.Goal, ref(c, goal))
	}
	if r.Intn(2) == 0 { // one of them holds, of each copy
		n := search.Node{Or: true}
		other := random()
		for c := range k {
			n.Kids = append(n.Kids, ref(c, other))
		}
		slices.Sort(n.Kids)
		n.Kids = slices.Compact(n.Kids)
		t.Nodes = append(t.Nodes, n)
		t.Goal = append(t.Goal, t.Props()-1)
	}
	slices.Sort(t.Goal)
	t.Goal = slices.Compact(t.Goal)
	for v, d := range t.Domains {
		t.Init[v] = int32(r.Intn(int(d)))
	}
	return t
}

// SmallDeployment generates a task of few facts, most of them with one operator
// that produces them, some consumed or made false by others.
func SmallDeployment(seed int64) *search.Task {
	r := rand.New(rand.NewSource(seed))
	t := &search.Task{FactBase: []int32{0}}
	n := int32(3 + r.Intn(6))
	for range n {
		t.FactBase = append(t.FactBase, t.Facts()+2)
		t.Domains = append(t.Domains, 2)
		t.Init = append(t.Init, int32(r.Intn(8)/7))
	}
	pre := func(k int) (out []search.Ref) {
		for range r.Intn(k + 1) {
			out = append(out, search.Ref(2*r.Intn(int(n))+1))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for v := range n {
		op := search.Op{Pre: pre(2), Effs: []search.Effect{{Var: v, Val: 1}}, Cost: int64(1 + r.Intn(3))}
		if r.Intn(3) == 0 {
			if w := int32(r.Intn(int(n))); w != v {
				op.Effs = append(op.Effs, search.Effect{Var: w, Val: 0})
				if r.Intn(2) == 0 {
					op.Pre = append(op.Pre, w*2+1)
					slices.Sort(op.Pre)
					op.Pre = slices.Compact(op.Pre)
				}
			}
		}
		t.Ops = append(t.Ops, op)
		if r.Intn(5) == 0 {
			t.Ops = append(t.Ops, search.Op{Pre: pre(2), Effs: []search.Effect{{Var: v, Val: 1}}, Cost: int64(1 + r.Intn(3))})
		}
	}
	for len(t.Goal) == 0 {
		t.Goal = pre(4)
	}
	return t
}

func Replay(t *testing.T, task *search.Task, r *search.Result) {
	t.Helper()
	state, cost := task.Init, int64(0)
	for _, o := range r.Plan {
		if !task.Holds(state, task.Ops[o].Pre) {
			t.Fatal("the plan uses an operator that is not applicable")
		}
		state = task.Apply(state, o)
		cost += task.Ops[o].Cost
	}
	if cost != r.Cost || !task.Holds(state, task.Goal) {
		t.Fatalf("the plan costs %d, not %d, or misses the goal", cost, r.Cost)
	}
}

// Agree compares the searches of some random tasks, with all heuristics and the
// given reductions (nil: none), with the true distances.
func Agree(t *testing.T, seeds int64, reductions search.Reductions) {
	t.Helper()
	for seed := range seeds {
		task := Random(seed)
		_, cost := Exact(task)
		for _, c := range []search.Config{{}, {Heuristic: "hmax"}, {Heuristic: "blind"}, {Anytime: true}, {Heuristic: "weighted"}, {Heuristic: "hmax", MaxNodes: 1 << 40}} {
			for _, simple := range []bool{false, true} {
				now := task
				if simple {
					now = search.Simplify(task).Task
				}
				c.Reductions = reductions
				r := search.Run(now, c)
				switch {
				case cost[0] == search.Infinite:
					if r.Outcome != search.Unsolvable {
						t.Fatalf("seed %d %+v: %d, but there is no plan", seed, c, r.Outcome)
					}
				case r.Outcome == search.Solved && r.Cost == cost[0] && r.Lower == cost[0]:
					Replay(t, now, r)
				case c.Heuristic == "weighted" && r.Outcome == search.Bounded && r.Cost >= cost[0] && r.Lower <= cost[0]:
					Replay(t, now, r)
				default:
					t.Fatalf("seed %d %+v simplified %v: outcome %d at %d, at least %d; the optimum is %d", seed, c, simple, r.Outcome, r.Cost, r.Lower, cost[0])
				}
			}
		}
	}
}
