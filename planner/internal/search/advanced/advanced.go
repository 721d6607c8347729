// Package advanced contains what only hard tasks need: reductions of the space
// that A* searches. Strong stubborn sets omit orders of independent operators,
// symmetries let one state represent others, mutually exclusive facts rule out
// operators. Most deployments are solved by structure, and need none of this.
package advanced

import (
	"cmp"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// Reductions are all reductions.
type Reductions struct {
	never    *mutexes // mutually exclusive facts; nil: unknown
	symmetry int64    // number of expansions before symmetries are searched for; 0: symmetryAfter
}

// Shrink finds mutually exclusive facts, and removes the operators that require
// them.
func (r Reductions) Shrink(t *search.Task, stop func() bool) (*search.Task, []int32, search.Reductions) {
	if r.never = newMutexes(t, stop); r.never == nil {
		return t, nil, r
	}
	smaller, ops := without(t, r.never)
	return smaller, ops, r
}

// without removes operators that are never applicable, and returns the others'
// numbers; nil if there are none.
func without(t *search.Task, m *mutexes) (*search.Task, []int32) {
	dead, any := m.exclusive(t)
	if !any {
		return t, nil
	}
	out, kept := *t, []int32{}
	out.Ops = nil
	for i := range t.Ops {
		if !dead[i] {
			out.Ops, kept = append(out.Ops, t.Ops[i]), append(kept, int32(i))
		}
	}
	return &out, kept
}

// Begin prepares one search.
func (r Reductions) Begin(t *search.Task, stop func() bool) search.Reducer {
	return &reducer{t: t, stop: stop, after: cmp.Or(r.symmetry, symmetryAfter), prune: newStubborn(t, r.never),
		reduced: make([]int32, len(t.Domains))}
}

// reducer holds the reductions of one search.
type reducer struct {
	t       *search.Task
	stop    func() bool
	after   int64     // number of expansions before symmetries are searched for
	prune   *stubborn // nil: the task is too large for it
	sym     *symmetry // once it was searched for and found
	reduced []int32
}

func (r *reducer) Expand(n int64) {
	if n != r.after {
		return
	}
	if r.sym = newSymmetry(r.t, r.stop); r.sym != nil {
		r.prune.forget()
	}
}

func (r *reducer) Filter(e *search.Eval, ops []int32) []int32 {
	if r.prune == nil {
		return ops
	}
	return r.prune.filter(e, ops)
}

func (r *reducer) Representative(vals []int32) []int32 {
	if r.sym == nil {
		return vals
	}
	copy(r.reduced, vals)
	r.sym.reduce(r.reduced, nil)
	return r.reduced
}

func (r *reducer) Unfold(ops []int32, stands func(i int) []int32) []int32 {
	if r.sym == nil {
		return ops
	}
	return r.sym.unfold(r.t, ops, stands)
}

func (r *reducer) Name() string {
	name := r.prune.name()
	switch {
	case r.sym == nil:
	case name == "off":
		name = "symmetry"
	default:
		name += ", symmetry"
	}
	return name
}
