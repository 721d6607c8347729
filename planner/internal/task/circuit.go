package task

import (
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// ref is a node of the circuit builder: a constant, a fact (≥ 0), or a node
// (≤ firstNode). Facts and nodes grow independently, so nodes count down.
type ref int32

const (
	always_   ref = -1
	never     ref = -2
	firstNode ref = -3
)

// circuits builds shared nodes in negation normal form. Equal nodes are shared;
// nothing is flattened, so that a shared node is never copied.
type circuits struct {
	nodes []cnode
	known map[string]ref
	nots  map[ref]ref
	// siblings lists the other values of a fact's variable.
	siblings func(ref) []ref
	poll     func()
}

type cnode struct {
	or   bool
	kids []ref
}

func (c *circuits) node(r ref) *cnode { return &c.nodes[firstNode-r] }

func (c *circuits) and(kids ...ref) ref { return c.join(false, kids) }
func (c *circuits) or(kids ...ref) ref  { return c.join(true, kids) }

func (c *circuits) join(or bool, kids []ref) ref {
	c.poll()
	unit, zero := always_, never
	if or {
		unit, zero = never, always_
	}
	var flat []ref
	for _, k := range kids {
		switch {
		case k == zero:
			return zero
		case k == unit:
		default:
			flat = append(flat, k)
		}
	}
	slices.Sort(flat)
	flat = slices.Compact(flat)
	if len(flat) == 0 {
		return unit
	}
	if len(flat) == 1 {
		return flat[0]
	}
	key := make([]byte, 0, 4*len(flat)+1)
	if or {
		key = append(key, 1)
	} else {
		key = append(key, 0)
	}
	for _, k := range flat {
		key = append(key, byte(k), byte(k>>8), byte(k>>16), byte(k>>24))
	}
	if r, ok := c.known[string(key)]; ok {
		return r
	}
	r := firstNode - ref(len(c.nodes))
	c.nodes = append(c.nodes, cnode{or, flat})
	c.known[string(key)] = r
	return r
}

// not is the complement.
func (c *circuits) not(r ref) ref {
	switch {
	case r == always_:
		return never
	case r == never:
		return always_
	}
	if n, ok := c.nots[r]; ok {
		return n
	}
	var n ref
	if r >= 0 {
		n = c.or(c.siblings(r)...)
	} else {
		node := *c.node(r)
		kids := make([]ref, len(node.kids))
		for i, k := range node.kids {
			kids[i] = c.not(k)
		}
		n = c.join(!node.or, kids)
	}
	c.nots[r] = n
	return n
}

// conjuncts are what must hold for r to hold.
func (c *circuits) conjuncts(r ref) []ref {
	switch {
	case r == always_:
		return nil
	case r <= firstNode && !c.node(r).or:
		return c.node(r).kids
	}
	return []ref{r}
}

// export numbers the nodes that are reachable from some refs as a search task
// does, after its facts.
type exporter struct {
	c     *circuits
	facts int32
	out   []search.Node
	at    map[ref]search.Ref
}

func (e *exporter) ref(r ref) search.Ref {
	if r >= 0 {
		return search.Ref(r)
	}
	if x, ok := e.at[r]; ok {
		return x
	}
	var kids []search.Ref
	or := false
	switch {
	case r == always_:
	case r == never:
		or = true
	default:
		n := e.c.node(r)
		or = n.or
		for _, k := range n.kids {
			kids = append(kids, e.ref(k))
		}
		slices.Sort(kids)
	}
	x := e.facts + search.Ref(len(e.out))
	e.out = append(e.out, search.Node{Or: or, Kids: kids})
	e.at[r] = x
	return x
}

func (e *exporter) refs(rs []ref) []search.Ref {
	var out []search.Ref
	for _, r := range rs {
		out = append(out, e.ref(r))
	}
	slices.Sort(out)
	return out
}
