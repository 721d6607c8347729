package planexpr

import (
	"fmt"
	"sort"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Effects compiles `{ state = value … }`, read as syntax. The result is
// sorted by the state's name and leaves out the entries in error.
func Effects(env Env, e hclsyntax.Expression) ([]manifest.Effect, hcl.Diagnostics) {
	c := newCompiler(env)
	for {
		p, ok := e.(*hclsyntax.ParenthesesExpr)
		if !ok {
			break
		}
		e = p.Expression
	}
	obj, ok := e.(*hclsyntax.ObjectConsExpr)
	if !ok {
		if l, isLit := e.(*hclsyntax.LiteralValueExpr); isLit && l.Val.IsNull() {
			return nil, nil // as an attribute that isn't there
		}
		c.errorf(ruleEffectsNotObject, e.Range(), "Write the effects out here: effects = { STATE = VALUE … }. They are read as syntax, so no other expression can replace them.")
		return nil, c.diags
	}
	var out []manifest.Effect
	first := map[*manifest.State]hcl.Range{}
	for _, item := range obj.Items {
		s, rng := c.effectState(item.KeyExpr)
		if s == nil {
			continue
		}
		if prev, dup := first[s]; dup {
			c.errorf(ruleDuplicateEffect, rng, "This action sets the state %q twice; the first time is at %s. Keep one value; a conditional can choose between two.", s.Name, place(prev))
			continue
		}
		first[s] = rng
		if c.env.Derived(s) {
			c.errorf(ruleDerivedEffect, rng, "The state %q is derived, so its value follows from other states. Set those instead.", s.Name)
			continue
		}
		if v := c.effectValue(item.ValueExpr, s); v != nil {
			out = append(out, manifest.Effect{State: s, Value: v, Range: rng})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].State.Name < out[j].State.Name })
	return out, c.diags
}

func place(r hcl.Range) string {
	return fmt.Sprintf("%s:%d,%d", r.Filename, r.Start.Line, r.Start.Column)
}

// effectState finds the state that a key names: `name`, "name", name["key"]
// or name[each.key]. nil means an error, reported.
func (c *compiler) effectState(key hclsyntax.Expression) (*manifest.State, hcl.Range) {
	rng := key.Range()
	if k, ok := key.(*hclsyntax.ObjectConsKeyExpr); ok {
		key = k.Wrapped
	}
	root, steps, ok := flatten(key)
	if !ok { // a string, or a template that reads no state
		if reads(key, c.top) {
			c.errorf(ruleBadEffectKey, rng, "Which state an effect sets can't depend on a state.")
			return nil, rng
		}
		x := c.node(operand{pure: key, scope: c.top, rng: rng}, need{manifest.String, "the label of a state"})
		if x == nil {
			return nil, rng
		}
		return c.state(Ref{Root: "state", Name: x.Value.Str, Label: true, Range: rng, NameRange: rng}), rng
	}
	if root == "state" && len(steps) > 0 && steps[0].isAttr() {
		c.diags = append(c.diags, ruleBadEffectKey.Fix(rng, steps[0].name, "The left side of an effect must be just the label of a state. Write %s.", steps[0].name))
		return nil, rng
	}
	if len(steps) > 0 && steps[0].isAttr() {
		c.errorf(ruleBadEffectKey, rng, "The left side of an effect must be the label of a state, and %s.%s isn't one.", root, steps[0].name)
		return nil, rng
	}
	all := append([]step{{name: root, rng: rng}}, steps...)
	r, ok := c.ref("state", all, rng, c.top)
	if !ok {
		return nil, rng
	}
	r.Label = r.Key == nil
	return c.state(r), rng
}

func (c *compiler) state(r Ref) *manifest.State {
	x := c.resolve(r)
	if x == nil {
		return nil
	}
	return x.State
}

// effectValue compiles the new value of a state. null and bounds are allowed only here, alone or as
// branches of conditionals.
func (c *compiler) effectValue(e hclsyntax.Expression, s *manifest.State) *manifest.Expr {
	rng := e.Range()
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return c.effectValue(e.Expression, s)
	case *hclsyntax.ConditionalExpr:
		cond := c.compile(e.Condition, c.top)
		t, f := c.effectValue(e.TrueResult, s), c.effectValue(e.FalseResult, s)
		test := c.node(cond, condition)
		switch {
		case test == nil || t == nil || f == nil:
			return nil
		case test.Op != manifest.OpConst:
			return ternary(test, t, f, rng)
		case test.Value.Bool:
			return t
		}
		return f
	case *hclsyntax.FunctionCallExpr:
		if kind := bounds[e.Name]; kind != 0 {
			return c.bound(e, kind, s)
		}
	}
	o, want := c.compile(e, c.top), need{s.Type, "because that is the type of the state \"" + s.Name + "\""}
	if o.pure == nil {
		return c.node(o, want)
	}
	v, ok := c.value(o.pure, o.scope)
	if !ok {
		return nil
	}
	if v.IsNull() {
		return &manifest.Expr{Op: manifest.OpConst, Type: s.Type, Range: rng}
	}
	return c.node(o, want)
}

func (c *compiler) bound(e *hclsyntax.FunctionCallExpr, kind manifest.BoundKind, s *manifest.State) *manifest.Expr {
	if s.Type != manifest.Number {
		c.errorf(ruleTypeMismatch, e.Range(), "`%s` bounds a number, but the state %q is a %s.", e.Name, s.Name, s.Type)
		return nil
	}
	if len(e.Args) != 1 || e.ExpandFinal {
		c.errorf(ruleTypeMismatch, e.Range(), "`%s` requires one number.", e.Name)
		return nil
	}
	x := c.node(c.compile(e.Args[0], c.top), need{manifest.Number, "for `" + e.Name + "`"})
	if x == nil {
		return nil
	}
	return &manifest.Expr{Op: manifest.OpBound, Type: manifest.Number, Bound: kind, Args: []*manifest.Expr{x}, Range: e.Range()}
}

// Mentions reports whether an effects object has an entry for a state's name,
// be it in error or not.
func Mentions(e hclsyntax.Expression, name string) bool {
	obj, ok := e.(*hclsyntax.ObjectConsExpr)
	if !ok {
		return e != nil
	}
	for _, item := range obj.Items {
		key := item.KeyExpr
		if k, ok := key.(*hclsyntax.ObjectConsKeyExpr); ok {
			key = k.Wrapped
		}
		if hcl.ExprAsKeyword(key) == name {
			return true
		}
		if t, ok := key.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
			if v, _ := t.Value(nil); v.AsString() == name {
				return true
			}
		} else if hcl.ExprAsKeyword(key) == "" {
			return true // computed: it may be this one
		}
	}
	return false
}
