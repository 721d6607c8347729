package search_test

import (
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/search/searchtest"
)

// TestStructureIsProved compares the results by structure with an exhaustive
// search: its bound is a lower bound, and its plans are optimal.
func TestStructureIsProved(t *testing.T) {
	solved, again := 0, 0
	for seed := range int64(6000) {
		task := searchtest.SmallDeployment(seed)
		_, cost := searchtest.Exact(task)
		for _, try := range search.Proofs() {
			r, lower := try(task)
			if lower > cost[0] {
				t.Fatalf("seed %d: at least %d, but the optimum is %d", seed, lower, cost[0])
			}
			if r == nil || r.Outcome == search.Unsolvable && cost[0] == search.Infinite {
				continue
			}
			if r.Outcome != search.Solved || r.Cost != cost[0] {
				t.Fatalf("seed %d: %d at %d, the optimum is %d", seed, r.Outcome, r.Cost, cost[0])
			}
			searchtest.Replay(t, task, r)
			solved++
			used := map[int32]bool{}
			for _, o := range r.Plan {
				if used[o] {
					again++
					break
				}
				used[o] = true
			}
		}
	}
	t.Logf("%d solved by structure, %d of them use an operator again", solved, again)
	if solved < 3000 || again < 100 {
		t.Error("the generator has become one-sided")
	}
}

// refused are reductions that must not be called.
type refused struct{ t *testing.T }

func (r refused) Shrink(t *search.Task, _ func() bool) (*search.Task, []int32, search.Reductions) {
	r.t.Error("a task that is proved by structure is shrunk")
	return t, nil, r
}

func (r refused) Begin(*search.Task, func() bool) search.Reducer {
	r.t.Error("a task that is proved by structure is searched")
	return nil
}

// TestProofsNeedNoReductions: if structure proves the plan, the reductions for
// hard tasks aren't called.
func TestProofsNeedNoReductions(t *testing.T) {
	proved := 0
	for seed := range int64(500) {
		task := searchtest.SmallDeployment(seed)
		if r, _ := search.Proofs()["structure"](task); r != nil {
			proved++
			search.Run(task, search.Config{Reductions: refused{t}})
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if t.Logf("%d tasks", proved); proved < 200 {
		t.Error("the generator has become one-sided")
	}
}
