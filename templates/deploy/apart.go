package deploy

import (
	"fmt"
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// apart gives each step the names of locks that it takes while it runs: one for
// each step that must not run at the same time though neither needs the other.
func (s *script) apart(steps []*planner.Step) map[*planner.Step][]string {
	n := len(steps)
	index := make(map[*planner.Step]int, n)
	before := make([][]uint64, n) // by step, as bits: all that it needs
	access := make([]*manifest.Access, n)
	users := map[any][]int{} // of what steps touch
	pairs := map[[2]int]bool{}
	for i, st := range steps {
		index[st] = i
		before[i] = make([]uint64, (n+63)/64)
		for _, need := range st.Needs {
			k, ok := index[need]
			if !ok {
				continue
			}
			before[i][k/64] |= 1 << (k % 64)
			for w, bits := range before[k] {
				before[i][w] |= bits
			}
		}
		access[i] = accessOf(st.Action)
		var keys []any
		for _, w := range access[i].Writes {
			keys = append(keys, w.Key())
		}
		for _, r := range access[i].Reads {
			keys = append(keys, r.Key())
		}
		for _, key := range keys {
			for _, j := range users[key] {
				if j != i && before[i][j/64]>>(j%64)&1 == 0 && disturb(access[i], access[j]) {
					pairs[[2]int{j, i}] = true
				}
			}
			users[key] = append(users[key], i)
		}
	}
	var sorted [][2]int
	for p := range pairs {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	out := map[*planner.Step][]string{}
	for _, p := range sorted {
		a, b := steps[p[0]], steps[p[1]]
		name := s.key("resource", fmt.Sprintf("%s apart from %s", a.ID, b.ID))
		out[a], out[b] = append(out[a], name), append(out[b], name)
	}
	return out
}

func accessOf(a *planner.Action) *manifest.Access {
	if a.Declared != nil {
		return a.Declared.Access()
	}
	acc := &manifest.Access{}
	for _, f := range a.Needs() {
		acc.Reads = append(acc.Reads, manifest.Thing{Fact: f.Fact})
	}
	for _, f := range a.Achieves {
		acc.Writes = append(acc.Writes, manifest.Write{Thing: manifest.Thing{Fact: f}, Way: "true"})
	}
	return acc
}

// disturb reports whether one writes what the other reads or writes, in a way
// that doesn't commute.
func disturb(a, b *manifest.Access) bool {
	for _, w := range a.Writes {
		for _, v := range b.Writes {
			if w.Overlaps(v.Thing) && (w.Way != v.Way || w.Way == "") {
				return true
			}
		}
	}
	touches := func(ws []manifest.Write, rs []manifest.Thing) bool {
		for _, w := range ws {
			if slices.ContainsFunc(rs, w.Overlaps) {
				return true
			}
		}
		return false
	}
	return touches(a.Writes, b.Reads) || touches(b.Writes, a.Reads)
}
