package manifest

import (
	"math/big"
	"testing"
)

// TestSource: a printed condition keeps the parentheses that its meaning requires.
func TestSource(t *testing.T) {
	expr := func(op Op, t Type, args ...*Expr) *Expr { return &Expr{Op: op, Type: t, Args: args} }
	set := func(els ...string) *Expr {
		return &Expr{Op: OpConst, Type: StringSet, Value: &Value{Type: StringSet, Set: els}}
	}
	b := func(op Op, args ...*Expr) *Expr { return expr(op, Bool, args...) }
	s := func(n string) *Expr {
		return &Expr{Op: OpState, Type: Bool, State: &State{Name: n, Type: Bool}}
	}
	num := func(n int64) *Expr {
		return &Expr{Op: OpConst, Type: Number, Value: &Value{Type: Number, Num: big.NewRat(n, 2)}}
	}
	for want, e := range map[string]*Expr{
		"state.a && (state.b || !state.c)":         b(OpAnd, s("a"), b(OpOr, s("b"), b(OpNot, s("c")))),
		"!(state.a && state.b)":                    b(OpNot, b(OpAnd, s("a"), s("b"))),
		"(state.a ? state.b : state.c) || state.a": b(OpOr, b(OpCond, s("a"), s("b"), s("c")), s("a")),
		"0.5 - (1 - 1.5) < 2":                      b(OpLt, expr(OpSub, Number, num(1), expr(OpSub, Number, num(2), num(3))), num(4)),
		"true":                                     b(OpAnd),
		`contains(setunion(["x"], []), "x")`:       b(OpContains, expr(OpUnion, StringSet, set("x"), set()), &Expr{Op: OpConst, Type: String, Value: &Value{Type: String, Str: "x"}}),
	} {
		if got := e.Source(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
