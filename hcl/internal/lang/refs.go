package lang

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/internal/text"
)

// Found is a decoded reference: the model object and the range that names it.
type Found[T any] struct {
	Value  T
	Object *Object
	Range  hcl.Range
}

// Ref reads an argument that refers to one block. T is the model type that Declare returned. ok is
// false if absent, null or failed.
func Ref[T any](b *Block, name string) (f Found[T], ok bool) {
	found, given := b.refs(name)
	all := typed[T](found)
	if len(all) == 1 {
		return all[0], true
	}
	spec := b.spec.attr(name)
	kinds := text.OrList(b.kinds(name))
	switch {
	case len(all) > 1:
		b.p.Errorf(ruleType, b.AttrRange(name), "The argument \"%s\" requires a single %s, not %d.", name, kinds, len(all))
		b.fail(name)
	case given && len(found) == 0 && spec != nil && spec.Required && b.p.assumed == nil:
		b.p.Errorf(ruleType, b.AttrRange(name), "The argument \"%s\" requires a %s, but this refers to none.", name, kinds)
		b.fail(name)
	}
	return f, false
}

// Refs reads an argument that refers to a list of blocks, in order. A block with for_each stands for
// all its instances; KIND.* for all of a kind.
func Refs[T any](b *Block, name string) []Found[T] {
	found, _ := b.refs(name)
	return typed[T](found)
}

// refs are the objects to which an argument refers. given is false if it is absent or an error in it
// was reported.
func (b *Block) refs(name string) (found []Found[any], given bool) {
	expr := b.Expr(name)
	if expr == nil {
		return nil, false
	}
	before := b.p.Reported()
	found, ok := b.scope.Refs(expr, b.kinds(name)...)
	if !ok {
		b.translateLast(name, before)
		b.fail(name)
	}
	return found, ok
}

// Keyed is an entry of a map of references.
type Keyed[T any] struct {
	Key string
	Found[T]
}

// RefMap reads an argument that maps keys to references, sorted by key.
func RefMap[T any](b *Block, name string) []Keyed[T] {
	expr := b.Expr(name)
	if expr == nil {
		return nil
	}
	before := b.p.Reported()
	entries, ok := b.scope.entries(expr, "\""+name+"\"")
	if !ok {
		b.translateLast(name, before)
		b.fail(name)
	}
	var out []Keyed[T]
	for _, e := range entries {
		var found []Found[any]
		if e.expr != nil {
			found, ok = b.scope.Refs(e.expr, b.kinds(name)...)
		} else {
			found, ok = b.p.valueRefs(e.val, e.at, b.kinds(name))
		}
		if !ok {
			b.fail(name)
			continue
		}
		for _, f := range typed[T](found) {
			out = append(out, Keyed[T]{e.key, f})
		}
	}
	return out
}

func (b *Block) kinds(name string) []string {
	if a := b.spec.attr(name); a != nil {
		return a.Type.Kinds
	}
	return nil
}

// typed keeps the objects of the required type; an object that couldn't be created (its Ref is nil)
// was reported.
func typed[T any](in []Found[any]) []Found[T] {
	var out []Found[T]
	for _, f := range in {
		if f.Object == nil {
			continue // of the wrong kind
		}
		if v, ok := f.Object.Ref.(T); ok {
			out = append(out, Found[T]{v, f.Object, f.Range})
		}
	}
	return out
}

// Refs evaluates an expression to the objects to which it refers, which must be of one of the kinds
// (any, if none is given). null is no object.
func (s *Scope) Refs(expr hcl.Expression, kinds ...string) ([]Found[any], bool) {
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return s.Refs(e.Expression, kinds...)
	case *hclsyntax.TupleConsExpr:
		var out []Found[any]
		ok := true
		for _, item := range e.Exprs {
			f, itemOK := s.Refs(item, kinds...)
			out, ok = append(out, f...), ok && itemOK
		}
		return out, ok
	case *hclsyntax.ConditionalExpr:
		c, ok := s.Eval(e.Condition)
		if !ok {
			return nil, false
		}
		if c, ok = s.p.convert(c, cty.Bool, e.Condition.Range(), "the condition"); !ok {
			return nil, false
		}
		if c.IsNull() {
			s.p.Errorf(ruleType, e.Condition.Range(), "The condition is null, but it must be true or false.")
			return nil, false
		}
		if c.True() {
			return s.Refs(e.TrueResult, kinds...)
		}
		return s.Refs(e.FalseResult, kinds...)
	case *hclsyntax.SplatExpr:
		if kind, ok := kindSplat(e); ok && s.p.specs[kind] != nil {
			return s.allOf(kind, e.Range(), kinds)
		}
	case *hclsyntax.ScopeTraversalExpr:
		if found, ok, done := s.traversalRefs(e, kinds); done {
			return found, ok
		}
	case *hclsyntax.IndexExpr:
		if found, ok, done := s.indexRefs(e, kinds); done {
			return found, ok
		}
	}
	v, ok := s.eval(expr)
	if !ok {
		return nil, false
	}
	if o := s.attributeOf(expr, kinds); o != nil {
		s.p.Errorf(ruleWrongKind, expr.Range(), "A reference to %s is required here, not one of its attributes. Write %s.", wantKinds(kinds), o.Address)
		return nil, false
	}
	return s.p.valueRefs(v, expr.Range(), kinds)
}

// attributeOf is the block of one of the kinds of which an expression reads an attribute, nil if it does
// something else.
func (s *Scope) attributeOf(expr hcl.Expression, kinds []string) *Object {
	t, ok := expr.(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(t.Traversal) < 3 || !slices.Contains(kinds, t.Traversal.RootName()) {
		return nil
	}
	if r, ok := s.peek(t.Traversal[:2]); ok {
		return r.Object
	}
	return nil
}

// kindSplat recognises `milestone.*`: a splat of a bare root.
func kindSplat(e *hclsyntax.SplatExpr) (string, bool) {
	src, ok := e.Source.(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(src.Traversal) != 1 {
		return "", false
	}
	if _, ok := e.Each.(*hclsyntax.AnonSymbolExpr); !ok {
		return "", false
	}
	return src.Traversal.RootName(), true
}

func (s *Scope) allOf(kind string, at hcl.Range, kinds []string) ([]Found[any], bool) {
	var out []Found[any]
	for _, b := range s.p.Blocks(kind) {
		f, ok := s.p.accept(&b.node.Object, at, kinds)
		if !ok {
			return nil, false
		}
		out = append(out, f)
	}
	return out, true
}

// traversalRefs decodes a traversal that names blocks; done is false if it must be evaluated.
func (s *Scope) traversalRefs(e *hclsyntax.ScopeTraversalExpr, kinds []string) (found []Found[any], ok, done bool) {
	if isLocal(e.Traversal) {
		def, ok := s.p.enter(e.Traversal)
		if !ok {
			return nil, false, true
		}
		defer s.p.leave(def)
		found, ok = s.p.root.Refs(def.attr.Expr, kinds...)
		return found, ok, true
	}
	r, ok := s.Resolve(e.Traversal)
	if !ok {
		return nil, false, true
	}
	at := e.Range()
	if r.node != nil && r.node.group {
		if r.node.broken {
			return nil, false, true
		}
		for _, o := range r.Instances {
			f, ok := s.p.accept(o, at, kinds)
			if !ok {
				return nil, false, true
			}
			found = append(found, f)
		}
		return found, true, true
	}
	if r.Object != nil && len(r.Rest) == 0 {
		f, ok := s.p.accept(r.Object, at, kinds)
		if !ok {
			return nil, false, true
		}
		return []Found[any]{f}, true, true
	}
	return nil, false, false
}

// indexRefs decodes KIND.name[key] with a computed key.
func (s *Scope) indexRefs(e *hclsyntax.IndexExpr, kinds []string) (found []Found[any], ok, done bool) {
	t, isT := e.Collection.(*hclsyntax.ScopeTraversalExpr)
	if !isT || s.p.specs[t.Traversal.RootName()] == nil {
		return nil, false, false
	}
	r, ok := s.Resolve(t.Traversal)
	if !ok {
		return nil, false, true
	}
	if r.node == nil || r.node.eval != nil || r.node.Kind != "" {
		return nil, false, false
	}
	k, ok := s.Eval(e.Key)
	if !ok {
		return nil, false, true
	}
	k, ok = s.p.convert(k, cty.String, e.Key.Range(), "the key")
	if !ok {
		return nil, false, true
	}
	if k.IsNull() {
		s.p.Errorf(ruleType, e.Key.Range(), "The key is null.")
		return nil, false, true
	}
	n := r.node.child(k.AsString())
	if n == nil {
		s.p.unknownMember(r.node, k.AsString(), e.Range())
		return nil, false, true
	}
	f, ok := s.p.accept(&n.Object, e.Range(), kinds)
	return []Found[any]{f}, ok, true
}

// valueRefs collects the references in a value.
func (p *Evaluation) valueRefs(v cty.Value, at hcl.Range, kinds []string) ([]Found[any], bool) {
	if v.IsNull() {
		return nil, true
	}
	v, marks := v.Unmark()
	for m := range marks {
		if ps, ok := m.(poison); ok {
			p.reportPoison(ps.err, at)
			return nil, false
		}
	}
	if !v.IsKnown() {
		return nil, false
	}
	if o := asRef(v); o != nil {
		f, ok := p.accept(o, at, kinds)
		return []Found[any]{f}, ok
	}
	ty := v.Type()
	isGroup := ty.IsObjectType() || ty.IsMapType() // the instances of a for_each
	if isGroup && holdsData(v) {
		d := ruleWrongKind.At(at, "A reference to %s is required here, not a map.", wantKinds(kinds))
		if name := sourceName(v); name != "" && len(kinds) > 0 && strings.HasPrefix(p.sourceOf(at), "{") {
			d.Detail += p.instead(name, kinds)
			p.proposeReference(d, at, name, kinds)
		}
		p.Report(d)
		return nil, false
	}
	if isGroup || ty.IsTupleType() || ty.IsListType() || ty.IsSetType() {
		var out []Found[any]
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			f, ok := p.valueRefs(e, at, kinds)
			if !ok {
				return nil, false
			}
			out = append(out, f...)
		}
		return out, true
	}
	hint := ""
	if ty == cty.String && len(kinds) > 0 {
		hint = p.instead(v.AsString(), kinds)
	}
	d := ruleWrongKind.At(at, "A reference to %s is required here, not a %s.%s", wantKinds(kinds), friendly(ty), hint)
	if ty == cty.String && len(kinds) > 0 && p.sourceOf(at) == Write(v.AsString()) {
		p.proposeReference(d, at, v.AsString(), kinds)
	}
	p.Report(d)
	return nil, false
}

// holdsData reports whether an element of an object is neither a reference nor a group of them: an empty map isn't.
func holdsData(v cty.Value) bool {
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if !e.IsNull() && e.IsKnown() && !e.IsMarked() && asRef(e) == nil && (e.Type().IsObjectType() || e.Type().IsMapType()) && e.LengthInt() == 0 {
			return true
		}
		if !e.IsNull() && e.IsKnown() && !e.IsMarked() && asRef(e) == nil && !e.Type().IsObjectType() && !e.Type().IsMapType() {
			return true
		}
	}
	return false
}

func (p *Evaluation) accept(o *Object, at hcl.Range, kinds []string) (Found[any], bool) {
	for _, k := range kinds {
		if o.Kind == k {
			return Found[any]{o.Ref, o, at}, true
		}
	}
	if len(kinds) == 0 {
		return Found[any]{o.Ref, o, at}, true
	}
	what := o.Kind
	if what == "" {
		what = "group"
	}
	p.Errorf(ruleWrongKind, at, "%s is %s, but a reference to %s is required here.", o.Address, article(what), wantKinds(kinds))
	return Found[any]{}, false
}

func wantKinds(kinds []string) string {
	if len(kinds) == 0 {
		return "a block"
	}
	return article(text.OrList(kinds))
}

// article puts a or an before a word.
func article(word string) string {
	if word != "" && strings.ContainsAny(word[:1], "aeiou") || strings.HasPrefix(word, "http") || strings.HasPrefix(word, "sql") {
		return "an " + word
	}
	return "a " + word
}

// sourceName is the name in the long form that Compose has of what services mount: { source = "NAME", … }.
func sourceName(v cty.Value) string {
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if k.AsString() == "source" && !e.IsMarked() && e.Type() == cty.String && e.IsKnown() && !e.IsNull() {
			return e.AsString()
		}
	}
	return ""
}
