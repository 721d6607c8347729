package search

import (
	"maps"
	"slices"
)

// Interference determines which operators of a task must not overlap in time.
type Interference struct {
	t     *Task
	varOf []int32
	ops   []*touched
}

// touched is what an operator reads and writes.
type touched struct {
	reads, writes []int32 // variables, ascending
	values        map[int32]int64
}

// NewInterference analyzes operators on demand.
func NewInterference(t *Task) *Interference {
	return &Interference{t: t, varOf: t.VarsOfFacts(), ops: make([]*touched, len(t.Ops))}
}

func (f *Interference) op(i int32) *touched {
	if f.ops[i] != nil {
		return f.ops[i]
	}
	t := f.t
	r, w := map[int32]bool{}, map[int32]bool{}
	vals := map[int32]int64{}
	for _, p := range t.Ops[i].Pre {
		t.ReadVars(p, f.varOf, r)
	}
	for k := range t.Ops[i].Effs {
		e := &t.Ops[i].Effs[k]
		if e.Add == 0 {
			for _, c := range e.Cond {
				t.ReadVars(c, f.varOf, r)
			}
		}
		val := int64(e.Val)
		if e.Add != 0 {
			val = -1 // additions commute with one another
		}
		if old, ok := vals[e.Var]; ok && old != val {
			val = -2 - int64(i) // doesn't commute
		}
		w[e.Var], vals[e.Var] = true, val
	}
	f.ops[i] = &touched{slices.Sorted(maps.Keys(r)), slices.Sorted(maps.Keys(w)), vals}
	return f.ops[i]
}

// ReadVars adds the variables that a proposition reads; varOf are VarsOfFacts.
func (t *Task) ReadVars(p Ref, varOf []int32, out map[int32]bool) {
	if p < t.Facts() {
		out[varOf[p]] = true
		return
	}
	for _, k := range t.Nodes[p-t.Facts()].Kids {
		t.ReadVars(k, varOf, out)
	}
}

func meet(a, b []int32) bool {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			return true
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return false
}

// Conflicts reports whether two operators conflict: one writes what the other reads
// or writes, and the writes don't commute.
func (f *Interference) Conflicts(a, b int32) bool {
	x, y := f.op(a), f.op(b)
	if meet(x.writes, y.reads) || meet(x.reads, y.writes) {
		return true
	}
	for v, val := range x.values {
		if other, ok := y.values[v]; ok && val != other {
			return true
		}
	}
	return false
}
