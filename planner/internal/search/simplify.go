package search

import (
	"encoding/binary"
	"slices"
)

// Reason says why an operator was removed from a simplified task.
type Reason uint8

const (
	Kept        Reason = iota
	Unreachable        // its precondition is unreachable even in the delete relaxation
	Irrelevant         // none of its effects can help the goal
	Dominated          // another operator has the same effects, requires no more and costs no more
)

// Simplified is a task without what cannot matter for the cheapest plan.
type Simplified struct {
	Task    *Task
	Ops     []int32  // of each operator of Task, its index in the original
	Reasons []Reason // of each original operator
	By      []int32  // of each dominated operator, the original index of the other; else -1
}

// Simplify drops operators that are unreachable in the delete relaxation,
// irrelevant or dominated, effects and variables that nothing reads, and values
// that are never reached. Every plan of the result is one of the original, and
// an optimal one is optimal there; if one has no plan, neither has the other.
func Simplify(t *Task) *Simplified { return simplify(t, true) }

// SimplifyTimed is Simplify without dropping dominated operators, which may be
// faster than those that dominate them.
func SimplifyTimed(t *Task) *Simplified { return simplify(t, false) }

func simplify(t *Task, dominance bool) *Simplified {
	s := &simplifier{t: t, x: newRelaxation(t)}
	s.props, s.rops = s.x.reachable(t.Init)
	s.res = &Simplified{Reasons: make([]Reason, len(t.Ops)), By: make([]int32, len(t.Ops))}
	for i := range s.res.By {
		s.res.By[i] = -1
		if !s.opReachable(int32(i)) {
			s.res.Reasons[i] = Unreachable
		}
	}
	s.relevance()
	s.rebuild()
	if dominance {
		s.dominance()
	}
	return s.res
}

type simplifier struct {
	t      *Task
	x      *relaxation
	props  []bool // reachable
	rops   []bool
	wanted []bool // propositions that may have to hold
	res    *Simplified

	varMap []int32   // new variable, -1: dropped
	valMap [][]int32 // new value
	refMap []Ref     // new Ref of a proposition; -1: true, -2: false
	out    *Task
}

const (
	constTrue  Ref = -1
	constFalse Ref = -2
)

func (s *simplifier) opReachable(o int32) bool {
	for _, p := range s.t.Ops[o].Pre {
		if !s.props[p] {
			return false
		}
	}
	return true
}

// relevance marks what the goal needs, backwards: propositions that may have to
// hold, the operators that may make them true, and what those need. An effect's
// condition may have to hold, or not to hold, so all values of the variables
// that it reads matter.
func (s *simplifier) relevance() {
	t := s.t
	s.wanted = make([]bool, t.Props())
	relevant := make([]bool, len(t.Ops))
	var queue []Ref
	want := func(p Ref) {
		if !s.wanted[p] {
			s.wanted[p] = true
			queue = append(queue, p)
		}
	}
	seen := make([]bool, t.Props())
	var watch func(p Ref)
	varOf := NewEval(t).varOf
	watch = func(p Ref) {
		if seen[p] {
			return
		}
		seen[p] = true
		if p >= t.Facts() {
			for _, k := range t.Nodes[p-t.Facts()].Kids {
				watch(k)
			}
			return
		}
		v := varOf[p]
		for f := t.FactBase[v]; f < t.FactBase[v+1]; f++ {
			want(f)
		}
	}
	for _, g := range t.Goal {
		want(g)
	}
	achievers := s.achievers()
	for len(queue) > 0 {
		p := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if p >= t.Facts() {
			for _, k := range t.Nodes[p-t.Facts()].Kids {
				want(k)
			}
			continue
		}
		for _, o := range achievers[p] {
			if relevant[o] || s.res.Reasons[o] != Kept {
				continue
			}
			relevant[o] = true
			for _, q := range t.Ops[o].Pre {
				want(q)
			}
			for i := range t.Ops[o].Effs {
				for _, c := range t.Ops[o].Effs[i].Cond {
					want(c)
					watch(c)
				}
			}
		}
	}
	for o := range t.Ops {
		if s.res.Reasons[o] == Kept && !relevant[o] {
			s.res.Reasons[o] = Irrelevant
		}
	}
}

// achievers lists, for each fact, the operators that may produce it.
func (s *simplifier) achievers() [][]int32 {
	out := make([][]int32, s.t.Facts())
	for o := range s.t.Ops {
		for i := range s.t.Ops[o].Effs {
			e := &s.t.Ops[o].Effs[i]
			f := s.t.FactBase[e.Var] + e.Val
			if n := len(out[f]); n == 0 || out[f][n-1] != int32(o) {
				out[f] = append(out[f], int32(o))
			}
		}
	}
	return out
}

// rebuild builds the smaller task: variables with one reachable value become
// constants, values that no condition needs are merged.
func (s *simplifier) rebuild() {
	t := s.t
	s.out = &Task{FactBase: []int32{0}}
	s.varMap = make([]int32, len(t.Domains))
	s.valMap = make([][]int32, len(t.Domains))
	s.refMap = make([]Ref, t.Props())
	for v, d := range t.Domains {
		s.mapVar(int32(v), d)
	}
	facts := s.out.Facts()
	for i, n := range t.Nodes {
		s.refMap[t.Facts()+int32(i)] = s.mapNode(n, t.Facts()+int32(i), facts)
	}
	s.out.Goal, _ = s.mapConj(t.Goal)
	if s.out.Goal == nil {
		s.out.Goal = []Ref{}
	}
	if !s.allReachable(t.Goal) {
		s.out.Goal = []Ref{s.falseNode()}
	}
	for o := range t.Ops {
		if s.res.Reasons[o] == Kept {
			s.mapOp(int32(o))
		}
	}
	s.res.Task = s.out
}

func (s *simplifier) allReachable(rs []Ref) bool {
	for _, r := range rs {
		if !s.props[r] {
			return false
		}
	}
	return true
}

func (s *simplifier) falseNode() Ref {
	s.out.Nodes = append(s.out.Nodes, Node{Or: true})
	return s.out.Props() - 1
}

// mapVar numbers the reachable values of a variable; those that no condition
// needs become one value.
func (s *simplifier) mapVar(v, d int32) {
	t := s.t
	base := t.FactBase[v]
	s.valMap[v] = make([]int32, d)
	n, other := int32(0), int32(-1)
	anyWanted := false
	for x := range d {
		s.valMap[v][x] = -1
		switch {
		case !s.props[base+x]:
		case s.wanted[base+x]:
			anyWanted = true
			s.valMap[v][x] = n
			n++
		default:
			if other < 0 {
				other = n
				n++
			}
			s.valMap[v][x] = other
		}
	}
	s.varMap[v] = -1
	if n > 1 && anyWanted {
		s.varMap[v] = int32(len(s.out.Domains))
		s.out.FactBase = append(s.out.FactBase, s.out.Facts()+n)
		s.out.Domains = append(s.out.Domains, n)
		s.out.Init = append(s.out.Init, s.valMap[v][t.Init[v]])
	}
	for x := range d {
		r := constFalse
		if s.props[base+x] {
			r = constTrue
			if w := s.varMap[v]; w >= 0 {
				r = s.out.FactBase[w] + s.valMap[v][x]
			}
		}
		s.refMap[base+x] = r
	}
}

func (s *simplifier) mapNode(n Node, old Ref, facts int32) Ref {
	if !s.props[old] {
		return constFalse
	}
	var kids []Ref
	for _, k := range n.Kids {
		switch r := s.refMap[k]; {
		case r == constTrue && n.Or:
			return constTrue
		case r == constTrue || r == constFalse:
			// a reachable conjunction has no false operand
		default:
			kids = append(kids, r)
		}
	}
	slices.Sort(kids)
	kids = slices.Compact(kids)
	switch {
	case len(kids) == 1:
		return kids[0]
	case len(kids) == 0 && n.Or:
		return constFalse
	case len(kids) == 0:
		return constTrue
	}
	s.out.Nodes = append(s.out.Nodes, Node{Or: n.Or, Kids: kids})
	return facts + int32(len(s.out.Nodes)-1)
}

// mapConj maps a conjunction; ok is false if it cannot hold.
func (s *simplifier) mapConj(rs []Ref) (out []Ref, ok bool) {
	for _, r := range rs {
		switch x := s.refMap[r]; x {
		case constTrue:
		case constFalse:
			return nil, false
		default:
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), true
}

func (s *simplifier) mapOp(o int32) {
	old := &s.t.Ops[o]
	op := Op{Cost: old.Cost}
	op.Pre, _ = s.mapConj(old.Pre)
	for i := range old.Effs {
		e := old.Effs[i]
		if s.varMap[e.Var] < 0 || !s.props[s.t.FactBase[e.Var]+e.Val] {
			continue
		}
		cond, ok := s.mapConj(e.Cond)
		if !ok {
			continue
		}
		cond = slices.DeleteFunc(cond, func(r Ref) bool { return slices.Contains(op.Pre, r) })
		op.Effs = append(op.Effs, Effect{Cond: cond, Var: s.varMap[e.Var], Val: s.valMap[e.Var][e.Val], Add: e.Add})
	}
	s.out.Ops = append(s.out.Ops, op)
	s.res.Ops = append(s.res.Ops, o)
}

// dominance drops operators with the same effects as a cheaper (or equal,
// earlier) one that requires no more.
func (s *simplifier) dominance() {
	groups := map[string][]int32{}
	var order []string
	for i := range s.out.Ops {
		k := effectKey(&s.out.Ops[i])
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], int32(i))
	}
	drop := make([]bool, len(s.out.Ops))
	for _, k := range order {
		g := groups[k]
		if len(g) > 1 && len(g) <= 200 {
			s.dominated(g, drop)
		}
	}
	var ops []Op
	var idx []int32
	for i := range s.out.Ops {
		if !drop[i] {
			ops, idx = append(ops, s.out.Ops[i]), append(idx, s.res.Ops[i])
		}
	}
	s.out.Ops, s.res.Ops = ops, idx
}

func (s *simplifier) dominated(g []int32, drop []bool) {
	for _, a := range g {
		for _, b := range g {
			x, y := &s.out.Ops[a], &s.out.Ops[b]
			if a == b || drop[a] || drop[b] || x.Cost > y.Cost || x.Cost == y.Cost && len(x.Pre) == len(y.Pre) && a > b || !subset(x.Pre, y.Pre) {
				continue
			}
			drop[b] = true
			s.res.Reasons[s.res.Ops[b]] = Dominated
			s.res.By[s.res.Ops[b]] = s.res.Ops[a]
		}
	}
}

// subset reports whether all of a are in b; both ascend.
func subset(a, b []Ref) bool {
	for _, x := range a {
		i, ok := slices.BinarySearch(b, x)
		if !ok {
			return false
		}
		b = b[i+1:]
	}
	return true
}

func effectKey(o *Op) string {
	var b []byte
	effs := slices.Clone(o.Effs)
	slices.SortFunc(effs, func(a, b Effect) int {
		if a.Var != b.Var {
			return int(a.Var - b.Var)
		}
		if a.Val != b.Val {
			return int(a.Val - b.Val)
		}
		return slices.Compare(a.Cond, b.Cond)
	})
	for _, e := range effs {
		b = binary.LittleEndian.AppendUint32(b, uint32(e.Var))
		b = binary.LittleEndian.AppendUint32(b, uint32(e.Val))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(e.Cond)))
		for _, c := range e.Cond {
			b = binary.LittleEndian.AppendUint32(b, uint32(c))
		}
	}
	return string(b)
}
