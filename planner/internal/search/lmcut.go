package search

// Heuristic estimates the cost from a state to the goal. Estimates of the
// admissible ones never exceed the cheapest plan's cost; Infinite is returned
// only if the goal cannot be reached.
type Heuristic interface {
	// Estimate may return any value once stop (polled inside) has returned true.
	Estimate(vals []int32) int64
}

const (
	zoneNone uint8 = iota
	zoneBefore
	zoneGoal
)

// hmaxState is the exploration that h^max and LM-cut share: for every
// proposition the cost of its most expensive unavoidable chain, for every
// relaxed operator a supporter, the precondition that was reached last.
type hmaxState struct {
	x     *relaxation
	cost  []int64 // of each operator, as lowered by cuts; the last is 0
	value []int64 // of each proposition; -1: not reached
	rops  []ropState
	fresh []ropState // as an exploration begins
	queue costQueue
}

// ropState is a relaxed operator in an exploration, with the data of the
// relaxation that is read with it.
type ropState struct {
	support          Ref   // -1 until all preconditions are reached
	left             int32 // preconditions that are not reached
	owner            int32
	effStart, effEnd int32
	supCost          int64
}

func newHmaxState(x *relaxation) *hmaxState {
	n := len(x.owner)
	s := &hmaxState{x: x, cost: make([]int64, len(x.baseCost)), value: make([]int64, x.props),
		rops: make([]ropState, n), fresh: make([]ropState, n)}
	for r := range s.fresh {
		s.fresh[r] = ropState{support: -1, left: x.preStart[r+1] - x.preStart[r], owner: x.owner[r],
			effStart: x.effStart[r], effEnd: x.effStart[r+1]}
	}
	return s
}

func (s *hmaxState) enqueue(p Ref, c int64) {
	if old := s.value[p]; old < 0 || c < old {
		s.value[p] = c
		s.queue.push(c, p)
	}
}

// begin resets the last exploration.
func (s *hmaxState) begin() {
	s.queue.reset()
	for i := range s.value {
		s.value[i] = -1
	}
	copy(s.rops, s.fresh)
	s.enqueue(s.x.truth, 0)
}

// explore computes all values from a state under s.cost.
func (s *hmaxState) explore(vals []int32) {
	s.begin()
	for v, val := range vals {
		s.enqueue(s.x.t.FactBase[v]+val, 0)
	}
	s.settle()
}

// settle propagates the queued values.
func (s *hmaxState) settle() {
	x := s.x
	for {
		c, p, ok := s.queue.pop()
		if !ok {
			return
		}
		if s.value[p] < c {
			continue
		}
		for _, i := range x.of[x.ofStart[p]:x.ofStart[p+1]] {
			r := &s.rops[i]
			if r.left--; r.left == 0 {
				r.support, r.supCost = p, c
				c2 := c + s.cost[r.owner]
				for _, e := range x.eff[r.effStart:r.effEnd] {
					s.enqueue(e, c2)
				}
			}
		}
	}
}

// lower updates all values after the costs of some operators decreased: the
// effects of their reached relaxed operators may be cheaper now.
func (s *hmaxState) lower(ops []int32) {
	x := s.x
	s.queue.reset()
	for _, o := range ops {
		for i := x.rstart[o]; i < x.rstart[o+1]; i++ {
			r := &s.rops[i]
			if r.support < 0 {
				continue
			}
			c := r.supCost + s.cost[o]
			for _, e := range x.eff[r.effStart:r.effEnd] {
				s.enqueue(e, c)
			}
		}
	}
	for {
		c, p, ok := s.queue.pop()
		if !ok {
			return
		}
		if s.value[p] < c {
			continue
		}
		for _, i := range x.of[x.ofStart[p]:x.ofStart[p+1]] {
			r := &s.rops[i]
			if r.support != p || r.supCost <= c {
				continue
			}
			s.resupport(i, r)
			c2 := r.supCost + s.cost[r.owner]
			for _, e := range x.eff[r.effStart:r.effEnd] {
				s.enqueue(e, c2)
			}
		}
	}
}

// resupport finds the most expensive precondition of a relaxed operator again,
// the old one first among equals.
func (s *hmaxState) resupport(i int32, r *ropState) {
	best := r.support
	c := s.value[best]
	for _, p := range s.x.pre[s.x.preStart[i]:s.x.preStart[i+1]] {
		if s.value[p] > c {
			best, c = p, s.value[p]
		}
	}
	r.support, r.supCost = best, c
}

// hmax is h^max.
type hmax struct{ *hmaxState }

func (h hmax) Estimate(vals []int32) int64 {
	copy(h.cost, h.x.baseCost)
	h.explore(vals)
	if v := h.value[h.x.goal]; v >= 0 {
		return v
	}
	return Infinite
}

// lmcut is LM-cut (Helmert and Domshlak, ICAPS 2009). A relaxed operator of a
// conditional effect in a cut lowers its operator's cost once for all the
// operator's effects, which keeps the estimate admissible: each cut is a
// disjunctive landmark over operators, and their costs are partitioned.
//
// While a state is expanded, its cuts are kept: those that do not contain the
// operator that leads to a successor are landmarks of the successor too, so
// that only the remaining cuts have to be computed (incremental LM-cut:
// Pommerening and Helmert, ICAPS 2013).
type lmcut struct {
	*hmaxState
	zone  []uint8
	stack []Ref
	cut   []int32 // operators
	inCut []uint32
	stamp uint32
	stop  func() bool

	marks   []landmark // of the state being expanded
	rest    []int64    // costs after all cuts
	total   int64
	holding [][]int32 // of each operator, the landmarks that contain it
	touched []int32   // operators in holding
	keep    bool      // cuts are being kept
}

type landmark struct {
	ops  []int32
	cost int64
}

func newLMCut(x *relaxation, stop func() bool) *lmcut {
	return &lmcut{hmaxState: newHmaxState(x), zone: make([]uint8, x.props), inCut: make([]uint32, len(x.baseCost)),
		stop: stop, holding: make([][]int32, len(x.baseCost)), rest: make([]int64, len(x.baseCost))}
}

func (l *lmcut) Estimate(vals []int32) int64 {
	copy(l.cost, l.x.baseCost)
	return l.cuts(vals, 0)
}

// expand estimates a state and keeps its landmarks for its successors.
func (l *lmcut) expand(vals []int32) int64 {
	for _, o := range l.touched {
		l.holding[o] = l.holding[o][:0]
	}
	l.touched, l.marks = l.touched[:0], l.marks[:0]
	copy(l.cost, l.x.baseCost)
	l.keep = true
	l.total = l.cuts(vals, 0)
	l.keep = false
	copy(l.rest, l.cost)
	return l.total
}

// successor estimates the state that an operator leads to from the state that
// was expanded last.
func (l *lmcut) successor(vals []int32, op int32) int64 {
	copy(l.cost, l.rest)
	total := l.total
	for _, k := range l.holding[op] {
		m := &l.marks[k]
		total -= m.cost
		for _, o := range m.ops {
			l.cost[o] += m.cost
		}
	}
	return l.cuts(vals, total)
}

// cuts adds cuts under the remaining costs to the existing cuts.
func (l *lmcut) cuts(vals []int32, total int64) int64 {
	x := l.x
	l.explore(vals)
	if l.value[x.goal] < 0 {
		return Infinite
	}
	for l.value[x.goal] > 0 {
		if l.stop != nil && l.stop() {
			return total
		}
		clear(l.zone)
		l.markGoalZone()
		l.findCut(vals)
		least := l.cost[l.cut[0]]
		for _, o := range l.cut[1:] {
			least = min(least, l.cost[o])
		}
		for _, o := range l.cut {
			l.cost[o] -= least
		}
		total += least
		if l.keep {
			l.note(least)
		}
		l.lower(l.cut)
	}
	return total
}

// note keeps the cut that was found last.
func (l *lmcut) note(cost int64) {
	k := len(l.marks)
	if k < cap(l.marks) {
		l.marks = l.marks[:k+1]
	} else {
		l.marks = append(l.marks, landmark{})
	}
	m := &l.marks[k]
	m.ops, m.cost = append(m.ops[:0], l.cut...), cost
	for _, o := range l.cut {
		if len(l.holding[o]) == 0 {
			l.touched = append(l.touched, o)
		}
		l.holding[o] = append(l.holding[o], int32(k))
	}
}

// markGoalZone marks the propositions from which the goal is reached at no
// cost along supporters.
func (l *lmcut) markGoalZone() {
	x := l.x
	l.stack = append(l.stack[:0], x.goal)
	l.zone[x.goal] = zoneGoal
	for len(l.stack) > 0 {
		p := l.stack[len(l.stack)-1]
		l.stack = l.stack[:len(l.stack)-1]
		for _, i := range x.by[x.byStart[p]:x.byStart[p+1]] {
			r := &l.rops[i]
			if r.support < 0 || l.cost[r.owner] != 0 {
				continue
			}
			if s := r.support; l.zone[s] == zoneNone {
				l.zone[s] = zoneGoal
				l.stack = append(l.stack, s)
			}
		}
	}
}

// findCut collects the operators that lead from what is reached along
// supporters, without entering the goal zone, into the goal zone.
func (l *lmcut) findCut(vals []int32) {
	x := l.x
	l.cut = l.cut[:0]
	if l.stamp++; l.stamp == 0 {
		clear(l.inCut)
		l.stamp = 1
	}
	l.stack = l.stack[:0]
	reach := func(p Ref) {
		if l.zone[p] == zoneNone {
			l.zone[p] = zoneBefore
			l.stack = append(l.stack, p)
		}
	}
	reach(x.truth)
	for v, val := range vals {
		reach(x.t.FactBase[v] + val)
	}
	for len(l.stack) > 0 {
		p := l.stack[len(l.stack)-1]
		l.stack = l.stack[:len(l.stack)-1]
		for _, i := range x.of[x.ofStart[p]:x.ofStart[p+1]] {
			r := &l.rops[i]
			if r.support != p {
				continue
			}
			effs := x.eff[r.effStart:r.effEnd]
			crosses := false
			for _, e := range effs {
				if l.zone[e] == zoneGoal {
					crosses = true
					break
				}
			}
			if crosses {
				if o := r.owner; l.inCut[o] != l.stamp {
					l.inCut[o] = l.stamp
					l.cut = append(l.cut, o)
				}
				continue
			}
			for _, e := range effs {
				reach(e)
			}
		}
	}
}

// blind is 0 at the goal, elsewhere the cheapest operator's cost.
type blind struct {
	e     *Eval
	goal  []Ref
	least int64
}

func (b *blind) Estimate(vals []int32) int64 {
	b.e.Set(vals)
	if b.e.All(b.goal) {
		return 0
	}
	return b.least
}

// weighted is the weighted goal count: for each top-level conjunct of the goal
// that does not hold, the cost of the cheapest operator that could make it
// true. It is not admissible.
type weighted struct {
	e       *Eval
	goal    []Ref
	weights []int64
}

func newWeighted(t *Task, x *relaxation) *weighted {
	w := &weighted{e: NewEval(t), goal: t.Goal}
	h := newHmaxState(x)
	copy(h.cost, x.baseCost)
	h.explore(t.Init)
	for _, g := range t.Goal {
		w.weights = append(w.weights, max(h.value[g], 1))
	}
	return w
}

func (w *weighted) Estimate(vals []int32) int64 {
	w.e.Set(vals)
	sum := int64(0)
	for i, g := range w.goal {
		if !w.e.Holds(g) {
			sum += w.weights[i]
		}
	}
	return sum
}
