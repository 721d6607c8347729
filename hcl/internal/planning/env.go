package planning

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/planexpr"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// env gives the meaning of planning expressions inside a block. The program reports errors in names
// and values, so no diagnostics are returned.
type env struct {
	p     *lang.Evaluation
	scope *lang.Scope
}

func envOf(b *lang.Block) env { return env{b.Evaluation(), b.Scope()} }

func (e env) Target(v cty.Value) (planexpr.Target, bool) {
	o := lang.Reference(v)
	if o == nil {
		return planexpr.Target{}, false
	}
	return planexpr.Target{Ref: o.Ref, Kind: o.Kind, Address: o.Address}, true
}

func (e env) Local(t hcl.Traversal) (planexpr.Local, bool) {
	if !e.scope.Planning(&hclsyntax.ScopeTraversalExpr{Traversal: t, SrcRange: t.SourceRange()}) {
		return planexpr.Local{}, false
	}
	x, scope, leave, ok := e.scope.Local(t)
	if !ok {
		return planexpr.Local{}, true
	}
	return planexpr.Local{Expr: x, Env: env{e.p, scope}, Leave: leave}, true
}

func (e env) Value(x hclsyntax.Expression, vars map[string]cty.Value) (cty.Value, hcl.Diagnostics) {
	sc := e.scope
	if vars != nil {
		sc = sc.Child(vars)
	}
	v, ok := sc.Eval(x)
	if !ok {
		return cty.DynamicVal, nil
	}
	return v, nil
}

func (e env) Derived(s *manifest.State) bool { return s.Derived != nil }

func (e env) Resolve(r planexpr.Ref) (any, hcl.Diagnostics) {
	if r.Label {
		o := e.p.Lookup(r.Root, r.Name, r.Range)
		if o == nil {
			return nil, nil
		}
		return o.Ref, nil
	}
	res, ok := e.scope.Resolve(traversal(r))
	if !ok {
		return nil, nil
	}
	if res.Object == nil {
		if len(res.Instances) > 0 {
			at := r.Root + "." + r.Name
			attr := ""
			if r.Attr != "" {
				attr = "." + r.Attr
			}
			return nil, hcl.Diagnostics{planexpr.RuleSplatKeys.At(r.Range, "%s has for_each, so it has several instances. Select one by its key, %s[\"…\"]%s, or all of them: alltrue(%s[*]%s).", at, at, attr, at, attr)}
		}
		return nil, nil
	}
	if r.Attr != "" {
		return manifest.Fact{Kind: planexpr.FactKind(r.Root, r.Attr), Name: res.Object.Name}, nil
	}
	return res.Object.Ref, nil
}

// traversal is the reference to the block that r names, without the fact.
func traversal(r planexpr.Ref) hcl.Traversal {
	name := r.NameRange
	if name.Filename == "" {
		name = r.Range
	}
	t := hcl.Traversal{
		hcl.TraverseRoot{Name: r.Root, SrcRange: r.Range},
		hcl.TraverseIndex{Key: cty.StringVal(r.Name), SrcRange: name},
	}
	if r.Key != nil {
		t = append(t, hcl.TraverseIndex{Key: cty.StringVal(*r.Key), SrcRange: r.Range})
	}
	return t
}

func (e env) Keys(r planexpr.Ref) ([]string, hcl.Diagnostics) {
	res, ok := e.scope.Resolve(traversal(r))
	if !ok {
		return nil, hcl.Diagnostics{}
	}
	if res.Object != nil {
		return nil, hcl.Diagnostics{planexpr.RuleSplatKeys.At(r.Range, "%s has no for_each, so [*] is not allowed. Remove it.", res.Object.Address)}
	}
	var keys []string
	for _, o := range res.Instances {
		keys = append(keys, strings.TrimPrefix(o.Name, r.Name+"-"))
	}
	return keys, nil
}

// condition compiles a boolean attribute; nil where it is absent or in error.
func condition(b *lang.Block, name string) *manifest.Expr {
	e := b.Expr(name)
	if e == nil || isNull(e) {
		return nil
	}
	x, diags := planexpr.Condition(envOf(b), e)
	b.Evaluation().Report(diags...)
	return x
}

func isNull(e hclsyntax.Expression) bool {
	l, ok := e.(*hclsyntax.LiteralValueExpr)
	return ok && l.Val.IsNull()
}
