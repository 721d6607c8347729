package planexpr

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// factKinds are the built-in facts by root and attribute.
var factKinds = map[string]map[string]manifest.FactKind{
	"image":    {"ready": manifest.ImageReady},
	"secret":   {"set": manifest.SecretSet},
	"service":  {"started": manifest.ServiceStarted, "healthy": manifest.ServiceHealthy, "completed": manifest.ServiceCompleted},
	"database": {"applied": manifest.DatabaseApplied},
	"action":   {"done": manifest.ActionDone},
}

// FactKind returns the kind of fact that an attribute of a root stands for,
// or "".
func FactKind(root, attr string) manifest.FactKind { return factKinds[root][attr] }

// FactAttrs lists the facts of a root, sorted; none for a root without facts.
func FactAttrs(root string) []string {
	switch root {
	case "image":
		return []string{"ready"}
	case "secret":
		return []string{"set"}
	case "service":
		return []string{"completed", "healthy", "started"}
	case "database":
		return []string{"applied"}
	case "action":
		return []string{"done"}
	}
	return nil
}

// step is one part of a reference after its root: an attribute, or an index
// that is constant or still to be evaluated.
type step struct {
	name string               // attribute
	val  cty.Value            // constant index
	key  hclsyntax.Expression // index expression
	rng  hcl.Range
}

func (s step) isAttr() bool { return s.name != "" }

// flatten takes a reference apart. ok is false for any other expression.
func flatten(e hclsyntax.Expression) (root string, steps []step, ok bool) {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		steps, ok = traversal(nil, e.Traversal[1:])
		return e.Traversal.RootName(), steps, ok
	case *hclsyntax.RelativeTraversalExpr:
		if root, steps, ok = flatten(e.Source); ok {
			steps, ok = traversal(steps, e.Traversal)
		}
		return root, steps, ok
	case *hclsyntax.IndexExpr:
		if root, steps, ok = flatten(e.Collection); ok {
			steps = append(steps, step{key: e.Key, rng: e.Key.Range()})
		}
		return root, steps, ok
	}
	return "", nil, false
}

func traversal(steps []step, t hcl.Traversal) ([]step, bool) {
	for _, s := range t {
		switch s := s.(type) {
		case hcl.TraverseAttr:
			steps = append(steps, step{name: s.Name, rng: s.SrcRange})
		case hcl.TraverseIndex:
			steps = append(steps, step{val: s.Key, rng: s.SrcRange})
		default:
			return nil, false
		}
	}
	return steps, true
}

// isRef reports whether a flattened reference names a state, a goal or a
// fact. Other attributes of services and the like are ordinary values.
func isRef(root string, steps []step) bool {
	if root == "state" || root == "goal" {
		return true
	}
	attrs := factKinds[root]
	if attrs == nil {
		return false
	}
	for i, s := range steps {
		if i > 0 && i <= 2 && s.isAttr() {
			return attrs[s.name] != "" // NAME.attr or NAME["k"].attr
		}
	}
	return false
}

// reads reports whether an expression reads a state, a goal or a fact, directly or through a local.
func reads(e hclsyntax.Expression, sc *scope) bool {
	w := &readsWalker{scope: sc}
	_ = hclsyntax.Walk(e, w)
	return w.found
}

// mayRead reports whether an expression might do so through a variable that
// holds a reference.
func mayRead(e hclsyntax.Expression, sc *scope) bool {
	w := &readsWalker{scope: sc}
	_ = hclsyntax.Walk(e, w)
	return w.found || w.maybe
}

type readsWalker struct {
	scope  *scope
	locals []map[string]struct{}
	found  bool
	maybe  bool // a variable may hold a reference to a state or fact
}

// local reports whether local.NAME reads states.
func (w *readsWalker) local(n hclsyntax.Expression) bool {
	t, ok := n.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return false
	}
	l, ok := w.scope.env.Local(t.Traversal[:2])
	if ok && l.Leave != nil {
		l.Leave()
	}
	return ok
}

// namesFact reports whether an attribute has the name of a fact.
func namesFact(steps []step) bool {
	if len(steps) == 0 {
		return true // the variable itself may be one
	}
	for _, s := range steps {
		for _, attrs := range factKinds {
			if attrs[s.name] != "" {
				return true
			}
		}
	}
	return false
}

func (w *readsWalker) Enter(n hclsyntax.Node) hcl.Diagnostics {
	switch n := n.(type) {
	case hclsyntax.ChildScope:
		w.locals = append(w.locals, n.LocalNames)
	case hclsyntax.Expression:
		if w.found {
			return nil
		}
		switch n.(type) {
		case *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.IndexExpr:
		default:
			return nil
		}
		root, steps, ok := flatten(n)
		if !ok {
			return nil
		}
		if w.shadowed(root) {
			w.maybe = w.maybe || namesFact(steps)
			return nil
		}
		w.maybe = w.maybe || root == "each"
		w.found = isRef(root, steps) || root == "local" && len(steps) > 0 && steps[0].isAttr() && w.local(n)
	}
	return nil
}

func (w *readsWalker) Exit(n hclsyntax.Node) hcl.Diagnostics {
	if _, ok := n.(hclsyntax.ChildScope); ok {
		w.locals = w.locals[:len(w.locals)-1]
	}
	return nil
}

func (w *readsWalker) shadowed(name string) bool {
	if w.scope.has(name) {
		return true
	}
	for _, l := range w.locals {
		if _, ok := l[name]; ok {
			return true
		}
	}
	return false
}

// ref evaluates the keys of a flattened reference. ok is false if that failed, with the reason
// reported.
func (c *compiler) ref(root string, steps []step, rng hcl.Range, sc *scope) (r Ref, ok bool) {
	r = Ref{Root: root, Range: rng}
	words := make([]string, len(steps))
	for i, s := range steps {
		if words[i] = s.name; s.isAttr() {
			continue
		}
		v := s.val
		if s.key != nil {
			if reads(s.key, sc) {
				c.errorf(ruleNotPlannable, s.rng, "A key can't depend on a state, because the planner must know in advance which object it selects.")
				return r, false
			}
			if v, ok = c.value(s.key, sc); !ok {
				return r, false
			}
		}
		v, _ = v.Unmark()
		if !v.IsKnown() {
			return r, false
		}
		if v.IsNull() || v.Type() != cty.String {
			c.errorf(ruleBadReference, s.rng, "A key must be a string: %s[\"KEY\"].", strings.Join(append([]string{root}, words[:i]...), "."))
			return r, false
		}
		words[i] = v.AsString()
	}
	rest := steps
	if len(rest) > 0 {
		r.Name, r.NameRange = words[0], rest[0].rng
		rest = rest[1:]
		if len(rest) > 0 && !rest[0].isAttr() {
			r.Key = &words[1]
			rest = rest[1:]
		}
		if attrs := factKinds[root]; attrs != nil && len(rest) > 0 && attrs[rest[0].name] != "" {
			r.Attr = rest[0].name
			rest = rest[1:]
		}
	}
	if r.Name == "" || len(rest) > 0 {
		c.malformed(root, r, rest, rng)
		return r, false
	}
	return r, true
}

func (c *compiler) malformed(root string, r Ref, rest []step, rng hcl.Range) {
	if len(rest) > 0 {
		rng = rest[0].rng
	}
	switch {
	case r.Name == "":
		c.errorf(ruleBadReference, rng, "`%s` by itself is not a reference. Write %s.NAME.", root, root)
	case r.Attr != "":
		c.errorf(ruleBadReference, rng, "%s is a fact, true or false, so it has no attributes.", address(r))
	default:
		what := "state"
		if root == "goal" {
			what = "goal"
		}
		c.errorf(ruleBadReference, rng, "%s is a %s; it has no attributes.", address(r), what)
	}
}

func address(r Ref) string {
	s := r.Root + "." + r.Name
	if r.Key != nil {
		s += `["` + *r.Key + `"]`
	}
	if r.Attr != "" {
		s += "." + r.Attr
	}
	return s
}

// reference compiles what names a state, a goal or a fact: by itself, through
// a local, or through a variable that holds a reference. ok is false for an
// ordinary value.
func (c *compiler) reference(e hclsyntax.Expression, sc *scope) (o operand, ok bool) {
	root, steps, ok := flatten(e)
	if !ok {
		return operand{}, false
	}
	rng := e.Range()
	switch {
	case sc.has(root) || root == "each":
		v, diags := sc.env.Value(e, sc.vars)
		if diags.HasErrors() || v == cty.NilVal || !v.IsKnown() {
			c.diags = append(c.diags, diags...)
			return bad(rng), true
		}
		t, ok := c.env.Target(v)
		if !ok || !plannableTarget(t) {
			return operand{}, false
		}
		return of(c.target(t, need{}, rng), rng), true
	case isRef(root, steps):
		r, ok := c.ref(root, steps, rng, sc)
		if !ok {
			return bad(rng), true
		}
		return of(c.resolve(r), rng), true
	case root == "local" && len(steps) == 1:
		t, ok := e.(*hclsyntax.ScopeTraversalExpr)
		if !ok {
			return operand{}, false
		}
		l, ok := sc.env.Local(t.Traversal)
		switch {
		case !ok:
			return operand{}, false
		case l.Expr == nil:
			return bad(rng), true
		}
		defer l.Leave()
		o := c.compile(l.Expr, &scope{env: l.Env, local: true})
		o.rng = rng
		return o, true
	}
	return operand{}, false
}

func plannableTarget(t Target) bool {
	switch t.Ref.(type) {
	case *manifest.State, *manifest.Goal, manifest.Fact:
		return true
	}
	return false
}

// target creates the node of a reference that is a value.
func (c *compiler) target(t Target, want need, rng hcl.Range) *manifest.Expr {
	x := node(t.Ref, rng)
	switch {
	case x == nil && !plannableTarget(t):
		hint := ""
		if attrs := FactAttrs(t.Kind); len(attrs) > 0 {
			hint = " A condition can use " + t.Address + "." + strings.Join(attrs, ", "+t.Address+".") + "."
		}
		c.errorf(ruleNotPlannable, rng, "%s is a whole %s, which is neither true nor false.%s", t.Address, t.Kind, hint)
	case x != nil && want.t != 0 && x.Type != want.t:
		c.diags = append(c.diags, mismatch(rng, want, x.Type.String(), ""))
		return nil
	}
	return x
}

// resolve creates the node of a reference.
func (c *compiler) resolve(r Ref) *manifest.Expr {
	target, diags := c.env.Resolve(r)
	c.diags = append(c.diags, diags...)
	return node(target, r.Range)
}

// node refers to a state, a goal or a fact; nil for anything else, and for a
// state whose declaration is in error.
func node(target any, rng hcl.Range) *manifest.Expr {
	switch t := target.(type) {
	case *manifest.State:
		if t == nil || t.Type == 0 {
			return nil
		}
		return &manifest.Expr{Op: manifest.OpState, Type: t.Type, State: t, Range: rng}
	case *manifest.Goal:
		if t == nil {
			return nil
		}
		return &manifest.Expr{Op: manifest.OpGoal, Type: manifest.Bool, Goal: t, Range: rng}
	case manifest.Fact:
		return &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: t, Range: rng}
	}
	return nil
}
