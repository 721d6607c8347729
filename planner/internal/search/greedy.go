package search

import "slices"

// greedy searches for any plan quickly: lazy greedy best-first search with
// h^add and the helpful actions of its relaxed plan (Hoffmann and Nebel, JAIR
// 2001; Richter and Helmert, ICAPS 2009), which come from a separate queue
// every other time. Operators count one more than their cost, so that free ones
// don't look endless. A state is estimated when it is expanded, and its
// successors are queued under that estimate.
type greedy struct {
	t     *Task
	x     *relaxation
	c     Config
	h     *addState
	e     *Eval
	gen   *generator
	store *store
	all   openList
	help  openList
	ops   []int32
	vals  []int32
	next  []int32
	n     int64 // expanded states
}

// greedyFirst limits the states expanded in the search for a first plan before
// A* continues without one; greedyLong if a first plan was requested.
const greedyFirst, greedyLong = 2000, 100_000

// firstPlan returns a plan and its cost, or nothing: after limit states, if c
// stops it, or if there is none.
func firstPlan(t *Task, x *relaxation, gen *generator, c Config, limit int64) (plan []int32, cost int64) {
	g := &greedy{t: t, x: x, c: c, h: newAddState(x), e: NewEval(t), gen: gen, store: newStore(newPacking(t)),
		vals: make([]int32, len(t.Domains)), next: make([]int32, len(t.Domains))}
	n, _ := g.store.intern(t.Init)
	*g.store.info(n) = info{parent: noParent}
	if goal, ok := g.take(n); ok {
		return g.path(goal)
	}
	for turn := 0; g.n < limit; turn++ {
		if c.Stop != nil && c.Stop() || c.MaxBytes > 0 && g.store.next()+g.all.bytes()+g.help.bytes() > c.MaxBytes || g.store.full() {
			return nil, 0
		}
		q := &g.all
		if turn&1 == 1 && g.help.n > 0 || g.all.n == 0 {
			q = &g.help
		}
		_, _, n, ok := q.pop()
		if !ok {
			return nil, 0
		}
		if in := g.store.info(n); in.op&closedBit != 0 {
			continue
		}
		if goal, ok := g.take(n); ok {
			return g.path(goal)
		}
	}
	return nil, 0
}

// take estimates a state and queues its successors; ok if it, or one of them,
// is a goal.
func (g *greedy) take(n uint32) (goal uint32, ok bool) {
	g.n++
	g.store.p.unpack(g.store.state(n), g.vals)
	g.store.info(n).op |= closedBit
	h, helpful := g.h.estimate(g.vals)
	if h == Infinite {
		return 0, false
	}
	g.e.Set(g.vals)
	if g.e.All(g.t.Goal) {
		return n, true
	}
	g.ops = g.gen.applicable(g.e, g.ops[:0])
	for _, o := range g.ops {
		copy(g.next, g.vals)
		op := &g.t.Ops[o]
		for i := range op.Effs {
			if f := &op.Effs[i]; g.vals[f.Var] != f.Val && g.e.All(f.Cond) {
				g.next[f.Var] = f.Val
			}
		}
		c, isNew := g.store.intern(g.next)
		if !isNew {
			continue
		}
		in := g.store.info(c)
		in.parent, in.op = n, uint32(o)
		g.all.push(h, 0, c)
		if helpful[o] {
			g.help.push(h, 0, c)
		}
	}
	return 0, false
}

func (g *greedy) path(n uint32) (plan []int32, cost int64) {
	plan = []int32{}
	for in := g.store.info(n); in.parent != noParent; in = g.store.info(in.parent) {
		o := int32(in.op &^ closedBit)
		plan = append(plan, o)
		cost += g.t.Ops[o].Cost
	}
	slices.Reverse(plan)
	return plan, cost
}

// addState computes h^add repeatedly without allocating.
type addState struct {
	x       *relaxation
	value   []int64
	support []int32
	done    []bool
	left    []int32
	sum     []int64
	helpful []bool
	marked  []int32 // operators in helpful
	seen    []bool
	stack   []Ref
	q       costQueue

	freshLeft []int32
	freshSum  []int64
}

func newAddState(x *relaxation) *addState {
	n := len(x.owner)
	s := &addState{x: x, value: make([]int64, x.props), support: make([]int32, x.props), done: make([]bool, x.props),
		seen: make([]bool, x.props), left: make([]int32, n), sum: make([]int64, n), helpful: make([]bool, len(x.baseCost))}
	for r := range int32(n) {
		s.freshLeft = append(s.freshLeft, x.preStart[r+1]-x.preStart[r])
		cost := x.baseCost[x.owner[r]]
		if int(x.owner[r]) < len(x.baseCost)-1 {
			cost++
		}
		s.freshSum = append(s.freshSum, cost)
	}
	return s
}

// plain counts operators at their real cost.
func (s *addState) plain() {
	for r, o := range s.x.owner {
		s.freshSum[r] = s.x.baseCost[o]
	}
}

// estimate returns h^add, and the operators that its relaxed plan uses: the
// applicable ones among them are helpful. helpful is valid until the next call.
func (s *addState) estimate(vals []int32) (h int64, helpful []bool) {
	x := s.x
	for p := range s.value {
		s.value[p], s.support[p] = -1, -1
	}
	clear(s.done)
	clear(s.seen)
	copy(s.left, s.freshLeft)
	copy(s.sum, s.freshSum)
	for _, o := range s.marked {
		s.helpful[o] = false
	}
	s.marked = s.marked[:0]
	s.q.reset()
	s.reach(x.truth, 0, -1)
	for v, val := range vals {
		s.reach(x.t.FactBase[v]+val, 0, -1)
	}
	s.spread()
	h = s.value[x.goal]
	if h < 0 {
		return Infinite, nil
	}
	s.stack = append(s.stack[:0], x.goal)
	for len(s.stack) > 0 {
		p := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		r := s.support[p]
		if s.seen[p] || r < 0 {
			continue
		}
		s.seen[p] = true
		if o := x.owner[r]; !s.helpful[o] {
			s.helpful[o] = true
			s.marked = append(s.marked, o)
		}
		s.stack = append(s.stack, x.pre[x.preStart[r]:x.preStart[r+1]]...)
	}
	return h, s.helpful
}

func (s *addState) reach(p Ref, c int64, by int32) {
	if s.value[p] < 0 || c < s.value[p] {
		s.value[p], s.support[p] = c, by
		s.q.push(c, p)
	}
}

// spread settles the queued values, up to the goal's.
func (s *addState) spread() {
	x := s.x
	const limit = int64(1) << 60
	for {
		c, p, ok := s.q.pop()
		if !ok || p == x.goal {
			return
		}
		if s.done[p] {
			continue
		}
		s.done[p] = true
		for _, r := range x.of[x.ofStart[p]:x.ofStart[p+1]] {
			s.sum[r] = min(s.sum[r]+c, limit)
			if s.left[r]--; s.left[r] == 0 {
				for _, e := range x.eff[x.effStart[r]:x.effStart[r+1]] {
					s.reach(e, s.sum[r], r)
				}
			}
		}
	}
}
