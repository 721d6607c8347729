package search_test

import (
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/search/advanced"
	"github.com/omegagen/omegagen/planner/internal/search/searchtest"
)

func TestHeuristicsAreAdmissible(t *testing.T) {
	for seed := range int64(1500) {
		task := searchtest.Random(seed)
		states, cost := searchtest.Exact(task)
		for _, name := range search.Heuristics() {
			if name == search.Weighted {
				continue
			}
			h := search.NewHeuristic(task, name)
			for i, s := range states {
				if e := h.Estimate(s); e > cost[i] {
					t.Fatalf("seed %d: %s of %v is %d, the goal is %d away", seed, name, s, e, cost[i])
				}
			}
		}
	}
}

func TestUnknownHeuristic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an unknown heuristic was accepted")
		}
	}()
	task := searchtest.Random(1)
	search.NewHeuristic(task, "lmcutt")
}

// TestSearchesAgree searches without any reduction.
func TestSearchesAgree(t *testing.T) { searchtest.Agree(t, 1000, nil) }

func TestLimits(t *testing.T) {
	var task *search.Task
	for seed := int64(0); ; seed++ {
		task = searchtest.Random(seed)
		if r := search.Run(task, search.Config{Heuristic: "blind"}); r.Outcome == search.Solved && r.Expanded > 10 {
			break
		}
	}
	full := search.Run(task, search.Config{Heuristic: "blind"})
	for n := int64(1); n < full.Expanded; n++ {
		r := search.Run(task, search.Config{Heuristic: "blind", MaxNodes: n})
		if r.Expanded > n || r.Lower > full.Cost || r.Outcome == search.Unsolvable || r.Outcome == search.Bounded && r.Cost < full.Cost {
			t.Fatalf("with %d nodes: %+v, the optimum is %d", n, r, full.Cost)
		}
	}
	if r := search.Run(task, search.Config{Heuristic: "blind", Stop: func() bool { return true }}); !r.Limited || r.Outcome == search.Solved {
		t.Errorf("stopped at once: %+v", r)
	}
}

// TestMemoryLimit fills a search's memory limit: its counted memory stays below
// the limit.
func TestMemoryLimit(t *testing.T) {
	// Twenty switches, toggled depending on a neighbor in either position, so that
	// no toggle is independent of the others; and all costs differ.
	task := &search.Task{FactBase: []int32{0}}
	for v := range int32(20) {
		task.FactBase = append(task.FactBase, task.Facts()+2)
		task.Domains, task.Init = append(task.Domains, 2), append(task.Init, 0)
		for k := range int32(4) {
			task.Ops = append(task.Ops, search.Op{Pre: []search.Ref{(v+1)%20*2 + k&1}, Effs: []search.Effect{{Var: v, Val: k >> 1}}, Cost: 20 + int64(v)})
		}
		task.Goal = append(task.Goal, v*2+1)
	}
	for _, limit := range []int64{1 << 20, 4 << 20} {
		r := search.Run(task, search.Config{Heuristic: "blind", MaxBytes: limit})
		if r.Outcome == search.Solved || !r.Limited || r.PeakBytes > limit || r.PeakBytes < limit/3 {
			t.Errorf("at most %d: %d, %d bytes, %d states", limit, r.Outcome, r.PeakBytes, r.Stored)
		}
	}
}

// counted counts the calls, and reduces nothing.
type counted struct{ shrinks, searches *int }

func (c counted) Shrink(t *search.Task, _ func() bool) (*search.Task, []int32, search.Reductions) {
	*c.shrinks++
	return t, nil, c
}

func (c counted) Begin(t *search.Task, stop func() bool) search.Reducer {
	*c.searches++
	return advanced.Reductions{}.Begin(t, stop)
}

// TestWhenTasksAreShrunk: computing mutually exclusive facts is worthwhile for
// a search without a limit, but not within a few nodes.
func TestWhenTasksAreShrunk(t *testing.T) {
	for _, c := range []struct {
		config            search.Config
		shrinks, searches int
	}{
		{search.Config{Heuristic: search.Blind}, 1, 1},
		{search.Config{Heuristic: search.Blind, MaxNodes: 100}, 0, 1},
		{search.Config{Heuristic: search.Weighted}, 0, 1},
	} {
		var shrinks, searches int
		c.config.Reductions = counted{&shrinks, &searches}
		search.Run(searchtest.Random(1), c.config)
		if shrinks != c.shrinks || searches != c.searches {
			t.Errorf("%+v: shrunk %d times for %d searches", c.config, shrinks, searches)
		}
	}
}
