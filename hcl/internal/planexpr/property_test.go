package planexpr

import (
	"fmt"
	"math/big"
	"math/rand"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/omegagen/omegagen/hcl/manifest"
)

type generator struct{ *rand.Rand }

func (g *generator) pick(of ...string) string { return of[g.Intn(len(of))] }

func (g *generator) boolean(depth int) string {
	if depth == 0 {
		return g.pick("state.b1", "state.b2", `state["b3"]`, "true", "false", `state.flag["x"]`)
	}
	b, n, s, set := func() string { return g.boolean(depth - 1) }, func() string { return g.number(depth - 1) },
		func() string { return g.str(depth - 1) }, func() string { return g.set(depth - 1) }
	switch g.Intn(16) {
	case 0, 1:
		return "(" + b() + " && " + b() + ")"
	case 2, 3:
		return "(" + b() + " || " + b() + ")"
	case 4:
		return "!(" + b() + ")"
	case 5:
		return "(" + b() + g.pick(" == ", " != ") + b() + ")"
	case 6, 7:
		return "(" + n() + g.pick(" < ", " <= ", " > ", " >= ", " == ", " != ") + n() + ")"
	case 8:
		return "(" + s() + g.pick(" == ", " != ") + s() + ")"
	case 9:
		return "(toset(" + set() + ")" + g.pick(" == ", " != ") + "toset(" + set() + "))"
	case 10:
		return "contains(" + set() + ", " + s() + ")"
	case 11:
		return g.pick("alltrue", "anytrue") + "([" + b() + ", " + b() + ", " + b() + "])"
	case 12:
		return g.pick("alltrue", "anytrue") + `([for x in ["a", "b", "c"]: x == ` + s() + ` || ` + b() + `])`
	case 13:
		return "(" + b() + " ? " + b() + " : " + b() + ")"
	case 14:
		return "contains([" + n() + ", 1, " + n() + "], " + n() + ")"
	}
	return g.boolean(0)
}

func (g *generator) number(depth int) string {
	if depth == 0 {
		return g.pick("state.n1", "state.n2", "0", "1", "2.5", "-3")
	}
	n := func() string { return g.number(depth - 1) }
	switch g.Intn(7) {
	case 4:
		return "(" + n() + g.pick(" / 2", " / -4", " % 2", " % -1.5") + ")"
	case 0:
		return "(" + n() + g.pick(" + ", " - ", " * ") + n() + ")"
	case 1:
		return "-(" + n() + ")"
	case 2:
		return "length(" + g.set(depth-1) + ")"
	case 3:
		return "(" + g.boolean(depth-1) + " ? " + n() + " : " + n() + ")"
	}
	return g.number(0)
}

func (g *generator) str(depth int) string {
	if depth > 0 && g.Intn(3) == 0 {
		return "(" + g.boolean(depth-1) + " ? " + g.str(depth-1) + " : " + g.str(depth-1) + ")"
	}
	return g.pick("state.s1", "state.s2", `"a"`, `"b"`, `"${"a"}b"`)
}

func (g *generator) set(depth int) string {
	if depth == 0 {
		return g.pick("state.set1", "state.set2", `toset(["a", "b"])`, `toset([state.s1, "c"])`)
	}
	switch g.Intn(4) {
	case 0:
		return g.pick("setunion(", "setintersection(", "setsubtract(") + g.set(depth-1) + ", " + g.set(depth-1) + ")"
	case 1:
		return "toset([" + g.str(depth-1) + ", " + g.str(depth-1) + "])"
	case 2:
		return "(" + g.boolean(depth-1) + " ? " + g.set(depth-1) + " : " + g.set(depth-1) + ")"
	}
	return g.set(0)
}

// assignment gives every state of the test environment a value.
func (g *generator) assignment() map[string]manifest.Value {
	known := map[string]manifest.Value{}
	for name, s := range newEnv().states {
		v := manifest.Value{Type: s.Type}
		switch s.Type {
		case manifest.Bool:
			v.Bool = g.Intn(2) == 0
		case manifest.String:
			v.Str = g.pick("a", "b", "ab", "c")
		case manifest.Number:
			v.Num = big.NewRat(int64(g.Intn(9)-4), 2)
		case manifest.StringSet:
			v.Set = []string{}
			for _, e := range []string{"a", "ab", "c"} {
				if g.Intn(2) == 0 {
					v.Set = append(v.Set, e)
				}
			}
		}
		known[name] = v
	}
	return known
}

// oracle is HCL's own view of an assignment.
func oracle(known map[string]manifest.Value) *hcl.EvalContext {
	states := map[string]cty.Value{}
	for name, v := range known {
		switch v.Type {
		case manifest.Bool:
			states[name] = cty.BoolVal(v.Bool)
		case manifest.String:
			states[name] = cty.StringVal(v.Str)
		case manifest.Number:
			f, _ := v.Num.Float64()
			states[name] = cty.NumberFloatVal(f)
		case manifest.StringSet:
			states[name] = cty.SetValEmpty(cty.String)
			var elems []cty.Value
			for _, s := range v.Set {
				elems = append(elems, cty.StringVal(s))
			}
			if len(elems) > 0 {
				states[name] = cty.SetVal(elems)
			}
		}
	}
	states["flag"] = cty.ObjectVal(map[string]cty.Value{"x": states["flag-x"]})
	return &hcl.EvalContext{
		Variables: map[string]cty.Value{"state": cty.ObjectVal(states)},
		Functions: testFunctions(),
	}
}

// testFunctions are what expressions may call here.
func testFunctions() map[string]function.Function {
	every := func(all bool) function.Function {
		return function.New(&function.Spec{
			Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
			Type:   function.StaticReturnType(cty.Bool),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				for it := args[0].ElementIterator(); it.Next(); {
					if _, v := it.Element(); v.True() != all {
						return cty.BoolVal(!all), nil
					}
				}
				return cty.BoolVal(all), nil
			},
		})
	}
	return map[string]function.Function{
		"contains": stdlib.ContainsFunc, "length": stdlib.LengthFunc, "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"setunion": stdlib.SetUnionFunc, "setintersection": stdlib.SetIntersectionFunc, "setsubtract": stdlib.SetSubtractFunc,
		"alltrue": every(true), "anytrue": every(false), "upper": stdlib.UpperFunc, "max": stdlib.MaxFunc,
	}
}

// eval evaluates an expression over known states. It doesn't replace a planner: there are no unknown
// values here.
func eval(x *manifest.Expr, known map[string]manifest.Value) manifest.Value {
	args := make([]manifest.Value, len(x.Args))
	for i, a := range x.Args {
		args[i] = eval(a, known)
	}
	v := manifest.Value{Type: x.Type}
	switch x.Op {
	case manifest.OpConst:
		return *x.Value
	case manifest.OpState:
		return known[x.State.Name]
	case manifest.OpNot:
		v.Bool = !args[0].Bool
	case manifest.OpAnd, manifest.OpOr:
		v.Bool = x.Op == manifest.OpAnd
		for _, a := range args {
			if a.Bool != v.Bool {
				v.Bool = a.Bool
				break
			}
		}
	case manifest.OpEq, manifest.OpNe:
		v.Bool = sameValue(&args[0], &args[1]) == (x.Op == manifest.OpEq)
	case manifest.OpCond:
		if args[0].Bool {
			return args[1]
		}
		return args[2]
	case manifest.OpContains:
		v.Bool = holds(args[0].Set, args[1].Str)
	case manifest.OpLength:
		v.Num = big.NewRat(int64(len(args[0].Set)), 1)
	case manifest.OpMakeSet, manifest.OpUnion, manifest.OpSubtract, manifest.OpIntersect:
		v.Set = evalSet(x.Op, args)
	case manifest.OpNeg:
		v.Num = new(big.Rat).Neg(args[0].Num)
	default:
		return evalNumbers(x.Op, v, args[0].Num, args[1].Num)
	}
	return v
}

func evalNumbers(op manifest.Op, v manifest.Value, a, b *big.Rat) manifest.Value {
	c := a.Cmp(b)
	switch op {
	case manifest.OpLt:
		v.Bool = c < 0
	case manifest.OpLe:
		v.Bool = c <= 0
	case manifest.OpGt:
		v.Bool = c > 0
	case manifest.OpGe:
		v.Bool = c >= 0
	case manifest.OpAdd:
		v.Num = new(big.Rat).Add(a, b)
	case manifest.OpSub:
		v.Num = new(big.Rat).Sub(a, b)
	case manifest.OpMul:
		v.Num = new(big.Rat).Mul(a, b)
	case manifest.OpDiv:
		v.Num = new(big.Rat)
		v.Num.Quo(a, b)
	case manifest.OpMod: // the sign of the left side
		q := new(big.Rat).Quo(a, b)
		whole := new(big.Int).Quo(q.Num(), q.Denom())
		v.Num = new(big.Rat).Sub(a, q.Mul(b, new(big.Rat).SetInt(whole)))
	default:
		panic(fmt.Sprint("operator ", op))
	}
	return v
}

func evalSet(op manifest.Op, args []manifest.Value) []string {
	count := map[string]int{}
	for i, a := range args {
		elems := a.Set
		if op == manifest.OpMakeSet {
			elems = []string{a.Str}
		}
		for _, e := range elems {
			if op == manifest.OpSubtract && i == 1 {
				count[e] = -1
			} else {
				count[e]++
			}
		}
	}
	out := []string{}
	for e, n := range count {
		if n > 0 && (op != manifest.OpIntersect || n == len(args)) {
			out = append(out, e)
		}
	}
	sort.Strings(out)
	return out
}

func holds(set []string, s string) bool {
	i := sort.SearchStrings(set, s)
	return i < len(set) && strings.Compare(set[i], s) == 0
}
