package search

import "slices"

// structured solves the kind of task that most deployments are: it finds an
// optimal relaxed plan, and orders its operators, each used once, or as often
// as consumed facts require (see reuse), so that the deletes do no harm. The
// relaxed cost and that of the uses beyond the first are a lower bound, so such
// a plan is optimal. The answer is nil if the task is not of that kind; then
// lower is a proved bound.
func structured(t *Task, x *relaxation, c Config) (res *Result, lower int64) {
	r := &relaxedSearch{t: t, x: x, base: slices.Clone(x.baseCost), best: Infinite, left: relaxedNodes}
	defer copy(x.baseCost, r.base)
	r.h = newLMCut(x, c.Stop)
	forced, _ := forcedOps(t, x)
	fixed := int64(0)
	for o, f := range forced {
		if f {
			fixed += x.baseCost[o]
			x.baseCost[o] = 0
		}
	}
	sum := int64(0)
	for _, b := range r.base {
		sum += b
	}
	if sum < forbidden {
		r.rank(forced)
	}
	lower = r.run(fixed, 0)
	extra, again := reuse(t, forced)
	if r.best == Infinite || r.best != lower {
		if lower < Infinite {
			lower += again
		}
		return nil, lower
	}
	lower += again
	copy(x.baseCost, r.base)
	s := newSequencer(t, repeat(r.plan, extra))
	plan, ok := s.run(c.Stop)
	if !ok {
		return nil, lower
	}
	return &Result{Outcome: Solved, Plan: plan, Cost: lower, Lower: lower, Evaluated: int64(relaxedNodes - r.left), Pruning: "structure"}, lower
}

// repeat adds the further uses of operators to a relaxed plan.
func repeat(plan []choice, extra map[int32]int32) []choice {
	for i := range plan {
		for range extra[plan[i].op] {
			plan[i].again = true
			plan = append(plan, plan[i])
		}
	}
	return plan
}

// relaxedNodes limits the search for an optimal relaxed plan.
const relaxedNodes = 16

// relaxedSearch is a branch and bound over relaxed plans: LM-cut bounds from
// below, the plan of h^add from above, and if they differ, one operator that
// many alternatives share is required or forbidden.
type relaxedSearch struct {
	t     *Task
	x     *relaxation
	h     *lmcut
	base  []int64 // original costs; x.baseCost has those of the branch
	best  int64
	plan  []choice
	order []int32 // operators to branch on, most shared first
	left  int
}

// forbidden is the cost of an operator that a branch must not use.
const forbidden = int64(1) << 48

// run returns a proved bound of the branch's cost: fixed is spent already,
// order[:next] is decided. A bound beyond the best plan is cut to that.
func (r *relaxedSearch) run(fixed int64, next int) int64 {
	if r.left--; r.left < 0 || r.h.stop != nil && r.h.stop() {
		return fixed
	}
	rest := r.h.Estimate(r.t.Init)
	if len(r.order) > 0 && rest >= forbidden || rest == Infinite || fixed+rest >= r.best {
		return r.best
	}
	lower := fixed + rest
	if plan, ok := relaxedPlan(r.t, r.x); ok {
		cost := int64(0)
		for _, c := range plan {
			cost += r.base[c.op]
		}
		// Operators that the branch requires count even if unused, except in cost: the
		// plan is one all the same.
		if cost < r.best {
			r.best, r.plan = cost, plan
		}
	}
	if lower >= r.best || next == len(r.order) {
		return min(lower, r.best)
	}
	o := r.order[next]
	r.x.baseCost[o] = 0
	with := r.run(fixed+r.base[o], next+1)
	r.x.baseCost[o] = forbidden
	without := r.run(fixed, next+1)
	r.x.baseCost[o] = r.base[o]
	return max(lower, min(with, without))
}

// rank lists the operators with a cost that plans may or may not use, by how
// many relaxed operators need what they produce.
func (r *relaxedSearch) rank(forced []bool) {
	x := r.x
	fan := make([]int32, len(r.t.Ops))
	for q := range x.owner {
		o := x.owner[q]
		if int(o) == len(r.t.Ops) || forced[o] || r.base[o] == 0 {
			continue
		}
		for _, e := range x.eff[x.effStart[q]:x.effStart[q+1]] {
			fan[o] += x.ofStart[e+1] - x.ofStart[e]
		}
	}
	for o, n := range fan {
		if n > 1 {
			r.order = append(r.order, int32(o))
		}
	}
	slices.SortStableFunc(r.order, func(a, b int32) int { return int(fan[b] - fan[a]) })
	r.order = r.order[:min(len(r.order), 12)]
}

// forcedOps marks operators that every plan contains, and propositions that
// become true in every plan: from the goal backwards, the only producer of each
// needed fact.
func forcedOps(t *Task, x *relaxation) (forced, seen []bool) {
	forced = make([]bool, len(t.Ops))
	seen = make([]bool, x.props)
	holds := make([]bool, x.props)
	for v, val := range t.Init {
		holds[t.FactBase[v]+val] = true
	}
	holds[x.truth] = true
	queue := []Ref{x.goal}
	need := func(ps []Ref) {
		for _, p := range ps {
			if !seen[p] && !holds[p] {
				seen[p] = true
				queue = append(queue, p)
			}
		}
	}
	none := int32(len(t.Ops))
	for len(queue) > 0 {
		p := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		by := x.by[x.byStart[p]:x.byStart[p+1]]
		if len(by) == 0 {
			continue
		}
		if p >= t.Facts() && p < x.goal && initiallyTrue(t, p, holds) {
			continue
		}
		same := true
		for _, r := range by[1:] {
			same = same && x.owner[r] == x.owner[by[0]]
		}
		o := x.owner[by[0]]
		switch {
		case len(by) == 1:
			need(x.pre[x.preStart[by[0]]:x.preStart[by[0]+1]])
			if o != none {
				forced[o] = true
			}
		case same && o != none:
			forced[o] = true
			need(t.Ops[o].Pre)
		}
	}
	return forced, seen
}

// initiallyTrue evaluates a node if its facts are known to hold or not.
func initiallyTrue(t *Task, p Ref, holds []bool) bool {
	if p < t.Facts() {
		return holds[p]
	}
	n := &t.Nodes[p-t.Facts()]
	for _, k := range n.Kids {
		if initiallyTrue(t, k, holds) == n.Or {
			return n.Or
		}
	}
	return !n.Or
}

// choice is an operator of a relaxed plan, with what must hold when it is used:
// its precondition and the conditions of the wanted effects.
type choice struct {
	op   int32
	pre  []Ref
	wins []Ref // facts that it is used for
	// again reports whether the operator is used more than once: each time, it must
	// change something.
	again bool
}

// relaxedPlan picks for every needed proposition the achiever that is cheapest
// by h^add, and collects the operators.
func relaxedPlan(t *Task, x *relaxation) ([]choice, bool) {
	best := newAddState(x)
	best.plain()
	if h, _ := best.estimate(t.Init); h == Infinite {
		return nil, false
	}
	at := make([]int32, len(t.Ops))
	var out []choice
	seen := make([]bool, x.props)
	queue := []Ref{x.goal}
	seen[x.goal] = true
	for len(queue) > 0 {
		p := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		r := best.support[p]
		if r < 0 {
			continue // holds initially
		}
		pre := x.pre[x.preStart[r]:x.preStart[r+1]]
		if o := x.owner[r]; int(o) < len(t.Ops) {
			if at[o] == 0 {
				out = append(out, choice{op: o})
				at[o] = int32(len(out))
			}
			c := &out[at[o]-1]
			if x.adding[r] {
				// Whatever the number is, the constant is added to it.
				c.pre = append(c.pre, t.Ops[o].Pre...)
			} else {
				c.wins = append(c.wins, p)
				c.pre = append(c.pre, pre...)
			}
		}
		for _, q := range pre {
			if !seen[q] {
				seen[q] = true
				queue = append(queue, q)
			}
		}
	}
	for i := range out {
		out[i].pre = slices.DeleteFunc(out[i].pre, func(p Ref) bool { return p == x.truth })
		slices.Sort(out[i].pre)
		out[i].pre = slices.Compact(out[i].pre)
	}
	slices.SortFunc(out, func(a, b choice) int { return int(a.op - b.op) })
	return out, true
}
