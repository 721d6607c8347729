package manifest

import (
	"math/big"
	"slices"
	"strings"
	"testing"
)

func num(n int64) *Expr {
	return &Expr{Op: OpConst, Type: Number, Value: &Value{Type: Number, Num: big.NewRat(n, 1)}}
}

func str(s string) *Expr {
	return &Expr{Op: OpConst, Type: String, Value: &Value{Type: String, Str: s}}
}

func of(s *State) *Expr { return &Expr{Op: OpState, Type: s.Type, State: s} }

func op(o Op, args ...*Expr) *Expr { return &Expr{Op: o, Type: Bool, Args: args} }

// TestAccess: what a condition reads, through derived states and goals, and what it names itself.
func TestAccess(t *testing.T) {
	a, n := &State{Name: "a", Origin: Origin{Address: "state.a"}, Type: Bool}, &State{Name: "n", Origin: Origin{Address: "state.n"}, Type: Number}
	set := &State{Name: "set", Origin: Origin{Address: "state.set"}, Type: StringSet}
	up := &Expr{Op: OpFact, Type: Bool, Fact: Fact{Kind: ServiceStarted, Name: "web"}}
	inner := &State{Name: "inner", Origin: Origin{Address: "state.inner"}, Type: Bool, Derived: op(OpGt, of(n), num(3))}
	outer := &State{Name: "outer", Origin: Origin{Address: "state.outer"}, Type: Bool, Derived: op(OpOr, of(inner), up)}
	goal := &Goal{Name: "g", Condition: op(OpAnd, of(a), of(outer))}
	e := op(OpAnd, of(outer), op(OpNot, of(outer)), &Expr{Op: OpGoal, Type: Bool, Goal: goal}, op(OpContains, of(set), str("x")), up, up)

	names := func(vs []PlanVariable) string {
		var out []string
		for _, v := range vs {
			out = append(out, v.String())
		}
		return strings.Join(out, ", ")
	}
	acc := e.Access()
	if got, want := names(acc.Reads), `state.n, service.web.started, state.a, state.set's element "x", service.web.started, service.web.started`; got != want {
		t.Errorf("reads %s\nwant  %s", got, want)
	}
	if !slices.Equal(acc.Derived, []*State{outer, inner}) || len(acc.Writes) > 0 {
		t.Errorf("%+v", acc)
	}
	if got, want := names(e.Names()), "state.outer, state.set, service.web.started"; got != want {
		t.Errorf("names %s\nwant  %s", got, want)
	}
	if none := (*Expr)(nil).Access(); len(none.Reads)+len(none.Writes) > 0 {
		t.Errorf("no condition: %+v", none)
	}
}

func TestConflicts(t *testing.T) {
	s, other := &State{Name: "s", Origin: Origin{Address: "state.s"}}, &State{Name: "o", Origin: Origin{Address: "state.o"}}
	elem := func(x string) PlanVariable { return PlanVariable{State: s, Elem: x, Part: true} }
	write := func(v PlanVariable, key string) *Access {
		return &Access{Writes: []Write{{PlanVariable: v, CommuteKey: key}}}
	}
	read := func(v PlanVariable) *Access { return &Access{Reads: []PlanVariable{v}} }
	whole := PlanVariable{State: s}
	for name, c := range map[string]struct {
		a, b *Access
		want bool
	}{
		"two readers":                  {read(whole), read(whole), false},
		"writer and reader":            {write(whole, "= 1"), read(whole), true},
		"of another state":             {write(whole, "= 1"), read(PlanVariable{State: other}), false},
		"the same value":               {write(whole, "= 1"), write(whole, "= 1"), false},
		"another value":                {write(whole, "= 1"), write(whole, "= 2"), true},
		"values that nobody knows":     {write(whole, ""), write(whole, ""), true},
		"elements apart":               {write(elem("x"), "add"), write(elem("y"), "remove"), false},
		"one element":                  {write(elem("x"), "add"), write(elem("x"), "remove"), true},
		"one element added twice":      {write(elem("x"), "add"), write(elem("x"), "add"), false},
		"an element and the whole set": {write(elem("x"), "add"), read(whole), true},
	} {
		if c.a.Conflicts(c.b) != c.want || c.b.Conflicts(c.a) != c.want {
			t.Errorf("%s: not %v, or not the same the other way round", name, c.want)
		}
	}
}
