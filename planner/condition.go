package planner

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// Condition writes a planning expression as it stands in a manifest.
func Condition(e *manifest.Expr) string { return condition(e, 0) }

// operators are the infix operators with how closely they bind.
var operators = map[manifest.Op]struct {
	sign string
	bind int
}{
	manifest.OpCond: {"?", 1}, manifest.OpOr: {"||", 2}, manifest.OpAnd: {"&&", 3}, manifest.OpEq: {"==", 4}, manifest.OpNe: {"!=", 4},
	manifest.OpLt: {"<", 5}, manifest.OpLe: {"<=", 5}, manifest.OpGt: {">", 5}, manifest.OpGe: {">=", 5},
	manifest.OpAdd: {"+", 6}, manifest.OpSub: {"-", 6}, manifest.OpMul: {"*", 7}, manifest.OpDiv: {"/", 7}, manifest.OpMod: {"%", 7},
}

var functions = map[manifest.Op]string{
	manifest.OpContains: "contains", manifest.OpLength: "length", manifest.OpUnion: "setunion", manifest.OpSubtract: "setsubtract",
	manifest.OpIntersect: "setintersection", manifest.OpMakeSet: "toset",
}

var bounds = map[manifest.BoundKind]string{manifest.Below: "below", manifest.AtMost: "at_most", manifest.Above: "above", manifest.AtLeast: "at_least"}

// condition puts into brackets what binds less closely than its place asks for.
func condition(e *manifest.Expr, place int) string {
	args := func(place int) []string {
		var out []string
		for _, a := range e.Args {
			out = append(out, condition(a, place))
		}
		return out
	}
	switch e.Op {
	case manifest.OpConst:
		return constant(e.Value)
	case manifest.OpState:
		return "state." + e.State.Name
	case manifest.OpFact:
		return e.Fact.String()
	case manifest.OpGoal:
		return "goal." + e.Goal.Name
	case manifest.OpNot, manifest.OpNeg:
		return map[manifest.Op]string{manifest.OpNot: "!", manifest.OpNeg: "-"}[e.Op] + condition(e.Args[0], 8)
	case manifest.OpBound:
		return bounds[e.Bound] + "(" + condition(e.Args[0], 0) + ")"
	}
	if f, ok := functions[e.Op]; ok {
		return f + "(" + strings.Join(args(0), ", ") + ")"
	}
	o := operators[e.Op]
	text := ""
	switch {
	case e.Op == manifest.OpCond:
		a := args(2)
		text = a[0] + " ? " + a[1] + " : " + a[2]
	case len(e.Args) == 0: // of && and ||
		return strconv.FormatBool(e.Op == manifest.OpAnd)
	default:
		text = condition(e.Args[0], o.bind)
		for _, a := range e.Args[1:] {
			text += " " + o.sign + " " + condition(a, o.bind+1)
		}
	}
	if o.bind < place && len(e.Args) > 1 {
		return "(" + text + ")"
	}
	return text
}

func constant(v *manifest.Value) string {
	switch {
	case v == nil || v.Type == 0:
		return "null"
	case v.Type == manifest.Bool:
		return strconv.FormatBool(v.Bool)
	case v.Type == manifest.String:
		return strconv.Quote(v.Str)
	case v.Type == manifest.Number:
		return text.Number(v.Num)
	}
	var els []string
	for _, s := range v.Set {
		els = append(els, strconv.Quote(s))
	}
	return fmt.Sprintf("[%s]", strings.Join(els, ", "))
}
