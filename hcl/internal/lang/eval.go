package lang

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/zclconf/go-cty/cty"
)

// maxNested bounds evaluations inside each other (local a needs local b needs …).
const maxNested = 3000

// Eval evaluates an expression. What is wrong with it is reported; ok is false
// then, and also where the value depends on something whose failure was
// reported elsewhere. References evaluate to objects; see Ref.
func (s *Scope) Eval(expr hcl.Expression) (v cty.Value, ok bool) {
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

// inspect looks for stand-ins and unknown parts in a value, but not inside of
// references: whoever decodes those doesn't want their exports.
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

func (p *Program) reportPoison(err error, at hcl.Range) {
	if _, isCycle := err.(*cycleError); isCycle {
		p.reportCycle(err)
		return
	}
	p.Errorf(ruleUnavailable, at, "%s", err)
}

// eval is Eval but for stand-ins of what can't be had: they may be in the
// value, for nobody may want them.
func (s *Scope) eval(expr hcl.Expression) (v cty.Value, ok bool) {
	p := s.p
	if expr == nil {
		return cty.DynamicVal, false // a required attribute is missing, which was reported
	}
	if lit, isLit := expr.(*hclsyntax.LiteralValueExpr); isLit {
		return lit.Val, true
	}
	if p.nested >= maxNested {
		p.Errorf(ruleDepth, expr.Range(), "Values here depend on each other more than %d deep.", maxNested)
		return cty.DynamicVal, false
	}
	p.nested++
	defer func() { p.nested-- }()
	ctx, ok := s.context(expr)
	if !ok {
		return cty.DynamicVal, false
	}
	v, diags := safeValue(expr, ctx)
	if diags.HasErrors() {
		hide := false
		for _, v := range ctx.Variables {
			hide = hide || sensitive(v)
		}
		for _, d := range diags {
			n := s.explain(d, expr)
			if hide { // functions quote their arguments
				n.Detail = d.Summary + ". What exactly is wrong isn't shown, for a sensitive variable is part of the expression."
			}
			p.Report(n)
		}
		return cty.DynamicVal, false
	}
	return v, true
}

// safeValue guards against panics in functions of third parties.
func safeValue(expr hcl.Expression, ctx *hcl.EvalContext) (v cty.Value, diags hcl.Diagnostics) {
	defer func() {
		if r := recover(); r != nil {
			v = cty.DynamicVal
			diags = hcl.Diagnostics{ruleInternal.At(expr.Range(), "Evaluating this expression failed unexpectedly: %v.", r)}
		}
	}()
	return expr.Value(ctx)
}

// context holds what the expression refers to, and no more.
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
	val  cty.Value // whole value; kids are in it
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

// explain turns HCL's diagnostics into ours: a code, and better advice where
// a reference to a block was used as a value.
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
	if i := strings.Index(detail, refAttr); i >= 0 {
		detail = strings.ReplaceAll(detail, refAttr, "reference")
	}
	n := ruleEval.At(at, "%s: %s", d.Summary, detail)
	n.Context, n.Expression, n.EvalContext = d.Context, nil, nil
	return n
}

// peek resolves without reporting.
func (s *Scope) peek(t hcl.Traversal) (Resolution, bool) {
	n := len(s.p.diags)
	r, ok := s.Resolve(t)
	s.p.diags = s.p.diags[:n]
	return r, ok
}

func overlaps(a, b hcl.Range) bool {
	return a.Filename == b.Filename && a.Start.Byte <= b.End.Byte && b.Start.Byte <= a.End.Byte
}

func (p *Program) blockAsValue(o *Object, at hcl.Range) *hcl.Diagnostic {
	switch o.Kind {
	case "secret":
		return ruleSecretUse.At(at, "%s can't be part of this value. A secret may stand as ${%s} in an action's script or in the environment of an exposed service, and by itself in secret_env.", o.Address, o.Address)
	case "state", "goal", "fact":
		return p.planOnly(o, at)
	}
	return ruleRefText.At(at, "%s is a whole %s, not a value. Use one of its attributes, such as %s.name.", o.Address, o.Kind, o.Address)
}

func (p *Program) planOnly(o *Object, at hcl.Range) *hcl.Diagnostic {
	return rulePlanOnly.At(at, "%s has a value only while planning. It may stand in precondition, condition, derived and effects, and facts in achieves and destroys.", o.Address)
}

func (p *Program) unknownRoot(s *Scope, t hcl.Traversal) {
	root := t.RootName()
	at := t.SourceRange()
	if p.holed[root] && p.specs[root] == nil {
		return // a block of that type was reported
	}
	if p.inTemplate(at) {
		if p.broken { // half of a shell's ${x:-y}, which was reported
			return
		}
		p.Report(ruleUnknownRoot.Fix(at, "", "\"%s\" is nothing that a manifest knows. If ${…} is meant for the shell or another language, write $${%s…}.", root, root))
		return
	}
	switch root {
	case "each":
		p.Errorf(ruleUnknownRoot, at, "each.key and each.value exist only in blocks with for_each.")
		return
	case "replica":
		p.Errorf(ruleUnknownRoot, at, "replica.index and replica.number exist only in the attributes of a service that differ by replica: container_name, env, ports, mounts, command, labels and Compose keys.")
		return
	}
	known := []string{"var", "local", "each", "replica"}
	for typ, spec := range p.specs {
		if !spec.NoRef && len(spec.Labels) > 0 {
			known = append(known, typ)
		}
	}
	hint, fix := p.didYouMean(root, known)
	if hint == "" && len(t) == 1 {
		hint = fmt.Sprintf(" If it is meant as text, put it in quotes: \"%s\".", root)
	}
	p.Report(ruleUnknownRoot.Fix(t[0].SourceRange(), fix, "\"%s\" is nothing that a manifest knows.%s", root, hint))
}

// inTemplate reports whether a `${` stands directly before the range.
func (p *Program) inTemplate(r hcl.Range) bool {
	f := p.files[r.Filename]
	if f == nil || r.Start.Byte > len(f.Bytes) {
		return false
	}
	b := strings.TrimRight(string(f.Bytes[max(0, r.Start.Byte-64):r.Start.Byte]), " \t~")
	return strings.HasSuffix(b, "${")
}

func (p *Program) unknownBlock(kind, name string, t hcl.Traversal) {
	if p.Incomplete(kind) {
		return
	}
	at := t[:2].SourceRange()
	var names []string
	if p.affordable(len(p.decls[kind])) {
		for n := range p.decls[kind] {
			names = append(names, n)
		}
	}
	hint, fix := "", ""
	if s := p.Suggest(name, names); s != "" {
		fix = address(kind, s)
		hint = " Did you mean " + fix + "?"
	} else if len(p.decls[kind]) == 0 {
		hint = fmt.Sprintf(" It declares no %s block at all.", kind)
	} else if len(t) > 2 {
		for _, n := range names { // artifact.haproxy.cfg
			if k, ok := stepKey(t[2]); ok && n == name+"."+k {
				hint = " Did you mean " + address(kind, n) + "?"
			}
		}
	}
	p.Report(ruleUnknownRef.Fix(at, fix, "The manifest declares no %s \"%s\".%s", kind, name, hint))
}

// Lookup finds a top-level block by type and name, for labels and keys that
// name one. A block with for_each is found by the names of its instances.
// nil: not found, and reported (unless an error reported before explains it).
func (p *Program) Lookup(kind, name string, at hcl.Range) *Object {
	if d := p.decls[kind][name]; d != nil {
		if !p.expand(d, at) || d.node.broken {
			return nil
		}
		if !d.forEach {
			return &d.node.Object
		}
	}
	if o := p.instanceByName(kind, name); o != nil {
		return o
	}
	if p.Incomplete(kind) {
		return nil
	}
	var names []string
	if p.affordable(len(p.byType[kind])) {
		for _, b := range p.Blocks(kind) {
			names = append(names, b.Name)
		}
	}
	hint, fix := p.didYouMean(name, names)
	p.Report(ruleUnknownRef.Fix(at, fix, "The manifest declares no %s \"%s\".%s", kind, name, hint))
	return nil
}

// LookupAll is Lookup where the name of a block with for_each stands for all
// its instances.
func (p *Program) LookupAll(kind, name string, at hcl.Range) []*Object {
	if d := p.decls[kind][name]; d != nil && p.expand(d, at) && d.forEach {
		var out []*Object
		for _, n := range d.node.names() {
			out = append(out, &d.node.kids[n].Object)
		}
		return out
	}
	if o := p.Lookup(kind, name, at); o != nil {
		return []*Object{o}
	}
	return nil
}

func (p *Program) instanceByName(kind, name string) *Object {
	for i := range name {
		if name[i] != '-' {
			continue
		}
		d := p.decls[kind][name[:i]]
		if d == nil || d.block.Body.Attributes["for_each"] == nil || !p.expand(d, hcl.Range{}) {
			continue
		}
		if k := d.node.child(name[i+1:]); k != nil {
			return &k.Object
		}
	}
	return nil
}

func (p *Program) unknownMember(n *node, name string, at hcl.Range) {
	if n.broken || p.broken {
		return
	}
	var names []string
	if p.affordable(len(n.kids)) {
		names = n.names()
	}
	if n.Kind != "" {
		names = append(names, "name")
	}
	hint, _ := p.didYouMean(name, names)
	switch {
	case n.group:
		if hint == "" && len(names) > 0 {
			hint = fmt.Sprintf(" Its keys are %s.", list(names))
		}
		p.Report(ruleUnknownMember.At(at, "%s has no instance with the key \"%s\".%s", n.Address, name, hint))
	case n.Kind != "":
		if hint == "" {
			hint = fmt.Sprintf(" It has %s.", list(names))
		}
		p.Report(ruleUnknownMember.At(at, "%s has nothing called \"%s\".%s", n.Address, name, hint))
	default:
		if hint == "" && len(names) > 0 {
			hint = fmt.Sprintf(" There is %s.", list(names))
		}
		p.Report(ruleUnknownMember.At(at, "%s has no \"%s\".%s", n.Address, name, hint))
	}
}

// list writes at most twelve names for a sentence.
func list(names []string) string {
	if len(names) > 12 {
		names = append(append([]string(nil), names[:12]...), "…")
	}
	return strings.Join(names, ", ")
}
