//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package advanced

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/search/searchtest"
)

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
