package schedule

import (
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// certifier finds, for circuits that are true or false in a state, facts that
// keep them so.
type certifier struct {
	s         *steps
	now       *search.Eval // evaluates the state before the step
	lastWrite []int        // per variable: 1 + the last step that wrote it; 0: none
	open      map[int32][]bool
	order     []int32
}

func newCertifier(s *steps) *certifier {
	return &certifier{s: s, now: search.NewEval(s.t), lastWrite: make([]int, len(s.t.Domains))}
}

func (c *certifier) begin() { c.open, c.order = map[int32][]bool{}, nil }

func (c *certifier) end() []need {
	var out []need
	slices.Sort(c.order)
	for _, v := range c.order {
		if slices.Contains(c.open[v], false) {
			out = append(out, need{v, c.open[v]})
		}
	}
	return out
}

// narrow requires that v has one of the values that allow permits.
func (c *certifier) narrow(v int32, allow func(val int32) bool) {
	a := c.open[v]
	if a == nil {
		a = make([]bool, c.s.t.Domains[v])
		for i := range a {
			a[i] = true
		}
		c.open[v] = a
		c.order = append(c.order, v)
	}
	for i := range a {
		a[i] = a[i] && allow(int32(i))
	}
}

// require records what keeps r at its truth value.
func (c *certifier) require(r search.Ref) {
	c.keep(r, map[search.Ref]bool{})
}

func (c *certifier) keep(r search.Ref, done map[search.Ref]bool) {
	if done[r] {
		return
	}
	done[r] = true
	t := c.s.t
	truth := c.now.Holds(r)
	if r < c.s.facts {
		v := c.s.varOf[r]
		own := r - t.FactBase[v]
		c.narrow(v, func(val int32) bool { return (val == own) == truth })
		return
	}
	n := &t.Nodes[r-c.s.facts]
	if v, vals := c.oneVar(n); v >= 0 && n.Or {
		c.narrow(v, func(val int32) bool { return vals[val] == truth })
		return
	}
	if n.Or != truth { // all children matter together
		for _, k := range n.Kids {
			c.keep(k, done)
		}
		return
	}
	best, bestAge := search.Ref(-1), 0
	for _, k := range n.Kids {
		if c.now.Holds(k) == truth {
			if c.implied(k, truth) {
				return
			}
			if age := c.age(k, map[search.Ref]bool{}); best < 0 || age < bestAge {
				best, bestAge = k, age
			}
		}
	}
	c.keep(best, done)
}

// implied reports whether the recorded requirements keep a fact, or a node over
// the facts of one variable, at a truth value.
func (c *certifier) implied(r search.Ref, truth bool) bool {
	t := c.s.t
	var v int32
	var vals map[int32]bool
	if r < c.s.facts {
		v = c.s.varOf[r]
		vals = map[int32]bool{r - t.FactBase[v]: true}
	} else {
		n := &t.Nodes[r-c.s.facts]
		if v, vals = c.oneVar(n); v < 0 || !n.Or {
			return false
		}
	}
	a := c.open[v]
	if a == nil {
		return false
	}
	for val, ok := range a {
		if ok && vals[int32(val)] != truth {
			return false
		}
	}
	return true
}

// oneVar recognizes nodes over the facts of one variable.
func (c *certifier) oneVar(n *search.Node) (int32, map[int32]bool) {
	v := int32(-1)
	for _, k := range n.Kids {
		if k >= c.s.facts || v >= 0 && c.s.varOf[k] != v {
			return -1, nil
		}
		v = c.s.varOf[k]
	}
	if v < 0 {
		return -1, nil
	}
	vals := make(map[int32]bool, len(n.Kids))
	for _, k := range n.Kids {
		vals[k-c.s.t.FactBase[v]] = true
	}
	return v, vals
}

// age is the last step that wrote a variable that r reads.
func (c *certifier) age(r search.Ref, done map[search.Ref]bool) int {
	if r < c.s.facts {
		return c.lastWrite[c.s.varOf[r]]
	}
	if done[r] {
		return 0
	}
	done[r] = true
	a := 0
	for _, k := range c.s.t.Nodes[r-c.s.facts].Kids {
		a = max(a, c.age(k, done))
	}
	return a
}

// requireSame records what keeps a conjunction at its truth value, and returns
// that.
func (c *certifier) requireSame(conds []search.Ref) bool {
	best, bestAge := search.Ref(-1), 0
	for _, r := range conds {
		if !c.now.Holds(r) {
			if age := c.age(r, map[search.Ref]bool{}); best < 0 || age < bestAge {
				best, bestAge = r, age
			}
		}
	}
	if best >= 0 {
		c.require(best)
		return false
	}
	for _, r := range conds {
		c.require(r)
	}
	return true
}
