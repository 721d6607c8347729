package planexpr

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// compiler holds the diagnostics of one expression.
type compiler struct {
	env   Env
	top   *scope
	diags hcl.Diagnostics
	// locals counts the parts that were compiled by following locals: some that use each other twice would
	// expand without end.
	locals int
}

func newCompiler(env Env) *compiler { return &compiler{env: env, top: &scope{env: env}} }

// maxUnfolded bounds the parts that come from locals.
const maxUnfolded = 100_000

func (c *compiler) errorf(r *diag.Rule, rng hcl.Range, format string, args ...any) {
	c.diags = append(c.diags, r.At(rng, format, args...))
}

// scope is the names available to a part: those of its place, and the variables of the `for`
// expressions around it.
type scope struct {
	env   Env
	vars  map[string]cty.Value
	local bool // the part belongs to a local
}

func (s *scope) has(name string) bool {
	_, ok := s.vars[name]
	return ok
}

func (s *scope) with(key, val string, k, v cty.Value) *scope {
	n := &scope{env: s.env, vars: map[string]cty.Value{}, local: s.local}
	for name, x := range s.vars {
		n.vars[name] = x
	}
	if key != "" {
		n.vars[key] = k
	}
	n.vars[val] = v
	return n
}

// operand is a compiled part. Exactly one of pure, node and list is set; none
// of them where the part was in error.
type operand struct {
	pure  hclsyntax.Expression // reads no state; not yet evaluated
	scope *scope               // of pure
	part  bool                 // pure is only a part of what was compiled: the rest is dropped
	node  *manifest.Expr
	list  []operand // a list with at least one part that reads a state
	isSet bool      // list is a set (toset)
	rng   hcl.Range
}

// whole reports whether all of what was compiled is pure, so that a larger expression can be evaluated
// with it.
func (o operand) whole() bool { return o.pure != nil && !o.part }

func (o operand) invalid() bool { return o.pure == nil && o.node == nil && o.list == nil }

func bad(rng hcl.Range) operand { return operand{rng: rng} }

// of wraps a node; a nil node is an error already reported.
func of(n *manifest.Expr, rng hcl.Range) operand { return operand{node: n, rng: rng} }

// compile compiles any expression.
func (c *compiler) compile(e hclsyntax.Expression, sc *scope) operand {
	rng := e.Range()
	if sc.local {
		if c.locals++; c.locals >= maxUnfolded {
			if c.locals == maxUnfolded {
				c.errorf(ruleNotPlannable, rng, "The locals here expand to more than %d parts. Declare derived states instead: they are shared.", maxUnfolded)
			}
			return bad(rng)
		}
	}
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return c.compile(e.Expression, sc)
	case *hclsyntax.TemplateWrapExpr: // "${x}" is x
		return c.compile(e.Wrapped, sc)
	case *hclsyntax.LiteralValueExpr:
		return operand{pure: e, scope: sc, rng: rng}
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.IndexExpr:
		if o, ok := c.reference(e, sc); ok {
			return o
		}
	case *hclsyntax.BinaryOpExpr:
		return c.binary(e, sc)
	case *hclsyntax.UnaryOpExpr:
		return c.unary(e, sc)
	case *hclsyntax.ConditionalExpr:
		return c.conditional(e, sc)
	case *hclsyntax.FunctionCallExpr:
		return c.call(e, sc)
	case *hclsyntax.TupleConsExpr:
		return c.tuple(e, sc)
	case *hclsyntax.ForExpr:
		return c.forExpr(e, sc)
	case *hclsyntax.SplatExpr:
		return c.splat(e, sc)
	}
	if !reads(e, sc) {
		return operand{pure: e, scope: sc, rng: rng}
	}
	c.notPlannable(e)
	return bad(rng)
}

const plannable = "Only these can read a state: && || ! == != < <= > >= + - * / %, conditionals, contains, length, alltrue, anytrue, toset, setunion, setsubtract and setintersection."

func (c *compiler) notPlannable(e hclsyntax.Expression) {
	what := "This kind of expression"
	switch e.(type) {
	case *hclsyntax.TemplateExpr, *hclsyntax.TemplateJoinExpr:
		what = "A string template"
	case *hclsyntax.ObjectConsExpr:
		what = "An object"
	case *hclsyntax.IndexExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.ScopeTraversalExpr, *hclsyntax.SplatExpr:
		what = "An index or attribute of a computed value"
	case *hclsyntax.ForExpr:
		what = "A `for` expression that makes an object"
	}
	c.errorf(ruleNotPlannable, e.Range(), "%s can't read a state, because the planner doesn't support it. %s", what, plannable)
}

// value evaluates a pure expression. ok is false if there is no usable value, with the reason
// reported.
func (c *compiler) value(e hclsyntax.Expression, sc *scope) (cty.Value, bool) {
	v, diags := sc.env.Value(e, sc.vars)
	c.diags = append(c.diags, diags...)
	if diags.HasErrors() || v == cty.NilVal {
		return cty.NilVal, false
	}
	if v.ContainsMarked() {
		c.errorf(ruleSensitiveValue, e.Range(), "This value is sensitive or secret. Conditions and effects are printed in the plan, so use a value that may be public.")
		return cty.NilVal, false
	}
	return v, v.IsWhollyKnown()
}

// need is the type that a part must have (0: any that the planner supports), and why, as the end of "A
// number is required here, …".
type need struct {
	t   manifest.Type
	why string
}

// node turns an operand into a node of the required type. nil means an error, reported.
func (c *compiler) node(o operand, want need) *manifest.Expr {
	switch {
	case o.pure != nil:
		v, ok := c.value(o.pure, o.scope)
		if !ok {
			return nil
		}
		if v.IsNull() {
			c.errorf(ruleNullCondition, o.rng, "null means that a value is unknown, so a comparison with it could never be true. Use it only as the new value of a state in `effects`.")
			return nil
		}
		if t, ok := c.env.Target(v); ok {
			return c.target(t, want, o.rng)
		}
		return c.constant(v, want, o.rng)
	case o.list != nil:
		return c.makeSet(o, want)
	case o.node == nil:
		return nil
	}
	if want.t != 0 && o.node.Type != want.t {
		c.diags = append(c.diags, mismatch(o.rng, want, o.node.Type.String(), ""))
		return nil
	}
	return o.node
}

func (c *compiler) constant(v cty.Value, want need, rng hcl.Range) *manifest.Expr {
	val, diags := Value(v, want.t, want.why, rng)
	c.diags = append(c.diags, diags...)
	if val == nil {
		return nil
	}
	return &manifest.Expr{Op: manifest.OpConst, Type: val.Type, Value: val, Range: rng}
}

// makeSet makes a set of a list whose elements read states.
func (c *compiler) makeSet(o operand, want need) *manifest.Expr {
	if want.t != 0 && want.t != manifest.StringSet {
		c.diags = append(c.diags, mismatch(o.rng, want, "list", ""))
		return nil
	}
	x := &manifest.Expr{Op: manifest.OpMakeSet, Type: manifest.StringSet, Range: o.rng}
	for _, el := range o.list {
		n := c.node(el, need{manifest.String, "because sets contain strings"})
		if n == nil {
			return nil
		}
		x.Args = append(x.Args, n)
	}
	return x
}

// elements returns the parts of a list or set operand that is known before planning. ok is false if it
// isn't one, or in error (reported).
func (c *compiler) elements(o operand) (list []operand, ok bool) {
	if o.list != nil {
		return o.list, true
	}
	if o.pure == nil {
		return nil, false
	}
	v, ok := c.value(o.pure, o.scope)
	if !ok {
		return nil, false
	}
	if v.IsNull() || !v.CanIterateElements() || v.Type().IsMapType() || v.Type().IsObjectType() {
		c.errorf(ruleTypeMismatch, o.rng, "A list is required here.")
		return nil, false
	}
	list = []operand{}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		list = append(list, operand{pure: &hclsyntax.LiteralValueExpr{Val: e, SrcRange: o.rng}, scope: c.top, rng: o.rng})
	}
	return list, true
}

func (c *compiler) tuple(e *hclsyntax.TupleConsExpr, sc *scope) operand {
	list := make([]operand, 0, len(e.Exprs))
	pure, failed := true, false
	for _, x := range e.Exprs {
		o := c.compile(x, sc)
		pure = pure && o.whole()
		failed = failed || o.invalid()
		list = append(list, o)
	}
	switch {
	case failed:
		return bad(e.Range())
	case pure:
		return operand{pure: e, scope: sc, rng: e.Range()}
	}
	return operand{list: list, rng: e.Range()}
}

// forExpr unrolls `[for k, v in COLL : BODY if COND]`.
func (c *compiler) forExpr(e *hclsyntax.ForExpr, sc *scope) operand {
	rng := e.Range()
	if !reads(e, sc) && !mayRead(e.ValExpr, sc.with(e.KeyVar, e.ValVar, cty.True, cty.True)) {
		return operand{pure: e, scope: sc, rng: rng}
	}
	if e.KeyExpr != nil || e.Group {
		c.notPlannable(e)
		return bad(rng)
	}
	if reads(e.CollExpr, sc) {
		c.errorf(ruleNotPlannable, e.CollExpr.Range(), "A `for` expression is expanded before planning, so its collection can't depend on a state.")
		return bad(rng)
	}
	coll, ok := c.value(e.CollExpr, sc)
	if !ok {
		return bad(rng)
	}
	if coll.IsNull() || !coll.CanIterateElements() {
		c.errorf(ruleTypeMismatch, e.CollExpr.Range(), "A `for` expression iterates over a list, a set or a map.")
		return bad(rng)
	}
	out := operand{list: []operand{}, rng: rng}
	pure := true
	for it := coll.ElementIterator(); it.Next(); {
		k, v := it.Element()
		child := sc.with(e.KeyVar, e.ValVar, k, v)
		if keep, ok := c.forCond(e, child); !ok {
			return bad(rng)
		} else if !keep {
			continue
		}
		o := c.compile(e.ValExpr, child)
		if o.invalid() {
			return bad(rng) // the same error for each element adds nothing
		}
		pure = pure && o.whole()
		out.list = append(out.list, o)
	}
	if pure && !reads(e, sc) {
		return operand{pure: e, scope: sc, rng: rng}
	}
	return out
}

func (c *compiler) forCond(e *hclsyntax.ForExpr, sc *scope) (keep, ok bool) {
	if e.CondExpr == nil {
		return true, true
	}
	if reads(e.CondExpr, sc) {
		c.errorf(ruleNotPlannable, e.CondExpr.Range(), "A `for` expression is expanded before planning, so its `if` clause can't depend on a state.")
		return false, false
	}
	v, ok := c.value(e.CondExpr, sc)
	if !ok {
		return false, false
	}
	if v.IsNull() || v.Type() != cty.Bool {
		c.errorf(ruleTypeMismatch, e.CondExpr.Range(), "The condition of a `for` expression must be true or false.")
		return false, false
	}
	return v.True(), true
}

// splat unrolls `action.a[*].done` and `state.s[*]`.
func (c *compiler) splat(e *hclsyntax.SplatExpr, sc *scope) operand {
	rng := e.Range()
	root, steps, ok := flatten(e.Source)
	if !ok || sc.has(root) {
		if reads(e, sc) {
			c.notPlannable(e)
			return bad(rng)
		}
		return operand{pure: e, scope: sc, rng: rng}
	}
	each, ok := e.Each.(*hclsyntax.RelativeTraversalExpr)
	all := steps
	if ok {
		if all, ok = traversal(append([]step{}, steps...), each.Traversal); !ok {
			all = steps
		}
	}
	if !isRef(root, all) || root == "goal" {
		return operand{pure: e, scope: sc, rng: rng}
	}
	r, ok := c.ref(root, all, rng, sc)
	if !ok {
		return bad(rng)
	}
	if r.Key != nil {
		c.errorf(ruleBadReference, rng, "%s is a single object; [*] requires a block with for_each.", address(r))
		return bad(rng)
	}
	keys, diags := c.env.Keys(r)
	c.diags = append(c.diags, diags...)
	if diags.HasErrors() {
		return bad(rng)
	}
	out := operand{list: []operand{}, rng: rng}
	for _, k := range keys {
		one := r
		one.Key = &k
		n := c.resolve(one)
		if n == nil {
			return bad(rng)
		}
		out.list = append(out.list, of(n, rng))
	}
	return out
}
