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
		Type: "state",
		Doc: "A variable of the planning task: something about the deployment that actions change and conditions ask about. " +
			"A state with `derived` follows from other states instead and is never set.",
		Labels:  []lang.Label{{Name: "name", Syntax: lang.Name, Doc: "The name that conditions use: state.NAME. It has no hyphen, because state.n-1 would be a subtraction."}},
		ForEach: true,
		Attrs: []lang.Attr{
			{Name: "type", Type: stateType, Doc: "The type: bool, string, number or set(string). A derived state has none, because it is always a bool."},
			{Name: "initial", Type: lang.Any, Doc: "The value before the first action. Without one the state is unknown until an action sets it."},
			{Name: "min", Type: lang.Number, Doc: "The least value that a number may have. An action whose effect would fall below it can't be applied; an interval is cut to it."},
			{Name: "max", Type: lang.Number, Doc: "The greatest value that a number may have. An action whose effect would exceed it can't be applied; an interval is cut to it."},
			{Name: "derived", Type: lang.Planning, Doc: "A condition that the state is an abbreviation of. Derived states may build on each other, but not in a circle."},
			{Name: "description", Type: lang.String, Doc: "What the state means, for the reader of the plan."},
		},
		Declare: func(b *lang.Block) any {
			s := &manifest.State{Origin: b.Origin(), Name: b.Name}
			if b.Given("derived") {
				// A stand-in that says that the state is derived; decodeState
				// fills it.
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

// typeOf reads a type keyword; 0 means that it is none.
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
	p := b.Program()
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
		p.Errorf(ruleInitial, at, "The state %q begins at %s, but its bounds are %s.", s.Name, text.Number(initial.Num), interval(s))
	}
}

func reportType(b *lang.Block) {
	p := b.Program()
	if !b.Given("type") {
		p.Errorf(ruleStateType, b.Range, "The state %q has no type. Give it `type = bool`, string, number or set(string); or `derived = …` if it follows from other states.", b.Name)
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
	p.Errorf(ruleStateType, at, "A state is a bool, a string, a number or a set(string).%s", hint)
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
	p := b.Program()
	for _, name := range []string{"type", "initial", "min", "max"} {
		if !b.Given(name) || name == "type" && typeOf(b.Expr("type")) == manifest.Bool {
			continue
		}
		p.Errorf(ruleDerived, b.NameRange(name), "The state %q is derived, so it can't have `%s`: its value is a bool that follows from other states. Remove this, or `derived`.", s.Name, name)
	}
	if x := condition(b, "derived"); x != nil {
		*s.Derived = *x
	}
}

func decodeBounds(b *lang.Block, s *manifest.State) {
	p := b.Program()
	s.Min, s.Max = b.Number("min"), b.Number("max")
	for _, name := range []string{"min", "max"} {
		if b.Given(name) && s.Type != manifest.Number {
			p.Errorf(ruleStateBounds, b.NameRange(name), "The state %q is a %s, and only numbers have bounds.", s.Name, s.Type)
			s.Min, s.Max = nil, nil
			return
		}
	}
	if s.Min != nil && s.Max != nil && s.Min.Cmp(s.Max) > 0 {
		p.Errorf(ruleStateBounds, b.AttrRange("max"), "max is %s, below min, which is %s (%s). No value lies between.", text.Number(s.Max), text.Number(s.Min), lang.Place(b.AttrRange("min")))
		s.Min, s.Max = nil, nil
	}
}

func outside(v *big.Rat, s *manifest.State) bool {
	return s.Min != nil && v.Cmp(s.Min) < 0 || s.Max != nil && v.Cmp(s.Max) > 0
}

// interval writes the bounds of a state for a sentence.
func interval(s *manifest.State) string {
	switch {
	case s.Max == nil:
		return "at least " + text.Number(s.Min)
	case s.Min == nil:
		return "at most " + text.Number(s.Max)
	}
	return text.Number(s.Min) + " to " + text.Number(s.Max)
}
