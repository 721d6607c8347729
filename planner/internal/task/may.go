package task

import (
	"math/big"

	"github.com/omegagen/omegagen/hcl/manifest"
)

const anyTruth = isTrue | isFalse | isUnknown

// may returns the truth values that e may have while every state has any of the
// values collected so far. It overapproximates.
func (m *Model) may(e *manifest.Expr, p pins) truth {
	m.poll()
	switch e.Op {
	case manifest.OpConst:
		return truthOf(constant(manifest.Bool, e.Value))
	case manifest.OpState:
		if e.State.Derived != nil {
			return m.mayMemo(m.derived[e.State])
		}
		if v, ok := p.get(e.State); ok {
			return truthOf(v)
		}
		var t truth
		for _, v := range m.states[e.State].vals {
			t |= truthOf(v)
		}
		return t
	case manifest.OpFact:
		return m.facts[e.Fact].may
	case manifest.OpGoal:
		return m.mayMemo(m.goals[e.Goal])
	case manifest.OpNot:
		return notTruth(m.may(e.Args[0], p))
	case manifest.OpAnd:
		return m.mayAnd(e.Args, p, false)
	case manifest.OpOr:
		return m.mayAnd(e.Args, p, true)
	case manifest.OpCond:
		return m.mayCond(e, p)
	case manifest.OpContains:
		return m.mayContain(e, p)
	case manifest.OpEq, manifest.OpNe:
		if e.Args[0].Type == manifest.StringSet {
			return anyTruth
		}
	}
	return m.mayCompare(e, p)
}

func truthOf(v value) truth {
	switch {
	case v.unknown:
		return isUnknown
	case v.b:
		return isTrue
	default:
		return isFalse
	}
}

func (m *Model) mayMemo(memo *boolMemo) truth {
	if memo.valid {
		return memo.may
	}
	if memo.busy {
		return anyTruth // a cycle, which the loader reports
	}
	memo.busy = true
	if memo.expr == nil {
		memo.may = isTrue
	} else {
		memo.may = m.may(memo.expr, nil)
	}
	memo.busy, memo.valid = false, true
	return memo.may
}

// mayAnd is Kleene's conjunction, or with or his disjunction, over sets of
// truth values.
func (m *Model) mayAnd(args []*manifest.Expr, p pins, or bool) truth {
	allUnit, allSoft, someUnknown := true, true, false
	var res truth
	for _, a := range args {
		t := m.may(a, p)
		if or {
			t = notTruth(t)
		}
		allUnit = allUnit && t&isTrue != 0
		allSoft = allSoft && t&(isTrue|isUnknown) != 0
		someUnknown = someUnknown || t&isUnknown != 0
		res |= t & isFalse
	}
	if allUnit {
		res |= isTrue
	}
	if allSoft && someUnknown {
		res |= isUnknown
	}
	if or {
		res = notTruth(res)
	}
	return res
}

func (m *Model) mayCond(e *manifest.Expr, p pins) truth {
	c := m.may(e.Args[0], p)
	a, b := m.may(e.Args[1], p), m.may(e.Args[2], p)
	var t truth
	if c&isTrue != 0 {
		t |= a
	}
	if c&isFalse != 0 {
		t |= b
	}
	if c&isUnknown != 0 {
		t |= a & b
		if a != b || a&(a-1) != 0 {
			t |= isUnknown
		}
	}
	return t
}

func (m *Model) mayContain(e *manifest.Expr, p pins) truth {
	var t truth
	whole := m.mayWhole(e.Args[0])
	for _, v := range m.values(e.Args[1], p) {
		if v.unknown || whole&isUnknown != 0 {
			t |= isUnknown
		}
		if !v.unknown && whole&isTrue != 0 {
			t |= m.mayMember(e.Args[0], v.s, p)
		}
	}
	return t
}

func (m *Model) mayCompare(e *manifest.Expr, p pins) truth {
	var t truth
	bs := m.values(e.Args[1], p)
	for _, a := range m.values(e.Args[0], p) {
		for _, b := range bs {
			m.poll()
			if t |= compare(e.Op, a, b); t == anyTruth {
				return t
			}
		}
	}
	return t
}

// values returns the values that e, not a set, may have.
func (m *Model) values(e *manifest.Expr, p pins) []value {
	switch e.Op {
	case manifest.OpConst:
		return []value{constant(e.Type, e.Value)}
	case manifest.OpState:
		if e.State.Derived == nil {
			if v, ok := p.get(e.State); ok {
				return []value{v}
			}
			return m.states[e.State].vals
		}
	}
	if e.Type == manifest.Bool {
		return truthValues(m.may(e, p))
	}
	var out []value
	seen := map[string]bool{}
	put := func(v value) {
		m.poll()
		if k := v.id(); !seen[k] && len(out) <= MaxValues {
			seen[k] = true
			out = append(out, v)
		}
	}
	switch e.Op {
	case manifest.OpCond:
		m.condValues(e, p, put)
	case manifest.OpLength:
		m.lengths(e.Args[0], put)
	case manifest.OpBound:
		for _, v := range m.values(e.Args[0], p) {
			put(bound(e.Bound, v))
		}
	default:
		m.product(e.Args, p, nil, func(args []value) { put(arith(e.Op, args)) })
	}
	return out
}

func (m *Model) condValues(e *manifest.Expr, p pins, put func(value)) {
	c := m.may(e.Args[0], p)
	as, bs := m.values(e.Args[1], p), m.values(e.Args[2], p)
	if c&isTrue != 0 || c&isUnknown != 0 && shareValue(as, bs) {
		for _, v := range as {
			put(v)
		}
	}
	if c&isFalse != 0 {
		for _, v := range bs {
			put(v)
		}
	}
	if c&isUnknown != 0 && (len(as) != 1 || len(bs) != 1 || as[0].key() != bs[0].key()) {
		put(unknownValue(e.Type))
	}
}

func shareValue(as, bs []value) bool {
	keys := map[string]bool{}
	for _, a := range as {
		keys[a.key()] = true
	}
	for _, b := range bs {
		if keys[b.key()] {
			return true
		}
	}
	return false
}

func truthValues(t truth) []value {
	var out []value
	if t&isTrue != 0 {
		out = append(out, value{typ: manifest.Bool, b: true})
	}
	if t&isFalse != 0 {
		out = append(out, value{typ: manifest.Bool})
	}
	if t&isUnknown != 0 {
		out = append(out, unknownValue(manifest.Bool))
	}
	return out
}

// product calls f with each combination of the arguments' values.
func (m *Model) product(args []*manifest.Expr, p pins, got []value, f func([]value)) {
	if len(got) == len(args) {
		f(got)
		return
	}
	for _, v := range m.values(args[len(got)], p) {
		m.product(args, p, append(got[:len(got):len(got)], v), f)
	}
}

func (m *Model) lengths(set *manifest.Expr, put func(value)) {
	whole := m.mayWhole(set)
	if whole&isUnknown != 0 {
		put(unknownValue(manifest.Number))
	}
	if whole&isTrue == 0 {
		return
	}
	lo, hi := int64(0), int64(0)
	for _, el := range m.elements(set, nil) {
		switch t := m.mayMember(set, el, nil); {
		case t == isTrue:
			lo++
			hi++
		case t&isTrue != 0:
			hi++
		}
	}
	for n := lo; n <= hi; n++ {
		put(value{typ: manifest.Number, num: exactly(new(big.Rat).SetInt64(n))})
	}
}
