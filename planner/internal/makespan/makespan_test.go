package makespan

import (
	"slices"
	"testing"

	"github.com/omegagen/omegagen/planner/internal/schedule"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// twoWays is a task in which the goal is reached by one slow operator, or by
// two fast ones that cost more.
func twoWays() *search.Task {
	return &search.Task{Domains: []int32{2, 2}, FactBase: []int32{0, 2, 4}, Init: []int32{0, 0}, Goal: []search.Ref{1, 3},
		Ops: []search.Op{
			{Cost: 1, Effs: []search.Effect{{Var: 0, Val: 1}, {Var: 1, Val: 1}}},
			{Cost: 2, Effs: []search.Effect{{Var: 0, Val: 1}}},
			{Cost: 2, Effs: []search.Effect{{Var: 1, Val: 1}}},
		}}
}

func TestMinimize(t *testing.T) {
	duration := []int64{5, 2, 3}
	problem := func(capacity int64, apart bool) Problem {
		return Problem{Task: twoWays(), Duration: func(op int32) int64 { return duration[op] }, Capacity: []int64{capacity},
			Uses:      func(int32) []schedule.Use { return []schedule.Use{{Resource: 0, Amount: 1}} },
			Conflicts: func(_, _ int32) bool { return apart }}
	}
	for name, c := range map[string]struct {
		p     Problem
		known Cheapest
		ops   []int32
		lower int64
	}{
		"in parallel":                      {problem(2, false), Cheapest{5, true}, []int32{1, 2}, 3},
		"one at a time":                    {problem(1, false), Cheapest{5, true}, []int32{0}, 5},
		"apart":                            {problem(2, true), Cheapest{5, true}, []int32{0}, 5},
		"nothing can be any shorter":       {problem(2, false), Cheapest{3, true}, nil, 3},
		"as short, but expensive, perhaps": {problem(2, false), Cheapest{3, false}, []int32{1, 2}, 3},
	} {
		r := Minimize(c.p, c.known)
		slices.Sort(r.Ops)
		if !slices.Equal(r.Ops, c.ops) || r.Lower != c.lower || len(r.Starts) != len(r.Ops) || r.Limited {
			t.Errorf("%s: %+v", name, r)
		}
		if (r.Expanded == 0) != (c.ops == nil) {
			t.Errorf("%s: %d states were expanded", name, r.Expanded)
		}
	}
	stopped := problem(2, false)
	stopped.Stop = func() bool { return true }
	if r := Minimize(stopped, Cheapest{5, true}); r.Ops != nil || !r.Limited || r.Lower > 3 {
		t.Errorf("stopped: %+v", r)
	}
}
