package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// parameter.NAME evaluates to a placeholder (manifest.Parameter), since its value is known only at
// deploy time. Placeholders may stand in strings, lists and maps, but nothing may be computed from
// them, and only arguments with Attr.Deploy, texts and maps of texts accept them.

// structural are the functions that move their arguments without reading strings in them.
var structural = map[string]bool{"concat": true, "flatten": true, "merge": true, "tolist": true, "tomap": true, "tostring": true, "values": true, "zipmap": true}

// resolveParameter resolves parameter.NAME to its placeholder.
func (p *Evaluation) resolveParameter(t hcl.Traversal) (Resolution, bool) {
	if len(t) < 2 {
		p.Errorf(ruleRefForm, t.SourceRange(), "\"parameter\" by itself is not a value; write parameter.NAME.")
		return Resolution{}, false
	}
	name, _ := stepKey(t[1])
	if p.decls["parameter"][name] == nil {
		p.unknownBlock("parameter", name, t)
		return Resolution{}, false
	}
	return Resolution{path: []string{"parameter", name}, val: cty.StringVal(text.Placeholder(manifest.EnvName(name))), Rest: t[2:]}, true
}

// Keyword is the word of an expression that is one, or of a string; quoted says which. "" for any other expression.
func Keyword(expr hcl.Expression) (word string, quoted bool) {
	if s, ok := literalString(expr); ok {
		return s, true
	}
	return hcl.ExprAsKeyword(expr), false
}

// deferred finds a parameter in a known value, at any depth, in keys too: its variable, "" if there is none.
func (p *Evaluation) deferred(v cty.Value) string {
	if len(p.decls["parameter"]) == 0 {
		return ""
	}
	return parameterIn(v)
}

func parameterIn(v cty.Value) string {
	v, _ = v.Unmark()
	ty := v.Type()
	switch {
	case v.IsNull() || !v.IsKnown() || asRef(v) != nil:
		return ""
	case ty == cty.String:
		if found := manifest.ParametersOf(v.AsString()); len(found) > 0 {
			return found[0]
		}
		return ""
	case !ty.IsObjectType() && !ty.IsTupleType() && !ty.IsCollectionType():
		return ""
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if ty.IsObjectType() || ty.IsMapType() {
			if found := parameterIn(k); found != "" {
				return found
			}
		}
		if found := parameterIn(e); found != "" {
			return found
		}
	}
	return ""
}

// known reports a value that depends on a parameter where the value must be known; what is the subject of the sentence.
func (p *Evaluation) known(v cty.Value, at hcl.Range, what string) bool {
	envVar := p.deferred(v)
	if envVar == "" {
		return true
	}
	name := p.parameterName(envVar)
	p.Errorf(ruleDeployTime, at, "%s depends on parameter.%s, whose value is known only when deploy.sh runs. Use a variable instead, whose value is known now: variable \"%s\" { … } and var.%s.", upper(what), name, name, name)
	return false
}

// parameterName is the label of the parameter with a variable.
func (p *Evaluation) parameterName(envVar string) string {
	for _, d := range p.byType["parameter"] {
		if manifest.EnvName(d.name) == envVar {
			return d.name
		}
	}
	return envVar
}

// uncomputed reports a function, an operator or a condition that would read a parameter's value.
func (s *Scope) uncomputed(expr hcl.Expression, ctx *hcl.EvalContext) bool {
	p := s.p
	node, isNode := expr.(hclsyntax.Node)
	if len(p.decls["parameter"]) == 0 || !isNode {
		return true
	}
	any := false
	for _, v := range ctx.Variables {
		any = any || parameterIn(v) != ""
	}
	if !any {
		return true
	}
	ok := true
	reads := func(x hclsyntax.Expression, what string) {
		v, diags := safeValue(x, ctx)
		if ok && !diags.HasErrors() && parameterIn(v) != "" {
			ok = false
			name := p.parameterName(parameterIn(v))
			p.Errorf(ruleDeployTime, x.Range(), "%s can't read parameter.%s, whose value is known only when deploy.sh runs: a parameter can be part of a string, of a list and of a map, and nothing is computed from it. Use a variable instead: variable \"%s\" { … } and var.%s.", what, name, name, name)
		}
	}
	_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.FunctionCallExpr:
			if !structural[n.Name] {
				for _, arg := range n.Args {
					reads(arg, "The function "+n.Name)
				}
			}
		case *hclsyntax.BinaryOpExpr:
			reads(n.LHS, "An operator")
			reads(n.RHS, "An operator")
		case *hclsyntax.UnaryOpExpr:
			reads(n.Val, "An operator")
		case *hclsyntax.ConditionalExpr:
			reads(n.Condition, "A condition")
		case *hclsyntax.IndexExpr:
			reads(n.Key, "An index")
		case *hclsyntax.ForExpr:
			if n.CondExpr != nil {
				reads(n.CondExpr, "A condition")
			}
			if n.KeyExpr != nil {
				reads(n.KeyExpr, "A key")
			}
		}
		return nil
	})
	return ok
}

// Sample replaces each parameter in a string by its default, or by "1" where it has none: for rules about
// the form of the whole string, and for facts about what the default names.
func (p *Evaluation) Sample(s string) string {
	return manifest.MapParameters(s, nil, func(envVar string) string {
		if b := p.ParameterBlock(envVar); b != nil && b.Has("default") && !b.Failed("default") {
			if v, err := convert.Convert(b.attr("default").v, cty.String); err == nil && !v.IsNull() && v.IsKnown() {
				return v.AsString()
			}
		}
		return "1"
	})
}

// ParameterBlock is the block of the parameter with a variable; nil if there is none.
func (p *Evaluation) ParameterBlock(envVar string) *Block {
	for _, b := range p.Blocks("parameter") {
		if manifest.EnvName(b.Name) == envVar {
			return b
		}
	}
	return nil
}

// Deferred is the argument's string with the placeholders in it; "" if it isn't a string that depends on a parameter.
func (b *Block) Deferred(name string) string {
	a := b.attr(name)
	if a.failed || b.p.deferred(a.v) == "" || a.v.Type() != cty.String {
		return ""
	}
	return a.v.AsString()
}

// Parameter is the variable of the parameter that is the whole value of an argument; "" if the value
// doesn't depend on one. Where a parameter is only a part of it, that is reported.
func (b *Block) Parameter(name string) string {
	s := b.Deferred(name)
	if s == "" {
		return ""
	}
	envVar := manifest.ParametersOf(s)[0]
	if s != text.Placeholder(envVar) {
		b.p.Errorf(ruleDeployTime, b.AttrRange(name), "The argument \"%s\" can be a parameter as a whole, but not a text with one in it: nothing is computed at deploy time. Write %s = parameter.%s.", name, name, b.p.parameterName(envVar))
		b.fail(name)
	}
	return envVar
}
