package schedule

import (
	"math/bits"
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// Limits of the exact pass over an order's pairs, in counted sets of steps.
const (
	minimiseSteps = 64
	minimisePair  = 400
	minimiseAll   = 20_000
)

// minimise drops pairs of an order, given by its transitive reduction, that no
// linearization needs. Pair by pair it visits all newly allowed linearizations,
// as paths through sets of completed steps: as long as the criterion holds,
// such a set determines the state. If there are too many sets, or steps, the
// pair is kept.
func (s *steps) minimise(preds [][]int) [][]int {
	n := len(preds)
	if n > minimiseSteps || n == 0 {
		return preds
	}
	m := &minimiser{s: s, anc: make([]uint64, n), clash: make([]uint64, n), now: search.NewEval(s.t), left: minimiseAll}
	for j := range preds {
		for _, i := range preds[j] {
			m.anc[j] |= 1<<i | m.anc[i]
		}
	}
	m.clashes()
	m.record()
	kept := map[[2]int]bool{}
	for again := true; again; {
		again = false
		for j := range preds {
			for _, i := range m.covers(j) {
				if kept[[2]int{i, j}] {
					continue
				}
				if m.droppable(i, j) {
					m.anc[j] &^= 1 << i
					again = true
				} else {
					kept[[2]int{i, j}] = true
				}
			}
		}
		if again {
			// What was needed may no longer be needed, but need not be checked again: a
			// pair once needed for one linearization still is, because dropping pairs only
			// adds linearizations.
			continue
		}
	}
	out := make([][]int, n)
	for j := range out {
		out[j] = m.covers(j)
		slices.Sort(out[j])
	}
	return out
}

type minimiser struct {
	s     *steps
	anc   []uint64 // steps that must be done before each step
	clash []uint64 // steps whose writes do not commute with those of each step
	seen  [][]bool // truth values that each step saw
	now   *search.Eval
	left  int
}

// covers lists the steps directly before j, latest first.
func (m *minimiser) covers(j int) []int {
	var out []int
	covered := uint64(0)
	for rest := m.anc[j]; rest != 0; {
		i := 63 - bits.LeadingZeros64(rest)
		rest &^= 1 << i
		if covered>>i&1 == 0 {
			out = append(out, i)
		}
		covered |= m.anc[i]
	}
	return out
}

func (m *minimiser) clashes() {
	for i, a := range m.s.writes {
		for j, b := range m.s.writes[:i] {
			for _, x := range a {
				for _, y := range b {
					commute := x.w.add != 0 && y.w.add != 0 || x.w.add == 0 && y.w.add == 0 && x.w.val == y.w.val
					if x.v == y.v && !commute {
						m.clash[i] |= 1 << j
						m.clash[j] |= 1 << i
					}
				}
			}
		}
	}
}

func (m *minimiser) record() {
	state := slices.Clone(m.s.t.Init)
	for i := range m.s.plan {
		m.seen = append(m.seen, m.truths(state, i))
		m.apply(state, i)
	}
}

// truths are the truth values that a step sees in a state.
func (m *minimiser) truths(state []int32, i int) []bool {
	m.now.Set(state)
	op := &m.s.t.Ops[m.s.plan[i]]
	out := []bool{m.now.All(op.Pre)}
	for k := range op.Effs {
		if op.Effs[k].Add == 0 {
			out = append(out, m.now.All(op.Effs[k].Cond))
		}
	}
	return out
}

// apply applies a step in place; not ok if an addition has no result.
func (m *minimiser) apply(state []int32, i int) bool {
	for _, w := range m.s.writes[i] {
		if w.w.add == 0 {
			state[w.v] = w.w.val
			continue
		}
		val, ok := m.s.added(i, w.v, state[w.v])
		if !ok {
			return false
		}
		state[w.v] = val
	}
	return true
}

// droppable reports whether all linearizations in which j comes before i keep
// the criterion.
func (m *minimiser) droppable(i, j int) bool {
	if m.clash[j]>>i&1 != 0 {
		return false
	}
	anc := slices.Clone(m.anc)
	anc[j] &^= 1 << i
	n := len(anc)
	order := []int{j, i}
	for k := range n {
		if anc[j]>>k&1 != 0 {
			order = append(order, k)
		}
	}
	for k := range n {
		if k != i && k != j && anc[j]>>k&1 == 0 {
			order = append(order, k)
		}
	}
	budget := min(minimisePair, m.left)
	visited := map[uint64]bool{}
	var walk func(done uint64, state []int32) bool
	walk = func(done uint64, state []int32) bool {
		if visited[done] {
			return true
		}
		visited[done] = true
		if budget--; budget < 0 {
			return false
		}
		fresh := done>>j&1 != 0
		for _, k := range order {
			if done>>k&1 != 0 || anc[k]&^done != 0 || k == i && !fresh {
				continue
			}
			if fresh || k == j {
				earlier := m.clash[k] & (1<<k - 1)
				if earlier&^done != 0 || !slices.Equal(m.truths(state, k), m.seen[k]) {
					return false
				}
			}
			if k == i {
				continue // from here on, nothing is new
			}
			next := slices.Clone(state)
			if !m.apply(next, k) || !walk(done|1<<k, next) {
				return false
			}
		}
		return true
	}
	ok := walk(0, slices.Clone(m.s.t.Init))
	m.left -= min(minimisePair, m.left) - max(budget, 0)
	return ok
}
