package advanced

import (
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// Invariants replace pairs if there are too many of those: groups of facts of
// which at most one holds in every reachable state (Helmert, "Concise
// finite-domain representations for PDDL planning tasks", Artificial
// Intelligence 173, 2009, here over grounded facts). A group is grown from one
// fact. An operator that makes a fact of the group true must require another
// one and make it false; if it doesn't, the facts that it does require and make
// false are tried as further members. An operator that may make two of them
// true rules out the group.

// Limits in counted branches of a seed, and in total work.
const invariantCandidates, invariantWork = 100, 4_000_000

// newInvariants returns the pairs that groups exclude; nil if there is no group
// of facts of several variables.
func newInvariants(t *search.Task, stop func() bool) *mutexes {
	g := &grouping{t: t, varOf: t.VarsOfFacts(), adders: make([][]int32, t.Facts()), seen: map[string]bool{}, work: invariantWork, stop: stop}
	for i := range t.Ops {
		o := newPairOp(t, &t.Ops[i])
		g.ops = append(g.ops, o)
		for _, e := range o.effs {
			if a := g.adders[e.fact]; len(a) == 0 || a[len(a)-1] != int32(i) {
				g.adders[e.fact] = append(a, int32(i))
			}
		}
	}
	m := &mutexes{facts: int(t.Facts()), groups: make([][]int32, t.Facts())}
	number := int32(0)
	for f := search.Ref(0); f < t.Facts() && g.work > 0; f++ {
		if len(m.groups[f]) > 0 {
			continue
		}
		for _, group := range g.grow(f) {
			for _, q := range group {
				m.groups[q] = append(m.groups[q], number)
			}
			number++
		}
	}
	if number == 0 {
		return nil
	}
	return m
}

// grouping searches for groups.
type grouping struct {
	t      *search.Task
	varOf  []int32
	ops    []pairOp
	adders [][]int32 // of each fact, ascending
	seen   map[string]bool
	work   int
	stop   func() bool
}

// grow finds the groups grown from a fact, except those of one variable: what
// its own variable excludes is known.
func (g *grouping) grow(seed search.Ref) (groups [][]search.Ref) {
	queue := [][]search.Ref{{seed}}
	for branches := 0; len(queue) > 0 && g.work > 0 && branches < invariantCandidates; {
		if g.stop != nil && g.stop() {
			return groups
		}
		s := queue[0]
		queue = queue[1:]
		g.work -= len(s)
		key := groupKey(s)
		if g.seen[key] || !g.initial(s) {
			continue
		}
		g.seen[key] = true
		further, balanced := g.check(s)
		if balanced && slices.ContainsFunc(s, func(q search.Ref) bool { return g.varOf[q] != g.varOf[s[0]] }) {
			groups = append(groups, s)
		}
		branches += max(0, len(further)-1)
		for _, q := range further {
			at, _ := slices.BinarySearch(s, q)
			queue = append(queue, slices.Insert(slices.Clone(s), at, q))
		}
	}
	return groups
}

func groupKey(s []search.Ref) string {
	b := make([]byte, 0, 4*len(s))
	for _, q := range s {
		b = append(b, byte(q), byte(q>>8), byte(q>>16), byte(q>>24))
	}
	return string(b)
}

// initial reports whether at most one of s holds initially.
func (g *grouping) initial(s []search.Ref) bool {
	n := 0
	for _, q := range s {
		v := g.varOf[q]
		if g.t.FactBase[v]+g.t.Init[v] == q {
			n++
		}
	}
	return n <= 1
}

// check reports whether every operator keeps s, ascending, at one fact at most;
// if one of them only lacks a member that it makes false, which ones would do.
func (g *grouping) check(s []search.Ref) (further []search.Ref, balanced bool) {
	for _, f := range s {
		for _, i := range g.adders[f] {
			o := &g.ops[i]
			g.work -= 1 + len(o.effs) + len(o.pre)
			needed := search.Ref(-1)
			two, ended := false, false
			further = further[:0]
			for _, p := range o.pre {
				_, member := slices.BinarySearch(s, p)
				if member {
					two, needed = two || needed >= 0 && needed != p, p
				}
				if !o.ends(p, g.varOf) || o.brings(p) {
					continue
				}
				ended = ended || member
				if !member {
					further = append(further, p)
				}
			}
			switch {
			case two:
				continue // never applicable while s is a group
			case g.bringsTwo(o, s):
				return nil, false
			case ended || slices.Contains(o.pre, f):
				continue
			}
			return further, false
		}
	}
	return nil, true
}

// brings reports whether a fact is one of the operator's effects.
func (o *pairOp) brings(q search.Ref) bool {
	return slices.ContainsFunc(o.effs, func(e pairEffect) bool { return e.fact == q })
}

// bringsTwo reports whether an operator may make two of s hold: facts of one
// variable never come together.
func (g *grouping) bringsTwo(o *pairOp, s []search.Ref) bool {
	first := int32(-1)
	for _, e := range o.effs {
		if _, member := slices.BinarySearch(s, e.fact); !member {
			continue
		}
		if first >= 0 && first != g.varOf[e.fact] {
			return true
		}
		first = g.varOf[e.fact]
	}
	return false
}
