package search

import "slices"

// relaxation is the delete relaxation of a task: every circuit node is an
// auxiliary fact that zero-cost operators reach, and every set of effects of an
// operator under one condition is a separate operator, which shares its
// operator's cost. Propositions are Refs, then the goal, then one that always
// holds.
type relaxation struct {
	t           *Task
	props       int32
	goal, truth Ref
	baseCost    []int64 // of each operator; the last one is the zero of nodes

	owner    []int32 // operator of each relaxed operator
	adding   []bool  // its effects are cases of adding a constant to a number
	preStart []int32 // preconditions of r: pre[preStart[r]:preStart[r+1]]
	pre      []Ref
	effStart []int32
	eff      []Ref
	ofStart  []int32 // relaxed operators that have p as precondition
	of       []int32
	byStart  []int32 // relaxed operators that achieve p
	by       []int32
	rstart   []int32 // relaxed operators of operator o: rops[rstart[o]:rstart[o+1]]
}

func newRelaxation(t *Task) *relaxation {
	x := &relaxation{t: t, props: t.Props() + 2, goal: t.Props(), truth: t.Props() + 1}
	for i := range t.Ops {
		x.baseCost = append(x.baseCost, t.Ops[i].Cost)
	}
	none := int32(len(t.Ops))
	x.baseCost = append(x.baseCost, 0)
	add := func(owner int32, pre []Ref, eff ...Ref) {
		x.owner, x.adding = append(x.owner, owner), append(x.adding, false)
		x.preStart = append(x.preStart, int32(len(x.pre)))
		if len(pre) == 0 {
			pre = []Ref{x.truth}
		}
		at := len(x.pre)
		x.pre = append(x.pre, pre...)
		slices.Sort(x.pre[at:])
		x.pre = x.pre[:at+len(slices.Compact(x.pre[at:]))]
		x.effStart = append(x.effStart, int32(len(x.eff)))
		x.eff = append(x.eff, eff...)
	}
	for i := range t.Ops {
		x.rstart = append(x.rstart, int32(len(x.owner)))
		x.addOp(t, int32(i), add)
	}
	x.rstart = append(x.rstart, int32(len(x.owner)))
	for i, n := range t.Nodes {
		r := t.Facts() + int32(i)
		if !n.Or {
			add(none, n.Kids, r)
			continue
		}
		for _, k := range n.Kids {
			add(none, []Ref{k}, r)
		}
	}
	add(none, t.Goal, x.goal)
	x.preStart = append(x.preStart, int32(len(x.pre)))
	x.effStart = append(x.effStart, int32(len(x.eff)))
	x.ofStart, x.of = invert(x.props, x.preStart, x.pre)
	x.byStart, x.by = invert(x.props, x.effStart, x.eff)
	return x
}

// addOp adds the relaxed operators of one operator: one for each distinct
// condition of its effects.
func (x *relaxation) addOp(t *Task, i int32, add func(int32, []Ref, ...Ref)) {
	op := &t.Ops[i]
	type group struct {
		cond []Ref
		effs []Ref
		adds bool
	}
	var groups []group
	for k := range op.Effs {
		e := &op.Effs[k]
		f := t.FactBase[e.Var] + e.Val
		if slices.Contains(op.Pre, f) {
			continue // it holds before
		}
		if n := len(groups); n > 0 && slices.Equal(groups[n-1].cond, e.Cond) {
			groups[n-1].effs = append(groups[n-1].effs, f)
			groups[n-1].adds = groups[n-1].adds && e.Add != 0
		} else {
			groups = append(groups, group{e.Cond, []Ref{f}, e.Add != 0})
		}
	}
	for _, g := range groups {
		add(i, slices.Concat(op.Pre, g.cond), g.effs...)
		x.adding[len(x.adding)-1] = g.adds
	}
}

// invert turns lists of props per operator into lists of operators per prop.
func invert(props int32, start []int32, list []Ref) (outStart, out []int32) {
	outStart = make([]int32, props+1)
	for _, p := range list {
		outStart[p+1]++
	}
	for p := range props {
		outStart[p+1] += outStart[p]
	}
	out = make([]int32, len(list))
	at := slices.Clone(outStart)
	for r := range int32(len(start) - 1) {
		for _, p := range list[start[r]:start[r+1]] {
			out[at[p]] = r
			at[p]++
		}
	}
	return outStart, out
}

// Relevance drops from a task what cannot matter: operators that are
// unreachable in the delete relaxation, and operators without an effect that
// can help the goal, or a condition of a kept operator, to hold or to change.

// reachable marks the propositions and operators that are reachable from init
// in the delete relaxation.
func (x *relaxation) reachable(init []int32) (props, rops []bool) {
	props, rops = make([]bool, x.props), make([]bool, len(x.owner))
	left := make([]int32, len(x.owner))
	for r := range left {
		left[r] = x.preStart[r+1] - x.preStart[r]
	}
	var queue []Ref
	reach := func(p Ref) {
		if !props[p] {
			props[p] = true
			queue = append(queue, p)
		}
	}
	reach(x.truth)
	for v, val := range init {
		reach(x.t.FactBase[v] + val)
	}
	for len(queue) > 0 {
		p := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, r := range x.of[x.ofStart[p]:x.ofStart[p+1]] {
			if left[r]--; left[r] == 0 {
				rops[r] = true
				for _, e := range x.eff[x.effStart[r]:x.effStart[r+1]] {
					reach(e)
				}
			}
		}
	}
	return props, rops
}
