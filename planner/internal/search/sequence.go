package search

import "slices"

// sequencer orders the operators of a relaxed plan so that it is a real plan.
// It selects an operator that is ready and that neither undoes what the others
// still need nor produces what one of them still undoes; if there is none, one
// that does the latter, then one that does the former if another one will
// restore it. It does not backtrack: it finds an order or gives up.
type sequencer struct {
	t       *Task
	e       *Eval
	todo    []choice
	state   []int32
	left    int
	done    []bool
	want    []int32 // of each fact: remaining operators, and the goal, that need it
	touchy  []int32 // of each variable: circuits of remaining operators that read it
	makers  []int32 // of each fact: remaining operators that produce it
	enders  []int32 // of each variable: remaining operators that may set it, by value
	waiting [][]int // of each variable: operators that wait for it to change
	ready   []int
	inReady []bool
}

func newSequencer(t *Task, todo []choice) *sequencer {
	s := &sequencer{t: t, e: NewEval(t), todo: todo, state: slices.Clone(t.Init), left: len(todo),
		done: make([]bool, len(todo)), want: make([]int32, t.Facts()), touchy: make([]int32, len(t.Domains)),
		makers: make([]int32, t.Facts()), enders: make([]int32, len(t.Domains)), waiting: make([][]int, len(t.Domains)),
		inReady: make([]bool, len(todo))}
	s.e.Set(s.state)
	for _, g := range t.Goal {
		s.note(g, 1)
	}
	for i := range todo {
		s.count(i, 1)
	}
	for i := range todo {
		s.await(i)
	}
	return s
}

// note counts a condition among those that remaining operators read.
func (s *sequencer) note(r Ref, d int32) {
	if r < s.t.Facts() {
		s.want[r] += d
		return
	}
	s.eachVar(r, func(v int32) { s.touchy[v] += d })
}

func (s *sequencer) eachVar(r Ref, f func(v int32)) {
	seen := map[Ref]bool{}
	var walk func(r Ref)
	walk = func(r Ref) {
		if seen[r] {
			return
		}
		seen[r] = true
		if r < s.t.Facts() {
			f(s.e.varOf[r])
			return
		}
		for _, k := range s.t.Nodes[r-s.t.Facts()].Kids {
			walk(k)
		}
	}
	walk(r)
}

func (s *sequencer) count(i int, d int32) {
	op := &s.t.Ops[s.todo[i].op]
	for _, p := range s.todo[i].pre {
		s.note(p, d)
	}
	for _, p := range op.Pre {
		if !slices.Contains(s.todo[i].pre, p) {
			s.note(p, d)
		}
	}
	for k := range op.Effs {
		f := &op.Effs[k]
		s.makers[s.t.FactBase[f.Var]+f.Val] += d
		s.enders[f.Var] += d
	}
}

// await makes an operator ready, or lets it wait for a variable that blocks it.
func (s *sequencer) await(i int) {
	if s.done[i] || s.inReady[i] {
		return
	}
	for _, ps := range [2][]Ref{s.todo[i].pre, s.t.Ops[s.todo[i].op].Pre} {
		for _, p := range ps {
			if !s.e.Holds(p) {
				s.eachVar(p, func(v int32) { s.waiting[v] = append(s.waiting[v], i) })
				return
			}
		}
	}
	if !s.timely(i) {
		for _, f := range s.t.Ops[s.todo[i].op].Effs {
			s.waiting[f.Var] = append(s.waiting[f.Var], i)
		}
		return
	}
	s.inReady[i] = true
	s.ready = append(s.ready, i)
}

func (s *sequencer) applicable(i int) bool {
	return s.e.All(s.todo[i].pre) && s.e.All(s.t.Ops[s.todo[i].op].Pre) && s.timely(i)
}

// timely reports whether one of several uses of an operator would now produce
// something that it is used for.
func (s *sequencer) timely(i int) bool {
	return !s.todo[i].again || slices.ContainsFunc(s.todo[i].wins, func(p Ref) bool { return !s.e.Holds(p) })
}

// harm classifies a ready operator: 0 harmless, 1 produces what another
// remaining one may undo, 2 undoes what is needed and another one will restore,
// 3 undoes what none will restore.
func (s *sequencer) harm(i int) int {
	c := s.todo[i]
	op := &s.t.Ops[c.op]
	class := 0
	for k := range op.Effs {
		f := &op.Effs[k]
		if f.Add != 0 {
			continue // additions commute
		}
		old := s.state[f.Var]
		fact, lost := s.t.FactBase[f.Var]+f.Val, s.t.FactBase[f.Var]+old
		if !s.e.All(f.Cond) {
			continue
		}
		if s.enders[f.Var] > s.makers[fact] && (s.want[fact] > 0 || s.touchy[f.Var] > 0) && old != f.Val {
			class = max(class, 1)
		}
		if old == f.Val {
			continue
		}
		own := int32(0)
		if slices.Contains(c.pre, lost) || slices.Contains(op.Pre, lost) {
			own = 1
		}
		if s.want[lost] > own || s.touchy[f.Var] > 0 {
			if s.makers[lost] > 0 {
				class = max(class, 2)
			} else {
				class = max(class, 3)
			}
		}
	}
	return class
}

// run returns the order.
func (s *sequencer) run(stop func() bool) ([]int32, bool) {
	var plan []int32
	var later [3][]int
	for s.left > 0 {
		if stop != nil && len(plan)&255 == 0 && stop() {
			return nil, false
		}
		i := -1
		for len(s.ready) > 0 && i < 0 {
			k := s.ready[0]
			s.ready = s.ready[1:]
			s.inReady[k] = false
			if s.done[k] {
				continue
			}
			if !s.applicable(k) {
				s.await(k)
				continue
			}
			if h := s.harm(k); h == 0 {
				i = k
			} else {
				later[h-1] = append(later[h-1], k)
			}
		}
		for h := 0; h < 3 && i < 0; h++ {
			slices.Sort(later[h])
			if len(later[h]) > 0 {
				i = later[h][0]
				later[h] = later[h][1:]
			}
		}
		if i < 0 {
			return nil, false
		}
		if !s.applicable(i) {
			s.await(i)
			continue
		}
		plan = append(plan, s.todo[i].op)
		s.apply(i)
		for h := range later { // what was harmful may no longer be
			for _, k := range later[h] {
				s.await(k)
			}
			later[h] = later[h][:0]
		}
	}
	return plan, s.e.All(s.t.Goal)
}

// apply uses an operator, and checks those again that waited for what it
// changes.
func (s *sequencer) apply(i int) {
	s.done[i] = true
	s.left--
	s.count(i, -1)
	op := &s.t.Ops[s.todo[i].op]
	var changed []int32
	next := map[int32]int32{}
	for k := range op.Effs {
		if f := &op.Effs[k]; s.state[f.Var] != f.Val && s.e.All(f.Cond) {
			next[f.Var] = f.Val
			changed = append(changed, f.Var)
		}
	}
	for _, v := range changed {
		s.state[v] = next[v]
	}
	s.e.Set(s.state)
	for _, v := range changed {
		list := s.waiting[v]
		s.waiting[v] = nil
		for _, k := range list {
			s.await(k)
		}
	}
}
