package advanced

import (
	"fmt"
	"hash/fnv"
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/search/searchtest"
)

// TestEffort: what searches of random tasks cost with these reductions. A reduction
// that prunes less is as right as before, but these figures grow; without any they
// are larger.
func TestEffort(t *testing.T) {
	generators := map[string]func(int64) *search.Task{"random": searchtest.Random, "copies": searchtest.Copies, "deployment": searchtest.SmallDeployment}
	for name, generate := range generators {
		var plain int64
		for kind, config := range map[string]search.Config{
			"hmax":  {Heuristic: search.HMax, Reductions: Reductions{}},
			"limit": {Heuristic: search.HMax, Reductions: Reductions{}, MaxNodes: 1 << 40},
		} {
			plans := fnv.New32a()
			var sum search.Result
			pruned := map[string]int{}
			plain = 0
			for seed := range int64(600) {
				r := search.Run(generate(seed), config)
				fmt.Fprintln(plans, r.Outcome, r.Plan, r.Lower)
				sum.Expanded += r.Expanded
				sum.Evaluated += r.Evaluated
				sum.Generated += r.Generated
				sum.Stored += r.Stored
				pruned[r.Pruning]++
				plain += search.Run(generate(seed), search.Config{Heuristic: search.HMax}).Expanded
			}
			if sum.Expanded > plain {
				t.Errorf("%s %s: %d expanded, without reductions %d", name, kind, sum.Expanded, plain)
			}
			key := name + " " + kind
			got := fmt.Sprintf("%d expanded, %d evaluated, %d generated, %d stored, plans %08x, pruned %v", sum.Expanded, sum.Evaluated, sum.Generated, sum.Stored, plans.Sum32(), pruned)
			if got != effort[key] {
				t.Errorf("%q: %q,\nnot %q", key, got, effort[key])
			}
		}
	}
}

// TestMutexesFound: how many pairs of facts of random tasks are known never to
// hold together.
func TestMutexesFound(t *testing.T) {
	for name, find := range map[string]func(*search.Task, func() bool) *mutexes{"pairs": newPairs, "groups": newInvariants} {
		never, none := 0, 0
		for seed := range int64(500) {
			for _, task := range []*search.Task{searchtest.Random(seed), searchtest.SmallDeployment(seed), searchtest.Copies(seed)} {
				m := find(task, nil)
				if m == nil {
					none++
					continue
				}
				for p := range task.Facts() {
					for q := range p {
						if !m.together(p, q) {
							never++
						}
					}
				}
			}
		}
		if got := fmt.Sprintf("%d never, %d tasks without", never, none); got != found[name] {
			t.Errorf("%q: %q,\nnot %q", name, got, found[name])
		}
	}
}

var (
	effort = map[string]string{
		"copies hmax":      "475 expanded, 1321 evaluated, 1915 generated, 1321 stored, plans 0a97a8a0, pruned map[off:56 stubborn:544]",
		"copies limit":     "476 expanded, 1322 evaluated, 1922 generated, 1322 stored, plans e9a1be86, pruned map[stubborn:600]",
		"deployment hmax":  "736 expanded, 1511 evaluated, 1055 generated, 1511 stored, plans ae9aad62, pruned map[off:128 stubborn:472]",
		"deployment limit": "741 expanded, 1523 evaluated, 1067 generated, 1523 stored, plans 9aac0edf, pruned map[stubborn:600]",
		"random hmax":      "168 expanded, 831 evaluated, 310 generated, 831 stored, plans d47214bf, pruned map[off:71 stubborn:529]",
		"random limit":     "169 expanded, 832 evaluated, 311 generated, 832 stored, plans 2bc6d7b1, pruned map[stubborn:600]",
	}
	found = map[string]string{
		"groups": "367 never, 1367 tasks without",
		"pairs":  "71219 never, 0 tasks without",
	}
)
