package planexpr

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// bounds are the functions that describe an interval.
var bounds = map[string]manifest.BoundKind{
	"below": manifest.Below, "at_most": manifest.AtMost, "above": manifest.Above, "at_least": manifest.AtLeast,
}

// boundOps are the corresponding comparisons in a condition.
var boundOps = map[string]string{"below": "<", "at_most": "<=", "above": ">", "at_least": ">="}

// FunctionDoc describes a function that may read states.
type FunctionDoc struct{ Name, Signature, Doc string }

// Functions lists the functions that may read states, sorted by name.
func Functions() []FunctionDoc {
	return []FunctionDoc{
		{"above", "above(number)", "In `effects`: after the action the number is known to be greater than this."},
		{"alltrue", "alltrue(list)", "True if every element is true; true for an empty list."},
		{"anytrue", "anytrue(list)", "True if some element is true; false for an empty list."},
		{"at_least", "at_least(number)", "In `effects`: after the action the number is known to be this or greater."},
		{"at_most", "at_most(number)", "In `effects`: after the action the number is known to be this or less."},
		{"below", "below(number)", "In `effects`: after the action the number is known to be less than this."},
		{"contains", "contains(set, value)", "True if the set, or the list, contains the value."},
		{"length", "length(set)", "The number of elements in a set."},
		{"setintersection", "setintersection(set, set, …)", "The elements that are in all of the sets."},
		{"setsubtract", "setsubtract(set, set)", "The elements of the first set that are not in the second."},
		{"setunion", "setunion(set, set, …)", "The elements of all sets."},
		{"toset", "toset(list)", "The elements of a list, as a set."},
	}
}

func (c *compiler) call(e *hclsyntax.FunctionCallExpr, sc *scope) operand {
	rng := e.Range()
	if op := boundOps[e.Name]; op != "" {
		c.errorf(ruleMisplacedBound, rng, "`%s` describes a number after an action, so it can be used only as the new value of a state in `effects`. In a condition write a comparison with %s.", e.Name, op)
		return bad(rng)
	}
	args := make([]operand, len(e.Args))
	pure, failed := true, false
	for i, a := range e.Args {
		args[i] = c.compile(a, sc)
		pure = pure && args[i].whole()
		failed = failed || args[i].invalid()
	}
	switch {
	case failed:
		return bad(rng)
	case pure && !c.listsTargets(e, args):
		return operand{pure: e, scope: sc, rng: rng}
	}
	if e.ExpandFinal {
		last := args[len(args)-1]
		list, ok := c.elements(last)
		if !ok {
			if last.node != nil {
				c.errorf(ruleNotPlannable, last.rng, "A state can't be expanded into the arguments of a function, because the planner must know the number of arguments in advance.")
			}
			return bad(rng)
		}
		args = append(args[:len(args)-1:len(args)-1], list...)
	}
	switch e.Name {
	case "alltrue", "anytrue":
		return c.quantifier(e, args)
	case "contains":
		return c.contains(e, args)
	case "length":
		return c.length(e, args)
	case "toset":
		return c.toset(e, args)
	case "setunion", "setsubtract", "setintersection":
		return c.setOp(e, args)
	}
	c.errorf(ruleNotPlannable, e.NameRange, "The function `%s` can't read a state, because the planner doesn't support it.%s %s", e.Name, nearest(e.Name), plannable)
	return bad(rng)
}

// listsTargets reports whether the argument of alltrue or anytrue is a value that contains references
// to states or facts, such as [service.a, service.b][*].healthy.
func (c *compiler) listsTargets(e *hclsyntax.FunctionCallExpr, args []operand) bool {
	if e.Name != "alltrue" && e.Name != "anytrue" || len(args) != 1 || e.ExpandFinal {
		return false
	}
	switch e.Args[0].(type) {
	case *hclsyntax.LiteralValueExpr, *hclsyntax.TemplateExpr:
		return false
	}
	v, diags := args[0].scope.env.Value(args[0].pure, args[0].scope.vars)
	if diags.HasErrors() || v == cty.NilVal || !v.IsWhollyKnown() || v.IsNull() || v.IsMarked() || !v.CanIterateElements() {
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		_, x := it.Element()
		if _, ok := c.env.Target(x); ok {
			return true
		}
	}
	return false
}

// nearest suggests a plannable function for a misspelt one.
func nearest(name string) string {
	for _, f := range Functions() {
		if strings.EqualFold(strings.ReplaceAll(name, "_", ""), strings.ReplaceAll(f.Name, "_", "")) || text.Slip(name, []string{f.Name}) != "" {
			return " Did you mean `" + f.Name + "`?"
		}
	}
	return ""
}

func (c *compiler) arity(e *hclsyntax.FunctionCallExpr, got, min, max int) bool {
	if got >= min && (max < 0 || got <= max) {
		return true
	}
	for _, f := range Functions() {
		if f.Name == e.Name {
			c.errorf(ruleTypeMismatch, e.Range(), "Wrong number of arguments in this call. Write %s.", f.Signature)
		}
	}
	return false
}

func (c *compiler) quantifier(e *hclsyntax.FunctionCallExpr, args []operand) operand {
	rng := e.Range()
	if !c.arity(e, len(args), 1, 1) {
		return bad(rng)
	}
	if args[0].node != nil {
		c.errorf(ruleTypeMismatch, args[0].rng, "`%s` requires a list of conditions, but this is a %s.", e.Name, args[0].node.Type)
		return bad(rng)
	}
	list, ok := c.elements(args[0])
	if !ok {
		return bad(rng)
	}
	op := manifest.OpAnd
	if e.Name == "anytrue" {
		op = manifest.OpOr
	}
	nodes, ok := c.nodes(list, need{manifest.Bool, "as an element for `" + e.Name + "`"})
	if !ok {
		return bad(rng)
	}
	return of(logic(op, rng, nodes...), rng)
}

func (c *compiler) nodes(list []operand, want need) (out []*manifest.Expr, ok bool) {
	ok = true
	for _, o := range list {
		n := c.node(o, want)
		ok = ok && n != nil
		out = append(out, n)
	}
	return out, ok
}

// contains over a set is OpContains; over a list that is known before planning, a disjunction of
// equalities.
func (c *compiler) contains(e *hclsyntax.FunctionCallExpr, args []operand) operand {
	rng := e.Range()
	if !c.arity(e, len(args), 2, 2) {
		return bad(rng)
	}
	coll, item := args[0], args[1]
	if coll.node != nil {
		if coll.node.Type != manifest.StringSet {
			c.errorf(ruleTypeMismatch, coll.rng, "`contains` requires a set or a list, but this is a %s.", coll.node.Type)
			return bad(rng)
		}
		s := c.node(item, need{manifest.String, "as an element of the set"})
		if s == nil {
			return bad(rng)
		}
		return of(&manifest.Expr{Op: manifest.OpContains, Type: manifest.Bool, Args: []*manifest.Expr{coll.node, s}, Range: rng}, rng)
	}
	list, ok := c.elements(coll)
	if !ok {
		return bad(rng)
	}
	x := c.node(item, need{})
	if x == nil {
		return bad(rng)
	}
	nodes, ok := c.nodes(list, need{x.Type, "to match the value that is searched for"})
	if !ok {
		return bad(rng)
	}
	alts := make([]*manifest.Expr, len(nodes))
	for i, n := range nodes {
		alts[i] = c.equal(x, n, rng)
	}
	return of(logic(manifest.OpOr, rng, alts...), rng)
}

func (c *compiler) equal(a, b *manifest.Expr, rng hcl.Range) *manifest.Expr {
	if a.Type == manifest.Bool && b.Op == manifest.OpConst {
		if b.Value.Bool {
			return a
		}
		return not(a, rng)
	}
	return compare(manifest.OpEq, a, b, rng)
}

func (c *compiler) length(e *hclsyntax.FunctionCallExpr, args []operand) operand {
	rng := e.Range()
	if !c.arity(e, len(args), 1, 1) {
		return bad(rng)
	}
	if args[0].list != nil && !args[0].isSet {
		return of(number(int64(len(args[0].list)), rng), rng)
	}
	s := c.node(args[0], need{manifest.StringSet, "for `length`"})
	if s == nil {
		return bad(rng)
	}
	return of(&manifest.Expr{Op: manifest.OpLength, Type: manifest.Number, Args: []*manifest.Expr{s}, Range: rng}, rng)
}

func (c *compiler) toset(e *hclsyntax.FunctionCallExpr, args []operand) operand {
	rng := e.Range()
	if !c.arity(e, len(args), 1, 1) {
		return bad(rng)
	}
	if args[0].list != nil {
		args[0].isSet, args[0].rng = true, rng
		return args[0]
	}
	return of(c.node(args[0], need{manifest.StringSet, "for `toset`"}), rng)
}

func (c *compiler) setOp(e *hclsyntax.FunctionCallExpr, args []operand) operand {
	rng := e.Range()
	op, max := manifest.OpUnion, -1
	min := 1
	switch e.Name {
	case "setintersection":
		op = manifest.OpIntersect
	case "setsubtract":
		op, min, max = manifest.OpSubtract, 2, 2
	}
	if !c.arity(e, len(args), min, max) {
		return bad(rng)
	}
	nodes, ok := c.nodes(args, need{manifest.StringSet, "for `" + e.Name + "`"})
	if !ok {
		return bad(rng)
	}
	if len(nodes) == 1 {
		return of(nodes[0], rng)
	}
	return of(&manifest.Expr{Op: op, Type: manifest.StringSet, Args: nodes, Range: rng}, rng)
}
