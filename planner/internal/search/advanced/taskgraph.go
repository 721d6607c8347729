package advanced

import (
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// taskGraph is a colored graph whose automorphisms are the symmetries of a
// task: facts, variables, circuit nodes, operators with their unconditional
// effects, conditional effects, the goal. Edges are undirected: colors
// distinguish their ends.
type taskGraph struct {
	t      *search.Task
	varOf  []int32
	facts  int32 // vertices below are facts, then variables, nodes, …
	ops    int32 // first operator
	effs   int32 // first vertex after them
	n      int32
	start  []int32 // neighbours of v: next[start[v]:start[v+1]], ascending
	next   []int32
	colour []int64
	work   int // edges that may still be visited
	stop   func() bool
}

// Colors: the kind in the low bits, above them what distinguishes vertices of a
// kind.
const (
	factColour = iota
	varColour
	nodeColour
	opColour
	effColour
	condColour
	caseColour
	goalColour
	colours = 8
)

func newTaskGraph(t *search.Task) *taskGraph {
	g := &taskGraph{t: t, varOf: t.VarsOfFacts(), facts: t.Facts()}
	var a, b []int32 // edges
	edge := func(x, y int32) { a, b = append(a, x), append(b, y) }
	vertex := func(colour, more int64) int32 {
		g.colour = append(g.colour, more*colours+colour)
		return int32(len(g.colour) - 1)
	}
	for range g.facts {
		vertex(factColour, 0)
	}
	for v, d := range t.Domains {
		at := vertex(varColour, int64(d))
		for f := t.FactBase[v]; f < t.FactBase[v+1]; f++ {
			edge(at, f)
		}
	}
	nodes := g.facts + int32(len(t.Domains))
	ref := func(r search.Ref) int32 {
		if r < g.facts {
			return r
		}
		return r - g.facts + nodes
	}
	height := make([]int64, len(t.Nodes))
	for i, n := range t.Nodes {
		for _, k := range n.Kids {
			if k >= g.facts {
				height[i] = max(height[i], height[k-g.facts]+1)
			}
		}
		more := 2 * height[i]
		if n.Or {
			more++
		}
		at := vertex(nodeColour, more)
		for _, k := range n.Kids {
			edge(at, ref(k))
		}
	}
	g.ops = nodes + int32(len(t.Nodes))
	g.effs = g.ops + int32(len(t.Ops))
	for i := range t.Ops {
		vertex(opColour, t.Ops[i].Cost)
	}
	for i := range t.Ops {
		g.addOp(&t.Ops[i], g.ops+int32(i), ref, vertex, edge)
	}
	goal := vertex(goalColour, 0)
	for _, r := range t.Goal {
		edge(goal, ref(r))
	}
	g.n = int32(len(g.colour))
	g.index(a, b)
	return g
}

func (g *taskGraph) addOp(op *search.Op, at int32, ref func(search.Ref) int32, vertex func(int64, int64) int32, edge func(x, y int32)) {
	for _, p := range op.Pre {
		edge(at, ref(p))
	}
	all := int32(-1)
	for k := range op.Effs {
		e := &op.Effs[k]
		fact := g.t.FactBase[e.Var] + e.Val
		if len(e.Cond) == 0 {
			if all < 0 {
				all = vertex(effColour, 0)
				edge(at, all)
			}
			edge(all, fact)
			continue
		}
		cond, then := vertex(condColour, 0), vertex(caseColour, 0)
		edge(at, cond)
		edge(cond, then)
		edge(then, fact)
		for _, c := range e.Cond {
			edge(cond, ref(c))
		}
	}
}

func (g *taskGraph) index(a, b []int32) {
	g.start = make([]int32, g.n+1)
	for i := range a {
		g.start[a[i]+1]++
		g.start[b[i]+1]++
	}
	for v := range g.n {
		g.start[v+1] += g.start[v]
	}
	g.next = make([]int32, 2*len(a))
	at := slices.Clone(g.start)
	for i := range a {
		g.next[at[a[i]]] = b[i]
		at[a[i]]++
		g.next[at[b[i]]] = a[i]
		at[b[i]]++
	}
	for v := range g.n {
		slices.Sort(g.next[g.start[v]:g.start[v+1]])
	}
}

func (g *taskGraph) adjacent(v int32) []int32 { return g.next[g.start[v]:g.start[v+1]] }
