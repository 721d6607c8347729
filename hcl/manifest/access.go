package manifest

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/omegagen/omegagen/internal/text"
)

// PlanVariable is what actions read and write: a state, one element of a set, or a fact.
type PlanVariable struct {
	State *State
	Elem  string // of a set, if only one constant element is meant
	Part  bool   // Elem says which
	Fact  Fact
}

func (v PlanVariable) String() string {
	switch {
	case v.State == nil:
		return v.Fact.String()
	case v.Part:
		return v.State.Address + "'s element \"" + v.Elem + "\""
	}
	return v.State.Address
}

// Overlaps reports whether two variables have something in common.
func (v PlanVariable) Overlaps(u PlanVariable) bool {
	if v.State != u.State || v.Fact != u.Fact {
		return false
	}
	return !v.Part || !u.Part || v.Elem == u.Elem
}

// Key groups variables: only those with equal keys can overlap.
func (v PlanVariable) Key() any {
	if v.State != nil {
		return v.State
	}
	return v.Fact
}

// Write is a variable with what is written; writes with equal keys commute.
type Write struct {
	PlanVariable
	CommuteKey string // "" commutes with nothing
	// Adds says that the old value is part of the new one: a counter is incremented, a set keeps its other
	// elements.
	Adds bool
}

// Commutes reports whether the order of two writes makes no difference.
func (w Write) Commutes(u Write) bool {
	return !w.Overlaps(u.PlanVariable) || w.CommuteKey == u.CommuteKey && w.CommuteKey != ""
}

// Access is what an action or a condition reads and writes in any state: that the condition of an
// effect may not hold doesn't matter.
type Access struct {
	Reads  []PlanVariable
	Writes []Write
	// Derived are the derived states whose conditions some of Reads are in, each
	// once.
	Derived []*State
}

// Conflicts reports whether two accesses conflict: one writes what the other reads or writes, and the
// writes don't commute.
func (acc *Access) Conflicts(other *Access) bool {
	for _, w := range acc.Writes {
		for _, u := range other.Writes {
			if !w.Commutes(u) {
				return true
			}
		}
	}
	return acc.writesAny(other.Reads) || other.writesAny(acc.Reads)
}

func (acc *Access) writesAny(vs []PlanVariable) bool {
	for _, w := range acc.Writes {
		if slices.ContainsFunc(vs, w.Overlaps) {
			return true
		}
	}
	return false
}

// Access returns what a condition reads, including what the derived states and the goals in it read.
// For nil it is empty.
func (e *Expr) Access() *Access {
	acc := &Access{}
	acc.read(e, map[any]bool{})
	return acc
}

// Names lists the states, including derived ones, and the facts in an expression, each once. What
// derived states and goals read is left out.
func (e *Expr) Names() []PlanVariable {
	var out []PlanVariable
	seen := map[any]bool{}
	var walk func(e *Expr)
	walk = func(e *Expr) {
		v := PlanVariable{State: e.State}
		if e.Op == OpFact {
			v.Fact = e.Fact
		}
		if (e.Op == OpState || e.Op == OpFact) && !seen[v.Key()] {
			seen[v.Key()] = true
			out = append(out, v)
		}
		for _, a := range e.Args {
			walk(a)
		}
	}
	walk(e)
	return out
}

// Access returns what an action reads and writes. Adding constants to a set or a number, and removing
// them, are writes that read nothing.
func (a *Action) Access() *Access {
	acc := &Access{}
	seen := map[any]bool{}
	acc.read(a.Precondition, seen)
	for _, d := range a.DependsOn {
		acc.Reads = append(acc.Reads, PlanVariable{Fact: Fact{Kind: ActionDone, Name: d.Action.Name}})
	}
	for _, e := range a.Effects {
		acc.effect(e, seen)
	}
	for _, f := range a.Achieves {
		acc.Writes = append(acc.Writes, Write{PlanVariable: PlanVariable{Fact: f.Fact}, CommuteKey: "true"})
	}
	for _, f := range a.Destroys {
		acc.Writes = append(acc.Writes, Write{PlanVariable: PlanVariable{Fact: f.Fact}, CommuteKey: "false"})
	}
	acc.Writes = append(acc.Writes, Write{PlanVariable: PlanVariable{Fact: Fact{Kind: ActionDone, Name: a.Name}}, CommuteKey: "true"})
	return acc
}

// read collects what a condition or value reads. seen holds the derived
// states and goals that were followed.
func (acc *Access) read(x *Expr, seen map[any]bool) {
	if x == nil {
		return
	}
	switch x.Op {
	case OpState:
		if x.State.Derived == nil {
			acc.Reads = append(acc.Reads, PlanVariable{State: x.State})
		} else if !seen[x.State] {
			seen[x.State] = true
			acc.Derived = append(acc.Derived, x.State)
			acc.read(x.State.Derived, seen)
		}
		return
	case OpGoal:
		if !seen[x.Goal] {
			seen[x.Goal] = true
			acc.read(x.Goal.Condition, seen)
		}
		return
	case OpFact:
		acc.Reads = append(acc.Reads, PlanVariable{Fact: x.Fact})
		return
	case OpContains:
		if x.Args[0].Op == OpState && x.Args[1].Op == OpConst && x.Args[1].Value != nil {
			acc.Reads = append(acc.Reads, PlanVariable{State: x.Args[0].State, Elem: x.Args[1].Value.Str, Part: true})
			return
		}
	}
	for _, a := range x.Args {
		acc.read(a, seen)
	}
}

// effect collects what an effect reads and writes. Adding to a set or a
// number is a write that reads nothing: it commutes with others of its kind.
func (acc *Access) effect(e Effect, seen map[any]bool) {
	v, s := e.Value, e.State
	own := func(i int) bool {
		return len(v.Args) > i && v.Args[i].Op == OpState && v.Args[i].State == s
	}
	switch {
	case v.Op == OpConst:
		acc.Writes = append(acc.Writes, Write{PlanVariable: PlanVariable{State: s}, CommuteKey: "= " + constantText(v.Value)})
	case v.Op == OpBound && allConstant(v.Args):
		bound := [...]string{Below: "<", AtMost: "<=", Above: ">", AtLeast: ">="}[v.Bound]
		acc.Writes = append(acc.Writes, Write{PlanVariable: PlanVariable{State: s}, CommuteKey: bound + " " + constantText(v.Args[0].Value)})
	case (v.Op == OpUnion || v.Op == OpSubtract) && own(0) && allConstant(v.Args[1:]):
		key := "add"
		if v.Op == OpSubtract {
			key = "remove"
		}
		for _, set := range v.Args[1:] {
			for _, elem := range set.Value.Set {
				acc.Writes = append(acc.Writes, Write{PlanVariable: PlanVariable{State: s, Elem: elem, Part: true}, CommuteKey: key, Adds: true})
			}
		}
	case (v.Op == OpAdd || v.Op == OpSub) && own(0) && allConstant(v.Args[1:]),
		v.Op == OpAdd && own(1) && allConstant(v.Args[:1]):
		acc.Writes = append(acc.Writes, Write{PlanVariable: PlanVariable{State: s}, CommuteKey: "increment", Adds: true})
	default:
		acc.read(v, seen)
		adds := slices.ContainsFunc(v.Access().Reads, func(r PlanVariable) bool { return r.State == s })
		acc.Writes = append(acc.Writes, Write{PlanVariable: PlanVariable{State: s}, Adds: adds})
	}
}

func allConstant(args []*Expr) bool {
	for _, a := range args {
		if a.Op != OpConst || a.Value == nil {
			return false
		}
	}
	return true
}

// constantText writes a value so that equal ones, and only those, look the same.
func constantText(v *Value) string {
	switch {
	case v == nil || v.Type == 0:
		return "unknown"
	case v.Type == Bool:
		return strconv.FormatBool(v.Bool)
	case v.Type == String:
		return strconv.Quote(v.Str)
	case v.Type == Number:
		return text.Number(v.Num)
	}
	return fmt.Sprintf("%q", v.Set)
}
