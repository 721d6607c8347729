package manifest

import (
	"fmt"
	"slices"
	"testing"
)

// TestEffects: what each kind of effect reads and writes, and what of it
// commutes with itself.
func TestEffects(t *testing.T) {
	n, other := &State{Name: "n", Origin: Origin{Address: "state.n"}, Type: Number}, &State{Name: "o", Origin: Origin{Address: "state.o"}, Type: Number}
	set := &State{Name: "s", Origin: Origin{Address: "state.s"}, Type: StringSet}
	up := &State{Name: "up", Origin: Origin{Address: "state.up"}, Type: Bool, Derived: op(OpGt, of(other), num(1))}
	elements := func(els ...string) *Expr {
		return &Expr{Op: OpConst, Type: StringSet, Value: &Value{Type: StringSet, Set: els}}
	}
	unknown := &Expr{Op: OpConst, Type: Number}
	bound := func(k BoundKind, e *Expr) *Expr { return &Expr{Op: OpBound, Type: Number, Bound: k, Args: []*Expr{e}} }
	b := func(v bool) *Expr { return &Expr{Op: OpConst, Type: Bool, Value: &Value{Type: Bool, Bool: v}} }
	for i, c := range []struct {
		state  *State
		value  *Expr
		reads  string
		writes string // variable, key, + where it adds
	}{
		{n, num(2), "", `state.n "= 2"`},
		{n, unknown, "", `state.n "= unknown"`},
		{up, b(true), "", `state.up "= true"`},
		{set, elements("a", "b"), "", `state.s "= [\"a\" \"b\"]"`},
		{set, str("x"), "", `state.s "= \"x\""`},
		{n, bound(Below, num(2)), "", `state.n "< 2"`},
		{n, bound(AtMost, num(2)), "", `state.n "<= 2"`},
		{n, bound(Above, num(2)), "", `state.n "> 2"`},
		{n, bound(AtLeast, num(2)), "", `state.n ">= 2"`},
		{n, bound(AtLeast, of(other)), "state.o", `state.n ""`},
		{set, op(OpUnion, of(set), elements("a", "b")), "", `state.s's element "a" "add"+ state.s's element "b" "add"+`},
		{set, op(OpSubtract, of(set), elements("a")), "", `state.s's element "a" "remove"+`},
		{set, op(OpUnion, elements("a"), of(set)), "state.s", `state.s ""+`},
		{set, op(OpUnion, of(set), of(other)), "state.s state.o", `state.s ""+`},
		{n, op(OpAdd, of(n), num(1)), "", `state.n "increment"+`},
		{n, op(OpSub, of(n), num(1)), "", `state.n "increment"+`},
		{n, op(OpAdd, num(1), of(n)), "", `state.n "increment"+`},
		{n, op(OpSub, num(1), of(n)), "state.n", `state.n ""+`},
		{n, op(OpAdd, of(n), unknown), "state.n", `state.n ""+`},
		{n, op(OpAdd, of(n), of(other)), "state.n state.o", `state.n ""+`},
		{n, op(OpAdd, of(other), num(1)), "state.o", `state.n ""`},
		{n, op(OpMul, of(n), num(2)), "state.n", `state.n ""+`},
		{n, op(OpCond, of(up), num(1), num(2)), "state.o", `state.n ""`},
	} {
		a := &Action{Name: "a", Effects: []Effect{{State: c.state, Value: c.value}}}
		acc := a.Access()
		reads, writes := "", ""
		for _, r := range acc.Reads {
			reads += " " + r.String()
		}
		for _, w := range acc.Writes[:len(acc.Writes)-1] {
			writes += fmt.Sprintf(" %s %q", w.PlanVariable, w.CommuteKey)
			if w.Adds {
				writes += "+"
			}
		}
		if reads = trim(reads); reads != c.reads {
			t.Errorf("%d: reads %s, want %s", i, reads, c.reads)
		}
		if writes = trim(writes); writes != c.writes {
			t.Errorf("%d: writes %s\nwant %s", i, writes, c.writes)
		}
		if last := acc.Writes[len(acc.Writes)-1]; last.Fact != (Fact{ActionDone, "a"}) || last.CommuteKey != "true" {
			t.Errorf("%d: it isn't done: %+v", i, last)
		}
	}
}

func trim(s string) string {
	if s != "" {
		return s[1:]
	}
	return s
}

// An action reads its precondition and what it comes after, and writes facts.
func TestActionAccess(t *testing.T) {
	s := &State{Name: "s", Origin: Origin{Address: "state.s"}, Type: Bool}
	on, off := Fact{ServiceStarted, "on"}, Fact{ServiceStarted, "off"}
	a := &Action{Name: "a", Precondition: of(s), DependsOn: []*ActionRef{{Action: &Action{Name: "b"}}},
		Achieves: []FactRef{{Fact: on}}, Destroys: []FactRef{{Fact: off}}}
	acc := a.Access()
	if want := []PlanVariable{{State: s}, {Fact: Fact{ActionDone, "b"}}}; !slices.Equal(acc.Reads, want) {
		t.Errorf("reads %v", acc.Reads)
	}
	want := []Write{{PlanVariable: PlanVariable{Fact: on}, CommuteKey: "true"}, {PlanVariable: PlanVariable{Fact: off}, CommuteKey: "false"},
		{PlanVariable: PlanVariable{Fact: Fact{ActionDone, "a"}}, CommuteKey: "true"}}
	if !slices.Equal(acc.Writes, want) {
		t.Errorf("writes %v", acc.Writes)
	}
	if (PlanVariable{State: s}).Key() != any(s) || (PlanVariable{Fact: on}).Key() != any(on) {
		t.Error("a variable has the key of another one")
	}
}

// TestContains: one constant element of a set state is read by itself; anything
// else is read as a whole. What a goal reads is read once.
func TestContains(t *testing.T) {
	set, n := &State{Name: "s", Type: StringSet}, &State{Name: "n", Type: String}
	constant := &Expr{Op: OpConst, Type: StringSet, Value: &Value{Type: StringSet, Set: []string{"x"}}}
	goal := &Expr{Op: OpGoal, Type: Bool, Goal: &Goal{Condition: of(n)}}
	for i, c := range []struct {
		e    *Expr
		want []PlanVariable
	}{
		{op(OpContains, of(set), str("x")), []PlanVariable{{State: set, Elem: "x", Part: true}}},
		{op(OpContains, of(set), of(n)), []PlanVariable{{State: set}, {State: n}}},
		{op(OpContains, of(set), &Expr{Op: OpConst, Type: String}), []PlanVariable{{State: set}}},
		{op(OpContains, constant, str("x")), nil},
		{op(OpAnd, goal, goal), []PlanVariable{{State: n}}},
	} {
		if got := c.e.Access().Reads; !slices.Equal(got, c.want) {
			t.Errorf("%d: reads %v, want %v", i, got, c.want)
		}
	}
}

// TestSourceOfEach: each operator, function, bound and value is written as the
// language has it.
func TestSourceOfEach(t *testing.T) {
	a, b := of(&State{Name: "a", Type: Number}), of(&State{Name: "b", Type: Number})
	text := func(v *Value) *Expr { return &Expr{Op: OpConst, Value: v} }
	for want, e := range map[string]*Expr{
		"state.a == state.b": op(OpEq, a, b), "state.a != state.b": op(OpNe, a, b), "state.a < state.b": op(OpLt, a, b),
		"state.a <= state.b": op(OpLe, a, b), "state.a > state.b": op(OpGt, a, b), "state.a >= state.b": op(OpGe, a, b),
		"state.a + state.b": op(OpAdd, a, b), "state.a * state.b": op(OpMul, a, b), "state.a / state.b": op(OpDiv, a, b),
		"state.a % state.b": op(OpMod, a, b), "-state.a": op(OpNeg, a), "-(state.a + state.b)": op(OpNeg, op(OpAdd, a, b)),
		"(state.a + state.b) * state.b": op(OpMul, op(OpAdd, a, b), b), "state.a + state.b * state.b": op(OpAdd, a, op(OpMul, b, b)),
		"state.a && state.b && state.a": op(OpAnd, a, b, a), "!state.a": op(OpNot, a), "false": op(OpOr), "length(state.a)": op(OpLength, a),
		"setsubtract(state.a, state.b)": op(OpSubtract, a, b), "setintersection(state.a, state.b)": op(OpIntersect, a, b), "toset(state.a)": op(OpMakeSet, a),
		"below(state.a)": {Op: OpBound, Bound: Below, Args: []*Expr{a}}, "at_most(state.a)": {Op: OpBound, Bound: AtMost, Args: []*Expr{a}},
		"above(state.a)": {Op: OpBound, Bound: Above, Args: []*Expr{a}}, "at_least(state.a)": {Op: OpBound, Bound: AtLeast, Args: []*Expr{a}},
		"goal.g": {Op: OpGoal, Goal: &Goal{Name: "g"}}, "service.web.started": {Op: OpFact, Fact: Fact{ServiceStarted, "web"}},
		"null": text(nil), `"x"`: text(&Value{Type: String, Str: "x"}), "true": text(&Value{Type: Bool, Bool: true}), "[]": text(&Value{Type: StringSet}),
		`["a", "b"]`: text(&Value{Type: StringSet, Set: []string{"a", "b"}}),
		"state.a ? state.b : (state.a ? state.b : state.a)": op(OpCond, a, b, op(OpCond, a, b, a)),
	} {
		if got := e.Source(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := (&Value{}).Source(); got != "null" {
		t.Errorf("an unknown value is %s", got)
	}
}
