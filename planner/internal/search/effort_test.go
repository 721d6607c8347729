package search_test

import (
	"fmt"
	"hash/fnv"
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/search/searchtest"
)

// TestEffort: what searches of random tasks cost in all, each heuristic by itself.
// A search that prunes less is as right as before, but these figures grow. After a
// change that is meant, check that none but what was meant has changed. Plans are
// compared too, because the same task must give the same plan in every version.
func TestEffort(t *testing.T) {
	generators := map[string]func(int64) *search.Task{"random": searchtest.Random, "copies": searchtest.Copies, "deployment": searchtest.SmallDeployment}
	configs := map[string]search.Config{
		"blind": {Heuristic: search.Blind}, "hmax": {Heuristic: search.HMax}, "weighted": {Heuristic: search.Weighted},
		"default": {}, "anytime": {Anytime: true, Heuristic: search.HMax}, "few": {Heuristic: search.HMax, MaxNodes: 5},
	}
	expanded := map[string]int64{}
	for name, generate := range generators {
		for kind, config := range configs {
			plans := fnv.New32a()
			var sum search.Result
			for seed := range int64(600) {
				r := search.Run(generate(seed), config)
				fmt.Fprintln(plans, r.Outcome, r.Plan, r.Lower, r.Limited, r.BitsPerState)
				sum.Expanded += r.Expanded
				sum.Evaluated += r.Evaluated
				sum.Generated += r.Generated
				sum.Stored += r.Stored
			}
			key := name + " " + kind
			expanded[key] = sum.Expanded
			got := fmt.Sprintf("%d expanded, %d evaluated, %d generated, %d stored, plans %08x", sum.Expanded, sum.Evaluated, sum.Generated, sum.Stored, plans.Sum32())
			if got != effort[key] {
				t.Errorf("%q: %q,\nnot %q", key, got, effort[key])
			}
		}
		if expanded[name+" default"] > expanded[name+" hmax"] || expanded[name+" hmax"] > expanded[name+" blind"] {
			t.Errorf("%s: a better heuristic expands more: %v", name, expanded)
		}
	}
}

// TestEstimates: the sum of what each heuristic estimates for all states of random
// tasks. An estimate that gets lower is still admissible, but helps less.
func TestEstimates(t *testing.T) {
	for _, name := range search.Heuristics() {
		var sum, dead int64
		for seed := range int64(200) {
			for _, task := range []*search.Task{searchtest.Random(seed), searchtest.SmallDeployment(seed)} {
				states, _ := searchtest.Exact(task)
				h := search.NewHeuristic(task, name)
				for _, s := range states {
					if e := h.Estimate(s); e == search.Infinite {
						dead++
					} else {
						sum += e
					}
				}
			}
		}
		if got := fmt.Sprintf("%d, %d dead ends", sum, dead); got != estimates[name] {
			t.Errorf("%q: %q,\nnot %q", name, got, estimates[name])
		}
	}
}

// TestProofsReach: how many tasks each way to prove a plan without a search
// solves, and the bounds that it gives for all.
func TestProofsReach(t *testing.T) {
	for name, try := range search.Proofs() {
		var solved, unsolvable int
		var bounds int64
		plans := fnv.New32a()
		for seed := range int64(1000) {
			for _, task := range []*search.Task{searchtest.Random(seed), searchtest.SmallDeployment(seed)} {
				r, lower := try(task)
				if lower != search.Infinite {
					bounds += lower
				}
				switch {
				case r == nil:
				case r.Outcome == search.Unsolvable:
					unsolvable++
				default:
					solved++
					fmt.Fprintln(plans, r.Plan)
				}
			}
		}
		if got := fmt.Sprintf("%d solved, %d unsolvable, bounds %d, plans %08x", solved, unsolvable, bounds, plans.Sum32()); got != proofs[name] {
			t.Errorf("%q: %q,\nnot %q", name, got, proofs[name])
		}
	}
}

var (
	effort = map[string]string{
		"copies anytime":      "825 expanded, 1828 evaluated, 4736 generated, 1598 stored, plans 6c503554",
		"copies blind":        "6225 expanded, 6911 evaluated, 47153 generated, 6911 stored, plans 94c1369e",
		"copies default":      "556 expanded, 1779 evaluated, 3286 generated, 887 stored, plans 49c06967",
		"copies few":          "276 expanded, 1324 evaluated, 1263 generated, 1324 stored, plans dcc07b90",
		"copies hmax":         "846 expanded, 1871 evaluated, 4649 generated, 1871 stored, plans ed22c819",
		"copies weighted":     "5862 expanded, 6415 evaluated, 45248 generated, 6415 stored, plans 1eb816fa",
		"deployment anytime":  "900 expanded, 2670 evaluated, 2756 generated, 1981 stored, plans 4ef578af",
		"deployment blind":    "2859 expanded, 3974 evaluated, 6173 generated, 3974 stored, plans cfe5d852",
		"deployment default":  "83 expanded, 851 evaluated, 163 generated, 184 stored, plans 8db74109",
		"deployment few":      "737 expanded, 2188 evaluated, 1854 generated, 2188 stored, plans 6e7d6bb2",
		"deployment hmax":     "972 expanded, 2517 evaluated, 2598 generated, 2517 stored, plans 79a01d15",
		"deployment weighted": "2266 expanded, 3389 evaluated, 4390 generated, 3389 stored, plans a913ac82",
		"random anytime":      "117 expanded, 764 evaluated, 239 generated, 764 stored, plans a554014f",
		"random blind":        "1185 expanded, 1408 evaluated, 1329 generated, 1408 stored, plans 8b18152f",
		"random default":      "123 expanded, 876 evaluated, 235 generated, 529 stored, plans 00b20286",
		"random few":          "168 expanded, 845 evaluated, 322 generated, 845 stored, plans 1532c9df",
		"random hmax":         "174 expanded, 850 evaluated, 335 generated, 850 stored, plans 4dfe54d3",
		"random weighted":     "1165 expanded, 1393 evaluated, 1293 generated, 1393 stored, plans e97b4729",
	}
	estimates = map[search.HeuristicName]string{
		"blind":    "2028, 0 dead ends",
		"hmax":     "4168, 808 dead ends",
		"lmcut":    "4870, 808 dead ends",
		"weighted": "8266, 0 dead ends",
	}
	proofs = map[string]string{
		"parts":     "380 solved, 396 unsolvable, bounds 2193, plans 785ba954",
		"structure": "769 solved, 0 unsolvable, bounds 2545, plans 0d64c36d",
	}
)

// TestVarOf: a fact's variable and value are those of its place.
func TestVarOf(t *testing.T) {
	for seed := range int64(50) {
		task := searchtest.Random(seed)
		all := task.VarsOfFacts()
		for f := range task.Facts() {
			v, val := task.VarOf(f)
			if v != all[f] || task.FactBase[v]+val != f || val < 0 || val >= task.Domains[v] {
				t.Fatalf("seed %d: fact %d is value %d of variable %d", seed, f, val, v)
			}
		}
	}
}
