package task

import (
	"math/big"
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// tri is a lowered condition: circuits for when it is true and when it is
// false. If neither holds, it is unknown.
type tri struct{ t, f ref }

func (m *Model) unknown(x tri) ref { return m.c.and(m.c.not(x.t), m.c.not(x.f)) }

// lowerBool lowers a condition, with some states pinned to a value.
func (m *Model) lowerBool(e *manifest.Expr, p pins) tri {
	switch e.Op {
	case manifest.OpConst:
		return triOf(constant(manifest.Bool, e.Value))
	case manifest.OpState:
		if e.State.Derived != nil {
			return m.shared(e.State, e.State.Derived)
		}
		if v, ok := p.get(e.State); ok {
			return triOf(v)
		}
		v := m.states[e.State]
		x := tri{never, never}
		for i, val := range v.vals {
			switch {
			case val.unknown:
			case val.b:
				x.t = v.is(int32(i))
			default:
				x.f = v.is(int32(i))
			}
		}
		return x
	case manifest.OpFact:
		return tri{m.factRef(e.Fact, true), m.factRef(e.Fact, false)}
	case manifest.OpGoal:
		if e.Goal.Condition == nil {
			return tri{always_, never}
		}
		return m.shared(e.Goal, e.Goal.Condition)
	case manifest.OpNot:
		x := m.lowerBool(e.Args[0], p)
		return tri{x.f, x.t}
	case manifest.OpAnd, manifest.OpOr:
		return m.lowerJunction(e, p)
	case manifest.OpCond:
		c, a, b := m.lowerBool(e.Args[0], p), m.lowerBool(e.Args[1], p), m.lowerBool(e.Args[2], p)
		// The third case: whatever c is, the branches agree.
		return tri{
			m.c.or(m.c.and(c.t, a.t), m.c.and(c.f, b.t), m.agree(c, a.t, b.t)),
			m.c.or(m.c.and(c.t, a.f), m.c.and(c.f, b.f), m.agree(c, a.f, b.f)),
		}
	case manifest.OpContains:
		return m.lowerContains(e, p)
	case manifest.OpEq, manifest.OpNe:
		x := m.lowerEqual(e, p)
		if e.Op == manifest.OpNe {
			x.t, x.f = x.f, x.t
		}
		return x
	}
	return m.lowerCompare(e, p)
}

// agree is the case of a conditional in which the condition is unknown but the
// branches agree; it is omitted if the condition is always known.
func (m *Model) agree(c tri, a, b ref) ref {
	if c.f == m.c.not(c.t) {
		return never
	}
	return m.c.and(a, b)
}

func triOf(v value) tri {
	switch {
	case v.unknown:
		return tri{never, never}
	case v.b:
		return tri{always_, never}
	}
	return tri{never, always_}
}

// shared lowers a derived state or a goal once.
func (m *Model) shared(key any, e *manifest.Expr) tri {
	if x, ok := m.tri[key]; ok {
		return x
	}
	m.tri[key] = tri{never, never} // for a cycle, which the loader reports
	x := m.lowerBool(e, nil)
	m.tri[key] = x
	return x
}

func (m *Model) lowerJunction(e *manifest.Expr, p pins) tri {
	args := operands(e, e.Op, nil)
	ts, fs := make([]ref, 0, len(args)), make([]ref, 0, len(args))
	for _, a := range args {
		x := m.lowerBool(a, p)
		ts, fs = append(ts, x.t), append(fs, x.f)
	}
	if e.Op == manifest.OpAnd {
		return tri{m.c.and(ts...), m.c.or(fs...)}
	}
	return tri{m.c.or(ts...), m.c.and(fs...)}
}

// operands are the operands of nested operators of one kind, as written.
func operands(e *manifest.Expr, op manifest.Op, out []*manifest.Expr) []*manifest.Expr {
	for _, a := range e.Args {
		if a.Op == op {
			out = operands(a, op, out)
		} else {
			out = append(out, a)
		}
	}
	return out
}

func (m *Model) lowerContains(e *manifest.Expr, p pins) tri {
	x := tri{never, never}
	unk := m.wholeUnknown(e.Args[0], p)
	known := m.c.not(unk)
	for _, k := range m.cases(e.Args[1], p) {
		if k.v.unknown {
			continue
		}
		in := m.member(e.Args[0], k.v.s, p)
		x.t = m.c.or(x.t, m.c.and(k.cond, known, in))
		x.f = m.c.or(x.f, m.c.and(k.cond, known, m.c.not(in)))
	}
	return x
}

func (m *Model) lowerEqual(e *manifest.Expr, p pins) tri {
	switch e.Args[0].Type {
	case manifest.Bool:
		a, b := m.lowerBool(e.Args[0], p), m.lowerBool(e.Args[1], p)
		return tri{
			m.c.or(m.c.and(a.t, b.t), m.c.and(a.f, b.f)),
			m.c.or(m.c.and(a.t, b.f), m.c.and(a.f, b.t)),
		}
	case manifest.StringSet:
		known := m.c.and(m.c.not(m.wholeUnknown(e.Args[0], p)), m.c.not(m.wholeUnknown(e.Args[1], p)))
		same := []ref{known}
		differ := []ref{}
		els := m.elements(e.Args[0], nil)
		for _, el := range m.elements(e.Args[1], nil) {
			if !slices.Contains(els, el) {
				els = append(els, el)
			}
		}
		for _, el := range els {
			a, b := m.member(e.Args[0], el, p), m.member(e.Args[1], el, p)
			na, nb := m.c.not(a), m.c.not(b)
			same = append(same, m.c.or(m.c.and(a, b), m.c.and(na, nb)))
			differ = append(differ, m.c.or(m.c.and(a, nb), m.c.and(na, b)))
		}
		return tri{m.c.and(same...), m.c.and(known, m.c.or(differ...))}
	case manifest.String, manifest.Number: // by their cases
	}
	x := m.lowerComparison(manifest.OpEq, e.Args, p)
	return x
}

func (m *Model) lowerCompare(e *manifest.Expr, p pins) tri { return m.lowerComparison(e.Op, e.Args, p) }

func (m *Model) lowerComparison(op manifest.Op, args []*manifest.Expr, p pins) tri {
	var ts, fs []ref
	bs := m.cases(args[1], p)
	for _, a := range m.cases(args[0], p) {
		for _, b := range bs {
			m.poll()
			switch compare(op, a.v, b.v) {
			case isTrue:
				ts = append(ts, m.c.and(a.cond, b.cond))
			case isFalse:
				fs = append(fs, m.c.and(a.cond, b.cond))
			case anyTruth, isUnknown:
			}
		}
	}
	return tri{m.c.or(ts...), m.c.or(fs...)}
}

// kase is one case of an expression's value: under cond it is v.
type kase struct {
	cond ref
	v    value
}

// cases splits an expression, not a set, by its value; exactly one condition
// holds in each state. Values are unique.
func (m *Model) cases(e *manifest.Expr, p pins) []kase {
	switch e.Op {
	case manifest.OpConst:
		return []kase{{always_, constant(e.Type, e.Value)}}
	case manifest.OpState:
		if e.State.Derived == nil {
			if v, ok := p.get(e.State); ok {
				return []kase{{always_, v}}
			}
			v := m.states[e.State]
			out := make([]kase, len(v.vals))
			for i, x := range v.vals {
				out[i] = kase{v.is(int32(i)), x}
			}
			return out
		}
	}
	if e.Type == manifest.Bool {
		x := m.lowerBool(e, p)
		return m.merge([]kase{{x.t, value{typ: e.Type, b: true}}, {x.f, value{typ: e.Type}}, {m.unknown(x), unknownValue(e.Type)}})
	}
	var out []kase
	switch e.Op {
	case manifest.OpCond:
		c := m.lowerBool(e.Args[0], p)
		u := m.unknown(c)
		as, bs := m.cases(e.Args[1], p), m.cases(e.Args[2], p)
		for _, a := range as {
			out = append(out, kase{m.c.and(c.t, a.cond), a.v})
		}
		for _, b := range bs {
			out = append(out, kase{m.c.and(c.f, b.cond), b.v})
		}
		if u != never {
			for _, a := range as {
				for _, b := range bs {
					v := a.v
					if a.v.key() != b.v.key() {
						v = unknownValue(e.Type)
					}
					out = append(out, kase{m.c.and(u, a.cond, b.cond), v})
				}
			}
		}
	case manifest.OpLength:
		out = m.lengthCases(e.Args[0], p)
	case manifest.OpBound:
		for _, k := range m.cases(e.Args[0], p) {
			out = append(out, kase{k.cond, bound(e.Bound, k.v)})
		}
	default:
		m.caseProduct(e.Args, p, always_, nil, func(c ref, vals []value) {
			out = append(out, kase{c, arith(e.Op, vals)})
		})
	}
	return m.merge(out)
}

func (m *Model) caseProduct(args []*manifest.Expr, p pins, cond ref, got []value, f func(ref, []value)) {
	if len(got) == len(args) {
		f(cond, got)
		return
	}
	for _, k := range m.cases(args[len(got)], p) {
		if c := m.c.and(cond, k.cond); c != never {
			m.caseProduct(args, p, c, append(got[:len(got):len(got)], k.v), f)
		}
	}
}

// merge joins the cases of equal values, in order of first occurrence, and
// drops the impossible ones.
func (m *Model) merge(ks []kase) []kase {
	at := map[string]int{}
	var out []kase
	var conds [][]ref
	for _, k := range ks {
		if k.cond == never {
			continue
		}
		key := k.v.id()
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, k)
			conds = append(conds, nil)
		}
		conds[i] = append(conds[i], k.cond)
	}
	for i := range out {
		out[i].cond = m.c.or(conds[i]...)
	}
	return out
}

// lengthCases counts members: after each element, one condition for each count
// so far.
func (m *Model) lengthCases(set *manifest.Expr, p pins) []kase {
	unk := m.wholeUnknown(set, p)
	counts := []ref{m.c.not(unk)}
	for _, el := range m.elements(set, nil) {
		in := m.member(set, el, p)
		out := m.c.not(in)
		next := make([]ref, len(counts)+1)
		for n := range next {
			a, b := never, never
			if n < len(counts) {
				a = m.c.and(counts[n], out)
			}
			if n > 0 {
				b = m.c.and(counts[n-1], in)
			}
			next[n] = m.c.or(a, b)
		}
		counts = next
	}
	ks := []kase{{unk, unknownValue(manifest.Number)}}
	for n, c := range counts {
		ks = append(ks, kase{c, value{typ: manifest.Number, num: exactly(new(big.Rat).SetInt64(int64(n)))}})
	}
	return ks
}
