package search

import (
	"math/rand"
	"slices"
	"testing"
)

// smallDeployment makes a task of few facts, most of them with one operator
// that brings them about, some used up or ended by others.
func smallDeployment(seed int64) *Task {
	r := rand.New(rand.NewSource(seed))
	t := &Task{FactBase: []int32{0}}
	n := int32(3 + r.Intn(6))
	for range n {
		t.FactBase = append(t.FactBase, t.Facts()+2)
		t.Domains = append(t.Domains, 2)
		t.Init = append(t.Init, int32(r.Intn(8)/7))
	}
	pre := func(k int) (out []Ref) {
		for range r.Intn(k + 1) {
			out = append(out, Ref(2*r.Intn(int(n))+1))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for v := range n {
		op := Op{Pre: pre(2), Effs: []Effect{{Var: v, Val: 1}}, Cost: int64(1 + r.Intn(3))}
		if r.Intn(3) == 0 {
			if w := int32(r.Intn(int(n))); w != v {
				op.Effs = append(op.Effs, Effect{Var: w, Val: 0})
				if r.Intn(2) == 0 {
					op.Pre = append(op.Pre, w*2+1)
					slices.Sort(op.Pre)
					op.Pre = slices.Compact(op.Pre)
				}
			}
		}
		t.Ops = append(t.Ops, op)
		if r.Intn(5) == 0 {
			t.Ops = append(t.Ops, Op{Pre: pre(2), Effs: []Effect{{Var: v, Val: 1}}, Cost: int64(1 + r.Intn(3))})
		}
	}
	for len(t.Goal) == 0 {
		t.Goal = pre(4)
	}
	return t
}

// TestStructureIsProved compares what the structure of a task says with an
// exhaustive search: its bound is one, and its plans are optimal.
func TestStructureIsProved(t *testing.T) {
	solved, again := 0, 0
	for seed := range int64(6000) {
		task := smallDeployment(seed)
		_, cost := exact(task)
		x := newRelaxation(task)
		for _, try := range []func(*Task, *relaxation, Config) (*Result, int64){structured, decomposed} {
			r, lower := try(task, x, Config{})
			if lower > cost[0] {
				t.Fatalf("seed %d: at least %d, but the optimum is %d", seed, lower, cost[0])
			}
			if r == nil || r.Outcome == Unsolvable && cost[0] == Infinite {
				continue
			}
			if r.Outcome != Solved || r.Cost != cost[0] {
				t.Fatalf("seed %d: %d at %d, the optimum is %d", seed, r.Outcome, r.Cost, cost[0])
			}
			replay(t, task, r)
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
