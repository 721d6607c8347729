package planner

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// apart reports whether two actions must not overlap in time: one writes what
// the other one reads or writes, and the writes don't commute.
func apart(a, b *manifest.Access) bool {
	for _, w := range a.Writes {
		for _, v := range b.Writes {
			if w.Overlaps(v.Thing) && (w.Way != v.Way || w.Way == "") {
				return true
			}
		}
	}
	return meets(a.Writes, b.Reads) || meets(b.Writes, a.Reads)
}

func meets(ws []manifest.Write, rs []manifest.Thing) bool {
	for _, w := range ws {
		for _, r := range rs {
			if w.Overlaps(r) {
				return true
			}
		}
	}
	return false
}

// apart lists, for each step of a plan, the steps that must not overlap with it
// in time, though neither needs the other: ascending.
func (p *Problem) apart(ops []int32, needs [][]int) [][]int {
	type user struct {
		step int
		way  string // of a write; "read"
	}
	// By key; of a set, those of one element apart from those of the whole.
	users, parts := map[any][]user{}, map[any]map[string][]user{}
	var order []any
	note := func(t manifest.Thing, u user) {
		k := t.Key()
		if parts[k] == nil {
			order, parts[k] = append(order, k), map[string][]user{}
		}
		if t.Part {
			parts[k][t.Elem] = append(parts[k][t.Elem], u)
		} else {
			users[k] = append(users[k], u)
		}
	}
	const read = "read"
	for i, o := range ops {
		acc := p.access.Of(p.actions[o])
		for _, w := range acc.Writes {
			note(w.Thing, user{i, w.Way})
		}
		for _, r := range acc.Reads {
			note(r, user{i, read})
		}
	}
	out := make([][]int, len(ops))
	ordered := precedence(needs)
	pairs := func(as, bs []user) {
		for _, w := range as {
			for _, u := range bs {
				i, j := w.step, u.step
				if (w.way != u.way || w.way == "") && i != j && !ordered(i, j) && !ordered(j, i) && apart(p.access.Of(p.actions[ops[i]]), p.access.Of(p.actions[ops[j]])) {
					out[i], out[j] = append(out[i], j), append(out[j], i)
				}
			}
		}
	}
	for _, k := range order {
		pairs(users[k], users[k])
		for _, us := range parts[k] {
			pairs(us, us)
			pairs(us, users[k])
		}
	}
	for i := range out {
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out
}

// precedence tells whether step i has to be done before step j, as far as that
// is cheap to know: of more than a few thousand steps, whether j names i.
func precedence(needs [][]int) func(i, j int) bool {
	n := len(needs)
	if n > 4096 {
		return func(i, j int) bool {
			_, found := slices.BinarySearch(needs[j], i)
			return found
		}
	}
	words := (n + 63) / 64
	before := make([]uint64, n*words)
	for j := range needs {
		row := before[j*words : (j+1)*words]
		for _, i := range needs[j] {
			for k, x := range before[i*words : (i+1)*words] {
				row[k] |= x
			}
			row[i/64] |= 1 << (i % 64)
		}
	}
	return func(i, j int) bool { return before[j*words+i/64]>>(i%64)&1 != 0 }
}
