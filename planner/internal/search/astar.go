package search

import "slices"

// seekPlan is the number of expansions before A* searches for a first plan:
// such a long search may be ended by a limit, and states beyond the plan's cost
// need not be stored.
const seekPlan = 1000

// astar is one A* search. It reopens: LM-cut is not consistent.
type astar struct {
	t          *Task
	x          *relaxation
	c          Config
	h          Heuristic
	lm         *lmcut // h, if it is LM-cut
	weight     int64
	admissible bool
	e          *Eval // evaluates the state that is expanded
	child      *Eval // and the one that is reached from it
	gen        *generator
	store      *store
	open       openList
	upper      int64   // cost of bestPlan, Infinite if there is none
	bestPlan   []int32 // from an earlier search, nil if best has it
	best       uint32
	found      bool  // a plan, in this search
	bound      int64 // proved lower bound
	res        Result
	reduce     Reducer
	parentVals []int32
	childVals  []int32
	ops        []int32
	broken     bool // a limit interrupted the expansion of a state
}

func newAstar(t *Task, x *relaxation, c Config, weight int64) *astar {
	h := newHeuristic(t, x, c)
	lm, _ := h.(*lmcut)
	return &astar{t: t, x: x, c: c, h: h, lm: lm, weight: weight, admissible: true,
		e: NewEval(t), child: NewEval(t), gen: newGenerator(t), store: newStore(newPacking(t)), upper: Infinite,
		reduce: c.reducer(t), parentVals: make([]int32, len(t.Domains)), childVals: make([]int32, len(t.Domains))}
}

func (s *astar) stopped() bool {
	if s.c.MaxNodes > 0 && s.res.Expanded >= s.c.MaxNodes {
		return true
	}
	if s.c.MaxBytes > 0 && s.store.next()+s.open.bytes() > s.c.MaxBytes || s.store.full() {
		return true
	}
	return s.c.Stop != nil && s.c.Stop()
}

func (s *astar) bytes() int64 { return s.store.bytes() + s.open.bytes() }

func (s *astar) run() *Result {
	n, _ := s.store.intern(s.t.Init)
	h := s.estimate(s.t.Init)
	s.store.setG(n, 0)
	s.store.setH(n, h)
	*s.store.info(n) = info{parent: noParent, g: 0, h: s.store.info(n).h}
	if h != Infinite {
		s.open.push(s.key(0, h), h, n)
		if s.admissible {
			s.bound = max(s.bound, h)
		}
	}
	for {
		if s.admissible && s.upper < Infinite && s.upper <= s.bound {
			return s.finish(Solved, s.incumbent(), s.upper, false)
		}
		if s.found && s.weight > 1 {
			return s.finish(Bounded, s.incumbent(), s.upper, false)
		}
		if s.broken {
			return s.limited()
		}
		key, hkey, n, ok := s.open.pop()
		if !ok {
			return s.exhausted()
		}
		in := s.store.info(n)
		g, h := s.store.g(n), s.store.h(n)
		if in.op&closedBit != 0 || h != hkey || s.key(g, h) != key {
			continue // reopened or reached at less cost since
		}
		if s.weight == 1 && s.admissible {
			s.bound = max(s.bound, min(key, s.upper))
			if key >= s.upper {
				return s.finish(Solved, s.incumbent(), s.upper, false)
			}
		} else if s.admissible && h < Infinite && g+h >= s.upper {
			continue
		}
		s.store.p.unpack(s.store.state(n), s.parentVals)
		s.e.Set(s.parentVals)
		if s.e.All(s.t.Goal) {
			return s.goal(n, g)
		}
		if s.stopped() {
			return s.limited()
		}
		if s.lm != nil {
			// The landmarks that the successors start from may give a higher estimate of
			// this state.
			s.res.Evaluated++
			better := s.lm.expand(s.parentVals)
			if better == Infinite {
				in.op |= closedBit
				continue
			}
			if better > h {
				s.store.setH(n, better)
				s.open.push(s.key(g, better), better, n)
				continue
			}
		}
		in.op |= closedBit
		if s.c.Progress != nil {
			s.c.Progress(s.bound, s.res.Expanded)
		}
		s.expand(n, g, h)
	}
}

func (s *astar) key(g, h int64) int64 { return g + s.weight*h }

func (s *astar) estimate(vals []int32) int64 {
	s.res.Evaluated++
	return s.h.Estimate(vals)
}

// successor estimates the state in childVals, which op leads to.
func (s *astar) successor(op int32, least int64) int64 {
	if s.lm == nil {
		return s.estimate(s.childVals)
	}
	s.res.Evaluated++
	return max(s.lm.successor(s.childVals, op), least)
}

func (s *astar) expand(n uint32, g, parentH int64) {
	s.res.Expanded++
	s.reduce.Expand(s.res.Expanded)
	if s.res.Expanded == seekPlan && s.weight == 1 && s.admissible && s.upper == Infinite {
		if plan, cost := firstPlan(s.t, s.x, s.gen, s.c, greedyFirst); plan != nil {
			s.upper, s.bestPlan = cost, plan
		}
	}
	s.ops = s.reduce.Filter(s.e, s.gen.applicable(s.e, s.ops[:0]))
	for _, o := range s.ops {
		if s.c.Stop != nil && s.c.Stop() {
			s.broken = true
			return
		}
		op := &s.t.Ops[o]
		copy(s.childVals, s.parentVals)
		changed := false
		for i := range op.Effs {
			if f := &op.Effs[i]; s.parentVals[f.Var] != f.Val && s.e.All(f.Cond) {
				s.childVals[f.Var] = f.Val
				changed = true
			}
		}
		if !changed {
			continue
		}
		s.res.Generated++
		s.reach(n, o, g+op.Cost, max(parentH-op.Cost, 0))
	}
}

// reach records that the state in childVals is reached from n by op at cost g;
// its estimate is at least least.
func (s *astar) reach(n uint32, op int32, g, least int64) {
	if g < 0 {
		return // the sum exceeded int64; nothing that expensive is reported
	}
	c, isNew := s.store.intern(s.reduce.Representative(s.childVals))
	if isNew {
		// The current landmarks belong to the state that was reached.
		h := s.successor(op, least)
		s.store.setH(c, h)
	} else if g >= s.store.g(c) {
		return
	}
	s.store.setG(c, g)
	in := s.store.info(c)
	in.parent, in.op = n, uint32(op)
	h := s.store.h(c)
	if h == Infinite || s.admissible && s.upper < Infinite && g+h >= s.upper {
		return
	}
	if h == 0 && s.admissible {
		if s.child.Set(s.childVals); s.child.All(s.t.Goal) {
			s.upper, s.best, s.bestPlan, s.found = g, c, nil, true
			return // nothing behind it is cheaper
		}
	}
	s.open.push(s.key(g, h), h, c)
	if s.res.Generated&1023 == 0 {
		s.res.PeakBytes = max(s.res.PeakBytes, s.bytes())
	}
}

// goal returns the plan to n, which was selected as a goal state.
func (s *astar) goal(n uint32, g int64) *Result {
	plan := s.path(n)
	if s.weight == 1 && s.admissible {
		return s.finish(Solved, plan, g, false)
	}
	return s.finish(Bounded, plan, g, false)
}

func (s *astar) path(n uint32) []int32 {
	var plan []int32
	var nodes []uint32
	for in := s.store.info(n); in.parent != noParent; in = s.store.info(in.parent) {
		plan, nodes = append(plan, int32(in.op&^closedBit)), append(nodes, n)
		n = in.parent
	}
	slices.Reverse(plan)
	slices.Reverse(nodes)
	return s.reduce.Unfold(plan, func(i int) []int32 {
		vals := make([]int32, len(s.t.Domains))
		s.store.p.unpack(s.store.state(nodes[i]), vals)
		return vals
	})
}

// exhausted returns the result when no open state is left.
func (s *astar) exhausted() *Result {
	if s.upper == Infinite {
		return s.finish(Unsolvable, nil, 0, false)
	}
	// Every state that could lead to a cheaper plan has been expanded.
	if s.admissible {
		return s.finish(Solved, s.incumbent(), s.upper, false)
	}
	return s.finish(Bounded, s.incumbent(), s.upper, false)
}

// incumbent is the cheapest plan so far.
func (s *astar) incumbent() []int32 {
	if s.bestPlan != nil {
		return s.bestPlan
	}
	return s.path(s.best)
}

func (s *astar) limited() *Result {
	if s.upper < Infinite {
		return s.finish(Bounded, s.incumbent(), s.upper, true)
	}
	return s.finish(Stopped, nil, 0, true)
}

func (s *astar) finish(o Outcome, plan []int32, cost int64, limited bool) *Result {
	s.res.Outcome, s.res.Plan, s.res.Cost, s.res.Limited = o, plan, cost, limited
	s.res.Lower = s.bound
	if o == Solved {
		s.res.Lower = cost
	}
	s.res.PeakBytes = max(s.res.PeakBytes, s.bytes())
	s.res.Pruning = s.reduce.Name()
	s.res.Stored, s.res.BitsPerState = int64(s.store.n), s.store.p.bits
	return &s.res
}
