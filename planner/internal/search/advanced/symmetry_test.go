package advanced

import (
	"slices"
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search/searchtest"
)

// unbounded is a limit that no search reaches: with it, a task isn't shrunk
// first.
const unbounded = 1 << 40

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
