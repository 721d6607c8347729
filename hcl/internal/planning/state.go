package planning

import (
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/planexpr"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var stateType = lang.AttrType{Name: "type keyword", Raw: true}

func (d *decoder) stateSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "state",
		Habits: map[string]string{"default": "Write initial = …."},
		Doc: "A variable of the planning problem: a property of the deployment that actions change and conditions read. " +
			"A state with `derived` follows from other states and is never set.",
		Labels:  []lang.Label{{Name: "name", Syntax: lang.Name, Doc: "The name that conditions use: state.NAME. It can't contain a hyphen, because state.n-1 would be a subtraction."}},
		ForEach: true,
		Attrs: []lang.Attr{
			{Name: "type", Type: stateType, Doc: "The type: bool, string, number or set(string). A derived state has no `type`, because it is always a bool."},
			{Name: "initial", Type: lang.Any, Doc: "The value before the first action. Without one the state is unknown until an action sets it."},
			{Name: "min", Type: lang.Number, Doc: "The minimum of a number. An action whose effect would be below it is not applicable; an interval is cut off at it."},
			{Name: "max", Type: lang.Number, Doc: "The maximum of a number. An action whose effect would be above it is not applicable; an interval is cut off at it."},
			{Name: "derived", Type: lang.Planning, Doc: "The condition that the state stands for. Derived states can build on each other, but not in a cycle."},
			{Name: "description", Type: lang.String, Doc: "What the state means, for the plan."},
			lang.TargetsAttr,
		},
		Declare: func(b *lang.Block) any {
			s := &manifest.State{Origin: b.Origin(), Name: b.Name}
			if b.Given("derived") {
				// A placeholder that marks the state as derived; decodeState fills it.
				s.Type = manifest.Bool
				s.Derived = &manifest.Expr{Op: manifest.OpConst, Type: manifest.Bool,
					Value: &manifest.Value{Type: manifest.Bool}, Range: b.AttrRange("derived")}
				return s
			}
			s.Type = typeOf(b.Expr("type"))
			return s
		},
		Decode: decodeState,
	}
}

// typeOf reads a type keyword; 0 means that it isn't one.
func typeOf(e hclsyntax.Expression) manifest.Type {
	if e == nil {
		return 0
	}
	switch hcl.ExprAsKeyword(e) {
	case "bool":
		return manifest.Bool
	case "string":
		return manifest.String
	case "number":
		return manifest.Number
	}
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && call.Name == "set" && len(call.Args) == 1 && hcl.ExprAsKeyword(call.Args[0]) == "string" {
		return manifest.StringSet
	}
	return 0
}

func decodeState(b *lang.Block) {
	s := b.Ref.(*manifest.State)
	p := b.Evaluation()
	p.Manifest.States = append(p.Manifest.States, s)
	s.Description = b.String("description")
	if s.Derived != nil {
		decodeDerived(b, s)
		return
	}
	if s.Type == 0 {
		reportType(b)
		return
	}
	decodeBounds(b, s)
	v, ok := b.Value("initial", cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return
	}
	at := b.AttrRange("initial")
	initial, diags := planexpr.Value(v, s.Type, "because that is the type of the state", at)
	p.Report(diags...)
	if initial == nil {
		return
	}
	s.Initial = initial
	if s.Type == manifest.Number && outside(initial.Num, s) {
		p.Errorf(ruleInitial, at, "The state %q starts at %s, but it must be %s.", s.Name, text.Number(initial.Num), interval(s))
	}
}

func reportType(b *lang.Block) {
	p := b.Evaluation()
	if !b.Given("type") {
		p.Errorf(ruleStateType, b.Range, "The state %q has no type. Set `type = bool`, string, number or set(string); or `derived = …` if it follows from other states.", b.Name)
		return
	}
	at := b.AttrRange("type")
	hint := ""
	if s, ok := literal(b.Expr("type")); ok {
		if e, diags := hclsyntax.ParseExpression([]byte(s), "", hcl.InitialPos); !diags.HasErrors() && typeOf(e) != 0 {
			p.Report(ruleStateType.Fix(at, s, "A type is a keyword. Write %s without quotes.", s))
			return
		}
	}
	switch hcl.ExprAsKeyword(b.Expr("type")) {
	case "boolean":
		hint = " Write bool."
	case "int", "integer", "float":
		hint = " Write number."
	case "set", "list":
		hint = " Write set(string)."
	}
	p.Errorf(ruleStateType, at, "The type of a state must be bool, string, number or set(string).%s", hint)
}

// literal is the text of a plain quoted string.
func literal(e hcl.Expression) (string, bool) {
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		e = k.Wrapped
	}
	if t, ok := e.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
		v, _ := t.Value(nil)
		return v.AsString(), true
	}
	return "", false
}

func decodeDerived(b *lang.Block, s *manifest.State) {
	p := b.Evaluation()
	for _, name := range []string{"type", "initial", "min", "max"} {
		if !b.Given(name) || name == "type" && typeOf(b.Expr("type")) == manifest.Bool {
			continue
		}
		p.Errorf(ruleDerived, b.NameRange(name), "The state %q is derived, so it can't have `%s`: its value is a bool that follows from other states. Remove this argument, or `derived`.", s.Name, name)
	}
	if x := condition(b, "derived"); x != nil {
		*s.Derived = *x
	}
}

func decodeBounds(b *lang.Block, s *manifest.State) {
	p := b.Evaluation()
	s.Min, s.Max = b.Number("min"), b.Number("max")
	for _, name := range []string{"min", "max"} {
		if b.Given(name) && s.Type != manifest.Number {
			p.Errorf(ruleStateBounds, b.NameRange(name), "The state %q is a %s, but only numbers can have bounds.", s.Name, s.Type)
			s.Min, s.Max = nil, nil
			return
		}
	}
	if s.Min != nil && s.Max != nil && s.Min.Cmp(s.Max) > 0 {
		p.Errorf(ruleStateBounds, b.AttrRange("max"), "max is %s, which is less than min, %s (%s), so no value is possible.", text.Number(s.Max), text.Number(s.Min), lang.Place(b.AttrRange("min")))
		s.Min, s.Max = nil, nil
	}
}

func outside(v *big.Rat, s *manifest.State) bool {
	return s.Min != nil && v.Cmp(s.Min) < 0 || s.Max != nil && v.Cmp(s.Max) > 0
}

// interval formats the bounds of a state for a sentence.
func interval(s *manifest.State) string {
	switch {
	case s.Max == nil:
		return "at least " + text.Number(s.Min)
	case s.Min == nil:
		return "at most " + text.Number(s.Max)
	}
	return "from " + text.Number(s.Min) + " to " + text.Number(s.Max)
}
