package advanced

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// symmetry are permutations of a task's facts, with its operators, that leave
// the task unchanged (structural symmetries: Shleyfman, Katz, Helmert, Sievers
// and Wehrle, AAAI 2015). States that they map to each other are equally far
// from the goal, so one of them represents all (orbit space search: Domshlak,
// Katz and Shleyfman, ICAPS 2012): a state is replaced by smaller ones that
// single generators produce, as long as there are any (Pochter, Zohar and
// Rosenschein, AAAI 2011). What strong stubborn sets prune in the
// representative may still be pruned (Wehrle, Helmert, Shleyfman and Katz,
// IJCAI 2015).
type symmetry struct {
	gens []permutation
	old  []int32
}

// permutation permutes values of variables: the target takes the source's
// value, mapped value by value.
type permutation struct {
	target, source []int32   // ascending by target
	value          [][]int32 // of each source: by its value
	ops            map[int32]int32
}

// symmetryWork limits the search for symmetries in counted edges of the task's
// graph; symmetryAfter is the number of expansions before it.
const (
	symmetryWork  = 6_000_000
	symmetryAfter = int64(300)
	maxGenerators = 200
)

// newSymmetry searches for symmetries; nil if none was found.
func newSymmetry(t *search.Task, stop func() bool) *symmetry {
	for i := range t.Ops {
		if t.Ops[i].Cost > search.Infinite/colours/2 {
			return nil // it would not fit a color
		}
	}
	g := newTaskGraph(t)
	s := &symmetry{}
	autos := g.generators(symmetryWork, stop)
	if all := group(autos); all != nil {
		autos = all
	}
	for _, auto := range autos {
		if p := g.permutation(auto); len(p.target) > 0 {
			s.gens = append(s.gens, p)
		}
	}
	if len(s.gens) == 0 {
		return nil
	}
	return s
}

// maxGroup limits the symmetries tried on each state: of a group that is no
// larger, the least state of all represents the others.
const maxGroup = 64

// group lists all combinations of automorphisms except the identity; nil if
// there are too many.
func group(autos []map[int32]int32) []map[int32]int32 {
	seen := map[string]bool{}
	var out []map[int32]int32
	add := func(a map[int32]int32) {
		var b []byte
		for _, v := range slices.Sorted(maps.Keys(a)) {
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
			b = binary.LittleEndian.AppendUint32(b, uint32(a[v]))
		}
		if len(a) > 0 && !seen[string(b)] {
			seen[string(b)] = true
			out = append(out, a)
		}
	}
	for _, a := range autos {
		add(a)
	}
	for i := 0; i < len(out); i++ {
		for _, a := range autos {
			if add(after(a, out[i])); len(out) >= maxGroup {
				return nil
			}
		}
	}
	return out
}

// after is b, then a.
func after(a, b map[int32]int32) map[int32]int32 {
	out := map[int32]int32{}
	put := func(from, to int32) {
		if x, ok := a[to]; ok {
			to = x
		}
		if from != to {
			out[from] = to
		}
	}
	for from, to := range b {
		put(from, to)
	}
	for from := range a {
		if _, moved := b[from]; !moved {
			put(from, from)
		}
	}
	return out
}

// less reports whether the permutation makes a smaller state.
func (p *permutation) less(vals []int32) bool {
	for i, v := range p.target {
		if x := p.value[i][vals[p.source[i]]]; x != vals[v] {
			return x < vals[v]
		}
	}
	return false
}

// reduce replaces a state by its representative. It reports each generator used
// to used, in order; nil: no reports.
func (s *symmetry) reduce(vals []int32, used func(*permutation)) {
	for changed := true; changed; {
		changed = false
		for k := range s.gens {
			p := &s.gens[k]
			if !p.less(vals) {
				continue
			}
			s.old = s.old[:0]
			for _, v := range p.source {
				s.old = append(s.old, vals[v])
			}
			for i, v := range p.target {
				vals[v] = p.value[i][s.old[i]]
			}
			changed = true
			if used != nil {
				used(p)
			}
		}
	}
}

// unfold turns operators, each applied in the representative of the state that
// the previous ones led to, into a plan from the initial state. reduced returns
// the i-th representative.
func (s *symmetry) unfold(t *search.Task, ops []int32, reduced func(i int) []int32) []int32 {
	e := search.NewEval(t)
	plan := make([]int32, 0, len(ops))
	var applied []*permutation // so far: maps the plan's state to its representative
	stands := slices.Clone(t.Init)
	for i, o := range ops {
		// The inverse of what was applied, the last one first.
		real := o
		for k := len(applied) - 1; k >= 0; k-- {
			real = applied[k].before(real)
		}
		plan = append(plan, real)
		e.Set(stands)
		next := slices.Clone(stands)
		for k := range t.Ops[o].Effs {
			if f := &t.Ops[o].Effs[k]; e.All(f.Cond) {
				next[f.Var] = f.Val
			}
		}
		want := reduced(i)
		if !slices.Equal(next, want) {
			s.reduce(next, func(p *permutation) { applied = append(applied, p) })
		}
		stands = want
	}
	return plan
}

// before returns the operator that the permutation maps to o.
func (p *permutation) before(o int32) int32 {
	if from, ok := p.ops[o]; ok {
		return from
	}
	return o
}

// permutation converts an automorphism to its effect on variables and
// operators.
func (g *taskGraph) permutation(auto map[int32]int32) permutation {
	t := g.t
	p := permutation{ops: map[int32]int32{}}
	moved := map[int32]int32{} // target variable → source
	for from, to := range auto {
		switch {
		case from < g.facts && to < g.facts: // a variable's own vertices come after the facts
			moved[g.varOf[to]] = g.varOf[from]
		case from >= g.ops && from < g.effs:
			p.ops[to-g.ops] = from - g.ops
		}
	}
	p.target = slices.Sorted(maps.Keys(moved))
	for _, v := range p.target {
		src := moved[v]
		p.source = append(p.source, src)
		values := make([]int32, t.Domains[src])
		for x := range values {
			f := t.FactBase[src] + int32(x)
			if to, ok := auto[f]; ok {
				f = to
			}
			values[x] = f - t.FactBase[v]
		}
		p.value = append(p.value, values)
	}
	return p
}
