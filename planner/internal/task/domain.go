package task

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleValues = diag.Error("OG301", "Too many values of one state",
		"A state takes the values that actions can give it. More than 10,000 of them make planning infeasible; min and max, or a precondition, keep a growing number within bounds.")
	ruleCosts = diag.Error("OG302", "Costs out of range",
		"Costs are scaled by their common denominator to whole numbers of 64 bits. Costs of very different magnitude or precision leave that range.")
	ruleStart = diag.Error("OG303", "Impossible initial value",
		"The value that planning starts from is of another type than the state's, or outside its min and max.")
)

// collect finds all states and facts that are mentioned, and who reads them.
func (m *Model) collect(goals []Goal, start Start) {
	m.ops = make([]loweredOp, len(m.actions))
	for i := range m.actions {
		a := &m.actions[i]
		m.ops[i].seen = make([]seenEffect, len(a.Effects))
		user := func(u *users) { u.actions = append(u.actions, int32(i)) }
		for _, e := range a.Pre {
			m.mention(e, start, user)
		}
		for _, f := range a.Needs {
			user(&m.fact(f, start).users)
		}
		for _, f := range a.Dels {
			m.fact(f, start) // read by none perhaps, but writes keep their order
		}
		for _, e := range a.Effects {
			m.state(e.State, start)
			m.mention(e.Value, start, user)
		}
	}
	for _, g := range goals {
		if g.Condition != nil {
			m.mention(g.Condition, start, func(*users) {})
		}
		for _, f := range g.Facts {
			m.fact(f, start)
		}
	}
}

func (m *Model) mention(e *manifest.Expr, start Start, use func(*users)) {
	switch e.Op {
	case manifest.OpState:
		if e.State.Derived != nil {
			memo := m.derived[e.State]
			if memo == nil {
				memo = &boolMemo{expr: e.State.Derived}
				m.derived[e.State] = memo
				m.mention(memo.expr, start, func(u *users) { u.memos = append(u.memos, memo) })
			}
			use(&memo.users)
			return
		}
		use(&m.state(e.State, start).users)
	case manifest.OpGoal:
		memo := m.goals[e.Goal]
		if memo == nil {
			memo = &boolMemo{expr: e.Goal.Condition}
			m.goals[e.Goal] = memo
			if memo.expr != nil {
				m.mention(memo.expr, start, func(u *users) { u.memos = append(u.memos, memo) })
			}
		}
		use(&memo.users)
	case manifest.OpFact:
		use(&m.fact(e.Fact, start).users)
	default:
		for _, a := range e.Args {
			m.mention(a, start, use)
		}
	}
}

func (m *Model) fact(f manifest.Fact, start Start) *factVar {
	v := m.facts[f]
	if v == nil {
		v = &factVar{f: f, may: isFalse}
		if start.Facts[f] {
			v.may, v.start = isTrue, true
		}
		m.facts[f] = v
		m.forder = append(m.forder, v)
	}
	return v
}

func (m *Model) state(s *manifest.State, start Start) *stateVar {
	v := m.states[s]
	if v != nil {
		return v
	}
	v = &stateVar{s: s}
	v.rng.lo, v.rng.hi = s.Min, s.Max
	m.states[s] = v
	m.order = append(m.order, v)
	init := s.Initial
	if o, ok := start.State[s.Name]; ok {
		init = o
	}
	if init != nil && init.Type != 0 && init.Type != s.Type {
		m.failed = append(m.failed, ruleStart.At(s.Range, "State %q is a %s, but its initial value is a %s.", s.Name, s.Type, init.Type))
		init = nil
	}
	if s.Type == manifest.StringSet {
		v.member = map[string]truth{}
		v.whole, v.startUnknown = isUnknown, true
		if init != nil && init.Type != 0 {
			v.whole, v.startUnknown = isTrue, false
			for _, e := range init.Set {
				v.elems = append(v.elems, e)
				v.member[e] = isTrue
				v.start = append(v.start, e)
			}
		}
		return v
	}
	v.index = map[string]int32{}
	first := constant(s.Type, init)
	if s.Type == manifest.Number && !first.unknown && first.num.intersect(v.rng).empty() {
		m.failed = append(m.failed, ruleStart.At(s.Range, "State %q starts at %s, which is outside its min and max. Choose a value between them.", s.Name, first))
	}
	v.addValue(first)
	return v
}

// addValue records a value that the state may take; of an unknown number, the
// declared range.
func (v *stateVar) addValue(x value) bool {
	k := x.key()
	if _, ok := v.index[k]; ok {
		return false
	}
	if x.unknown {
		x.num = v.rng
	}
	v.index[k] = int32(len(v.vals))
	v.vals = append(v.vals, x)
	return true
}

// addElem records that an element may be in the set (isTrue) or, having
// occurred, out of it (isFalse). Elements that occur later are out at first.
func (v *stateVar) addElem(e string, may truth) bool {
	old, ok := v.member[e]
	if !ok {
		if may&isTrue == 0 {
			return false // it never was in
		}
		v.elems = append(v.elems, e)
		may |= isFalse
	}
	v.member[e] = old | may
	return old|may != old
}

// fixpoint applies all actions, deletes disregarded, until nothing new comes.
func (m *Model) fixpoint() {
	queued := make([]bool, len(m.actions))
	var queue []int32
	enqueue := func(i int32) {
		if !queued[i] {
			queued[i] = true
			queue = append(queue, i)
		}
	}
	var changed func(u *users)
	changed = func(u *users) {
		for _, i := range u.actions {
			enqueue(i)
		}
		for _, memo := range u.memos {
			if memo.valid {
				memo.valid = false
				memo.version++
				changed(&memo.users)
			}
		}
	}
	for i := range m.actions {
		enqueue(int32(i))
	}
	m.indexReads()
	for len(queue) > 0 && !m.failed.HasErrors() {
		i := queue[0]
		queue = queue[1:]
		queued[i] = false
		m.relax(int(i), changed)
	}
}

// relax adds what an action may bring about.
func (m *Model) relax(i int, changed func(*users)) {
	a := &m.actions[i]
	if !m.mayApply(a, nil) {
		return
	}
	type news struct {
		v    *stateVar
		vals []value
	}
	var all []news
	for k, e := range a.Effects {
		if e.State.Type == manifest.StringSet {
			continue
		}
		v := m.states[e.State]
		vals, known := m.newValues(i, k, v)
		if len(vals) == 0 && !known {
			return // always out of min and max
		}
		all = append(all, news{v, vals})
	}
	m.ops[i].reachable = true
	for _, n := range all {
		grew := false
		for _, x := range n.vals {
			grew = n.v.addValue(x) || grew
		}
		if len(n.v.vals) > MaxValues {
			m.failed = append(m.failed, ruleValues.At(a.Range,
				"The action %q takes state %q beyond %d values. Give the state min and max, or the action a precondition that bounds it.",
				a.Name, n.v.s.Name, MaxValues))
			return
		}
		if grew {
			changed(&n.v.users)
		}
	}
	for _, e := range a.Effects {
		if e.State.Type == manifest.StringSet && m.relaxSet(m.states[e.State], e.Value) {
			changed(&m.states[e.State].users)
		}
	}
	grow := func(f manifest.Fact, may truth) {
		if v := m.facts[f]; v != nil && v.may|may != v.may {
			v.may |= may
			changed(&v.users)
		}
	}
	for _, f := range a.Dels {
		if !slices.Contains(a.Adds, f) {
			grow(f, isFalse)
		}
	}
	for _, f := range a.Adds {
		grow(f, isTrue)
	}
}

// mayApply reports whether an action's precondition may be true, with some
// states pinned to a value.
func (m *Model) mayApply(a *Action, p pins) bool {
	for _, f := range a.Needs {
		if m.facts[f].may&isTrue == 0 {
			return false
		}
	}
	for _, e := range a.Pre {
		if m.may(e, p)&isTrue == 0 {
			return false
		}
	}
	return true
}

// pin fixes the value of a state while an expression is looked at.
type pin struct {
	s *manifest.State
	v value
}

type pins []pin

func (p pins) get(s *manifest.State) (value, bool) {
	for _, x := range p {
		if x.s == s {
			return x.v, true
		}
	}
	return value{}, false
}

// indexReads lists for each action what it reads.
func (m *Model) indexReads() {
	for _, v := range m.order {
		for _, i := range v.users.actions {
			m.ops[i].reads.states = append(m.ops[i].reads.states, v)
		}
	}
	for _, v := range m.forder {
		for _, i := range v.users.actions {
			m.ops[i].reads.facts = append(m.ops[i].reads.facts, v)
		}
	}
	memo := func(b *boolMemo) {
		for _, i := range b.users.actions {
			m.ops[i].reads.memos = append(m.ops[i].reads.memos, b)
		}
	}
	for _, b := range m.derived {
		memo(b)
	}
	for _, b := range m.goals {
		memo(b)
	}
}

// version changes whenever anything that an action reads, apart from one
// state, may have become more.
func (m *Model) version(i int, apart *stateVar) int {
	n := 1
	for _, v := range m.ops[i].reads.states {
		if v != apart {
			n += len(v.vals) + len(v.elems) + int(v.whole)
			for _, e := range v.elems {
				n += int(v.member[e])
			}
		}
	}
	for _, f := range m.ops[i].reads.facts {
		n += int(f.may)
	}
	for _, b := range m.ops[i].reads.memos {
		n += b.version
	}
	return n
}

// newValues are the values that the k-th effect of an action may give a state;
// where the action has been looked at before, perhaps only those that it gives
// for newer values of the state itself. known says that there were others.
func (m *Model) newValues(i, k int, v *stateVar) (vals []value, known bool) {
	a, seen := &m.actions[i], &m.ops[i].seen[k]
	e := a.Effects[k].Value
	version, upto := m.version(i, v), len(v.vals)
	own := valueReads(e, v.s, nil)
	if seen.version == version && len(own) == 1 && own[0] == v.s {
		vals = m.effectValues(a, v, e, seen.upto)
		known = seen.upto > 0
	} else {
		vals = m.effectValues(a, v, e, 0)
	}
	seen.version, seen.upto = version, upto
	return vals, known
}

// effectValues are the values that an effect may give a state, within its min
// and max, for the state's own values from the from-th on.
func (m *Model) effectValues(a *Action, v *stateVar, e *manifest.Expr, from int) []value {
	var out []value
	seen := map[string]bool{}
	m.eachPin(a, v.s, e, from, func(p pins) {
		for _, x := range m.values(e, p) {
			if x, ok := cut(x, v.rng); ok && !seen[x.key()] {
				seen[x.key()] = true
				out = append(out, x)
			}
		}
	})
	return out
}

// cut cuts a number to a range; not ok where nothing is left.
func cut(x value, rng interval) (value, bool) {
	if x.typ != manifest.Number || x.unknown {
		return x, true
	}
	n := x.num.intersect(rng)
	if n.empty() {
		return x, false
	}
	return value{typ: x.typ, num: n}, true
}

// maxPinned bounds how many states of an effect's value are looked at jointly
// with the precondition; the others are taken as independent.
const maxPinned = 2

// eachPin calls f for each combination of the values of the states that e
// computes with, as far as the action's precondition may be true under it. Of
// the target's own values the first ones are left out.
func (m *Model) eachPin(a *Action, target *manifest.State, e *manifest.Expr, from int, f func(pins)) {
	read := valueReads(e, target, nil)
	if len(read) > maxPinned {
		read = nil
	}
	var rec func(i int, p pins)
	rec = func(i int, p pins) {
		if i == len(read) {
			if len(p) == 0 || m.mayApply(a, p) {
				f(p)
			}
			return
		}
		vals := m.states[read[i]].vals
		if read[i] == target {
			vals = vals[from:]
		}
		for _, x := range vals {
			rec(i+1, append(p[:i:i], pin{read[i], x}))
		}
	}
	rec(0, nil)
}

// valueReads lists the states that the value of e is computed from, conditions
// and sets apart. The target itself counts only where it is computed with: a
// branch that leaves it as it is does not read it.
func valueReads(e *manifest.Expr, target *manifest.State, out []*manifest.State) []*manifest.State {
	switch e.Op {
	case manifest.OpState:
		if e.State.Derived == nil && e.Type != manifest.StringSet && e.State != target && !slices.Contains(out, e.State) {
			out = append(out, e.State)
		}
	case manifest.OpCond:
		out = valueReads(e.Args[1], target, out)
		out = valueReads(e.Args[2], target, out)
	case manifest.OpAdd, manifest.OpSub, manifest.OpMul, manifest.OpDiv, manifest.OpMod, manifest.OpNeg, manifest.OpBound:
		for _, x := range e.Args {
			out = valueReads(x, nil, out)
		}
	}
	return out
}
