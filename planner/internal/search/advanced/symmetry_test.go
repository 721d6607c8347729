package advanced

import (
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/search/searchtest"
)

// unbounded is a limit that no search reaches: with it, a task isn't shrunk
// first.
const unbounded = 1 << 40

// TestSymmetriesAreSound searches for symmetries at the first expansion, and
// compares costs with an exhaustive search.
func TestSymmetriesAreSound(t *testing.T) {
	with, fewer := 0, 0
	for seed := range int64(2500) {
		task := searchtest.Copies(seed)
		_, cost := searchtest.Exact(task)
		for _, h := range []search.HeuristicName{search.Blind, search.HMax, search.LMCut} {
			r := Reductions{symmetry: 1 + seed%2}
			if seed%2 == 0 {
				r.never = newMutexes(task, nil)
			}
			found := search.Run(task, search.Config{Heuristic: h, MaxNodes: unbounded, Reductions: r})
			if cost[0] == search.Infinite {
				if found.Outcome != search.Unsolvable {
					t.Fatalf("seed %d %s: %d, but there is no plan", seed, h, found.Outcome)
				}
				continue
			}
			if found.Outcome != search.Solved || found.Cost != cost[0] {
				t.Fatalf("seed %d %s: %d at %d, the optimum is %d", seed, h, found.Outcome, found.Cost, cost[0])
			}
			searchtest.Replay(t, task, found)
			if !strings.HasSuffix(found.Pruning, "symmetry") {
				continue
			}
			with++
			plain := Reductions{symmetry: search.Infinite}
			if search.Run(task, search.Config{Heuristic: h, MaxNodes: unbounded, Reductions: plain}).Expanded > found.Expanded {
				fewer++
			}
		}
	}
	t.Logf("symmetries in %d searches, fewer expansions in %d", with, fewer)
	if with < 500 || fewer < 50 {
		t.Error("the generator has become one-sided")
	}
}

// TestGeneratorsAreSymmetries applies each generator to all facts and operators
// of a task and compares.
func TestGeneratorsAreSymmetries(t *testing.T) {
	for seed := range int64(1500) {
		task := searchtest.Copies(seed)
		s := newSymmetry(task, nil)
		if s == nil {
			continue
		}
		states, cost := searchtest.Exact(task)
		far := map[string]int64{}
		for i, vals := range states {
			far[key(vals)] = cost[i]
		}
		for i, vals := range states {
			for k := range s.gens {
				p := &s.gens[k]
				next := slices.Clone(vals)
				for j, v := range p.target {
					next[v] = p.value[j][vals[p.source[j]]]
				}
				if c, ok := far[key(next)]; ok && c != cost[i] {
					t.Fatalf("seed %d: %v is %d from the goal, its image %v %d", seed, vals, cost[i], next, c)
				}
			}
		}
	}
}

func key(vals []int32) string {
	b := make([]byte, len(vals))
	for i, x := range vals {
		b[i] = byte(x)
	}
	return string(b)
}
