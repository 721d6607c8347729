package advanced

import (
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/search/searchtest"
)

// TestInvariants: a token that is passed on is in one place, however many
// places there are; an operator that requires it in two places is inapplicable.
func TestInvariants(t *testing.T) {
	for _, n := range []int32{3, 1001} {
		task := &search.Task{FactBase: []int32{0}}
		for v := range n {
			task.Domains, task.Init, task.FactBase = append(task.Domains, 2), append(task.Init, 0), append(task.FactBase, 2*(v+1))
		}
		task.Init[0] = 1
		for v := range n {
			task.Ops = append(task.Ops, search.Op{Pre: []search.Ref{2*v + 1}, Effs: []search.Effect{{Var: v, Val: 0}, {Var: (v + 1) % n, Val: 1}}, Cost: 1})
		}
		task.Ops = append(task.Ops, search.Op{Pre: []search.Ref{1, 2*(n-1) + 1}, Effs: []search.Effect{{Var: 0, Val: 0}}, Cost: 1})
		m := newInvariants(task, nil)
		if m == nil || m.together(1, 2*(n-1)+1) || m.together(3, 1) || !m.together(0, 2) || !m.together(1, 2) {
			t.Fatalf("%d places: the group is not found", n)
		}
		if dead, any := m.exclusive(task); !any || !dead[n] || dead[0] {
			t.Errorf("%d places: an operator that requires two of them is not removed", n)
		}
		if n > maxMutexFacts/2 && newPairs(task, nil) != nil {
			t.Error("there are not too many pairs")
		}
		// Two tokens are not a group.
		task.Init[1] = 1
		if newInvariants(task, nil) != nil {
			t.Errorf("%d places: a group with two that hold", n)
		}
	}
}

// TestInvariantsKeepOptima: searches with only groups find the same optima as
// an exhaustive search.
func TestInvariantsKeepOptima(t *testing.T) {
	known := 0
	for seed := range int64(3000) {
		for _, task := range []*search.Task{searchtest.Random(seed), searchtest.SmallDeployment(seed), searchtest.Copies(seed)} {
			m := newInvariants(task, nil)
			if m == nil {
				continue
			}
			known++
			_, cost := searchtest.Exact(task)
			task, _ = without(task, m)
			r := search.Run(task, search.Config{Heuristic: search.HMax, MaxNodes: unbounded, Reductions: Reductions{never: m}})
			if cost[0] == search.Infinite && r.Outcome != search.Unsolvable || cost[0] != search.Infinite && (r.Outcome != search.Solved || r.Cost != cost[0]) {
				t.Fatalf("seed %d: %d at %d, the optimum is %d", seed, r.Outcome, r.Cost, cost[0])
			}
		}
	}
	if t.Logf("groups in %d tasks", known); known < 100 {
		t.Error("the generator has become one-sided")
	}
}

// TestMutexesAreSound compares pairs of facts, and groups, with all reachable
// states.
func TestMutexesAreSound(t *testing.T) {
	for name, find := range map[string]func(*search.Task, func() bool) *mutexes{"pairs": newPairs, "groups": newInvariants} {
		never := 0
		for seed := range int64(2000) {
			for _, task := range []*search.Task{searchtest.Random(seed), searchtest.SmallDeployment(seed), searchtest.Copies(seed)} {
				m := find(task, nil)
				if m == nil && name == "groups" {
					continue
				}
				states, _ := searchtest.Exact(task)
				for _, s := range states {
					for v, x := range s {
						for w, y := range s {
							if !m.together(task.FactBase[v]+x, task.FactBase[w]+y) {
								t.Fatalf("%s, seed %d: %d=%d and %d=%d hold together in %v", name, seed, v, x, w, y, s)
							}
						}
					}
				}
				for p := range task.Facts() {
					for q := range p {
						v, _ := task.VarOf(p)
						if w, _ := task.VarOf(q); v != w && !m.together(p, q) {
							never++
						}
					}
				}
			}
		}
		if t.Logf("%s: %d of different variables never hold together", name, never); never < 200 {
			t.Errorf("%s: the generator has become one-sided", name)
		}
	}
}
