package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/internal/text"
)

// Source formats a planning expression in the manifest's syntax.
func (e *Expr) Source() string { return e.source(0) }

// operators are the infix operators with their precedence.
var operators = map[Op]struct {
	sign string
	bind int
}{
	OpCond: {"?", 1}, OpOr: {"||", 2}, OpAnd: {"&&", 3}, OpEq: {"==", 4}, OpNe: {"!=", 4},
	OpLt: {"<", 5}, OpLe: {"<=", 5}, OpGt: {">", 5}, OpGe: {">=", 5},
	OpAdd: {"+", 6}, OpSub: {"-", 6}, OpMul: {"*", 7}, OpDiv: {"/", 7}, OpMod: {"%", 7},
}

var functions = map[Op]string{
	OpContains: "contains", OpLength: "length", OpUnion: "setunion", OpSubtract: "setsubtract",
	OpIntersect: "setintersection", OpMakeSet: "toset",
}

var bounds = map[BoundKind]string{Below: "below", AtMost: "at_most", Above: "above", AtLeast: "at_least"}

// source adds parentheses if the precedence of an expression is lower than its place requires.
func (e *Expr) source(place int) string {
	args := func(place int) []string {
		var out []string
		for _, a := range e.Args {
			out = append(out, a.source(place))
		}
		return out
	}
	switch e.Op {
	case OpConst:
		return e.Value.Source()
	case OpState:
		return "state." + e.State.Name
	case OpFact:
		return e.Fact.String()
	case OpGoal:
		return "goal." + e.Goal.Name
	case OpNot, OpNeg:
		return map[Op]string{OpNot: "!", OpNeg: "-"}[e.Op] + e.Args[0].source(8)
	case OpBound:
		return bounds[e.Bound] + "(" + e.Args[0].source(0) + ")"
	}
	if f, ok := functions[e.Op]; ok {
		return f + "(" + strings.Join(args(0), ", ") + ")"
	}
	o := operators[e.Op]
	out := ""
	switch {
	case e.Op == OpCond:
		a := args(2)
		out = a[0] + " ? " + a[1] + " : " + a[2]
	case len(e.Args) == 0: // of && and ||
		return strconv.FormatBool(e.Op == OpAnd)
	default:
		out = e.Args[0].source(o.bind)
		for _, a := range e.Args[1:] {
			out += " " + o.sign + " " + a.source(o.bind+1)
		}
	}
	if o.bind < place && len(e.Args) > 1 {
		return "(" + out + ")"
	}
	return out
}

// Source formats a value in the manifest's syntax; nil and unknown values are null.
func (v *Value) Source() string {
	switch {
	case v == nil || v.Type == 0:
		return "null"
	case v.Type == Bool:
		return strconv.FormatBool(v.Bool)
	case v.Type == String:
		return strconv.Quote(v.Str)
	case v.Type == Number:
		return text.Number(v.Num)
	}
	var els []string
	for _, s := range v.Set {
		els = append(els, strconv.Quote(s))
	}
	return fmt.Sprintf("[%s]", strings.Join(els, ", "))
}
