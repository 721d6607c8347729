package search

// reuse counts operators that every plan uses more than once: a fact that only
// they produce is consumed by others, which every plan contains, and needed
// again. extra is the number of uses beyond the first of each; their cost is
// added to that of any relaxed plan, which counts each operator once.
func reuse(t *Task, forced []bool) (extra map[int32]int32, cost int64) {
	u := newUses(t)
	goal := make([]bool, t.Facts())
	for _, g := range t.Goal {
		if g < t.Facts() {
			goal[g] = true
		}
	}
	extra = map[int32]int32{}
	raised := false
	raise := func(a int32, n int32) {
		if a >= 0 && n > extra[a] {
			extra[a], raised = n, true
		}
	}
	var enders []int32
	for o := range t.Ops {
		if forced[o] && u.ends(int32(o)) {
			enders = append(enders, int32(o))
		}
	}
	// What an operator makes false, although it must hold before and after it.
	if len(enders) <= maxEnders {
		for _, o := range enders {
			u.around(o, func(a int32) { raise(a, 1) })
		}
	}
	// Consumption: if n uses of operators each need p and make it false, p must be
	// produced n times, or one more if it holds at the end and one fewer if it
	// holds initially. The resulting uses consume too.
	used := make([]int32, t.Facts())
	for round := 0; round == 0 || raised && round < maxRounds; round++ {
		raised = false
		clear(used)
		for _, o := range enders {
			u.eachEnd(o, func(p Ref, needed bool) {
				if needed {
					used[p] += 1 + extra[o]
				}
			})
		}
		for p, n := range used {
			if n > 0 && goal[p] {
				n++
			}
			if u.init[p] {
				n--
			}
			raise(u.maker[p], n-1)
		}
	}
	for a, n := range extra {
		cost += int64(n) * t.Ops[a].Cost
	}
	return extra, cost
}

// maxEnders limits the operators whose before and after are followed, maxRounds
// how often uses are followed to what they consume.
const maxEnders, maxRounds = 1000, 16

// uses maps facts to their only producers.
type uses struct {
	t     *Task
	varOf []int32
	init  []bool
	maker []int32 // of each fact: the only operator that sets it; -1: none or several, or under a condition
	seen  []int32 // of each fact: stamps of before and after
	stamp int32
}

func newUses(t *Task) *uses {
	u := &uses{t: t, varOf: NewEval(t).varOf, init: make([]bool, t.Facts()), maker: make([]int32, t.Facts()), seen: make([]int32, t.Facts())}
	for v, x := range t.Init {
		u.init[t.FactBase[v]+x] = true
	}
	const several = -2
	for p := range u.maker {
		u.maker[p] = -1
	}
	for o := range t.Ops {
		for k := range t.Ops[o].Effs {
			e := &t.Ops[o].Effs[k]
			p := t.FactBase[e.Var] + e.Val
			if u.maker[p] == -1 && len(e.Cond) == 0 {
				u.maker[p] = int32(o)
			} else {
				u.maker[p] = several
			}
		}
	}
	for p := range u.maker {
		u.maker[p] = max(u.maker[p], -1)
	}
	return u
}

// ends reports whether an operator surely makes anything false.
func (u *uses) ends(o int32) bool {
	found := false
	u.eachEnd(o, func(Ref, bool) { found = true })
	return found
}

// eachEnd calls f for each fact that an operator makes false, if it holds; for
// variables of which it needs a value, only that one can hold, and is needed.
func (u *uses) eachEnd(o int32, f func(p Ref, needed bool)) {
	t, op := u.t, &u.t.Ops[o]
	for k := range op.Effs {
		e := &op.Effs[k]
		if len(e.Cond) > 0 {
			continue
		}
		base := t.FactBase[e.Var]
		need := Ref(-1)
		for _, p := range op.Pre {
			if p < t.Facts() && u.varOf[p] == e.Var {
				need = p
			}
		}
		switch {
		case need >= 0 && need != base+e.Val:
			f(need, true)
		case need < 0 && t.Domains[e.Var] == 2:
			f(base+1-e.Val, false)
		}
	}
}

// around calls f for the producers of facts that o makes false although they
// must hold before it, not from the start, and again after it.
func (u *uses) around(o int32, f func(a int32)) {
	t := u.t
	ends := map[Ref]bool{}
	u.eachEnd(o, func(p Ref, _ bool) { ends[p] = true })
	u.stamp++
	before := map[Ref]bool{}
	queue := append([]Ref(nil), t.Ops[o].Pre...)
	for len(queue) > 0 {
		p := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if p >= t.Facts() || u.init[p] || u.seen[p] == u.stamp {
			continue
		}
		u.seen[p] = u.stamp
		if ends[p] {
			before[p] = true
		}
		if a := u.maker[p]; a >= 0 {
			queue = append(queue, t.Ops[a].Pre...)
		}
	}
	if len(before) == 0 {
		return
	}
	// Of what must hold after o, only what it makes false must be produced again.
	u.stamp++
	queue = append(queue[:0], t.Goal...)
	for len(queue) > 0 {
		p := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if p >= t.Facts() || !ends[p] || u.seen[p] == u.stamp {
			continue
		}
		u.seen[p] = u.stamp
		if a := u.maker[p]; a >= 0 && a != o {
			if before[p] {
				f(a)
			}
			queue = append(queue, t.Ops[a].Pre...)
		}
	}
}
