package task

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleValues = diag.Error("OG301", "Too many values of one state",
		"A state's values are those that actions can assign. More than 10,000 values, or numbers of more than a thousand digits, make planning infeasible; limit a growing number with min and max, or with a precondition.")
	ruleCosts = diag.Error("OG302", "Costs out of range",
		"Costs are scaled by their common denominator to 64-bit integers. Costs of very different magnitude or precision exceed that range.")
	ruleStart = diag.Error("OG303", "Invalid starting value",
		"A value from --from-state has a different type than the state, or is outside its min and max. Values in the manifest are checked when it is read (OG233).")
)

// collect finds all mentioned states and facts, and their readers.
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
			m.fact(f, start) // possibly unread, but writes keep their order
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
		m.failed = append(m.failed, ruleStart.At(s.Range, "State %q is a %s, but its starting value is a %s.", s.Name, s.Type, init.Type))
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
		m.failed = append(m.failed, ruleStart.At(s.Range, "State %q starts at %s, which is outside its min and max. Use a value between them.", s.Name, first))
	}
	v.addValue(first)
	return v
}

// addValue records a value that the state may take; for an unknown number, the
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
	v.version++
	return true
}

// addElem records that an element may be in the set (isTrue) or, having
// occurred, out of it (isFalse). Elements that occur later are out initially.
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
	if old|may == old {
		return false
	}
	v.version++
	return true
}

// fixpoint applies all actions in the delete relaxation until nothing changes.
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
		m.poll()
		m.relax(int(i), changed)
	}
}

// relax adds the possible effects of an action.
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
			return // always outside min and max
		}
		all = append(all, news{v, vals})
	}
	m.ops[i].reachable = true
	for _, n := range all {
		grew := false
		for _, x := range n.vals {
			if x.long() {
				m.failed = append(m.failed, ruleValues.At(a.Range,
					"The action %q gives state %q numbers of more than a thousand digits. Set min and max on the state, or a precondition on the action that limits it.",
					a.Name, n.v.s.Name))
				return
			}
			grew = n.v.addValue(x) || grew
		}
		if len(n.v.vals) > MaxValues {
			m.failed = append(m.failed, ruleValues.At(a.Range,
				"The action %q gives state %q more than %d values. Set min and max on the state, or a precondition on the action that limits it.",
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
