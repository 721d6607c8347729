package task

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

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

// pin fixes the value of a state while an expression is evaluated.
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

// version changes whenever anything that an action reads, except one state, may
// have more values.
func (m *Model) version(i int, apart *stateVar) int {
	n := 1
	for _, v := range m.ops[i].reads.states {
		if v != apart {
			n += v.version
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

// newValues are the values that the k-th effect of an action may assign to a
// state; on later visits, possibly only those for newer values of the state
// itself. known says that there were others.
func (m *Model) newValues(i, k int, v *stateVar) (vals []value, known bool) {
	a, seen := &m.actions[i], &m.ops[i].seen[k]
	e := a.Effects[k].Value
	if c := added(v, e); c != nil && !slices.ContainsFunc(a.Pre, func(p *manifest.Expr) bool { return mentions(p, v.s) }) {
		// Thousands of actions may increment one counter: what one of them makes of a
		// value, the others need not repeat.
		key := v.s.Name + " " + c.RatString()
		upto := m.added[key]
		m.added[key] = len(v.vals)
		return m.effectValues(a, v, e, upto), upto > 0
	}
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

// mentions reports whether a condition reads a state, directly or through
// derived states.
func mentions(e *manifest.Expr, s *manifest.State) bool {
	if e.Op == manifest.OpState && (e.State == s || e.State.Derived != nil) || e.Op == manifest.OpGoal {
		return true
	}
	return slices.ContainsFunc(e.Args, func(a *manifest.Expr) bool { return mentions(a, s) })
}

// effectValues are the values that an effect may assign to a state, within its
// min and max, for the state's own values from the from-th on.
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

// cut clips a number to a range; not ok if nothing is left.
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

// maxPinned limits how many states of an effect's value are considered jointly
// with the precondition; the others are treated as independent.
const maxPinned = 2

// eachPin calls f for each combination of the values of the states that e
// computes with, as far as the action's precondition may be true under it. It
// skips the first values of the target.
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

// valueReads lists the states that the value of e is computed from, except in
// conditions and sets. The target itself counts only if it is computed with: a
// branch that keeps it unchanged does not read it.
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
