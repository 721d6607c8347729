package planexpr

import (
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/manifest"
)

var binaryOps = map[*hclsyntax.Operation]manifest.Op{
	hclsyntax.OpLogicalAnd:         manifest.OpAnd,
	hclsyntax.OpLogicalOr:          manifest.OpOr,
	hclsyntax.OpEqual:              manifest.OpEq,
	hclsyntax.OpNotEqual:           manifest.OpNe,
	hclsyntax.OpLessThan:           manifest.OpLt,
	hclsyntax.OpLessThanOrEqual:    manifest.OpLe,
	hclsyntax.OpGreaterThan:        manifest.OpGt,
	hclsyntax.OpGreaterThanOrEqual: manifest.OpGe,
	hclsyntax.OpAdd:                manifest.OpAdd,
	hclsyntax.OpSubtract:           manifest.OpSub,
	hclsyntax.OpMultiply:           manifest.OpMul,
	hclsyntax.OpDivide:             manifest.OpDiv,
	hclsyntax.OpModulo:             manifest.OpMod,
}

var opSymbols = map[manifest.Op]string{
	manifest.OpAnd: "&&", manifest.OpOr: "||", manifest.OpEq: "==", manifest.OpNe: "!=",
	manifest.OpLt: "<", manifest.OpLe: "<=", manifest.OpGt: ">", manifest.OpGe: ">=",
	manifest.OpAdd: "+", manifest.OpSub: "-", manifest.OpMul: "*", manifest.OpDiv: "/", manifest.OpMod: "%",
}

// The type that a conditional requires.
var condition = need{manifest.Bool, "because it decides between two values"}

const branch = "to match the other branch"

// binary walks the left spine in a loop: a chain of a hundred thousand && causes no deep recursion.
func (c *compiler) binary(e *hclsyntax.BinaryOpExpr, sc *scope) operand {
	spine := []*hclsyntax.BinaryOpExpr{e}
	for {
		l, ok := spine[len(spine)-1].LHS.(*hclsyntax.BinaryOpExpr)
		if !ok {
			break
		}
		spine = append(spine, l)
	}
	left := c.compile(spine[len(spine)-1].LHS, sc)
	for i := len(spine) - 1; i >= 0; i-- {
		x := spine[i]
		right := c.compile(x.RHS, sc)
		if left.whole() && right.whole() {
			left = operand{pure: x, scope: sc, rng: x.SrcRange}
			continue
		}
		left = of(c.combine(x, left, right), x.SrcRange)
	}
	return left
}

func (c *compiler) combine(e *hclsyntax.BinaryOpExpr, l, r operand) *manifest.Expr {
	op := binaryOps[e.Op]
	why := "as an operand of " + opSymbols[op]
	switch op {
	case manifest.OpAnd, manifest.OpOr:
		a, b := c.node(l, need{manifest.Bool, why}), c.node(r, need{manifest.Bool, why})
		if a == nil || b == nil {
			return nil
		}
		return logic(op, e.SrcRange, a, b)
	case manifest.OpEq, manifest.OpNe:
		return c.equality(op, e, l, r)
	}
	a, b := c.node(l, need{manifest.Number, why}), c.node(r, need{manifest.Number, why})
	if a == nil || b == nil {
		return nil
	}
	if (op == manifest.OpDiv || op == manifest.OpMod) && b.Op == manifest.OpConst && b.Value.Num.Sign() == 0 {
		c.errorf(ruleDivisionByZero, e.RHS.Range(), "The right side is 0, so the result is undefined.")
		return nil
	}
	t := manifest.Number
	if op == manifest.OpLt || op == manifest.OpLe || op == manifest.OpGt || op == manifest.OpGe {
		t = manifest.Bool
	}
	return &manifest.Expr{Op: op, Type: t, Args: []*manifest.Expr{a, b}, Range: e.SrcRange}
}

// equality compares values of one type. The side that reads a state determines the type of the other.
func (c *compiler) equality(op manifest.Op, e *hclsyntax.BinaryOpExpr, l, r operand) *manifest.Expr {
	var a, b *manifest.Expr
	side := "to match the other side of " + opSymbols[op]
	switch {
	case l.invalid() || r.invalid():
		return nil
	case l.pure == nil && l.list == nil:
		if a = c.node(l, need{}); a != nil {
			b = c.node(r, need{a.Type, side})
		}
	default:
		if b = c.node(r, need{}); b != nil {
			a = c.node(l, need{b.Type, side})
		}
	}
	if a == nil || b == nil {
		return nil
	}
	if a.Type == manifest.Bool {
		if a.Op == manifest.OpConst {
			a, b = b, a
		}
		if b.Op == manifest.OpConst {
			if b.Value.Bool == (op == manifest.OpEq) {
				return a
			}
			return not(a, e.SrcRange)
		}
	}
	return compare(op, a, b, e.SrcRange)
}

func compare(op manifest.Op, a, b *manifest.Expr, rng hcl.Range) *manifest.Expr {
	if a.Op == manifest.OpConst && b.Op == manifest.OpConst {
		return boolean(sameValue(a.Value, b.Value) == (op == manifest.OpEq), rng)
	}
	return &manifest.Expr{Op: op, Type: manifest.Bool, Args: []*manifest.Expr{a, b}, Range: rng}
}

func sameValue(a, b *manifest.Value) bool {
	switch a.Type {
	case manifest.Bool:
		return a.Bool == b.Bool
	case manifest.String:
		return a.Str == b.Str
	case manifest.Number:
		return a.Num.Cmp(b.Num) == 0
	case manifest.StringSet: // below
	}
	if len(a.Set) != len(b.Set) {
		return false
	}
	for i := range a.Set {
		if a.Set[i] != b.Set[i] {
			return false
		}
	}
	return true
}

func boolean(v bool, rng hcl.Range) *manifest.Expr {
	return &manifest.Expr{Op: manifest.OpConst, Type: manifest.Bool,
		Value: &manifest.Value{Type: manifest.Bool, Bool: v}, Range: rng}
}

func number(n int64, rng hcl.Range) *manifest.Expr {
	return &manifest.Expr{Op: manifest.OpConst, Type: manifest.Number,
		Value: &manifest.Value{Type: manifest.Number, Num: new(big.Rat).SetInt64(n)}, Range: rng}
}

// logic is a conjunction or disjunction: flat, and without constants. It may
// extend the first argument's list in place: that node is this expression's
// own (references to shared conditions are OpState and OpGoal nodes).
func logic(op manifest.Op, rng hcl.Range, args ...*manifest.Expr) *manifest.Expr {
	stop := op == manifest.OpOr // the constant that decides
	var out []*manifest.Expr
	for i, a := range args {
		switch {
		case a.Op == manifest.OpConst:
			if a.Value.Bool == stop {
				return boolean(stop, rng)
			}
		case a.Op == op && i == 0:
			out = a.Args
		case a.Op == op:
			out = append(out, a.Args...)
		default:
			out = append(out, a)
		}
	}
	switch len(out) {
	case 0:
		return boolean(!stop, rng)
	case 1:
		return out[0]
	}
	return &manifest.Expr{Op: op, Type: manifest.Bool, Args: out, Range: rng}
}

func not(a *manifest.Expr, rng hcl.Range) *manifest.Expr {
	switch a.Op {
	case manifest.OpConst:
		return boolean(!a.Value.Bool, rng)
	case manifest.OpNot:
		return a.Args[0]
	}
	return &manifest.Expr{Op: manifest.OpNot, Type: manifest.Bool, Args: []*manifest.Expr{a}, Range: rng}
}

func (c *compiler) unary(e *hclsyntax.UnaryOpExpr, sc *scope) operand {
	o := c.compile(e.Val, sc)
	switch {
	case o.invalid():
		return bad(e.SrcRange)
	case o.whole():
		return operand{pure: e, scope: sc, rng: e.SrcRange}
	case e.Op == hclsyntax.OpLogicalNot:
		if a := c.node(o, need{manifest.Bool, "as the operand of !"}); a != nil {
			return of(not(a, e.SrcRange), e.SrcRange)
		}
		return bad(e.SrcRange)
	}
	a := c.node(o, need{manifest.Number, "as the operand of -"})
	if a == nil {
		return bad(e.SrcRange)
	}
	return of(&manifest.Expr{Op: manifest.OpNeg, Type: manifest.Number, Args: []*manifest.Expr{a}, Range: e.SrcRange}, e.SrcRange)
}

// conditional compiles both branches, so that errors in the one that isn't taken are reported too.
func (c *compiler) conditional(e *hclsyntax.ConditionalExpr, sc *scope) operand {
	cond := c.compile(e.Condition, sc)
	t, f := c.compile(e.TrueResult, sc), c.compile(e.FalseResult, sc)
	switch {
	case cond.invalid() || t.invalid() || f.invalid():
		return bad(e.SrcRange)
	case cond.whole() && t.whole() && f.whole():
		return operand{pure: e, scope: sc, rng: e.SrcRange}
	}
	test := c.node(cond, condition)
	if test == nil {
		return bad(e.SrcRange)
	}
	if test.Op == manifest.OpConst {
		if !test.Value.Bool {
			t = f
		}
		t.part = true
		return t
	}
	var a, b *manifest.Expr
	if t.node != nil || f.node == nil {
		if a = c.node(t, need{}); a != nil {
			b = c.node(f, need{a.Type, branch})
		}
	} else {
		if b = c.node(f, need{}); b != nil {
			a = c.node(t, need{b.Type, branch})
		}
	}
	if a == nil || b == nil {
		return bad(e.SrcRange)
	}
	return of(ternary(test, a, b, e.SrcRange), e.SrcRange)
}

func ternary(test, a, b *manifest.Expr, rng hcl.Range) *manifest.Expr {
	return &manifest.Expr{Op: manifest.OpCond, Type: a.Type, Args: []*manifest.Expr{test, a, b}, Range: rng}
}
