package search

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
)

// randomTask makes a small task with conditional effects and circuits.
func randomTask(seed int64) *Task {
	r := rand.New(rand.NewSource(seed))
	t := &Task{FactBase: []int32{0}}
	for range 2 + r.Intn(4) {
		d := int32(2 + r.Intn(2))
		t.FactBase = append(t.FactBase, t.Facts()+d)
		t.Domains = append(t.Domains, d)
		t.Init = append(t.Init, 0)
	}
	for range r.Intn(4) {
		n := Node{Or: r.Intn(2) == 0}
		for range 1 + r.Intn(3) {
			n.Kids = append(n.Kids, Ref(r.Intn(int(t.Props()))))
		}
		slices.Sort(n.Kids)
		n.Kids = slices.Compact(n.Kids)
		t.Nodes = append(t.Nodes, n)
	}
	refs := func(n int) []Ref {
		var out []Ref
		for range r.Intn(n + 1) {
			out = append(out, Ref(r.Intn(int(t.Props()))))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for range 3 + r.Intn(6) {
		op := Op{Pre: refs(2), Cost: int64(r.Intn(4))}
		for v, d := range t.Domains {
			if r.Intn(3) == 0 {
				op.Effs = append(op.Effs, Effect{Cond: refs(1), Var: int32(v), Val: int32(r.Intn(int(d)))})
			}
		}
		t.Ops = append(t.Ops, op)
	}
	for len(t.Goal) == 0 {
		t.Goal = refs(3)
	}
	return t
}

// exact gives for every state that can be reached its values and the cheapest
// cost to the goal, Infinite where there is none.
func exact(t *Task) (states [][]int32, cost []int64) {
	index := map[string]int{}
	type arc struct {
		from int
		cost int64
	}
	var back [][]arc
	add := func(vals []int32) int {
		k := fmt.Sprint(vals)
		if i, ok := index[k]; ok {
			return i
		}
		index[k] = len(states)
		states = append(states, vals)
		back = append(back, nil)
		return len(states) - 1
	}
	add(t.Init)
	for i := 0; i < len(states); i++ {
		for o := range t.Ops {
			if t.Holds(states[i], t.Ops[o].Pre) {
				j := add(t.Apply(states[i], int32(o)))
				back[j] = append(back[j], arc{i, t.Ops[o].Cost})
			}
		}
	}
	cost = make([]int64, len(states))
	for i := range states {
		cost[i] = Infinite
		if t.Holds(states[i], t.Goal) {
			cost[i] = 0
		}
	}
	for changed := true; changed; {
		changed = false
		for j := range states {
			for _, a := range back[j] {
				if cost[j] != Infinite && cost[j]+a.cost < cost[a.from] {
					cost[a.from] = cost[j] + a.cost
					changed = true
				}
			}
		}
	}
	return states, cost
}

func TestHeuristicsAreAdmissible(t *testing.T) {
	for seed := range int64(1500) {
		task := randomTask(seed)
		x := newRelaxation(task)
		states, cost := exact(task)
		for _, name := range Heuristics() {
			if name == Weighted {
				continue
			}
			h := newHeuristic(task, x, Config{Heuristic: name})
			for i, s := range states {
				if e := h.Estimate(s); e > cost[i] {
					t.Fatalf("seed %d: %s of %v is %d, the goal is %d away", seed, name, s, e, cost[i])
				}
			}
		}
	}
}

func TestUnknownHeuristic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a heuristic that isn't known was taken for another one")
		}
	}()
	task := randomTask(1)
	newHeuristic(task, newRelaxation(task), Config{Heuristic: "lmcutt"})
}

func replay(t *testing.T, task *Task, r *Result) {
	t.Helper()
	state, cost := task.Init, int64(0)
	for _, o := range r.Plan {
		if !task.Holds(state, task.Ops[o].Pre) {
			t.Fatal("the plan uses an operator that is not applicable")
		}
		state = task.Apply(state, o)
		cost += task.Ops[o].Cost
	}
	if cost != r.Cost || !task.Holds(state, task.Goal) {
		t.Fatalf("the plan costs %d, not %d, or misses the goal", cost, r.Cost)
	}
}

func TestSearchesAgree(t *testing.T) {
	for seed := range int64(3000) {
		task := randomTask(seed)
		_, cost := exact(task)
		for _, c := range []Config{{}, {Heuristic: "hmax"}, {Heuristic: "blind"}, {Anytime: true}, {Heuristic: "weighted"}} {
			for _, simple := range []bool{false, true} {
				now := task
				if simple {
					now = Simplify(task).Task
				}
				r := Run(now, c)
				switch {
				case cost[0] == Infinite:
					if r.Outcome != Unsolvable {
						t.Fatalf("seed %d %+v: %d, but there is no plan", seed, c, r.Outcome)
					}
				case r.Outcome == Solved && r.Cost == cost[0] && r.Lower == cost[0]:
					replay(t, now, r)
				case c.Heuristic == "weighted" && r.Outcome == Bounded && r.Cost >= cost[0] && r.Lower <= cost[0]:
					replay(t, now, r)
				default:
					t.Fatalf("seed %d %+v simplified %v: outcome %d at %d, at least %d; the optimum is %d", seed, c, simple, r.Outcome, r.Cost, r.Lower, cost[0])
				}
			}
		}
	}
}

func TestLimits(t *testing.T) {
	var task *Task
	for seed := int64(0); ; seed++ {
		task = randomTask(seed)
		if r := Run(task, Config{Heuristic: "blind"}); r.Outcome == Solved && r.Expanded > 10 {
			break
		}
	}
	full := Run(task, Config{Heuristic: "blind"})
	for n := int64(1); n < full.Expanded; n++ {
		r := Run(task, Config{Heuristic: "blind", MaxNodes: n})
		if r.Expanded > n || r.Lower > full.Cost || r.Outcome == Unsolvable || r.Outcome == Bounded && r.Cost < full.Cost {
			t.Fatalf("with %d nodes: %+v, the optimum is %d", n, r, full.Cost)
		}
	}
	if r := Run(task, Config{Heuristic: "blind", Stop: func() bool { return true }}); !r.Limited || r.Outcome == Solved {
		t.Errorf("stopped at once: %+v", r)
	}
}

// TestMemoryLimit fills the memory that a search may take: what it counts stays
// below the limit.
func TestMemoryLimit(t *testing.T) {
	// Twenty switches, turned one way or the other while a neighbour stands
	// either way, so that no turn is independent of the others; and none costs what another does.
	task := &Task{FactBase: []int32{0}}
	for v := range int32(20) {
		task.FactBase = append(task.FactBase, task.Facts()+2)
		task.Domains, task.Init = append(task.Domains, 2), append(task.Init, 0)
		for k := range int32(4) {
			task.Ops = append(task.Ops, Op{Pre: []Ref{(v+1)%20*2 + k&1}, Effs: []Effect{{Var: v, Val: k >> 1}}, Cost: 20 + int64(v)})
		}
		task.Goal = append(task.Goal, v*2+1)
	}
	for _, limit := range []int64{1 << 20, 4 << 20} {
		r := Run(task, Config{Heuristic: "blind", MaxBytes: limit})
		if r.Outcome == Solved || !r.Limited || r.PeakBytes > limit || r.PeakBytes < limit/3 {
			t.Errorf("at most %d: %d, %d bytes, %d states", limit, r.Outcome, r.PeakBytes, r.Stored)
		}
	}
}

// TestInvariants: a token that is passed round is in one place, however many
// places there are; what wants it in two can't be applied.
func TestInvariants(t *testing.T) {
	for _, n := range []int32{3, 1001} {
		task := &Task{FactBase: []int32{0}}
		for v := range n {
			task.Domains, task.Init, task.FactBase = append(task.Domains, 2), append(task.Init, 0), append(task.FactBase, 2*(v+1))
		}
		task.Init[0] = 1
		for v := range n {
			task.Ops = append(task.Ops, Op{Pre: []Ref{2*v + 1}, Effs: []Effect{{Var: v, Val: 0}, {Var: (v + 1) % n, Val: 1}}, Cost: 1})
		}
		task.Ops = append(task.Ops, Op{Pre: []Ref{1, 2*(n-1) + 1}, Effs: []Effect{{Var: 0, Val: 0}}, Cost: 1})
		m := newInvariants(task, nil)
		if m == nil || m.together(1, 2*(n-1)+1) || m.together(3, 1) || !m.together(0, 2) || !m.together(1, 2) {
			t.Fatalf("%d places: the group is not found", n)
		}
		if dead, any := m.exclusive(task); !any || !dead[n] || dead[0] {
			t.Errorf("%d places: what wants the token in two of them is not left out", n)
		}
		if n > maxMutexFacts/2 && newPairs(task, nil) != nil {
			t.Error("there are not too many pairs")
		}
		// Two tokens are no group.
		task.Init[1] = 1
		if newInvariants(task, nil) != nil {
			t.Errorf("%d places: a group with two that hold", n)
		}
	}
}

// TestInvariantsKeepOptima: searches that know groups alone find what an
// exhaustive search does.
func TestInvariantsKeepOptima(t *testing.T) {
	known := 0
	for seed := range int64(3000) {
		for _, task := range []*Task{randomTask(seed), smallDeployment(seed), copies(seed)} {
			m := newInvariants(task, nil)
			if m == nil {
				continue
			}
			known++
			_, cost := exact(task)
			task, _ = without(task, m)
			r := newAstar(task, newRelaxation(task), Config{pairs: m}, 1).run()
			if cost[0] == Infinite && r.Outcome != Unsolvable || cost[0] != Infinite && (r.Outcome != Solved || r.Cost != cost[0]) {
				t.Fatalf("seed %d: %d at %d, the optimum is %d", seed, r.Outcome, r.Cost, cost[0])
			}
		}
	}
	if t.Logf("groups in %d tasks", known); known < 100 {
		t.Error("the generator has become one-sided")
	}
}

// TestMutexesAreSound holds pairs of facts, and groups, to all states that can
// be reached.
func TestMutexesAreSound(t *testing.T) {
	for name, find := range map[string]func(*Task, func() bool) *mutexes{"pairs": newPairs, "groups": newInvariants} {
		never := 0
		for seed := range int64(2000) {
			for _, task := range []*Task{randomTask(seed), smallDeployment(seed), copies(seed)} {
				m := find(task, nil)
				if m == nil && name == "groups" {
					continue
				}
				states, _ := exact(task)
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
