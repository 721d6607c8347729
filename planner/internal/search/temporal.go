package search

import (
	"encoding/binary"
	"slices"

	"github.com/omegagen/omegagen/planner/internal/heap"
)

// Temporal adds time to a task: the duration of each operator, and its resource
// use.
type Temporal struct {
	Duration []int64
	Uses     [][]Amount
	Capacity []int64
	// Conflicts reports conflicts between two operators that the task does not show.
	Conflicts func(a, b int32) bool
}

// Amount is an operator's use of a resource.
type Amount struct {
	Resource int
	Amount   int64
}

// Timed is an operator with its start.
type Timed struct {
	Op    int32
	Start int64
}

// fastest searches for a plan of least makespan, and among those of least cost,
// over the moments at which operators end: an operator starts at the beginning
// or when another one ends, because otherwise it could start earlier.
type fastest struct {
	t    *Task
	d    Temporal
	x    *relaxation
	h    *hmaxState
	f    *Interference
	e    *Eval
	gen  *generator
	pack *packing
	open *heap.Heap[*timedNode]
	seen map[string][2]int64
	ops  []int32
}

type running struct {
	op   int32
	left int64
}

// timedNode is a moment: what holds, what runs and for how long. After a start,
// only operators with the same or a greater number start at that moment.
type timedNode struct {
	parent *timedNode
	start  int32 // operator that was started to get here; -1: time passed
	at     int64 // moment
	cost   int64
	f      int64 // lower bound of the makespan
	vals   []int32
	run    []running
	least  int32
	serial int64
}

// before is the order in which nodes are expanded.
func (a *timedNode) before(b *timedNode) bool {
	switch {
	case a.f != b.f:
		return a.f < b.f
	case a.cost != b.cost:
		return a.cost < b.cost
	case a.at != b.at:
		return a.at > b.at
	}
	return a.serial > b.serial
}

// Fastest returns the operators of a plan of least makespan, and of least cost
// among those, with their starts in order of their ends. If maxNodes or stop
// ended the search, there is no plan, and lower is a proved bound of the
// makespan. The caller must rule out beforehand that there is no plan at all.
func Fastest(t *Task, d Temporal, maxNodes int64, stop func() bool) (plan []Timed, lower int64, expanded int64) {
	x := newRelaxation(t)
	s := &fastest{t: t, d: d, x: x, h: newHmaxState(x), f: NewInterference(t), e: NewEval(t), gen: newGenerator(t),
		pack: newPacking(t), open: heap.New((*timedNode).before), seen: map[string][2]int64{}}
	s.push(&timedNode{start: -1, vals: t.Init})
	for s.open.Len() > 0 {
		n := s.open.Pop()
		lower = max(lower, n.f)
		if b := s.seen[s.key(n)]; b != [2]int64{n.at, n.cost} {
			continue
		}
		s.e.Set(n.vals)
		if len(n.run) == 0 && s.e.All(t.Goal) {
			return s.starts(n), n.f, expanded
		}
		if expanded++; expanded > maxNodes || stop != nil && stop() {
			return nil, lower, expanded
		}
		s.expand(n)
	}
	return nil, lower, expanded
}

func (s *fastest) key(n *timedNode) string {
	words := make([]uint32, s.pack.words)
	s.pack.pack(n.vals, words)
	b := make([]byte, 0, 4*len(words)+12*len(n.run)+4)
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	for _, r := range n.run {
		b = binary.LittleEndian.AppendUint32(b, uint32(r.op))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.left))
	}
	return string(binary.LittleEndian.AppendUint32(b, uint32(n.least)))
}

func (s *fastest) push(n *timedNode) {
	h := s.bound(n)
	if h == Infinite {
		return
	}
	n.f = n.at + h
	k := s.key(n)
	if b, ok := s.seen[k]; ok && (b[0] < n.at || b[0] == n.at && b[1] <= n.cost) {
		return
	}
	s.seen[k] = [2]int64{n.at, n.cost}
	n.serial = int64(len(s.seen))
	s.open.Push(n)
}

// bound is temporal h^max: running operators take effect at their ends.
func (s *fastest) bound(n *timedNode) int64 {
	h := s.h
	copy(h.cost, s.d.Duration)
	h.cost[len(s.t.Ops)] = 0
	h.begin()
	for v, val := range n.vals {
		h.enqueue(s.t.FactBase[v]+val, 0)
	}
	last := int64(0)
	for _, r := range n.run {
		last = max(last, r.left)
		for k := range s.t.Ops[r.op].Effs {
			e := &s.t.Ops[r.op].Effs[k]
			h.enqueue(s.t.FactBase[e.Var]+e.Val, r.left)
		}
	}
	h.settle()
	if h.value[s.x.goal] < 0 {
		return Infinite
	}
	return max(last, h.value[s.x.goal])
}

func (s *fastest) expand(n *timedNode) {
	s.ops = s.gen.applicable(s.e, s.ops[:0])
	for _, o := range s.ops {
		if o < n.least || !s.fits(n, o) {
			continue
		}
		after := s.apply(n.vals, o)
		if slices.Equal(after, n.vals) || s.again(n, o) {
			continue
		}
		c := &timedNode{parent: n, start: o, at: n.at, cost: n.cost + s.t.Ops[o].Cost, vals: n.vals, least: o}
		c.run = slices.Clone(n.run)
		if s.d.Duration[o] == 0 {
			c.vals = after
			c.least = 0 // what it enables may have any number
		} else {
			c.run = append(c.run, running{o, s.d.Duration[o]})
			slices.SortFunc(c.run, func(a, b running) int {
				if a.left != b.left {
					return int(min(max(a.left-b.left, -1), 1))
				}
				return int(a.op - b.op)
			})
		}
		s.push(c)
	}
	if len(n.run) > 0 {
		s.pass(n)
	}
}

// again reports whether an operator already runs that need not run twice at
// once: until the second use ends, nothing may read or write what it writes,
// and then the result is the same as that of the first one. Only additions add
// up.
func (s *fastest) again(n *timedNode, o int32) bool {
	for _, e := range s.t.Ops[o].Effs {
		if e.Add != 0 {
			return false
		}
	}
	return slices.ContainsFunc(n.run, func(r running) bool { return r.op == o })
}

// pass advances time until something ends; everything that ends then takes
// effect.
func (s *fastest) pass(n *timedNode) {
	step := n.run[0].left
	c := &timedNode{parent: n, start: -1, at: n.at + step, cost: n.cost, vals: n.vals}
	for _, r := range n.run {
		if r.left > step {
			c.run = append(c.run, running{r.op, r.left - step})
		} else {
			c.vals = s.apply(c.vals, r.op)
		}
	}
	s.push(c)
}

func (s *fastest) apply(vals []int32, o int32) []int32 {
	s.e.Set(vals)
	next := slices.Clone(vals)
	for k := range s.t.Ops[o].Effs {
		if e := &s.t.Ops[o].Effs[k]; s.e.All(e.Cond) {
			next[e.Var] = e.Val
		}
	}
	return next
}

func (s *fastest) fits(n *timedNode, o int32) bool {
	for _, r := range n.run {
		if s.f.Conflicts(o, r.op) || s.d.Conflicts(o, r.op) {
			return false
		}
	}
	for _, u := range s.d.Uses[o] {
		used := u.Amount
		for _, r := range n.run {
			for _, v := range s.d.Uses[r.op] {
				if v.Resource == u.Resource {
					used += v.Amount
				}
			}
		}
		if used > s.d.Capacity[u.Resource] {
			return false
		}
	}
	return true
}

// starts lists the operators by their ends, those without duration in the order
// in which they were applied.
func (s *fastest) starts(n *timedNode) []Timed {
	var out []Timed
	for ; n.parent != nil; n = n.parent {
		if n.start >= 0 {
			out = append(out, Timed{n.start, n.at})
		}
	}
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b Timed) int {
		ea, eb := a.Start+s.d.Duration[a.Op], b.Start+s.d.Duration[b.Op]
		switch {
		case ea != eb:
			return int(min(max(ea-eb, -1), 1))
		case (s.d.Duration[a.Op] == 0) != (s.d.Duration[b.Op] == 0) && a.Start != b.Start:
			return int(min(max(a.Start-b.Start, -1), 1))
		}
		return 0
	})
	return out
}
