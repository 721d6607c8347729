package task

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// wholeUnknown is the condition that a set is unknown.
func (m *Model) wholeUnknown(e *manifest.Expr, p pins) ref {
	switch e.Op {
	case manifest.OpConst:
		return constRef(e.Value == nil || e.Value.Type == 0)
	case manifest.OpState:
		return m.states[e.State].wholeUnknown()
	case manifest.OpMakeSet:
		var us []ref
		for _, a := range e.Args {
			for _, k := range m.cases(a, p) {
				if k.v.unknown {
					us = append(us, k.cond)
				}
			}
		}
		return m.c.or(us...)
	case manifest.OpCond:
		c := m.lowerBool(e.Args[0], p)
		a, b := m.wholeUnknown(e.Args[1], p), m.wholeUnknown(e.Args[2], p)
		res := m.c.or(m.c.and(c.t, a), m.c.and(c.f, b))
		if u := m.unknown(c); u != never {
			res = m.c.or(res, m.c.and(u, m.c.not(m.sameSet(e.Args[1], e.Args[2], p))))
		}
		return res
	}
	var us []ref
	for _, a := range e.Args {
		us = append(us, m.wholeUnknown(a, p))
	}
	return m.c.or(us...)
}

// sameSet is the condition that two sets are known and equal.
func (m *Model) sameSet(a, b *manifest.Expr, p pins) ref {
	return m.lowerEqual(&manifest.Expr{Op: manifest.OpEq, Type: manifest.Bool, Args: []*manifest.Expr{a, b}}, p).t
}

// member is the condition that el is in a set, for states in which the set is
// known.
func (m *Model) member(e *manifest.Expr, el string, p pins) ref {
	switch e.Op {
	case manifest.OpConst:
		return constRef(e.Value != nil && slices.Contains(e.Value.Set, el))
	case manifest.OpState:
		return m.states[e.State].in(el)
	case manifest.OpMakeSet:
		var rs []ref
		for _, a := range e.Args {
			for _, k := range m.cases(a, p) {
				if !k.v.unknown && k.v.s == el {
					rs = append(rs, k.cond)
				}
			}
		}
		return m.c.or(rs...)
	case manifest.OpCond:
		c := m.lowerBool(e.Args[0], p)
		a, b := m.member(e.Args[1], el, p), m.member(e.Args[2], el, p)
		// If c is unknown and the set is known, the branches agree.
		return m.c.or(m.c.and(c.t, a), m.c.and(c.f, b), m.agree(c, a, b))
	case manifest.OpSubtract:
		return m.c.and(m.member(e.Args[0], el, p), m.c.not(m.member(e.Args[1], el, p)))
	}
	rs := make([]ref, len(e.Args))
	for i, a := range e.Args {
		rs[i] = m.member(a, el, p)
	}
	if e.Op == manifest.OpUnion {
		return m.c.or(rs...)
	}
	return m.c.and(rs...)
}

// setEffect lowers an effect on a set under a condition.
func (m *Model) setEffect(v *stateVar, e *manifest.Expr, cond ref, out []loweredEffect) []loweredEffect {
	if cond == never {
		return out
	}
	if e.Op == manifest.OpCond {
		c := m.lowerBool(e.Args[0], nil)
		out = m.setEffect(v, e.Args[1], m.c.and(cond, c.t), out)
		out = m.setEffect(v, e.Args[2], m.c.and(cond, c.f), out)
		if u := m.c.and(cond, m.unknown(c)); u != never {
			same := m.sameSet(e.Args[1], e.Args[2], nil)
			out = m.setEffect(v, e.Args[1], m.c.and(u, same), out)
			out = m.forget(v, m.c.and(u, m.c.not(same)), out)
		}
		return out
	}
	if e.Op == manifest.OpState && e.State == v.s {
		return out
	}
	unk := m.wholeUnknown(e, nil)
	if unk != v.wholeUnknown() {
		out = m.forget(v, m.c.and(cond, unk), out)
		if v.first >= 0 {
			out = append(out, loweredEffect{m.c.and(cond, m.c.not(unk)), m.varOf[v.first], 0, 0})
		}
	}
	cond = m.c.and(cond, m.c.not(unk))
	in, rest, isChange := m.setChange(v, e)
	els := v.elems
	if isChange {
		els = append(slices.Clone(in), rest...)
		slices.Sort(els)
		els = slices.Compact(els)
	}
	for _, el := range els {
		f, ok := v.index[el]
		if !ok || f < 0 {
			continue
		}
		var gain, lose ref
		if isChange {
			gain, lose = m.delta(v, e, el)
		} else {
			gain = m.member(e, el, nil)
			lose = m.c.not(gain)
		}
		if c := m.c.and(cond, gain); c != never {
			out = append(out, loweredEffect{c, m.varOf[f], 1, 0})
		}
		if c := m.c.and(cond, lose); c != never {
			out = append(out, loweredEffect{c, m.varOf[f], 0, 0})
		}
	}
	return out
}

// forget makes the set unknown; its elements then count as out.
func (m *Model) forget(v *stateVar, cond ref, out []loweredEffect) []loweredEffect {
	if cond == never || v.first < 0 {
		return out
	}
	out = append(out, loweredEffect{cond, m.varOf[v.first], 1, 0})
	for _, el := range v.elems {
		if f := v.index[el]; f >= 0 {
			out = append(out, loweredEffect{cond, m.varOf[f], 0, 0})
		}
	}
	return out
}

// delta says when a change of the set v adds el and when it removes el;
// otherwise el stays unchanged.
func (m *Model) delta(v *stateVar, e *manifest.Expr, el string) (gain, lose ref) {
	switch e.Op {
	case manifest.OpUnion:
		i := slices.IndexFunc(e.Args, func(a *manifest.Expr) bool { _, _, ok := m.setChange(v, a); return ok })
		gain, lose = m.delta(v, e.Args[i], el)
		var others []ref
		for k, a := range e.Args {
			if k != i {
				others = append(others, m.member(a, el, nil))
			}
		}
		other := m.c.or(others...)
		return m.c.or(gain, other), m.c.and(lose, m.c.not(other))
	case manifest.OpSubtract:
		gain, lose = m.delta(v, e.Args[0], el)
		b := m.member(e.Args[1], el, nil)
		return m.c.and(gain, m.c.not(b)), m.c.or(lose, b)
	case manifest.OpIntersect:
		gain, lose = m.delta(v, e.Args[0], el)
		var bs []ref
		for _, a := range e.Args[1:] {
			bs = append(bs, m.member(a, el, nil))
		}
		b := m.c.and(bs...)
		return m.c.and(gain, b), m.c.or(lose, m.c.not(b))
	}
	return never, never
}
