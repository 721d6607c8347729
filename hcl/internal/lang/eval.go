package lang

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/zclconf/go-cty/cty"
)

// maxNested bounds nested evaluations (local a requires local b requires …).
const maxNested = 3000

// Eval evaluates an expression. Errors are reported, and ok is then false; ok is also false if the
// value depends on a failure that was reported elsewhere. References evaluate to objects; see Ref. A
// value that depends on a parameter is an error.
func (s *Scope) Eval(expr hcl.Expression) (v cty.Value, ok bool) {
	if v, ok = s.evalDeferred(expr); ok && !s.p.known(v, expr.Range(), "this value") {
		return cty.DynamicVal, false
	}
	return v, ok
}

// evalDeferred is Eval for values that may contain parameters.
func (s *Scope) evalDeferred(expr hcl.Expression) (v cty.Value, ok bool) {
	v, ok = s.eval(expr)
	if !ok {
		return cty.DynamicVal, false
	}
	if !v.ContainsMarked() {
		return v, v.IsWhollyKnown()
	}
	err, known := inspect(v)
	if err != nil {
		s.p.reportPoison(err, expr.Range())
		return cty.DynamicVal, false
	}
	return v, known
}

// inspect looks for placeholders and unknown parts in a value, but not inside references: their
// exports aren't read.
func inspect(v cty.Value) (poisoned error, known bool) {
	v, marks := v.Unmark()
	for m := range marks {
		if ps, ok := m.(poison); ok {
			return ps.err, false
		}
	}
	if !v.IsKnown() {
		return nil, false
	}
	ty := v.Type()
	if v.IsNull() || asRef(v) != nil || !(ty.IsObjectType() || ty.IsTupleType() || ty.IsCollectionType()) {
		return nil, true
	}
	known = true
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		err, k := inspect(e)
		if err != nil {
			return err, false
		}
		known = known && k
	}
	return nil, known
}

func (p *Evaluation) reportPoison(err error, at hcl.Range) {
	if _, isCycle := err.(*cycleError); isCycle {
		p.reportCycle(err)
		return
	}
	p.Errorf(ruleUnavailable, at, "%s", err)
}

// eval is Eval, but the result may contain placeholders for values that could not be computed.
func (s *Scope) eval(expr hcl.Expression) (v cty.Value, ok bool) {
	p := s.p
	if expr == nil {
		return cty.DynamicVal, false // a required argument is missing, which was reported
	}
	if lit, isLit := expr.(*hclsyntax.LiteralValueExpr); isLit {
		return lit.Val, true
	}
	if t, isText := expr.(*hclsyntax.TemplateExpr); isText && t.IsStringLiteral() {
		v, diags := t.Value(nil)
		return v, !diags.HasErrors()
	}
	if p.nested >= maxNested {
		p.Errorf(ruleDepth, expr.Range(), "The values here form a dependency chain of more than %d references, which is not supported. Shorten the chain.", maxNested)
		return cty.DynamicVal, false
	}
	p.nested++
	defer func() { p.nested-- }()
	ctx, ok := s.context(expr)
	if !ok {
		return cty.DynamicVal, false
	}
	if !s.uncomputed(expr, ctx) {
		return cty.DynamicVal, false
	}
	chosen := expr
	if chooses(expr) {
		chosen = branch(expr, ctx)
	}
	v, diags := safeValue(chosen, ctx)
	if diags.HasErrors() {
		hide := false
		for _, v := range ctx.Variables {
			hide = hide || sensitive(v)
		}
		for _, d := range diags {
			n := s.explain(d, expr)
			if hide { // functions quote their arguments
				n.Detail = d.Summary + ". The details are hidden because the expression contains a sensitive variable."
			}
			p.Report(n)
		}
		return cty.DynamicVal, false
	}
	if _, plain := expr.(*hclsyntax.ScopeTraversalExpr); !plain && size(v, maxValue) > maxValue {
		p.Errorf(ruleDepth, expr.Range(), "This value is larger than %d MB. Values that contain each other grow exponentially.", maxValue>>20)
		return cty.DynamicVal, false
	}
	return v, true
}

// maxValue bounds the approximate size in bytes of one expression's value.
const maxValue = 64 << 20

// size is the approximate memory of a value without sharing; it stops counting at a limit. References
// count as zero.
func size(v cty.Value, limit int) int {
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() {
		return 16
	}
	ty := v.Type()
	switch {
	case ty == cty.String:
		return 16 + len(v.AsString())
	case !ty.IsObjectType() && !ty.IsTupleType() && !ty.IsCollectionType() || asRef(v) != nil:
		return 16
	}
	total := 16
	for it := v.ElementIterator(); it.Next() && total <= limit; {
		_, e := it.Element()
		total += 16 + size(e, limit-total)
	}
	return total
}

// safeValue recovers from panics in third-party functions.
func safeValue(expr hcl.Expression, ctx *hcl.EvalContext) (v cty.Value, diags hcl.Diagnostics) {
	defer func() {
		if r := recover(); r != nil {
			v = cty.DynamicVal
			diags = hcl.Diagnostics{ruleInternal.At(expr.Range(), "Evaluating this expression failed unexpectedly: %v.", r)}
		}
	}()
	return expr.Value(ctx)
}

// context contains exactly what the expression refers to.
func (s *Scope) context(expr hcl.Expression) (*hcl.EvalContext, bool) {
	ctx := &hcl.EvalContext{Functions: s.p.functions()}
	ts := expr.Variables()
	if len(ts) == 0 {
		return ctx, true
	}
	ok := true
	tree := &want{}
	for _, t := range ts {
		r, found := s.Resolve(t)
		if !found {
			ok = false
			continue
		}
		v, found := r.value(s.p, t.SourceRange())
		if !found {
			ok = false
			continue
		}
		tree.insert(r.path, v)
	}
	if !ok {
		return nil, false
	}
	ctx.Variables = make(map[string]cty.Value, len(tree.kids))
	for name, k := range tree.kids {
		ctx.Variables[name] = k.value()
	}
	return ctx, true
}

// want collects the values of an expression's traversals by path.
type want struct {
	kids map[string]*want
	val  cty.Value // the whole value, including kids
}

func (w *want) insert(path []string, v cty.Value) {
	for _, name := range path {
		if w.val != cty.NilVal {
			return
		}
		k := w.kids[name]
		if k == nil {
			if w.kids == nil {
				w.kids = map[string]*want{}
			}
			k = &want{}
			w.kids[name] = k
		}
		w = k
	}
	w.val, w.kids = v, nil
}

func (w *want) value() cty.Value {
	if w.val != cty.NilVal {
		return w.val
	}
	attrs := make(map[string]cty.Value, len(w.kids))
	for n, k := range w.kids {
		attrs[n] = k.value()
	}
	return cty.ObjectVal(attrs)
}

// explain turns HCL's diagnostics into ours: with a code, and better advice if a reference to a block
// was used as a value.
func (s *Scope) explain(d *hcl.Diagnostic, expr hcl.Expression) *hcl.Diagnostic {
	at := expr.Range()
	if d.Subject != nil {
		at = *d.Subject
	}
	if _, ours := d.Extra.(diag.Extra); ours {
		return d
	}
	if d.Expression != nil {
		for _, t := range d.Expression.Variables() {
			if !overlaps(t.SourceRange(), at) {
				continue
			}
			if r, ok := s.peek(t); ok && r.Object != nil && len(r.Rest) == 0 {
				return s.p.blockAsValue(r.Object, t.SourceRange())
			}
		}
	}
	detail := d.Detail
	if i := strings.Index(detail, "panic in function implementation"); i >= 0 {
		detail = detail[:i] + "the function is not defined for these arguments."
	}
	if i := strings.Index(detail, refAttr); i >= 0 {
		detail = strings.ReplaceAll(detail, refAttr, "reference")
	}
	n := ruleEval.At(at, "%s: %s", d.Summary, detail)
	n.Context, n.Expression, n.EvalContext = d.Context, nil, nil
	return n
}

// peek resolves without reporting errors in the traversal itself. Errors in a block that is expanded
// on the way stay reported, because nothing else would find them.
func (s *Scope) peek(t hcl.Traversal) (Resolution, bool) {
	n := len(s.p.diags)
	r, ok := s.Resolve(t)
	found := s.p.diags[n:]
	s.p.diags = s.p.diags[:n]
	for _, d := range found {
		if d.Subject == nil || !overlaps(*d.Subject, t.SourceRange()) {
			s.p.diags = append(s.p.diags, d)
		}
	}
	return r, ok
}

func overlaps(a, b hcl.Range) bool {
	return a.Filename == b.Filename && a.Start.Byte <= b.End.Byte && b.Start.Byte <= a.End.Byte
}
