package examples_test

import (
	"container/heap"
	"fmt"
	"math/big"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// The example's own words: the cheapest plan costs 15, and its steps.
func TestAlternativesOptimum(t *testing.T) {
	m := load(t, "alternatives")
	p := planFor(t, m, "released")
	wantFigures(t, p, "optimal", 15, 8)
	var ids []string
	for _, s := range p.Steps {
		ids = append(ids, s.ID)
	}
	for _, want := range []string{"clean", "clean#2", "build_binary", "archive_symbols", "fetch_bundle", "load_image-api", "load_image-web", "load_image-worker"} {
		if !contains(ids, want) {
			t.Errorf("the plan has no step %s: %v", want, ids)
		}
	}
}

// What the default goal costs is proved by the structure of its task alone. For
// the goal that starts the services as well A* expands states.
func TestAlternativesSearch(t *testing.T) {
	m := load(t, "alternatives")
	if s := planFor(t, m, "released").Search; s.Expanded != 0 || s.Pruning != "structure" {
		t.Errorf("goal released: %d states expanded, pruned by %q; the example says that its structure proves it", s.Expanded, s.Pruning)
	}
	p := planFor(t, m, "running")
	wantFigures(t, p, planner.Optimal, 18, 11)
	if p.Search.Expanded == 0 {
		t.Error("goal running: no state was expanded, and the example says that it needs a search")
	}
	blind := planner.For(m, goalNamed(t, m, "running"), planner.Options{Heuristic: "blind"})
	wantFigures(t, blind, planner.Optimal, 18, 11)
	if blind.Search.Expanded <= p.Search.Expanded {
		t.Errorf("%d states expanded, without a heuristic %d", p.Search.Expanded, blind.Search.Expanded)
	}
}

// The planner agrees with a search that knows no heuristic, and its choice
// changes with the number of images.
func TestAlternativesBruteForce(t *testing.T) {
	for _, c := range []struct {
		apps string
		cost int64
	}{
		{`["api"]`, 10},
		{`["api", "web"]`, 13},
		{`["api", "web", "worker"]`, 15},
		{`["api", "web", "worker", "admin"]`, 16},
	} {
		m := load(t, "alternatives", "apps="+c.apps)
		g := goalNamed(t, m, "released")
		if got := bruteForce(m, g); got.Cmp(big.NewRat(c.cost, 1)) != 0 {
			t.Errorf("%s: the optimum is %s, and the example says %d", c.apps, got.RatString(), c.cost)
		}
		wantFigures(t, planFor(t, m, "released"), "optimal", c.cost, -1)
	}
}

// Taking for each missing thing the cheapest way to get it, and then sorting
// by what needs what, gives no plan: it runs `clean` once, before the build,
// and never again.
func TestAlternativesTopologicalSortFails(t *testing.T) {
	m := load(t, "alternatives")
	g := goalNamed(t, m, "released")
	w, ok := sortTopologically(m, cheapestProducers(m, g))
	if !ok {
		t.Fatal("the actions can't be sorted: the example says that they can, and end badly")
	}
	if w.satisfies(g) {
		t.Error("sorting by preconditions reached the goal: the example shows nothing")
	}
}

// Going forward, always by the cheapest action that brings something still
// missing in the goal, or else by the cheapest that opens the way to another,
// reaches the goal, at the cost that the example names.
func TestAlternativesGreedyCostsMore(t *testing.T) {
	m := load(t, "alternatives")
	g := goalNamed(t, m, "released")
	w, cost := initial(m), new(big.Rat)
	for step := 0; !w.satisfies(g); step++ {
		a := greedyStep(m, w, g)
		if a == nil || step == 50 {
			t.Fatal("greedy never reaches the goal, though the example says what it pays")
		}
		w = w.after(a)
		cost.Add(cost, a.Cost)
	}
	if cost.Cmp(big.NewRat(20, 1)) != 0 {
		t.Errorf("greedy pays %s, and the example says 20", cost.RatString())
	}
}

// missing counts the conjuncts of the goal that don't hold.
func missing(w world, e *manifest.Expr) int {
	if e.Op == manifest.OpAnd {
		n := 0
		for _, a := range e.Args {
			n += missing(w, a)
		}
		return n
	}
	if w.holds(e) {
		return 0
	}
	return 1
}

func greedyStep(m *manifest.Manifest, w world, g *manifest.Goal) *manifest.Action {
	var best, opening *manifest.Action
	for _, a := range m.Actions {
		if !w.applicable(a) {
			continue
		}
		next := w.after(a)
		if missing(next, g.Condition) < missing(w, g.Condition) && (best == nil || a.Cost.Cmp(best.Cost) < 0) {
			best = a
		}
		opens := false
		for _, o := range m.Actions {
			opens = opens || !w.applicable(o) && next.applicable(o)
		}
		if opens && !w.facts[manifest.Fact{Kind: manifest.ActionDone, Name: a.Name}] && (opening == nil || a.Cost.Cmp(opening.Cost) < 0) {
			opening = a
		}
	}
	if best != nil {
		return best
	}
	return opening
}

// cheapestProducers takes, for every literal that is wanted and doesn't hold at
// first, the action that gives it at the least cost, its own needs counted in.
func cheapestProducers(m *manifest.Manifest, g *manifest.Goal) []*manifest.Action {
	w := initial(m)
	var price func(e *manifest.Expr, depth int) (*big.Rat, *manifest.Action)
	price = func(e *manifest.Expr, depth int) (*big.Rat, *manifest.Action) {
		var best *big.Rat
		var by *manifest.Action
		for _, a := range m.Actions {
			if !w.after(a).holds(e) || depth == 10 {
				continue
			}
			c := new(big.Rat).Set(a.Cost)
			known := true
			for _, need := range conjuncts(a.Precondition) {
				if w.holds(need) {
					continue
				}
				p, _ := price(need, depth+1)
				if p == nil {
					known = false
					break
				}
				c.Add(c, p)
			}
			if known && (best == nil || c.Cmp(best) < 0) {
				best, by = c, a
			}
		}
		return best, by
	}
	chosen := map[*manifest.Action]bool{}
	var out []*manifest.Action
	var take func(e *manifest.Expr)
	take = func(e *manifest.Expr) {
		if w.holds(e) {
			return
		}
		if _, a := price(e, 0); a != nil && !chosen[a] {
			chosen[a] = true
			for _, need := range conjuncts(a.Precondition) {
				take(need)
			}
			out = append(out, a)
		}
	}
	for _, e := range conjuncts(g.Condition) {
		take(e)
	}
	return out
}

func conjuncts(e *manifest.Expr) []*manifest.Expr {
	if e == nil {
		return nil
	}
	if e.Op != manifest.OpAnd {
		return []*manifest.Expr{e}
	}
	var out []*manifest.Expr
	for _, a := range e.Args {
		out = append(out, conjuncts(a)...)
	}
	return out
}

// sortTopologically runs each action once, as soon as its preconditions have
// held, and reports whether all could run.
func sortTopologically(m *manifest.Manifest, actions []*manifest.Action) (world, bool) {
	w := initial(m)
	left := append([]*manifest.Action(nil), actions...)
	for len(left) > 0 {
		ran := false
		for i, a := range left {
			if w.applicable(a) {
				w = w.after(a)
				left = append(left[:i:i], left[i+1:]...)
				ran = true
				break
			}
		}
		if !ran {
			return w, false
		}
	}
	return w, true
}

// bruteForce is uniform-cost search over the declared actions.
func bruteForce(m *manifest.Manifest, g *manifest.Goal) *big.Rat {
	q := &queue{{initial(m), new(big.Rat)}}
	closed := map[string]bool{}
	for q.Len() > 0 {
		n := heap.Pop(q).(entry)
		if n.w.satisfies(g) {
			return n.cost
		}
		k := n.w.key()
		if closed[k] {
			continue
		}
		closed[k] = true
		for _, a := range m.Actions {
			if n.w.applicable(a) {
				heap.Push(q, entry{n.w.after(a), new(big.Rat).Add(n.cost, a.Cost)})
			}
		}
	}
	panic(fmt.Sprint("no plan for ", g.Name))
}

type entry struct {
	w    world
	cost *big.Rat
}

type queue []entry

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].cost.Cmp(q[j].cost) < 0 }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(entry)) }
func (q *queue) Pop() any {
	old := *q
	e := old[len(old)-1]
	*q = old[:len(old)-1]
	return e
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
