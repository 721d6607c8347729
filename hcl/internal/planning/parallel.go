package planning

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// thing is what actions read and write: a state, one element of a set, or a
// fact.
type thing struct {
	state *manifest.State
	elem  string // of a set, where one constant element alone is meant
	part  bool   // elem says which
	fact  manifest.Fact
}

func (t thing) String() string {
	switch {
	case t.state == nil:
		return t.fact.String()
	case t.part:
		return t.state.Address + "'s element \"" + t.elem + "\""
	}
	return t.state.Address
}

// overlaps reports whether two things have something in common.
func (t thing) overlaps(u thing) bool {
	if t.state != u.state || t.fact != u.fact {
		return false
	}
	return !t.part || !u.part || t.elem == u.elem
}

// key is what only accesses with an equal one can overlap.
func (t thing) key() any {
	if t.state != nil {
		return t.state
	}
	return t.fact
}

// read is the way of an access that writes nothing.
const read = "read"

// write is a thing with what is written; equal ways commute.
type write struct {
	thing
	way string // "" commutes with nothing
}

// access is what an action reads and writes.
type access struct {
	reads  []thing
	writes []write
}

func (acc *access) all() []write {
	out := acc.writes
	for _, r := range acc.reads {
		out = append(out, write{r, read})
	}
	return out
}

// maxConflicts bounds what is reported of one claim.
const maxConflicts = 10

// checkParallel reports claims that the manifest contradicts.
func checkParallel(p *lang.Program) {
	known := map[*manifest.Action]*access{}
	for _, claim := range p.Manifest.Parallels {
		if overCapacity(p, claim) {
			continue
		}
		users := map[any][]user{} // by state or fact
		var order []any
		for i, x := range claim.Actions {
			if known[x.Action] == nil {
				known[x.Action] = accessOf(x.Action)
			}
			for _, w := range known[x.Action].all() {
				key := w.key()
				if users[key] == nil {
					order = append(order, key)
				}
				users[key] = append(users[key], user{w, i})
			}
		}
		reported := map[[2]int]bool{}
		for _, key := range order {
			if len(reported) < maxConflicts && !harmonious(users[key]) {
				reportConflicts(p, claim, users[key], reported)
			}
		}
	}
}

// user is one access by the claim's action of that number.
type user struct {
	write
	action int
}

// harmonious reports in linear time that no two accesses of one state or fact
// conflict: all read, or all write in one way.
func harmonious(users []user) bool {
	for _, u := range users {
		if u.way != users[0].way || u.way == "" {
			return false
		}
	}
	return true
}

func reportConflicts(p *lang.Program, claim *manifest.Parallel, users []user, reported map[[2]int]bool) {
	for i, y := range users {
		for _, x := range users[:i] {
			pair := [2]int{min(x.action, y.action), max(x.action, y.action)}
			if x.action == y.action || !x.overlaps(y.thing) || x.way == y.way && x.way != "" || reported[pair] {
				continue
			}
			if len(reported) == maxConflicts {
				return
			}
			reported[pair] = true
			a, b := claim.Actions[x.action], claim.Actions[y.action]
			if x.way == read {
				x, y = y, x
			}
			why := "both change " + x.String()
			if y.way == read {
				why = claim.Actions[x.action].Action.Address + " changes " + x.String() + ", which " + claim.Actions[y.action].Action.Address + " reads"
			}
			p.Errorf(ruleParallelFalse, b.Range, "%s and %s can't run side by side, as %q says: %s.", a.Action.Address, b.Action.Address, claim.Name, why)
		}
	}
}

// overCapacity reports a claim whose actions take more of a resource than
// there is.
func overCapacity(p *lang.Program, claim *manifest.Parallel) bool {
	sum := map[*manifest.Resource]int64{}
	for _, x := range claim.Actions {
		for _, u := range x.Action.Uses {
			if u.Amount > u.Resource.Capacity {
				continue // reported where it is used
			}
			if sum[u.Resource] += u.Amount; sum[u.Resource] > u.Resource.Capacity {
				p.Errorf(ruleParallelFalse, x.Range, "With %s the actions of %q take %d of %q, but there is only %d of it (%s).", x.Action.Address, claim.Name, sum[u.Resource], u.Resource.Name, u.Resource.Capacity, lang.Place(u.Resource.Range))
				return true
			}
		}
	}
	return false
}

func accessOf(a *manifest.Action) *access {
	acc := &access{}
	seen := map[any]bool{}
	acc.read(a.Precondition, seen)
	for _, d := range a.DependsOn {
		acc.reads = append(acc.reads, thing{fact: manifest.Fact{Kind: manifest.ActionDone, Name: d.Action.Name}})
	}
	for _, e := range a.Effects {
		acc.effect(e, seen)
	}
	for _, f := range a.Achieves {
		acc.writes = append(acc.writes, write{thing{fact: f.Fact}, "true"})
	}
	for _, f := range a.Destroys {
		acc.writes = append(acc.writes, write{thing{fact: f.Fact}, "false"})
	}
	acc.writes = append(acc.writes, write{thing{fact: manifest.Fact{Kind: manifest.ActionDone, Name: a.Name}}, "true"})
	return acc
}

// read collects what a condition or value reads. seen holds the derived
// states and goals that were followed.
func (acc *access) read(x *manifest.Expr, seen map[any]bool) {
	if x == nil {
		return
	}
	switch x.Op {
	case manifest.OpState:
		if x.State.Derived == nil {
			acc.reads = append(acc.reads, thing{state: x.State})
		} else if !seen[x.State] {
			seen[x.State] = true
			acc.read(x.State.Derived, seen)
		}
		return
	case manifest.OpGoal:
		if !seen[x.Goal] {
			seen[x.Goal] = true
			acc.read(x.Goal.Condition, seen)
		}
		return
	case manifest.OpFact:
		acc.reads = append(acc.reads, thing{fact: x.Fact})
		return
	case manifest.OpContains:
		if x.Args[0].Op == manifest.OpState && x.Args[1].Op == manifest.OpConst {
			acc.reads = append(acc.reads, thing{state: x.Args[0].State, elem: x.Args[1].Value.Str, part: true})
			return
		}
	}
	for _, a := range x.Args {
		acc.read(a, seen)
	}
}

// effect collects what an effect reads and writes. Adding to a set or a
// number is a write that reads nothing: it commutes with others of its kind.
func (acc *access) effect(e manifest.Effect, seen map[any]bool) {
	v, s := e.Value, e.State
	own := func(i int) bool {
		return len(v.Args) > i && v.Args[i].Op == manifest.OpState && v.Args[i].State == s
	}
	switch {
	case v.Op == manifest.OpConst:
		acc.writes = append(acc.writes, write{thing{state: s}, "= " + constant(v.Value)})
	case (v.Op == manifest.OpUnion || v.Op == manifest.OpSubtract) && own(0) && constants(v.Args[1:]):
		way := "add"
		if v.Op == manifest.OpSubtract {
			way = "remove"
		}
		for _, set := range v.Args[1:] {
			for _, elem := range set.Value.Set {
				acc.writes = append(acc.writes, write{thing{state: s, elem: elem, part: true}, way})
			}
		}
	case (v.Op == manifest.OpAdd || v.Op == manifest.OpSub) && own(0) && constants(v.Args[1:]),
		v.Op == manifest.OpAdd && own(1) && constants(v.Args[:1]):
		acc.writes = append(acc.writes, write{thing{state: s}, "increment"})
	default:
		acc.read(v, seen)
		acc.writes = append(acc.writes, write{thing{state: s}, ""})
	}
}

func constants(args []*manifest.Expr) bool {
	for _, a := range args {
		if a.Op != manifest.OpConst || a.Value == nil {
			return false
		}
	}
	return true
}

// constant writes a value so that equal ones, and only those, look the same.
func constant(v *manifest.Value) string {
	switch {
	case v == nil:
		return "unknown"
	case v.Type == manifest.Bool:
		return map[bool]string{true: "true", false: "false"}[v.Bool]
	case v.Type == manifest.String:
		return v.Str
	case v.Type == manifest.Number:
		return v.Num.RatString()
	}
	out := ""
	for _, s := range v.Set {
		out += s + "\x00"
	}
	return out
}
