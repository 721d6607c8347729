package search

// ForcedJobs returns the operators that every plan contains, with temporal
// bounds: no plan can start one before its head, and from its start at least
// its tail passes until the end. It also returns the temporal h^max of the
// goal.
func ForcedJobs(t *Task, d Temporal) (ops []int32, head, tail []int64, least int64) {
	x := newRelaxation(t)
	h := newHmaxState(x)
	copy(h.cost, d.Duration)
	h.cost[len(t.Ops)] = 0
	h.explore(t.Init)
	if least = h.value[x.goal]; least < 0 {
		return nil, nil, nil, 0
	}
	forced, _ := forcedOps(t, x)
	tails := forcedTails(t, x, forced, d.Duration)
	for o, f := range forced {
		if !f {
			continue
		}
		start := int64(0)
		for _, p := range t.Ops[o].Pre {
			start = max(start, h.value[p])
		}
		ops, head, tail = append(ops, int32(o)), append(head, start), append(tail, tails[o])
	}
	return ops, head, tail, least
}

// forcedTails follows needs backwards from the goal: a forced operator that is
// the only producer of what another forced one needs comes before that one.
func forcedTails(t *Task, x *relaxation, forced []bool, dur []int64) []int64 {
	tails := make([]int64, len(t.Ops))
	state := make([]uint8, len(t.Ops))
	holds := make([]bool, x.props)
	for v, val := range t.Init {
		holds[t.FactBase[v]+val] = true
	}
	// before[a] lists forced operators that need what only a produces.
	after := make([][]int32, len(t.Ops))
	none := int32(len(t.Ops))
	var suppliers func(p Ref, b int32)
	suppliers = func(p Ref, b int32) {
		if p == x.truth || p < t.Props() && initiallyTrue(t, p, holds) {
			return
		}
		by := x.by[x.byStart[p]:x.byStart[p+1]]
		if len(by) == 0 {
			return
		}
		o := x.owner[by[0]]
		for _, r := range by[1:] {
			if x.owner[r] != o {
				return
			}
		}
		if o != none {
			after[o] = append(after[o], b)
		} else if len(by) == 1 {
			for _, q := range x.pre[x.preStart[by[0]]:x.preStart[by[0]+1]] {
				suppliers(q, b)
			}
		}
	}
	for b, f := range forced {
		if f {
			for _, p := range t.Ops[b].Pre {
				suppliers(p, int32(b))
			}
		}
	}
	var tail func(o int32) int64
	tail = func(o int32) int64 {
		switch state[o] {
		case 1:
			return 0 // a cycle: no bound from here
		case 2:
			return tails[o]
		}
		state[o] = 1
		best := int64(0)
		for _, b := range after[o] {
			if b != o {
				best = max(best, tail(b))
			}
		}
		tails[o] = best + dur[o]
		state[o] = 2
		return tails[o]
	}
	for o, f := range forced {
		if f {
			tail(int32(o))
		}
	}
	return tails
}
