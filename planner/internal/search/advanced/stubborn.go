package advanced

import (
	"maps"
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// stubborn prunes by strong stubborn sets (Valmari; Alkhazraji, Wehrle,
// Mattmüller and Helmert, ECAI 2012; for conditional effects: Helmert's and
// Röger's rule that conditions of effects count as read). In each state, a set
// of operators is closed under: operators that could achieve one unmet
// condition of the goal; for each applicable member, all operators that
// interfere with it; for each inapplicable member, all that could achieve one
// unmet condition of its precondition. Of the applicable operators only members
// need be tried: every plan uses one, and the first one that it uses can be
// moved to its front.
type stubborn struct {
	t         *search.Task
	never     *mutexes  // mutually exclusive facts; nil: unknown
	reads     [][]int32 // per variable: operators whose effect conditions or circuits read it
	needs     [][]int32 // per variable: operators with a fact of it as precondition
	writes    [][]int32 // per variable: operators that may write it
	achieves  [][]int32 // per fact
	touch     []*touch
	interfere [][]int32 // lazily, nil: not yet
	in        []uint32
	seen      []uint32 // of each proposition, in enabling
	seenStamp uint32
	stamp     uint32
	pairs     int // in all lists of interfere
	queue     []int32
	nes       []int32
	best      []int32
	before    int64 // applicable operators so far, and how many were kept
	after     int64
	calls     int64
	off       bool
}

// touch is how an operator uses variables.
type touch struct {
	pre   map[int32]int32 // required values
	eff   map[int32]int32 // written values, -1: several
	reads []int32         // variables read by circuits and effect conditions
}

// maxStubborn and maxPairs limit the tasks on which pruning is tried:
// interference is computed and stored pair by pair.
const (
	maxStubborn = 20_000
	maxPairs    = 20_000_000
)

func newStubborn(t *search.Task, never *mutexes) *stubborn {
	if len(t.Ops) > maxStubborn || len(t.Ops) < 2 {
		return nil
	}
	n := len(t.Domains)
	s := &stubborn{t: t, never: never, reads: make([][]int32, n), needs: make([][]int32, n), writes: make([][]int32, n),
		achieves: make([][]int32, t.Facts()), touch: make([]*touch, len(t.Ops)), interfere: make([][]int32, len(t.Ops)),
		in: make([]uint32, len(t.Ops)), seen: make([]uint32, t.Props())}
	varOf := t.VarsOfFacts()
	for i := range t.Ops {
		s.index(int32(i), varOf)
	}
	return s
}

func (s *stubborn) index(i int32, varOf []int32) {
	t, op := s.t, &s.t.Ops[i]
	c := &touch{pre: map[int32]int32{}, eff: map[int32]int32{}}
	s.touch[i] = c
	read := map[int32]bool{}
	for _, p := range op.Pre {
		if p < t.Facts() {
			v := varOf[p]
			c.pre[v] = p - t.FactBase[v]
			s.needs[v] = append(s.needs[v], i)
		} else {
			t.ReadVars(p, varOf, read)
		}
	}
	for k := range op.Effs {
		e := &op.Effs[k]
		for _, p := range e.Cond {
			t.ReadVars(p, varOf, read)
		}
		if old, ok := c.eff[e.Var]; !ok {
			c.eff[e.Var] = e.Val
			s.writes[e.Var] = append(s.writes[e.Var], i)
		} else if old != e.Val {
			c.eff[e.Var] = -1
		}
		f := t.FactBase[e.Var] + e.Val
		if l := s.achieves[f]; len(l) == 0 || l[len(l)-1] != i {
			s.achieves[f] = append(l, i)
		}
	}
	c.reads = slices.Sorted(maps.Keys(read))
	for _, v := range c.reads {
		s.reads[v] = append(s.reads[v], i)
	}
}

// exclusive reports whether two operators are never applicable together.
func (s *stubborn) exclusive(a, b int32) bool {
	x, y := s.touch[a].pre, s.touch[b].pre
	if len(x) > len(y) {
		x, y = y, x
	}
	for v, val := range x {
		if other, ok := y[v]; ok && other != val {
			return true
		}
	}
	if s.never != nil {
		for v, val := range x {
			for w, other := range y {
				if !s.never.together(s.t.FactBase[v]+val, s.t.FactBase[w]+other) {
					return true
				}
			}
		}
	}
	return false
}

// forget drops the mutually exclusive facts: they are proved for reachable
// states, not for those that represent them.
func (s *stubborn) forget() {
	if s != nil && s.never != nil {
		s.never, s.pairs = nil, 0
		clear(s.interfere)
	}
}

// interfering lists the operators that interfere with o: one of the two can
// make the other inapplicable, or change its effects, or they write different
// values to one variable.
func (s *stubborn) interfering(o int32) []int32 {
	if s.interfere[o] != nil {
		return s.interfere[o]
	}
	x := s.touch[o]
	found := map[int32]bool{}
	add := func(p int32) {
		if p != o && !found[p] && !s.exclusive(o, p) {
			found[p] = true
		}
	}
	for v, val := range x.pre {
		for _, p := range s.writes[v] {
			if s.touch[p].eff[v] != val {
				add(p)
			}
		}
	}
	for _, v := range x.reads {
		for _, p := range s.writes[v] {
			add(p)
		}
	}
	for v, val := range x.eff {
		for _, p := range s.needs[v] {
			if s.touch[p].pre[v] != val {
				add(p)
			}
		}
		for _, p := range s.reads[v] {
			add(p)
		}
		for _, p := range s.writes[v] {
			if y := s.touch[p].eff[v]; y != val || y < 0 {
				add(p)
			}
		}
	}
	list := make([]int32, 0, len(found))
	for p := range found {
		list = append(list, p)
	}
	slices.Sort(list)
	s.interfere[o] = list
	s.pairs += len(list)
	return list
}

// enabling collects in s.nes operators of which every way to make p true uses
// one; p does not hold.
func (s *stubborn) enabling(e *search.Eval, p search.Ref) {
	if p < s.t.Facts() {
		s.nes = append(s.nes, s.achieves[p]...)
		return
	}
	if s.seen[p] == s.seenStamp {
		return
	}
	s.seen[p] = s.seenStamp
	for _, k := range s.t.Nodes[p-s.t.Facts()].Kids {
		if !e.Holds(k) {
			s.enabling(e, k)
			if !s.t.Nodes[p-s.t.Facts()].Or {
				return
			}
		}
	}
}

// enable adds the operators that could achieve one of some conditions, of which
// not all hold: the one that adds the fewest new members.
func (s *stubborn) enable(e *search.Eval, conds []search.Ref) {
	least := -1
	for _, p := range conds {
		if e.Holds(p) {
			continue
		}
		s.nes = s.nes[:0]
		s.seenStamp++
		s.enabling(e, p)
		fresh := 0
		for _, o := range s.nes {
			if s.in[o] != s.stamp {
				fresh++
			}
		}
		if least < 0 || fresh < least {
			least = fresh
			s.best = append(s.best[:0], s.nes...)
		}
		if least == 0 {
			return
		}
	}
	for _, o := range s.best {
		s.join(o)
	}
}

func (s *stubborn) join(o int32) {
	if s.in[o] != s.stamp {
		s.in[o] = s.stamp
		s.queue = append(s.queue, o)
	}
}

// filter keeps the applicable operators of a state that must be tried. After a
// thousand states in which it kept more than four of five, it stops trying.
func (s *stubborn) filter(e *search.Eval, ops []int32) []int32 {
	if s.off || len(ops) < 2 {
		return ops
	}
	s.stamp++
	s.queue = s.queue[:0]
	s.enable(e, s.t.Goal)
	for len(s.queue) > 0 {
		o := s.queue[len(s.queue)-1]
		s.queue = s.queue[:len(s.queue)-1]
		if e.All(s.t.Ops[o].Pre) {
			for _, p := range s.interfering(o) {
				s.join(p)
			}
		} else {
			s.enable(e, s.t.Ops[o].Pre)
		}
	}
	s.before += int64(len(ops))
	kept := ops[:0]
	for _, o := range ops {
		if s.in[o] == s.stamp {
			kept = append(kept, o)
		}
	}
	s.after += int64(len(kept))
	if s.calls++; s.calls == 1000 && s.after*5 > s.before*4 || s.pairs > maxPairs {
		s.off = true
	}
	return kept
}

// name reports whether the pruning is active: "stubborn", or "off" if it was
// tried and did not pay, or the task is too large for it.
func (s *stubborn) name() string {
	if s == nil || s.off {
		return "off"
	}
	return "stubborn"
}
