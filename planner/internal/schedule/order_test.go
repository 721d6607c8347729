package schedule

import (
	"math/rand"
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// randomTask generates a small task with conditional effects, circuits, and
// numbers that are added to.
func randomTask(seed int64) *search.Task {
	r := rand.New(rand.NewSource(seed))
	t := &search.Task{FactBase: []int32{0}}
	for v := range 3 + r.Intn(4) {
		d := int32(2 + r.Intn(2))
		if v == 0 {
			d = 6 // counts
		}
		t.FactBase = append(t.FactBase, t.Facts()+d)
		t.Domains = append(t.Domains, d)
		t.Init = append(t.Init, 0)
	}
	for range r.Intn(4) {
		n := search.Node{Or: r.Intn(2) == 0}
		for range 1 + r.Intn(3) {
			n.Kids = append(n.Kids, int32(r.Intn(int(t.Props()))))
		}
		slices.Sort(n.Kids)
		n.Kids = slices.Compact(n.Kids)
		t.Nodes = append(t.Nodes, n)
	}
	refs := func(n int) []search.Ref {
		var out []search.Ref
		for range r.Intn(n + 1) {
			out = append(out, int32(r.Intn(int(t.Props()))))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	// Additions stay within the existing values.
	room := t.Props()
	for by := range int32(2) {
		n := search.Node{Or: true}
		for x := range 5 - by {
			n.Kids = append(n.Kids, x)
		}
		t.Nodes = append(t.Nodes, n)
	}
	for range 4 + r.Intn(6) {
		op := search.Op{Pre: refs(2), Cost: 1}
		if r.Intn(3) == 0 {
			by := int32(1 + r.Intn(2))
			op.Pre = append(op.Pre, room+by-1)
			for x := range int32(6) - by {
				op.Effs = append(op.Effs, search.Effect{Cond: []search.Ref{x}, Var: 0, Val: x + by, Add: by})
			}
		}
		for v, d := range t.Domains[1:] {
			if r.Intn(4) == 0 {
				op.Effs = append(op.Effs, search.Effect{Cond: refs(1), Var: int32(v + 1), Val: int32(r.Intn(int(d)))})
			}
		}
		t.Ops = append(t.Ops, op)
	}
	return t
}

// walk is a random sequence of applicable operators.
func walk(t *search.Task, seed int64, n int) []int32 {
	r := rand.New(rand.NewSource(seed))
	state := t.Init
	var plan []int32
	for range 40 {
		o := int32(r.Intn(len(t.Ops)))
		if len(plan) < n && t.Holds(state, t.Ops[o].Pre) {
			state = t.Apply(state, o)
			plan = append(plan, o)
		}
	}
	return plan
}

// truths are the truth values that a step sees: of its precondition, and of the
// conditions of its effects, except for the case of an addition.
func truths(t *search.Task, state []int32, o int32) []bool {
	out := []bool{t.Holds(state, t.Ops[o].Pre)}
	for _, e := range t.Ops[o].Effs {
		if e.Add == 0 {
			out = append(out, t.Holds(state, e.Cond))
		}
	}
	return out
}

// criterion replays an order of a plan's steps: every truth value must be as in
// the sequence, and writes that don't commute must keep their order.
func criterion(t *search.Task, plan []int32, want [][]bool, wrote [][]varWrite, order []int) bool {
	state := t.Init
	last := map[int32][]write{}
	for _, i := range order {
		if !slices.Equal(truths(t, state, plan[i]), want[i]) {
			return false
		}
		for _, w := range wrote[i] {
			for _, before := range last[w.v] {
				commute := w.w.add != 0 && before.add != 0 || w.w.add == 0 && before.add == 0 && w.w.val == before.val
				if !commute && before.step > i {
					return false
				}
			}
			last[w.v] = append(last[w.v], w.w)
		}
		state = t.Apply(state, plan[i])
	}
	return true
}

// linearisations calls f with every order that needs allows, until f is false.
func linearisations(needs [][]int, f func([]int) bool) bool {
	n := len(needs)
	done := make([]bool, n)
	var order []int
	var rec func() bool
	rec = func() bool {
		if len(order) == n {
			return f(order)
		}
		for i := range n {
			ready := !done[i]
			for _, j := range needs[i] {
				ready = ready && done[j]
			}
			if !ready {
				continue
			}
			done[i] = true
			order = append(order, i)
			ok := rec()
			order = order[:len(order)-1]
			done[i] = false
			if !ok {
				return false
			}
		}
		return true
	}
	return rec()
}

// without drops the pair (i, j) from an order given by its reduction, and keeps
// all the other pairs.
func without(needs [][]int, i, j int) [][]int {
	n := len(needs)
	full := make([]map[int]bool, n)
	for b := range n {
		full[b] = map[int]bool{}
		for _, a := range needs[b] {
			full[b][a] = true
			for c := range full[a] {
				full[b][c] = true
			}
		}
	}
	out := make([][]int, n)
	for b := range n {
		for a := range full[b] {
			if a != i || b != j {
				out[b] = append(out[b], a)
			}
		}
		slices.Sort(out[b])
	}
	return out
}
