package planner

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// conflicting lists, for each step of a plan, the steps that must not overlap
// with it in time, though neither needs the other: ascending.
func (p *Problem) conflicting(ops []int32, needs [][]int) [][]int {
	type user struct {
		step int
		key  string // for a write, its commute key; "read"
	}
	// By key; for a set, those of one element separate from those of the whole set.
	users, parts := map[any][]user{}, map[any]map[string][]user{}
	var order []any
	note := func(v manifest.PlanVariable, u user) {
		k := v.Key()
		if parts[k] == nil {
			order, parts[k] = append(order, k), map[string][]user{}
		}
		if v.Part {
			parts[k][v.Elem] = append(parts[k][v.Elem], u)
		} else {
			users[k] = append(users[k], u)
		}
	}
	const read = "read"
	for i, o := range ops {
		acc := p.access.Of(p.actions[o])
		for _, w := range acc.Writes {
			note(w.PlanVariable, user{i, w.CommuteKey})
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
				if (w.key != u.key || w.key == "") && i != j && !ordered(i, j) && !ordered(j, i) && p.access.Of(p.actions[ops[i]]).Conflicts(p.access.Of(p.actions[ops[j]])) {
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

// precedence reports whether step i must be done before step j, as far as that
// is cheap to know: with more than a few thousand steps, whether j names i.
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
