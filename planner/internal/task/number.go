package task

import "github.com/omegagen/omegagen/hcl/manifest"

// number assigns the variables of everything that may have more than one value.
func (m *Model) number() {
	m.base = []int32{0}
	put := func(v Var, size int32) int32 {
		first := m.base[len(m.base)-1]
		m.vars = append(m.vars, v)
		m.base = append(m.base, first+size)
		m.init = append(m.init, 0)
		return first
	}
	for _, v := range m.order {
		if v.s.Type != manifest.StringSet {
			if v.size = int32(len(v.vals)); v.size > 1 {
				v.first = put(Var{State: v.s, values: v.vals}, v.size)
			}
			continue
		}
		v.index = map[string]int32{}
		v.first = -1
		if v.whole == isTrue|isUnknown {
			v.first = put(Var{State: v.s, Whole: true}, 2)
			m.init[len(m.init)-1] = 0
		}
		for _, el := range v.elems {
			v.index[el] = -1
			if v.member[el] == isTrue|isFalse || v.whole != isTrue {
				v.index[el] = put(Var{State: v.s, Elem: el, IsElem: true}, 2)
			}
		}
	}
	for _, v := range m.forder {
		v.first = -1
		if v.may == isTrue|isFalse {
			v.first = put(Var{Fact: v.f}, 2)
		}
	}
	varOf := make([]int32, m.base[len(m.vars)])
	for i := range m.vars {
		for f := m.base[i]; f < m.base[i+1]; f++ {
			varOf[f] = int32(i)
		}
	}
	m.varOf = varOf
	m.c = circuits{known: map[string]ref{}, nots: map[ref]ref{}, poll: m.poll, siblings: func(r ref) []ref {
		var out []ref
		for f := m.base[varOf[r]]; f < m.base[varOf[r]+1]; f++ {
			if ref(f) != r {
				out = append(out, ref(f))
			}
		}
		return out
	}}
	m.startValues()
}

// startValues sets the initial values of the variables whose first value is
// not the initial one.
func (m *Model) startValues() {
	for _, v := range m.order {
		if v.s.Type != manifest.StringSet {
			continue // vals[0] is the initial value
		}
		if v.first >= 0 && v.startUnknown {
			m.init[m.varOf[v.first]] = 1
		}
		for _, el := range v.start {
			if f := v.index[el]; f >= 0 {
				m.init[m.varOf[f]] = 1
			}
		}
	}
	for _, v := range m.forder {
		if v.first >= 0 && v.start {
			m.init[m.varOf[v.first]] = 1
		}
	}
}

// is is the condition that a state, not a set, has its i-th value.
func (v *stateVar) is(i int32) ref {
	if v.size == 1 {
		return always_
	}
	return ref(v.first + i)
}

func (m *Model) factRef(f manifest.Fact, val bool) ref {
	v := m.facts[f]
	switch {
	case v == nil || v.may == isFalse:
		return constRef(!val)
	case v.may == isTrue:
		return constRef(val)
	case val:
		return ref(v.first + 1)
	}
	return ref(v.first)
}

func constRef(b bool) ref {
	if b {
		return always_
	}
	return never
}

// in is the condition that el is in the set that v represents, if that is
// known.
func (v *stateVar) in(el string) ref {
	f, ok := v.index[el]
	switch {
	case !ok:
		return never
	case f < 0:
		return constRef(v.member[el] == isTrue)
	}
	return ref(f + 1)
}

func (v *stateVar) wholeUnknown() ref {
	if v.first >= 0 {
		return ref(v.first + 1)
	}
	return constRef(v.whole == isUnknown)
}
