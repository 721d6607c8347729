package planexpr

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// testEnv has states b1 b2 b3 (bool), s1 s2 (string), n1 n2 (number), set1 set2 (set), d (derived),
// flag["x"], flag["y"] (bool); goal g; facts of any name; the variables v (map of constants) and each.
type testEnv struct {
	states map[string]*manifest.State
	goal   *manifest.Goal
}

func newEnv() *testEnv {
	env := &testEnv{states: map[string]*manifest.State{}, goal: &manifest.Goal{Name: "g"}}
	for _, d := range []struct {
		t     manifest.Type
		names string
	}{
		{manifest.Bool, "b1 b2 b3 d flag-x flag-y"}, {manifest.String, "s1 s2"},
		{manifest.Number, "n1 n2"}, {manifest.StringSet, "set1 set2"}, {0, "broken"},
	} {
		for _, n := range strings.Fields(d.names) {
			env.states[n] = &manifest.State{Name: n, Type: d.t}
		}
	}
	return env
}

var unknownName = diag.Error("OG998", "Unknown name", "Of the test.")

func (e *testEnv) Resolve(r Ref) (any, hcl.Diagnostics) {
	name := r.Name
	if r.Key != nil {
		name += "-" + *r.Key
	}
	switch r.Root {
	case "state":
		if s := e.states[name]; s != nil {
			return s, nil
		}
	case "goal":
		if name == "g" {
			return e.goal, nil
		}
	default:
		if kind := FactKind(r.Root, r.Attr); kind != "" && !strings.HasPrefix(name, "no") {
			return manifest.Fact{Kind: kind, Name: name}, nil
		}
	}
	return nil, hcl.Diagnostics{unknownName.At(r.Range, "%s", address(r))}
}

// refType contains the targets of the variables refs.b1, refs.done and refs.image.
var refType = cty.Capsule("reference", reflect.TypeOf(Target{}))

func (e *testEnv) refs() cty.Value {
	ref := func(t Target) cty.Value { return cty.CapsuleVal(refType, &t) }
	return cty.ObjectVal(map[string]cty.Value{
		"b1":    ref(Target{Ref: e.states["b1"], Kind: "state", Address: "state.b1"}),
		"n1":    ref(Target{Ref: e.states["n1"], Kind: "state", Address: "state.n1"}),
		"done":  ref(Target{Ref: manifest.Fact{Kind: manifest.ActionDone, Name: "a"}, Kind: "fact", Address: "action.a.done"}),
		"image": ref(Target{Ref: &manifest.Image{}, Kind: "image", Address: "image.web"}),
	})
}

func (e *testEnv) Target(v cty.Value) (Target, bool) {
	if v.Type() != refType || v.IsNull() || !v.IsKnown() {
		return Target{}, false
	}
	v, _ = v.Unmark()
	return *v.EncapsulatedValue().(*Target), true
}

// Local has up and list, which read states, and x0, x1, … each of which uses the previous one twice.
func (e *testEnv) Local(t hcl.Traversal) (Local, bool) {
	attr, ok := t[1].(hcl.TraverseAttr)
	src := map[string]string{"up": "state.b1 && !state.b2", "list": "[state.b1, refs.done]", "x0": "state.b1"}[attr.Name]
	if n, err := strconv.Atoi(strings.TrimPrefix(attr.Name, "x")); err == nil && n > 0 {
		src = fmt.Sprintf("local.x%d && local.x%d", n-1, n-1)
	}
	if !ok || src == "" {
		return Local{}, false
	}
	x, diags := hclsyntax.ParseExpression([]byte(src), "local.hcl", hcl.InitialPos)
	return Local{Expr: x, Env: e, Leave: func() {}}, !diags.HasErrors()
}

func (e *testEnv) Derived(s *manifest.State) bool { return s.Name == "d" }

func (e *testEnv) Keys(r Ref) ([]string, hcl.Diagnostics) { return []string{"x", "y"}, nil }

func (e *testEnv) Value(x hclsyntax.Expression, vars map[string]cty.Value) (cty.Value, hcl.Diagnostics) {
	ctx := &hcl.EvalContext{
		Variables: map[string]cty.Value{
			"v": cty.ObjectVal(map[string]cty.Value{
				"yes": cty.True, "three": cty.NumberIntVal(3), "a": cty.StringVal("a"),
				"list":    cty.ListVal([]cty.Value{cty.StringVal("b"), cty.StringVal("a"), cty.StringVal("b")}),
				"nothing": cty.NullVal(cty.Number), "secret": cty.True.Mark("sensitive"),
				"failed": cty.DynamicVal,
			}),
			"refs": e.refs(),
			"each": cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal("x"), "value": e.refs()}),
		},
		Functions: testFunctions(),
	}
	if vars != nil {
		ctx = ctx.NewChild()
		ctx.Variables = vars
	}
	return x.Value(ctx)
}

var opNames = map[manifest.Op]string{
	manifest.OpNot: "!", manifest.OpAnd: "&&", manifest.OpOr: "||", manifest.OpEq: "==", manifest.OpNe: "!=",
	manifest.OpLt: "<", manifest.OpLe: "<=", manifest.OpGt: ">", manifest.OpGe: ">=", manifest.OpCond: "?",
	manifest.OpContains: "contains", manifest.OpLength: "length", manifest.OpAdd: "+", manifest.OpSub: "-",
	manifest.OpMul: "*", manifest.OpDiv: "/", manifest.OpMod: "%", manifest.OpNeg: "neg", manifest.OpUnion: "union",
	manifest.OpSubtract: "subtract", manifest.OpIntersect: "intersect", manifest.OpMakeSet: "set",
}

// show prints an expression in prefix form.
func show(x *manifest.Expr) string {
	switch x.Op {
	case manifest.OpConst:
		if x.Value == nil {
			return "unknown:" + x.Type.String()
		}
		switch v := x.Value; v.Type {
		case manifest.Bool:
			return strconv.FormatBool(v.Bool)
		case manifest.String:
			return strconv.Quote(v.Str)
		case manifest.Number:
			return v.Num.RatString()
		case manifest.StringSet:
			return fmt.Sprintf("%q", v.Set)
		}
	case manifest.OpState:
		return x.State.Name
	case manifest.OpFact:
		return x.Fact.String()
	case manifest.OpGoal:
		return "goal." + x.Goal.Name
	}
	words := []string{opNames[x.Op]}
	if x.Op == manifest.OpBound {
		words[0] = map[manifest.BoundKind]string{1: "below", 2: "at_most", 3: "above", 4: "at_least"}[x.Bound]
	}
	for _, a := range x.Args {
		words = append(words, show(a))
	}
	return "(" + strings.Join(words, " ") + ")"
}

// summarize prints diagnostics as "code@column".
func summarize(diags hcl.Diagnostics) string {
	var out []string
	for _, d := range diags {
		out = append(out, fmt.Sprintf("%s@%d", diag.Code(d), d.Subject.Start.Column))
	}
	return strings.Join(out, " ")
}
