package search

import "slices"

// Config selects how to search.
type Config struct {
	Heuristic HeuristicName
	Anytime   bool // first any plan, then better ones, until the best is proved
	first     bool // with Anytime: the first plan will do
	// Reductions make the space smaller if states must be expanded; nil: none.
	Reductions Reductions
	Stop       func() bool
	// Progress is called with the proved bound and the expansions before each one.
	Progress func(bound, expanded int64)
	MaxNodes int64 // expansions; 0: unlimited
	MaxBytes int64 // arenas, table and open list; 0: unlimited
}

// Outcome is how a search ended.
type Outcome uint8

const (
	Solved     Outcome = iota // Plan is optimal
	Bounded                   // Plan is a plan; Lower a proved bound
	Unsolvable                // proved: there is no plan
	Stopped                   // a limit was hit and no plan is known
)

// Result is a search's result.
type Result struct {
	Outcome Outcome
	Plan    []int32 // operators, in order
	Cost    int64   // of Plan
	Lower   int64   // proved lower bound of any plan's cost
	// Limited reports whether a limit ended the search.
	Limited                        bool
	Expanded, Evaluated, Generated int64
	PeakBytes, Stored              int64  // at most, of one search; states stored
	BitsPerState                   int    // packed
	Pruning                        string // what pruned operators, "" for nothing
}

// largeTask is the number of operators from which on a task is first
// decomposed.
const largeTask = 500

// Run searches. The same task and Config (with a Stop that never returns true)
// give the same Result.
func Run(t *Task, c Config) *Result {
	x := newRelaxation(t)
	if c.Heuristic == Weighted {
		return runWeighted(t, x, c)
	}
	lower := int64(0)
	if c.Heuristic == "" || c.Heuristic == LMCut {
		tries := []func(*Task, *relaxation, Config) (*Result, int64){structured, decomposed}
		if len(t.Ops) > largeTask {
			slices.Reverse(tries)
		}
		for _, try := range tries {
			r, l := try(t, x, c)
			if r != nil {
				return r
			}
			lower = max(lower, l)
		}
	}
	if c.Stop != nil && c.Stop() {
		return &Result{Outcome: Stopped, Lower: lower, Limited: true}
	}
	ops := []int32(nil) // of the searched task, if it is smaller
	if c.MaxNodes == 0 && c.Reductions != nil {
		if t, ops, c.Reductions = c.Reductions.Shrink(t, c.Stop); ops != nil {
			x = newRelaxation(t)
		}
	}
	var r *Result
	if c.Anytime {
		r = runAnytime(t, x, c, lower)
	} else {
		s := newAstar(t, x, c, 1)
		s.bound = lower
		r = s.run()
	}
	if ops != nil {
		for i, o := range r.Plan {
			r.Plan[i] = ops[o]
		}
	}
	return r
}

// runWeighted searches with the weighted goal count; its plan is never called
// optimal unless the lower bound of LM-cut happens to meet its cost.
func runWeighted(t *Task, x *relaxation, c Config) *Result {
	s := newAstar(t, x, c, 1)
	s.admissible = false
	r := s.run()
	if r.Outcome != Unsolvable {
		r.Lower = max(r.Lower, newLMCut(x, c.Stop).Estimate(t.Init))
	}
	return r
}

// runAnytime searches for a first plan greedily, then with ever smaller weights
// on the heuristic, each search pruned by the best plan so far; the last one,
// with weight 1, proves optimality.
func runAnytime(t *Task, x *relaxation, c Config, lower int64) *Result {
	var best *Result
	sum := Result{Lower: lower}
	if plan, cost := firstPlan(t, x, newGenerator(t), c, greedyLong); plan != nil {
		best = &Result{Outcome: Bounded, Plan: plan, Cost: cost, Lower: lower}
		if c.first {
			return best
		}
	}
	for _, w := range []int64{5, 2, 1} {
		s := newAstar(t, x, c, w)
		s.bound = sum.Lower
		if best != nil {
			s.upper, s.bestPlan = best.Cost, best.Plan
		}
		if c.MaxNodes > 0 {
			s.c.MaxNodes = max(c.MaxNodes-sum.Expanded, 1)
		}
		r := s.run()
		sum.Expanded += r.Expanded
		sum.Evaluated += r.Evaluated
		sum.Generated += r.Generated
		sum.PeakBytes = max(sum.PeakBytes, r.PeakBytes)
		sum.Lower = max(sum.Lower, r.Lower)
		best = r
		if r.Outcome == Unsolvable || r.Limited || r.Outcome == Solved || c.first {
			break
		}
	}
	best.Expanded, best.Evaluated, best.Generated, best.PeakBytes = sum.Expanded, sum.Evaluated, sum.Generated, sum.PeakBytes
	if best.Outcome == Bounded || best.Outcome == Stopped {
		best.Lower = sum.Lower
	}
	return best
}
