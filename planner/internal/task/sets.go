package task

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// mayWhole reports whether a set may be known (isTrue) and unknown (isUnknown).
func (m *Model) mayWhole(e *manifest.Expr) truth {
	switch e.Op {
	case manifest.OpConst:
		if e.Value == nil || e.Value.Type == 0 {
			return isUnknown
		}
		return isTrue
	case manifest.OpState:
		return m.states[e.State].whole
	case manifest.OpMakeSet:
		t := isTrue
		for _, a := range e.Args {
			for _, v := range m.values(a, nil) {
				if v.unknown {
					t |= isUnknown
				}
			}
		}
		return t
	case manifest.OpCond:
		t := m.mayWhole(e.Args[1]) | m.mayWhole(e.Args[2])
		if m.may(e.Args[0], nil)&isUnknown != 0 {
			t |= isUnknown
		}
		return t
	}
	res := isTrue
	for _, a := range e.Args {
		t := m.mayWhole(a)
		res |= t & isUnknown
		if t&isTrue == 0 {
			return isUnknown
		}
	}
	return res
}

// elements appends the elements that may be in a set, each once.
func (m *Model) elements(e *manifest.Expr, out []string) []string {
	seen := map[string]bool{}
	var rec func(e *manifest.Expr)
	put := func(s string) {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	rec = func(e *manifest.Expr) {
		switch e.Op {
		case manifest.OpConst:
			if e.Value != nil {
				for _, s := range e.Value.Set {
					put(s)
				}
			}
		case manifest.OpState:
			for _, s := range m.states[e.State].elems {
				put(s)
			}
		case manifest.OpMakeSet:
			for _, a := range e.Args {
				for _, v := range m.values(a, nil) {
					if !v.unknown {
						put(v.s)
					}
				}
			}
		case manifest.OpCond:
			rec(e.Args[1])
			rec(e.Args[2])
		case manifest.OpSubtract, manifest.OpIntersect:
			rec(e.Args[0])
		default:
			for _, a := range e.Args {
				rec(a)
			}
		}
	}
	rec(e)
	return out
}

// mayMember reports whether an element may be in a known set and out of it.
func (m *Model) mayMember(e *manifest.Expr, el string, p pins) truth {
	m.poll()
	switch e.Op {
	case manifest.OpConst:
		if e.Value != nil && slices.Contains(e.Value.Set, el) {
			return isTrue
		}
		return isFalse
	case manifest.OpState:
		v := m.states[e.State]
		if t, ok := v.member[el]; ok {
			return t
		}
		return isFalse
	case manifest.OpMakeSet:
		res := isFalse
		for _, a := range e.Args {
			vals := m.values(a, p)
			for _, v := range vals {
				if !v.unknown && v.s == el {
					res |= isTrue
					if len(vals) == 1 {
						return isTrue
					}
				}
			}
		}
		return res
	case manifest.OpCond:
		return m.mayMember(e.Args[1], el, p) | m.mayMember(e.Args[2], el, p)
	case manifest.OpSubtract:
		a, b := m.mayMember(e.Args[0], el, p), m.mayMember(e.Args[1], el, p)
		return andMay(a, notTruth(b))
	case manifest.OpUnion:
		res := isFalse
		for _, a := range e.Args {
			res = notTruth(andMay(notTruth(res), notTruth(m.mayMember(a, el, p))))
		}
		return res
	}
	res := isTrue
	for _, a := range e.Args {
		res = andMay(res, m.mayMember(a, el, p))
	}
	return res
}

func andMay(a, b truth) truth {
	return a&b&isTrue | (a|b)&isFalse
}

// relaxSet adds the possible results of an effect on a set, and reports whether
// that is new.
func (m *Model) relaxSet(v *stateVar, e *manifest.Expr) bool {
	grew := false
	if w := v.whole | m.mayWhole(e); w != v.whole {
		v.whole = w
		v.version++
		grew = true
	}
	if e.Op == manifest.OpCond {
		// Branches are split, so that each stays a change of the set.
		a := m.relaxSet(v, e.Args[1])
		b := m.relaxSet(v, e.Args[2])
		return grew || a || b
	}
	in, out, isChange := m.setChange(v, e)
	if !isChange {
		in = m.elements(e, nil)
		out = v.elems
	}
	for _, el := range in {
		grew = v.addElem(el, m.mayMember(e, el, nil)&isTrue) || grew
	}
	for _, el := range out {
		grew = v.addElem(el, m.mayMember(e, el, nil)&isFalse) || grew
	}
	return grew
}

// setChange recognizes expressions that change the set v itself: a union with
// v, a subtraction from v, an intersection with v, nested. It lists the
// elements that may be added and removed; all others stay unchanged.
func (m *Model) setChange(v *stateVar, e *manifest.Expr) (in, out []string, ok bool) {
	switch e.Op {
	case manifest.OpState:
		return nil, nil, e.State == v.s
	case manifest.OpUnion:
		i := slices.IndexFunc(e.Args, func(a *manifest.Expr) bool { _, _, ok := m.setChange(v, a); return ok })
		if i < 0 {
			return nil, nil, false
		}
		in, out, _ = m.setChange(v, e.Args[i])
		for k, a := range e.Args {
			if k != i {
				in = m.elements(a, in)
			}
		}
		return in, out, true
	case manifest.OpSubtract:
		if in, out, ok = m.setChange(v, e.Args[0]); ok {
			for _, el := range m.elements(e.Args[1], nil) {
				if _, occurs := v.member[el]; occurs {
					out = append(out, el)
				}
			}
		}
		return in, out, ok
	case manifest.OpIntersect:
		if len(e.Args) == 0 {
			return nil, nil, false
		}
		if in, _, ok = m.setChange(v, e.Args[0]); ok {
			out = slices.Clone(v.elems)
		}
		return in, out, ok
	}
	return nil, nil, false
}
