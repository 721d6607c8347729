package search

import (
	"math/rand"
	"slices"
	"testing"
)

// copies makes a task of a few alike objects: variables of their own, and some
// that all share.
func copies(seed int64) *Task {
	r := rand.New(rand.NewSource(seed))
	t := &Task{FactBase: []int32{0}}
	add := func(d int32) int32 {
		t.FactBase = append(t.FactBase, t.Facts()+d)
		t.Domains, t.Init = append(t.Domains, d), append(t.Init, 0)
		return int32(len(t.Domains) - 1)
	}
	k, own, shared := 2+r.Intn(3), 1+r.Intn(2), 1+r.Intn(2)
	domains := make([]int32, own+shared)
	vars := make([][]int32, k) // of each copy, the shared ones last
	for i := range domains {
		domains[i] = int32(2 + r.Intn(2))
		at := int32(-1)
		for c := range k {
			if i < own || at < 0 {
				at = add(domains[i])
			}
			vars[c] = append(vars[c], at)
		}
	}
	type fact struct{ v, x int32 }
	random := func() fact {
		v := int32(r.Intn(len(domains)))
		return fact{v, int32(r.Intn(int(domains[v])))}
	}
	ref := func(c int, f fact) Ref { return t.FactBase[vars[c][f.v]] + f.x }
	for range 2 + r.Intn(4) {
		pre, effs, conds := []fact{}, []fact{}, []fact{}
		for range r.Intn(3) {
			pre = append(pre, random())
		}
		for range 1 + r.Intn(2) {
			if f := random(); !slices.ContainsFunc(effs, func(e fact) bool { return e.v == f.v }) {
				effs, conds = append(effs, f), append(conds, random())
			}
		}
		cost, conditional := int64(r.Intn(4)), r.Intn(3) == 0
		for c := range k {
			op := Op{Cost: cost}
			for _, f := range pre {
				op.Pre = append(op.Pre, ref(c, f))
			}
			slices.Sort(op.Pre)
			op.Pre = slices.Compact(op.Pre)
			for i, f := range effs {
				e := Effect{Var: vars[c][f.v], Val: f.x}
				if conditional {
					e.Cond = []Ref{ref(c, conds[i])}
				}
				op.Effs = append(op.Effs, e)
			}
			t.Ops = append(t.Ops, op)
		}
	}
	goal := random()
	for c := range k {
		t.Goal = append(t.Goal, ref(c, goal))
	}
	if r.Intn(2) == 0 { // one of them holds, of each copy
		n := Node{Or: true}
		other := random()
		for c := range k {
			n.Kids = append(n.Kids, ref(c, other))
		}
		slices.Sort(n.Kids)
		n.Kids = slices.Compact(n.Kids)
		t.Nodes = append(t.Nodes, n)
		t.Goal = append(t.Goal, t.Props()-1)
	}
	slices.Sort(t.Goal)
	t.Goal = slices.Compact(t.Goal)
	for v, d := range t.Domains {
		t.Init[v] = int32(r.Intn(int(d)))
	}
	return t
}

// TestSymmetriesAreSound looks for symmetries at the first expansion, and
// compares costs with an exhaustive search.
func TestSymmetriesAreSound(t *testing.T) {
	with, fewer := 0, 0
	for seed := range int64(2500) {
		task := copies(seed)
		_, cost := exact(task)
		for _, h := range []HeuristicName{Blind, HMax, LMCut} {
			c := Config{Heuristic: h, symmetry: 1 + seed%2}
			if seed%2 == 0 {
				c.pairs = newMutexes(task, nil)
			}
			x := newRelaxation(task)
			s := newAstar(task, x, c, 1)
			r := s.run()
			if cost[0] == Infinite {
				if r.Outcome != Unsolvable {
					t.Fatalf("seed %d %s: %d, but there is no plan", seed, h, r.Outcome)
				}
				continue
			}
			if r.Outcome != Solved || r.Cost != cost[0] {
				t.Fatalf("seed %d %s: %d at %d, the optimum is %d", seed, h, r.Outcome, r.Cost, cost[0])
			}
			replay(t, task, r)
			if s.sym == nil {
				continue
			}
			with++
			c.symmetry, c.pairs = Infinite, nil
			if plain := newAstar(task, x, c, 1).run(); plain.Expanded > r.Expanded {
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
		task := copies(seed)
		s := newSymmetry(task, nil)
		if s == nil {
			continue
		}
		states, cost := exact(task)
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
