package lang

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// branch replaces conditionals between whole blocks by the chosen block. HCL requires one type of both
// results, but a reference's type has the attributes of its block, so that of two images can differ.
func branch(expr hcl.Expression, ctx *hcl.EvalContext) hcl.Expression {
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return branch(e.Expression, ctx)
	case *hclsyntax.ConditionalExpr:
		if !isWhole(e.TrueResult, ctx) && !isWhole(e.FalseResult, ctx) {
			return expr
		}
		c, diags := safeValue(e.Condition, ctx)
		if diags.HasErrors() || c.IsMarked() {
			return expr
		}
		if c, err := convert.Convert(c, cty.Bool); err == nil && c.IsKnown() && !c.IsNull() {
			if c.True() {
				return branch(e.TrueResult, ctx)
			}
			return branch(e.FalseResult, ctx)
		}
	case *hclsyntax.TupleConsExpr:
		out := *e
		out.Exprs = slices.Clone(e.Exprs)
		for i, x := range e.Exprs {
			out.Exprs[i], _ = branch(x, ctx).(hclsyntax.Expression)
		}
		return &out
	case *hclsyntax.ObjectConsExpr:
		out := *e
		out.Items = slices.Clone(e.Items)
		for i, x := range e.Items {
			out.Items[i].ValueExpr, _ = branch(x.ValueExpr, ctx).(hclsyntax.Expression)
		}
		return &out
	}
	return expr
}

// isWhole reports whether an expression is a reference to a whole block, or chooses one.
func isWhole(expr hclsyntax.Expression, ctx *hcl.EvalContext) bool {
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return isWhole(e.Expression, ctx)
	case *hclsyntax.ConditionalExpr:
		return isWhole(e.TrueResult, ctx) || isWhole(e.FalseResult, ctx)
	case *hclsyntax.ScopeTraversalExpr:
		v, diags := safeValue(e, ctx)
		if diags.HasErrors() || asRef(v) == nil {
			return false
		}
		switch asRef(v).Kind {
		case "state", "fact", "goal":
			return false // only the planner knows their values
		}
		return true
	}
	return false
}

// chooses reports whether a conditional is in an expression, where branch would look for it.
func chooses(expr hcl.Expression) bool {
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return chooses(e.Expression)
	case *hclsyntax.ConditionalExpr:
		return true
	case *hclsyntax.TupleConsExpr:
		return slices.ContainsFunc(e.Exprs, func(x hclsyntax.Expression) bool { return chooses(x) })
	case *hclsyntax.ObjectConsExpr:
		return slices.ContainsFunc(e.Items, func(x hclsyntax.ObjectConsItem) bool { return chooses(x.ValueExpr) })
	}
	return false
}
