package advanced

import (
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// mutexes are mutually exclusive pairs of facts: h² finds them (Haslum and
// Geffner, AIPS 2000) by adding pairs that operators can make true, until a
// fixpoint. Circuit conditions are assumed to hold, and conditional effects may
// fire or not, so that the missing pairs are truly impossible.
type mutexes struct {
	facts int
	may   []uint64 // bit p*facts+q: p and q may hold together
	// If there are too many pairs: the groups that each fact belongs to, ascending.
	// Of a group, at most one fact holds.
	groups [][]int32
}

// Limits of counted facts and visited pairs, beyond which no pairs are
// computed.
const maxMutexFacts, mutexWork = 2000, 6_000_000

// exclusive marks the operators whose precondition requires mutually exclusive
// facts.
func (m *mutexes) exclusive(t *search.Task) (dead []bool, any bool) {
	dead = make([]bool, len(t.Ops))
	for i := range t.Ops {
		if !m.all(newPairOp(t, &t.Ops[i]).pre) {
			dead[i], any = true, true
		}
	}
	return dead, any
}

// Exclusive reports whether an operator's precondition requires facts that are
// proved mutually exclusive.
func Exclusive(t *search.Task, op int32, stop func() bool) bool {
	m := newMutexes(t, stop)
	return m != nil && !m.all(newPairOp(t, &t.Ops[op]).pre)
}

// newMutexes finds pairs, or, if there are too many, groups; nil if there are
// none.
func newMutexes(t *search.Task, stop func() bool) *mutexes {
	if m := newPairs(t, stop); m != nil {
		return m
	}
	return newInvariants(t, stop)
}

func newPairs(t *search.Task, stop func() bool) *mutexes {
	n := int(t.Facts())
	if n > maxMutexFacts {
		return nil
	}
	m := &mutexes{facts: n, may: make([]uint64, (n*n+63)/64)}
	varOf := t.VarsOfFacts()
	for v, x := range t.Init {
		for w, y := range t.Init {
			m.add(t.FactBase[v]+x, t.FactBase[w]+y)
		}
	}
	ops := make([]pairOp, len(t.Ops))
	for i := range t.Ops {
		ops[i] = newPairOp(t, &t.Ops[i])
	}
	work := mutexWork
	for changed := true; changed; {
		changed = false
		for i := range ops {
			if stop != nil && stop() {
				return nil
			}
			o := &ops[i]
			if work -= len(o.pre) * len(o.pre); !m.all(o.pre) {
				continue
			}
			grew, cost := m.apply(o, varOf)
			changed = changed || grew
			if work -= cost; work < 0 {
				return nil
			}
		}
	}
	return m
}

// pairOp is an operator reduced to facts.
type pairOp struct {
	pre   []search.Ref
	effs  []pairEffect
	fixed []int32 // variables that it always sets, ascending
}

type pairEffect struct {
	fact search.Ref
	cond []search.Ref
}

func newPairOp(t *search.Task, op *search.Op) (o pairOp) {
	facts := func(rs []search.Ref) (out []search.Ref) {
		for _, r := range rs {
			if r < t.Facts() {
				out = append(out, r)
			}
		}
		return out
	}
	o.pre = facts(op.Pre)
	for k := range op.Effs {
		e := &op.Effs[k]
		o.effs = append(o.effs, pairEffect{t.FactBase[e.Var] + e.Val, facts(e.Cond)})
		if len(e.Cond) == 0 {
			o.fixed = append(o.fixed, e.Var)
		}
	}
	slices.Sort(o.fixed)
	return o
}

func (m *mutexes) together(p, q search.Ref) bool {
	if m.may == nil {
		return p == q || !slices.ContainsFunc(m.groups[p], func(g int32) bool {
			_, common := slices.BinarySearch(m.groups[q], g)
			return common
		})
	}
	i := int(p)*m.facts + int(q)
	return m.may[i>>6]>>(i&63)&1 != 0
}

func (m *mutexes) add(p, q search.Ref) bool {
	if m.together(p, q) {
		return false
	}
	for _, i := range [2]int{int(p)*m.facts + int(q), int(q)*m.facts + int(p)} {
		m.may[i>>6] |= 1 << (i & 63)
	}
	return true
}

// all reports whether each pair of some facts may hold.
func (m *mutexes) all(ps []search.Ref) bool {
	for i, p := range ps {
		for _, q := range ps[:i+1] {
			if !m.together(p, q) {
				return false
			}
		}
	}
	return true
}

// with reports whether p may hold together with each of some facts.
func (m *mutexes) with(p search.Ref, qs []search.Ref) bool {
	for _, q := range qs {
		if !m.together(p, q) {
			return false
		}
	}
	return true
}

// apply adds the pairs that an operator makes true, and returns the work done.
func (m *mutexes) apply(o *pairOp, varOf []int32) (grew bool, cost int) {
	fires := make([]bool, len(o.effs))
	for i, e := range o.effs {
		fires[i] = m.all(e.cond) && !slices.ContainsFunc(e.cond, func(c search.Ref) bool { return !m.with(c, o.pre) })
	}
	for i, e := range o.effs {
		if !fires[i] {
			continue
		}
		for k, f := range o.effs[:i+1] {
			// Two effects of one variable never fire together.
			if fires[k] && (varOf[f.fact] != varOf[e.fact] || f.fact == e.fact) &&
				!slices.ContainsFunc(f.cond, func(c search.Ref) bool { return !m.with(c, e.cond) }) {
				grew = m.add(e.fact, f.fact) || grew
			}
		}
	}
	// Facts that may hold before, and aren't surely made false, may hold together
	// with them.
	cost = len(o.effs) * len(o.effs)
	for q := search.Ref(0); q < search.Ref(m.facts); q++ {
		cost += 1 + len(o.effs)
		if !m.together(q, q) || o.ends(q, varOf) || !m.with(q, o.pre) {
			continue
		}
		cost += len(o.pre)
		for i, e := range o.effs {
			if fires[i] && varOf[q] != varOf[e.fact] && !m.together(e.fact, q) && m.with(q, e.cond) {
				grew = m.add(e.fact, q) || grew
			}
		}
	}
	return grew, cost
}

// ends reports whether a fact can't hold after the operator unless it is one of
// its effects. The pairs already exclude other values of a required variable.
func (o *pairOp) ends(q search.Ref, varOf []int32) bool {
	_, found := slices.BinarySearch(o.fixed, varOf[q])
	return found
}
