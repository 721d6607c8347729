package manifest

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/omegagen/omegagen/internal/text"
)

// Thing is what actions read and write: a state, one element of a set, or a
// fact.
type Thing struct {
	State *State
	Elem  string // of a set, where one constant element alone is meant
	Part  bool   // Elem says which
	Fact  Fact
}

func (t Thing) String() string {
	switch {
	case t.State == nil:
		return t.Fact.String()
	case t.Part:
		return t.State.Address + "'s element \"" + t.Elem + "\""
	}
	return t.State.Address
}

// Overlaps reports whether two things have something in common.
func (t Thing) Overlaps(u Thing) bool {
	if t.State != u.State || t.Fact != u.Fact {
		return false
	}
	return !t.Part || !u.Part || t.Elem == u.Elem
}

// Key is what only things with an equal one can overlap.
func (t Thing) Key() any {
	if t.State != nil {
		return t.State
	}
	return t.Fact
}

// Write is a thing with what is written; writes of equal ways commute.
type Write struct {
	Thing
	Way string // "" commutes with nothing
	// Adds says that what was there stays in what is written: a counter goes on
	// from it, a set keeps its other elements.
	Adds bool
}

// Access is what an action reads and writes, whatever the state: that a
// condition of an effect may not hold does not matter.
type Access struct {
	Reads  []Thing
	Writes []Write
}

// Reads lists what a condition reads, with what the derived states and the goals
// in it read.
func Reads(x *Expr) []Thing {
	acc := &Access{}
	acc.read(x, map[any]bool{})
	return acc.Reads
}

// Access gives what an action reads and writes. Adding constants to a set or
// a number, and taking them away, are writes that read nothing.
func (a *Action) Access() *Access {
	acc := &Access{}
	seen := map[any]bool{}
	acc.read(a.Precondition, seen)
	for _, d := range a.DependsOn {
		acc.Reads = append(acc.Reads, Thing{Fact: Fact{Kind: ActionDone, Name: d.Action.Name}})
	}
	for _, e := range a.Effects {
		acc.effect(e, seen)
	}
	for _, f := range a.Achieves {
		acc.Writes = append(acc.Writes, Write{Thing: Thing{Fact: f.Fact}, Way: "true"})
	}
	for _, f := range a.Destroys {
		acc.Writes = append(acc.Writes, Write{Thing: Thing{Fact: f.Fact}, Way: "false"})
	}
	acc.Writes = append(acc.Writes, Write{Thing: Thing{Fact: Fact{Kind: ActionDone, Name: a.Name}}, Way: "true"})
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
			acc.Reads = append(acc.Reads, Thing{State: x.State})
		} else if !seen[x.State] {
			seen[x.State] = true
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
		acc.Reads = append(acc.Reads, Thing{Fact: x.Fact})
		return
	case OpContains:
		if x.Args[0].Op == OpState && x.Args[1].Op == OpConst && x.Args[1].Value != nil {
			acc.Reads = append(acc.Reads, Thing{State: x.Args[0].State, Elem: x.Args[1].Value.Str, Part: true})
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
		acc.Writes = append(acc.Writes, Write{Thing: Thing{State: s}, Way: "= " + constantText(v.Value)})
	case v.Op == OpBound && allConstant(v.Args):
		way := [...]string{Below: "<", AtMost: "<=", Above: ">", AtLeast: ">="}[v.Bound]
		acc.Writes = append(acc.Writes, Write{Thing: Thing{State: s}, Way: way + " " + constantText(v.Args[0].Value)})
	case (v.Op == OpUnion || v.Op == OpSubtract) && own(0) && allConstant(v.Args[1:]):
		way := "add"
		if v.Op == OpSubtract {
			way = "remove"
		}
		for _, set := range v.Args[1:] {
			for _, elem := range set.Value.Set {
				acc.Writes = append(acc.Writes, Write{Thing: Thing{State: s, Elem: elem, Part: true}, Way: way, Adds: true})
			}
		}
	case (v.Op == OpAdd || v.Op == OpSub) && own(0) && allConstant(v.Args[1:]),
		v.Op == OpAdd && own(1) && allConstant(v.Args[:1]):
		acc.Writes = append(acc.Writes, Write{Thing: Thing{State: s}, Way: "increment", Adds: true})
	default:
		acc.read(v, seen)
		adds := slices.ContainsFunc(Reads(v), func(t Thing) bool { return t.State == s })
		acc.Writes = append(acc.Writes, Write{Thing: Thing{State: s}, Adds: adds})
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
