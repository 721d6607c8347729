package search

import "slices"

// Locality cuts small tasks out of a large one that is almost completely done.
type Locality struct {
	t       *Task
	e       *Eval
	makers  [][]int32 // operators that may produce each fact
	writers [][]int32 // operators that write each variable
	goals   [][]Ref   // goals that are facts, by variable
	nodes   []Ref     // the other goals

	touched  []bool // variables that a relevant operator writes
	relevant []bool
	ops      []int32 // the relevant operators
	seen     []uint32
	stamp    uint32
	stable   map[Ref]bool
}

// Local is a task of some operators and variables of a larger one.
type Local struct {
	Task *Task
	Ops  []int32 // of each operator, its number in the larger task
	Vars []int32 // of each variable; -1 for one that is constant
}

// NewLocality analyzes a task once for all cuts.
func NewLocality(t *Task) *Locality {
	x := &Locality{t: t, e: NewEval(t), makers: make([][]int32, t.Facts()), writers: make([][]int32, len(t.Domains)), goals: make([][]Ref, len(t.Domains)),
		touched: make([]bool, len(t.Domains)), relevant: make([]bool, len(t.Ops)), seen: make([]uint32, t.Props())}
	put := func(list *[]int32, o int32) {
		if n := len(*list); n == 0 || (*list)[n-1] != o {
			*list = append(*list, o)
		}
	}
	for o := range t.Ops {
		for k := range t.Ops[o].Effs {
			e := &t.Ops[o].Effs[k]
			put(&x.makers[t.FactBase[e.Var]+e.Val], int32(o))
			put(&x.writers[e.Var], int32(o))
		}
	}
	for _, g := range t.Goal {
		if g < t.Facts() {
			x.goals[x.e.varOf[g]] = append(x.goals[x.e.varOf[g]], g)
		} else {
			x.nodes = append(x.nodes, g)
		}
	}
	return x
}

// From is the task that remains from a state, without one operator: its plans
// are plans, and its optimum is that of the whole task. It has the operators
// that may produce what is wanted and does not hold permanently: what the goal
// or a kept operator needs, and whatever a condition of a kept operator's
// effect reads. What holds is not wanted as long as no kept operator writes a
// variable that it depends on. Operators of a plan that are not kept can be
// removed from it: they produce nothing that is wanted.
func (x *Locality) From(state []int32, barred int32) *Local {
	x.e.Set(state)
	defer x.forget()
	for again := true; again; {
		n := len(x.ops)
		x.stamp++
		x.stable = map[Ref]bool{}
		for v, gs := range x.goals {
			for _, g := range gs {
				if x.touched[v] || x.t.FactBase[v]+state[v] != g {
					x.want(g, barred)
				}
			}
		}
		for _, g := range x.nodes {
			x.want(g, barred)
		}
		for i := 0; i < len(x.ops); i++ {
			op := &x.t.Ops[x.ops[i]]
			for _, p := range op.Pre {
				x.want(p, barred)
			}
			for k := range op.Effs {
				for _, c := range op.Effs[k].Cond {
					x.watch(c, barred)
				}
			}
		}
		again = len(x.ops) > n
	}
	return x.cut(state)
}

func (x *Locality) forget() {
	for _, o := range x.ops {
		x.relevant[o] = false
		for k := range x.t.Ops[o].Effs {
			x.touched[x.t.Ops[o].Effs[k].Var] = false
		}
	}
	x.ops = x.ops[:0]
}

// keep makes an operator relevant.
func (x *Locality) keep(o, barred int32) {
	if o == barred || x.relevant[o] {
		return
	}
	x.relevant[o] = true
	x.ops = append(x.ops, o)
	for k := range x.t.Ops[o].Effs {
		x.touched[x.t.Ops[o].Effs[k].Var] = true
	}
}

// want keeps the operators that may produce a proposition, unless it is known
// to hold permanently.
func (x *Locality) want(p Ref, barred int32) {
	if x.seen[p] == x.stamp || x.holdsOn(p) {
		return
	}
	x.seen[p] = x.stamp
	if p < x.t.Facts() {
		for _, o := range x.makers[p] {
			x.keep(o, barred)
		}
		return
	}
	for _, k := range x.t.Nodes[p-x.t.Facts()].Kids {
		x.want(k, barred)
	}
}

// watch keeps all operators that write what a condition reads.
func (x *Locality) watch(p Ref, barred int32) {
	if p < x.t.Facts() {
		for _, o := range x.writers[x.e.varOf[p]] {
			x.keep(o, barred)
		}
		return
	}
	for _, k := range x.t.Nodes[p-x.t.Facts()].Kids {
		x.watch(k, barred)
	}
}

// holdsOn reports whether a proposition holds by variables that no relevant
// operator writes. Within a round, the result may date from before an operator
// became relevant; the next round checks again.
func (x *Locality) holdsOn(p Ref) bool {
	if p < x.t.Facts() {
		return !x.touched[x.e.varOf[p]] && x.e.Holds(p)
	}
	if b, ok := x.stable[p]; ok {
		return b
	}
	n := &x.t.Nodes[p-x.t.Facts()]
	res := !n.Or
	for _, k := range n.Kids {
		if x.holdsOn(k) == n.Or {
			res = n.Or
			break
		}
	}
	x.stable[p] = res
	return res
}

// cut builds the task of the relevant operators and the variables they write;
// all others are constant. Its first variable has a single value, which
// represents what always holds.
func (x *Locality) cut(state []int32) *Local {
	t := x.t
	out := &Local{Task: &Task{Domains: []int32{1}, FactBase: []int32{0, 1}, Init: []int32{0}}, Vars: []int32{-1}}
	sub := out.Task
	slices.Sort(x.ops)
	local := map[int32]int32{}
	for _, o := range x.ops {
		for k := range t.Ops[o].Effs {
			v := t.Ops[o].Effs[k].Var
			if _, ok := local[v]; !ok {
				local[v] = int32(len(sub.Domains))
				sub.FactBase = append(sub.FactBase, sub.Facts()+t.Domains[v])
				sub.Domains, sub.Init = append(sub.Domains, t.Domains[v]), append(sub.Init, state[v])
				out.Vars = append(out.Vars, v)
			}
		}
	}
	m := &localMap{t: t, sub: sub, local: local, e: x.e, nodes: map[Ref]Ref{}, never: -1}
	for _, o := range x.ops {
		old := &t.Ops[o]
		op := Op{Pre: m.all(old.Pre), Cost: old.Cost}
		for _, e := range old.Effs {
			op.Effs = append(op.Effs, Effect{Cond: m.all(e.Cond), Var: local[e.Var], Val: e.Val, Add: e.Add})
		}
		sub.Ops, out.Ops = append(sub.Ops, op), append(out.Ops, o)
	}
	var goal []Ref
	for v, gs := range x.goals {
		for _, g := range gs {
			if x.touched[v] || t.FactBase[v]+state[v] != g {
				goal = append(goal, g)
			}
		}
	}
	sub.Goal = m.all(append(goal, x.nodes...))
	return out
}

// localMap translates propositions; facts of omitted variables have their value
// in the state.
type localMap struct {
	t, sub *Task
	local  map[int32]int32
	e      *Eval
	nodes  map[Ref]Ref
	never  Ref
}

func (m *localMap) all(ps []Ref) []Ref {
	var out []Ref
	for _, p := range ps {
		if r := m.ref(p); r != 0 { // 0 always holds
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (m *localMap) ref(p Ref) Ref {
	if p < m.t.Facts() {
		v := m.e.varOf[p]
		if w, ok := m.local[v]; ok {
			return m.sub.FactBase[w] + p - m.t.FactBase[v]
		}
		if m.e.Holds(p) {
			return 0
		}
		if m.never < 0 {
			m.never = m.add(Node{Or: true})
		}
		return m.never
	}
	if r, ok := m.nodes[p]; ok {
		return r
	}
	n := &m.t.Nodes[p-m.t.Facts()]
	kids := make([]Ref, len(n.Kids))
	for i, k := range n.Kids {
		kids[i] = m.ref(k)
	}
	m.nodes[p] = m.add(Node{Or: n.Or, Kids: kids})
	return m.nodes[p]
}

func (m *localMap) add(n Node) Ref {
	m.sub.Nodes = append(m.sub.Nodes, n)
	return m.sub.Props() - 1
}

// Added is the result of an operator's addition to a variable; not ok if the
// result is unreachable in the model.
func (t *Task) Added(op, v, val int32) (int32, bool) {
	own := t.FactBase[v] + val
	o := &t.Ops[op]
	for k := range o.Effs {
		e := &o.Effs[k]
		if e.Add == 0 || e.Var != v {
			continue
		}
		// The precondition may determine the case once for all.
		if slices.Contains(e.Cond, own) || len(e.Cond) == 0 && slices.Contains(o.Pre, own) {
			return e.Val, true
		}
	}
	return 0, false
}
