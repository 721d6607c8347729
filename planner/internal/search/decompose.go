package search

import "slices"

// decomposed plans the independent parts of a task separately and joins the
// plans.
//
// A fact is settled if it becomes true in every plan and then stays true.
// Variables belong to one part if an operator reads or writes them together,
// except settled facts: what a part needs of another part's settled facts is
// assumed, and each part must achieve its own settled facts. Every plan of the
// task then contains a plan of each part, so the sum of their optima is a lower
// bound; and if their plans can be interleaved, with each operator waiting for
// the settled facts that it needs, it is the optimum. The answer is nil if that
// fails, or if there is only one part.
func decomposed(t *Task, x *relaxation, c Config) (res *Result, lower int64) {
	d := newDecomposition(t, x)
	if d.parts < 2 {
		return nil, 0
	}
	d.assign()
	res = &Result{Outcome: Solved, Pruning: "structure"}
	first := make([]*Result, d.parts)
	if c.Anytime {
		// With a plan of each part, a limit still leaves a plan of the whole.
		quick := c
		quick.first = true
		for k := range first {
			if first[k] = d.solve(k, quick); c.Stop != nil && c.Stop() {
				break
			}
		}
	}
	if c.Progress != nil {
		tell := c.Progress
		c.Progress = func(bound, expanded int64) { tell(lower+bound, res.Expanded+expanded) }
	}
	plans := make([][]int32, d.parts)
	for k := range plans {
		r := first[k]
		if r == nil || r.Outcome == Bounded {
			r = d.solve(k, c)
		}
		res.Expanded += r.Expanded
		res.Evaluated += r.Evaluated
		res.Generated += r.Generated
		res.PeakBytes = max(res.PeakBytes, r.PeakBytes)
		switch r.Outcome {
		case Unsolvable:
			res.Outcome = Unsolvable
			return res, 0
		case Stopped:
			if first[k] == nil || first[k].Plan == nil {
				return nil, lower + r.Lower
			}
			r.Plan, r.Cost = first[k].Plan, first[k].Cost
			fallthrough
		case Bounded:
			if first[k] != nil && first[k].Plan != nil && first[k].Cost < r.Cost {
				r.Plan, r.Cost = first[k].Plan, first[k].Cost
			}
			res.Outcome, res.Limited = Bounded, true
		case Solved:
		}
		lower += r.Lower
		res.Cost += r.Cost
		plans[k] = r.Plan
	}
	plan, ok := d.join(plans)
	if !ok {
		return nil, lower
	}
	res.Plan, res.Lower = plan, lower
	return res, lower
}

type decomposition struct {
	t       *Task
	e       *Eval
	settled []bool // facts
	parent  []int32
	part    []int32 // of each variable
	parts   int
	vars    [][]int32 // of each part
	ops     [][]int32
	goals   [][]Ref
	local   []int32 // of each variable, its number in its part
}

func newDecomposition(t *Task, x *relaxation) *decomposition {
	d := &decomposition{t: t, e: NewEval(t), settled: make([]bool, t.Facts()), parent: make([]int32, len(t.Domains))}
	_, needed := forcedOps(t, x)
	for f := range d.settled {
		d.settled[f] = needed[f]
	}
	const none, several = -1, -2
	written := make([]int32, len(t.Domains)) // the value that operators write
	for v := range written {
		written[v] = none
	}
	for i := range t.Ops {
		for k := range t.Ops[i].Effs {
			switch e := &t.Ops[i].Effs[k]; written[e.Var] {
			case none, e.Val:
				written[e.Var] = e.Val
			default:
				written[e.Var] = several
			}
		}
	}
	for f := range d.settled {
		v := d.e.varOf[f]
		d.settled[f] = d.settled[f] && (written[v] == none || written[v] == int32(f)-t.FactBase[v])
	}
	for v := range d.parent {
		d.parent[v] = int32(v)
	}
	for i := range t.Ops {
		d.unite(&t.Ops[i])
	}
	for _, g := range t.Goal {
		d.together(g, -1)
	}
	d.part = make([]int32, len(t.Domains))
	number := map[int32]int32{}
	for v := range d.part {
		root := d.find(int32(v))
		if _, ok := number[root]; !ok {
			number[root] = int32(len(number))
		}
		d.part[v] = number[root]
	}
	d.parts = len(number)
	return d
}

func (d *decomposition) find(v int32) int32 {
	for d.parent[v] != v {
		d.parent[v] = d.parent[d.parent[v]]
		v = d.parent[v]
	}
	return v
}

// together unites the variables of a proposition with v (-1: none yet), and
// returns one of them.
func (d *decomposition) together(p Ref, v int32) int32 {
	if p < d.t.Facts() {
		w := d.e.varOf[p]
		if v >= 0 {
			d.parent[d.find(w)] = d.find(v)
		}
		return w
	}
	for _, k := range d.t.Nodes[p-d.t.Facts()].Kids {
		v = d.together(k, v)
	}
	return v
}

func (d *decomposition) unite(op *Op) {
	v := int32(-1)
	for k := range op.Effs {
		e := &op.Effs[k]
		v = d.together(d.t.FactBase[e.Var]+e.Val, v)
		for _, c := range e.Cond {
			v = d.together(c, v)
		}
	}
	for _, p := range op.Pre {
		if p >= d.t.Facts() || !d.settled[p] {
			v = d.together(p, v)
		}
	}
}

// assign gives each part its variables, operators and goals.
func (d *decomposition) assign() {
	t := d.t
	d.vars, d.ops, d.goals = make([][]int32, d.parts), make([][]int32, d.parts), make([][]Ref, d.parts)
	d.local = make([]int32, len(t.Domains))
	for v, k := range d.part {
		d.local[v] = int32(len(d.vars[k]))
		d.vars[k] = append(d.vars[k], int32(v))
	}
	for i := range t.Ops {
		if effs := t.Ops[i].Effs; len(effs) > 0 {
			k := d.part[effs[0].Var]
			d.ops[k] = append(d.ops[k], int32(i))
		}
	}
	for _, g := range t.Goal {
		if v := d.anyVar(g); v >= 0 {
			d.goals[d.part[v]] = append(d.goals[d.part[v]], g)
		} else {
			// A goal over no variable is a constant that does not hold.
			d.goals[0] = append(d.goals[0], g)
		}
	}
	for f, s := range d.settled {
		if k := d.part[d.e.varOf[f]]; s {
			d.goals[k] = append(d.goals[k], Ref(f))
		}
	}
}

func (d *decomposition) anyVar(p Ref) int32 {
	if p < d.t.Facts() {
		return d.e.varOf[p]
	}
	for _, k := range d.t.Nodes[p-d.t.Facts()].Kids {
		if v := d.anyVar(k); v >= 0 {
			return v
		}
	}
	return -1
}

// solve plans for one part.
func (d *decomposition) solve(k int, c Config) *Result {
	if r := d.single(k); r != nil {
		return r
	}
	t := d.t
	sub := &Task{FactBase: []int32{0}}
	for _, v := range d.vars[k] {
		sub.FactBase = append(sub.FactBase, sub.Facts()+t.Domains[v])
		sub.Domains = append(sub.Domains, t.Domains[v])
		sub.Init = append(sub.Init, t.Init[v])
	}
	nodes := map[Ref]Ref{}
	var ref func(p Ref) Ref
	ref = func(p Ref) Ref {
		if p < t.Facts() {
			v := d.e.varOf[p]
			return sub.FactBase[d.local[v]] + p - t.FactBase[v]
		}
		if r, ok := nodes[p]; ok {
			return r
		}
		n := Node{Or: t.Nodes[p-t.Facts()].Or}
		for _, q := range t.Nodes[p-t.Facts()].Kids {
			n.Kids = append(n.Kids, ref(q))
		}
		sub.Nodes = append(sub.Nodes, n)
		nodes[p] = sub.Props() - 1
		return nodes[p]
	}
	refs := func(ps []Ref) []Ref {
		var out []Ref
		for _, p := range ps {
			if p < t.Facts() && int(d.part[d.e.varOf[p]]) != k {
				continue // settled by another part
			}
			out = append(out, ref(p))
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for _, o := range d.ops[k] {
		old := &t.Ops[o]
		op := Op{Pre: refs(old.Pre), Cost: old.Cost}
		for _, e := range old.Effs {
			op.Effs = append(op.Effs, Effect{Cond: refs(e.Cond), Var: d.local[e.Var], Val: e.Val, Add: e.Add})
		}
		sub.Ops = append(sub.Ops, op)
	}
	sub.Goal = refs(d.goals[k])
	simple := Simplify(sub)
	r := Run(simple.Task, c)
	for i, o := range r.Plan {
		r.Plan[i] = d.ops[k][simple.Ops[o]]
	}
	return r
}

// single solves the most common kind of part: one variable, whose operators
// have no precondition on it.
func (d *decomposition) single(k int) *Result {
	if len(d.vars[k]) != 1 {
		return nil
	}
	v := d.vars[k][0]
	goal := int32(-1)
	for _, g := range d.goals[k] {
		if g >= d.t.Facts() || goal >= 0 && g != goal {
			return nil
		}
		goal = g
	}
	if goal < 0 || goal == d.t.FactBase[v]+d.t.Init[v] {
		return &Result{Outcome: Solved}
	}
	best := int32(-1)
	for _, o := range d.ops[k] {
		op := &d.t.Ops[o]
		if len(op.Effs) != 1 || len(op.Effs[0].Cond) > 0 {
			return nil
		}
		for _, p := range op.Pre {
			if p >= d.t.Facts() || d.e.varOf[p] == v {
				return nil
			}
		}
		if d.t.FactBase[v]+op.Effs[0].Val == goal && (best < 0 || op.Cost < d.t.Ops[best].Cost) {
			best = o
		}
	}
	if best < 0 {
		return &Result{Outcome: Unsolvable}
	}
	return &Result{Outcome: Solved, Plan: []int32{best}, Cost: d.t.Ops[best].Cost, Lower: d.t.Ops[best].Cost}
}

// join interleaves the parts' plans: each continues until its next operator
// needs facts of others that aren't true yet.
func (d *decomposition) join(plans [][]int32) ([]int32, bool) {
	t := d.t
	state := slices.Clone(t.Init)
	d.e.Set(state)
	waiting := map[Ref][]int{}
	next := make([]int, len(plans))
	var queue []int
	total := 0
	for k := range plans {
		queue = append(queue, k)
		total += len(plans[k])
	}
	plan := make([]int32, 0, total)
	values := map[int32]int32{}
	for len(queue) > 0 {
		k := queue[0]
		queue = queue[1:]
	advance:
		for next[k] < len(plans[k]) {
			op := &t.Ops[plans[k][next[k]]]
			for _, p := range op.Pre {
				if d.e.Holds(p) {
					continue
				}
				if p >= t.Facts() || int(d.part[d.e.varOf[p]]) == k {
					return nil, false
				}
				waiting[p] = append(waiting[p], k)
				break advance
			}
			clear(values)
			for i := range op.Effs {
				if e := &op.Effs[i]; d.e.All(e.Cond) {
					values[e.Var] = e.Val
				}
			}
			for i := range op.Effs {
				v := op.Effs[i].Var
				val, fires := values[v]
				if !fires || state[v] == val {
					continue
				}
				state[v] = val
				f := t.FactBase[v] + val
				queue = append(queue, waiting[f]...)
				delete(waiting, f)
			}
			d.e.Set(state)
			plan = append(plan, plans[k][next[k]])
			next[k]++
		}
	}
	return plan, len(plan) == total && d.e.All(t.Goal)
}
