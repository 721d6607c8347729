// Package schedule turns a plan's sequence into a partial order all of whose
// linearizations are plans, and the order into start times under resources.
package schedule

import (
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// write is a step's write of a variable: it assigns val, or adds the constant
// numbered add, which commutes with other additions.
type write struct {
	step int
	val  int32
	add  int32
}

// run is a maximal series of commuting writes of one variable: all assign the
// same value, or all add. Runs of one variable keep their order.
type run struct {
	adds   bool
	val    int32 // the assigned value; none for additions
	base   int32 // the value before the first addition
	writes []int // steps, ascending
}

// need is a step's requirement on a variable: its value must be one of allowed.
type need struct {
	v       int32
	allowed []bool
}

// steps is the input from which the partial order is derived.
type steps struct {
	t       *search.Task
	plan    []int32
	needs   [][]need // of each step, then of the goal
	writes  [][]varWrite
	changes [][]Change
	runs    map[int32][]run
	facts   int32
	varOf   []int32
}

type varWrite struct {
	v int32
	w write
}

// Partial is a partial order of a plan's steps.
type Partial struct {
	Needs [][]int // ascending, transitively reduced
	// Changes are each step's changes in the sequence.
	Changes [][]Change
	// Links are the causal links: which step produced what a later one, or the
	// goal, reads.
	Links []Link
	// Reads are how many variables each step depends on.
	Reads []int
}

// Link is a causal link: step From wrote Var, which step To reads; the goal is
// the step after the last one.
type Link struct {
	From, To int
	Var      int32
}

// Change is a variable with its new value.
type Change struct{ Var, From, To int32 }

// Order returns for each step of a plan the steps that must be done before it,
// ascending and transitively reduced: in every linearization, every
// precondition and every effect condition keeps the truth value that it has in
// the sequence, and two writes of one variable keep their order unless they
// commute. No returned pair can be dropped under that criterion, as far as
// single conditions decide it.
func Order(t *search.Task, plan []int32) Partial {
	s := analyse(t, plan)
	needs, links := s.order()
	reads := make([]int, len(plan))
	for i := range reads {
		reads[i] = len(s.needs[i])
	}
	return Partial{Needs: s.minimise(needs), Changes: s.changes, Links: links, Reads: reads}
}

// order derives the pairs from single conditions, transitively reduced, and the
// producer of each condition.
func (s *steps) order() (needs [][]int, links []Link) {
	n := len(s.plan)
	preds := make([]map[int]bool, n)
	edge := func(i, j int) {
		if preds[j] == nil {
			preds[j] = map[int]bool{}
		}
		preds[j][i] = true
	}
	for v := range int32(len(s.t.Domains)) {
		rs := s.runs[v]
		for k := 1; k < len(rs); k++ {
			for _, i := range rs[k-1].writes {
				for _, j := range rs[k].writes {
					edge(i, j)
				}
			}
		}
	}
	type open struct {
		link int // with several possible producers
		by   []int
	}
	var choices []open
	for i := range s.needs { // the last one is the goal
		for _, need := range s.needs[i] {
			made, any := s.makers(i, need)
			if any && i < n {
				choices = append(choices, open{len(links), made})
			}
			for k, w := range made {
				if !any || k == 0 {
					links = append(links, Link{w, i, need.v})
				}
				if !any && i < n {
					edge(w, i)
				}
			}
			if i < n {
				s.protect(i, need, edge)
			}
		}
	}
	// If one of several producers suffices, one that comes before anyway is chosen.
	a := &ancestry{preds: preds, left: ancestryWork}
	for _, c := range choices {
		l := &links[c.link]
		if w := a.first(l.To, c.by); w >= 0 {
			l.From = w
		} else {
			edge(l.From, l.To)
		}
	}
	lists := make([][]int, n)
	for j, m := range preds {
		for i := range m {
			lists[j] = append(lists[j], i)
		}
		slices.Sort(lists[j])
	}
	return reduce(lists), links
}

// ancestryWork limits the ancestry checks.
const ancestryWork = 3_000_000

// ancestry finds steps that come before others.
type ancestry struct {
	preds []map[int]bool
	left  int
}

// first is the first of some steps that must be done before another one; -1:
// none, or none found within the limit.
func (a *ancestry) first(step int, among []int) int {
	seen := map[int]bool{step: true}
	for queue := []int{step}; len(queue) > 0; {
		j := queue[0]
		queue = queue[1:]
		for i := range a.preds[j] {
			if a.left--; a.left < 0 {
				return -1
			}
			if i >= among[0] && !seen[i] {
				seen[i] = true
				queue = append(queue, i)
			}
		}
	}
	for _, w := range among {
		if seen[w] {
			return w
		}
	}
	return -1
}

// analyse replays the plan and records what each step reads and writes.
func analyse(t *search.Task, plan []int32) *steps {
	s := &steps{t: t, plan: plan, runs: map[int32][]run{}, facts: t.Facts(), varOf: t.VarsOfFacts()}
	c := newCertifier(s)
	state := slices.Clone(t.Init)
	for i, o := range plan {
		c.now.Set(state)
		op := &t.Ops[o]
		c.begin()
		for _, p := range op.Pre {
			c.require(p)
		}
		var ws []varWrite
		var changes []Change
		set := func(v, val int32) {
			if state[v] != val {
				changes = append(changes, Change{v, state[v], val})
			}
		}
		for k := range op.Effs {
			e := &op.Effs[k]
			if e.Add != 0 {
				// For one addition, the case does not matter.
				if n := len(ws); n == 0 || ws[n-1].v != e.Var {
					ws = append(ws, varWrite{e.Var, write{i, -1, e.Add}})
				}
				if c.now.All(e.Cond) {
					set(e.Var, e.Val)
				}
				continue
			}
			fires := c.requireSame(e.Cond)
			if fires {
				set(e.Var, e.Val)
				ws = append(ws, varWrite{e.Var, write{i, e.Val, 0}})
			}
		}
		s.needs = append(s.needs, c.end())
		s.writes = append(s.writes, ws)
		for _, w := range ws {
			s.record(w.v, w.w, state[w.v])
			c.lastWrite[w.v] = i + 1
		}
		for _, x := range changes {
			state[x.Var] = x.To
		}
		s.changes = append(s.changes, changes)
	}
	c.now.Set(state)
	c.begin()
	for _, g := range t.Goal {
		c.require(g)
	}
	s.needs = append(s.needs, c.end())
	return s
}

func (s *steps) record(v int32, w write, before int32) {
	rs := s.runs[v]
	if n := len(rs); n > 0 && rs[n-1].adds == (w.add != 0) && (w.add != 0 || rs[n-1].val == w.val) {
		if l := rs[n-1].writes; l[len(l)-1] != w.step {
			rs[n-1].writes = append(l, w.step)
		}
		return
	}
	s.runs[v] = append(rs, run{adds: w.add != 0, val: w.val, base: before, writes: []int{w.step}})
}

// place finds, among the runs of writes of a variable, the last one that has
// writes before step i, -1 for none.
func place(rs []run, i int) int {
	last := 0
	for last < len(rs) && rs[last].writes[0] < i {
		last++
	}
	return last - 1
}

// makers are the steps that produce the value of a variable that step i needs:
// the additions that sum up to it, and what they add to; or any one of the
// trailing writes of such values. There are none if it has held from the start.
func (s *steps) makers(i int, n need) (made []int, any bool) {
	rs := s.runs[n.v]
	last := place(rs, i)
	clobber := last
	for clobber >= 0 && s.keeps(&rs[clobber], i, n) {
		clobber--
	}
	before := func(r *run) {
		for _, w := range r.writes {
			if w < i {
				made = append(made, w)
			}
		}
	}
	switch {
	case clobber >= 0 && clobber == last: // additions that may lead to a wrong value
		if clobber > 0 {
			made = append(made, rs[clobber-1].writes[0])
		}
		before(&rs[clobber])
	case clobber >= 0 || !n.allowed[s.t.Init[n.v]]:
		for k := clobber + 1; k <= last; k++ {
			before(&rs[k])
		}
		any = len(made) > 1
	}
	return made, any
}

// protect orders step i against the later writes of a variable that don't leave
// it one of the values that step i needs.
func (s *steps) protect(i int, n need, edge func(i, j int)) {
	rs := s.runs[n.v]
	for k := max(place(rs, i), 0); k < len(rs); k++ {
		if s.keeps(&rs[k], i, n) {
			continue
		}
		after := false
		for _, w := range rs[k].writes {
			if w > i {
				edge(i, w)
				after = true
			}
		}
		if after {
			return
		}
	}
}

// keeps reports whether the value that step i needs survives a run of writes,
// whichever of them are done before i: a run of equal values, if that value is
// allowed; additions, if every partial sum is.
func (s *steps) keeps(r *run, i int, n need) bool {
	if !r.adds {
		return n.allowed[r.val]
	}
	reached := map[int32]bool{r.base: true}
	values := []int32{r.base}
	for _, w := range r.writes {
		if w == i {
			continue
		}
		for _, val := range values {
			next, ok := s.added(w, n.v, val)
			if !ok {
				return false
			}
			if !reached[next] {
				reached[next] = true
				values = append(values, next)
			}
		}
	}
	for _, val := range values {
		if !n.allowed[val] {
			return false
		}
	}
	return true
}

// added is the result of a step's addition to a value; not ok if the result is
// unreachable in the model.
func (s *steps) added(step int, v, val int32) (int32, bool) { return s.t.Added(s.plan[step], v, val) }
