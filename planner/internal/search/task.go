// Package search finds optimal plans of finite-domain planning tasks with
// conditional effects and circuit conditions. It is independent of manifests,
// does no I/O, reads no clock, and is deterministic.
package search

import "math"

// Ref names a proposition: the fact "variable v has value x" is
// Task.FactBase[v]+x, and the circuit node i is Task.Facts()+i.
type Ref = int32

// Task is a finite-domain planning task. Conditions are monotone circuits over
// facts: negation has been pushed to the facts, where "not x" is another fact
// or an or-node over the other values.
type Task struct {
	Domains  []int32 // number of values of each variable
	FactBase []int32 // Ref of each variable's value 0; one more entry than Domains
	Init     []int32 // value of each variable
	Nodes    []Node  // children come before their parents
	Ops      []Op
	Goal     []Ref // all must hold
}

// Node is a circuit node: the conjunction, or disjunction, of Kids.
type Node struct {
	Or   bool
	Kids []Ref
}

// Op is an operator. All its effects read the state before it.
type Op struct {
	Pre  []Ref // all must hold
	Effs []Effect
	Cost int64 // ≥ 0
}

// Effect sets Var to Val if all of Cond hold before. No two effects of one
// operator that can fire together set one variable to different values.
type Effect struct {
	Cond []Ref
	Var  int32
	Val  int32
	// Add is not zero if the effect is one case of adding a constant to a number,
	// the same for all cases: such effects commute. It numbers the constant among
	// those that are added to the variable.
	Add int32
}

// Facts is the number of facts, and so the first node's Ref.
func (t *Task) Facts() int32 { return t.FactBase[len(t.Domains)] }

// Props is the number of facts and nodes together.
func (t *Task) Props() int32 { return t.Facts() + int32(len(t.Nodes)) }

// VarOf returns the variable and the value of a fact. O(log n).
func (t *Task) VarOf(f Ref) (v, val int32) {
	lo, hi := 0, len(t.Domains)
	for hi-lo > 1 {
		m := (lo + hi) / 2
		if t.FactBase[m] <= f {
			lo = m
		} else {
			hi = m
		}
	}
	return int32(lo), f - t.FactBase[lo]
}

// VarsOfFacts returns the variable of each fact.
func (t *Task) VarsOfFacts() []int32 {
	out := make([]int32, t.Facts())
	for v := range t.Domains {
		for f := t.FactBase[v]; f < t.FactBase[v+1]; f++ {
			out[f] = int32(v)
		}
	}
	return out
}

// Infinite is the estimate of a state from which the goal cannot be reached.
const Infinite = math.MaxInt64

// Eval evaluates circuits over one state at a time, each node at most once.
type Eval struct {
	t     *Task
	vals  []int32
	facts int32
	varOf []int32 // of each fact
	mark  []uint32
	truth []bool
	stamp uint32
}

// NewEval evaluates no state yet.
func NewEval(t *Task) *Eval {
	e := &Eval{t: t, facts: t.Facts(), mark: make([]uint32, len(t.Nodes)), truth: make([]bool, len(t.Nodes))}
	e.varOf = t.VarsOfFacts()
	return e
}

// Set makes e evaluate a state, which must not change meanwhile.
func (e *Eval) Set(vals []int32) {
	e.vals = vals
	e.stamp++
	if e.stamp == 0 {
		clear(e.mark)
		e.stamp = 1
	}
}

// Holds reports whether a proposition holds in the state.
func (e *Eval) Holds(r Ref) bool {
	if r < e.facts {
		v := e.varOf[r]
		return e.t.FactBase[v]+e.vals[v] == r
	}
	n := r - e.facts
	if e.mark[n] == e.stamp {
		return e.truth[n]
	}
	node := &e.t.Nodes[n]
	res := !node.Or
	for _, k := range node.Kids {
		if e.Holds(k) == node.Or {
			res = node.Or
			break
		}
	}
	e.mark[n], e.truth[n] = e.stamp, res
	return res
}

// All reports whether all of some propositions hold in the state.
func (e *Eval) All(rs []Ref) bool {
	for _, r := range rs {
		if !e.Holds(r) {
			return false
		}
	}
	return true
}

// Holds reports whether all of conds hold in a state. It is meant for few
// calls: the search reuses its evaluator.
func (t *Task) Holds(vals []int32, conds []Ref) bool {
	e := NewEval(t)
	e.Set(vals)
	return e.All(conds)
}

// Apply returns the state after an operator that is applicable in vals.
func (t *Task) Apply(vals []int32, op int32) []int32 {
	e := NewEval(t)
	e.Set(vals)
	next := append([]int32(nil), vals...)
	for i := range t.Ops[op].Effs {
		if f := &t.Ops[op].Effs[i]; e.All(f.Cond) {
			next[f.Var] = f.Val
		}
	}
	return next
}

// Replay applies operators to a state in place.
type Replay struct {
	e    *Eval
	vals []int32
}

// NewReplay begins with a state, which it will change.
func NewReplay(t *Task, vals []int32) *Replay { return &Replay{NewEval(t), vals} }

// Apply applies an operator and returns the effects that fired.
func (r *Replay) Apply(op int32) []Effect {
	r.e.Set(r.vals)
	var fired []Effect
	for _, f := range r.e.t.Ops[op].Effs {
		if r.e.All(f.Cond) {
			fired = append(fired, f)
		}
	}
	for _, f := range fired {
		r.vals[f.Var] = f.Val
	}
	return fired
}
