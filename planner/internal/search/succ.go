package search

import "slices"

// generator finds the applicable operators of a state: a decision tree over
// variables whose leaves hold operators. Circuit preconditions are checked at
// the leaf.
type generator struct {
	nodes []genNode
	// rest is what the tree did not check of each operator's precondition.
	rest [][]Ref
}

type genNode struct {
	ops   []int32 // applicable whatever the variable's value
	v     int32   // -1: a leaf
	kids  []int32 // by value; 0: none
	other int32   // operators that do not read v; 0: none
}

type genOp struct {
	op   int32
	pres []Ref // facts, ascending
}

func newGenerator(t *Task) *generator {
	g := &generator{rest: make([][]Ref, len(t.Ops))}
	facts := t.Facts()
	ops := make([]genOp, len(t.Ops))
	for i := range t.Ops {
		ops[i].op = int32(i)
		for _, p := range t.Ops[i].Pre {
			if p < facts {
				ops[i].pres = append(ops[i].pres, p)
			} else {
				g.rest[i] = append(g.rest[i], p)
			}
		}
		slices.Sort(ops[i].pres)
	}
	slices.SortStableFunc(ops, func(a, b genOp) int { return slices.Compare(a.pres, b.pres) })
	g.nodes = append(g.nodes, genNode{}) // 0 means none
	g.build(t, ops, 0, NewEval(t).varOf)
	return g
}

// build makes the tree of ops (sorted by precondition), of which the first
// depth preconditions are decided, and returns its index.
func (g *generator) build(t *Task, ops []genOp, depth int, varOf []int32) int32 {
	at := int32(len(g.nodes))
	g.nodes = append(g.nodes, genNode{v: -1})
	node := genNode{v: -1}
	i := 0
	for i < len(ops) && len(ops[i].pres) == depth {
		node.ops = append(node.ops, ops[i].op)
		i++
	}
	if ops = ops[i:]; len(ops) > 0 {
		v := varOf[ops[0].pres[depth]]
		node.v = v
		node.kids = make([]int32, t.Domains[v])
		i = 0
		for i < len(ops) && varOf[ops[i].pres[depth]] == v {
			p, j := ops[i].pres[depth], i
			for j < len(ops) && ops[j].pres[depth] == p {
				j++
			}
			node.kids[p-t.FactBase[v]] = g.build(t, ops[i:j], depth+1, varOf)
			i = j
		}
		if i < len(ops) {
			node.other = g.build(t, ops[i:], depth, varOf)
		}
	}
	g.nodes[at] = node
	return at
}

// applicable appends the operators that can be applied in the state that e
// looks at, in ascending order.
func (g *generator) applicable(e *Eval, out []int32) []int32 {
	start := len(out)
	out = g.walk(1, e, out)
	slices.Sort(out[start:])
	return out
}

func (g *generator) walk(at int32, e *Eval, out []int32) []int32 {
	for at != 0 {
		n := &g.nodes[at]
		for _, o := range n.ops {
			if e.All(g.rest[o]) {
				out = append(out, o)
			}
		}
		if n.v < 0 {
			return out
		}
		if k := n.kids[e.vals[n.v]]; k != 0 {
			out = g.walk(k, e, out)
		}
		at = n.other
	}
	return out
}
