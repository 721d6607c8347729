package lang

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/zclconf/go-cty/cty"
)

// Item is one element of a list with its range.
type Item struct {
	Value string
	Range hcl.Range
}

// Items reads a list of strings with the range of each. null elements are left out.
func (b *Block) Items(name string) []Item {
	v, ok := b.Value(name, cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return nil
	}
	ty := v.Type()
	at := b.AttrRange(name)
	if !ty.IsTupleType() && !ty.IsListType() && !ty.IsSetType() {
		write := "[ … ] around it"
		if s, ok := literalString(b.Expr(name)); ok {
			write = "[" + quote(s) + "]"
		}
		d := ruleType.At(at, "The argument \"%s\" must be a list of strings, not %s. Write %s.", name, article(friendly(ty)), write)
		if strings.HasPrefix(write, "[\"") {
			b.p.propose(d, at, Rewrite{Text: write})
		}
		b.p.Report(d)
		b.fail(name)
		return nil
	}
	exprs := tupleItems(b.Expr(name), v.LengthInt())
	var out []Item
	i := -1
	for it := v.ElementIterator(); it.Next(); {
		i++
		_, e := it.Element()
		where := at
		if exprs != nil && b.Given(name) {
			where = exprs[i].Range()
		}
		e, ok := b.p.convert(e, cty.String, where, fmt.Sprintf("element %d of \"%s\"", i+1, name))
		if !ok || !e.IsNull() && !b.checkEnum(name, e.AsString(), where) {
			b.fail(name)
			continue
		}
		if !e.IsNull() {
			out = append(out, Item{e.AsString(), where})
		}
	}
	return out
}

// tupleItems are the elements' expressions of a literal list of n elements.
func tupleItems(e hcl.Expression, n int) []hclsyntax.Expression {
	if t, ok := e.(*hclsyntax.TupleConsExpr); ok && len(t.Exprs) == n {
		return t.Exprs
	}
	return nil
}

// Strings reads a list of strings.
func (b *Block) Strings(name string) []string {
	var out []string
	for _, it := range b.Items(name) {
		out = append(out, it.Value)
	}
	return out
}

// StringMap reads a map of strings, sorted by key; null values are left out.
func (b *Block) StringMap(name string) []manifest.KeyValue {
	v, ok := b.Value(name, cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return nil
	}
	ty := v.Type()
	if o := asRef(v); o != nil {
		b.p.Report(b.p.blockAsValue(o, b.AttrRange(name)))
		b.fail(name)
		return nil
	}
	if !ty.IsObjectType() && !ty.IsMapType() {
		b.p.Report(b.translated(ruleType.At(b.AttrRange(name), "The argument \"%s\" must be a map of strings, not a %s.", name, friendly(ty)), name))
		b.fail(name)
		return nil
	}
	places := b.scope.objectPlaces(b.Expr(name), b.AttrRange(name))
	var out []manifest.KeyValue
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		key := k.AsString()
		if key == refAttr {
			continue
		}
		at := places(key)
		e, ok := b.p.convert(e, cty.String, at, fmt.Sprintf("the entry %q of \"%s\"", key, name))
		if !ok {
			b.fail(name)
			continue
		}
		if !e.IsNull() {
			out = append(out, manifest.KeyValue{Key: key, Value: e.AsString(), Range: at})
		}
	}
	return out
}

// objectPlaces finds the range of the value of a key in a literal object.
func (s *Scope) objectPlaces(e hcl.Expression, otherwise hcl.Range) func(key string) hcl.Range {
	places := map[string]hcl.Range{}
	if o, ok := e.(*hclsyntax.ObjectConsExpr); ok {
		for _, it := range o.Items {
			if k := hcl.ExprAsKeyword(it.KeyExpr); k != "" {
				places[k] = it.ValueExpr.Range()
			} else if k, ok := literalString(it.KeyExpr); ok {
				places[k] = it.ValueExpr.Range()
			}
		}
	}
	return func(key string) hcl.Range {
		if r, ok := places[key]; ok {
			return r
		}
		return otherwise
	}
}

// literalString is the text of an expression that is a plain string.
func literalString(e hcl.Expression) (string, bool) {
	if k, ok := e.(*hclsyntax.ObjectConsKeyExpr); ok {
		e = k.Wrapped
	}
	if t, ok := e.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
		v, _ := t.Value(nil)
		return v.AsString(), true
	}
	return "", false
}

// Command reads a command: a string is shell form, a list exec form; nil if absent.
func (b *Block) Command(name string) *manifest.Command {
	v, ok := b.Value(name, cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return nil
	}
	if v.Type().IsPrimitiveType() {
		s := b.String(name)
		if b.Failed(name) {
			return nil
		}
		return &manifest.Command{Shell: s, Range: b.AttrRange(name)}
	}
	words := b.Strings(name)
	if b.Failed(name) {
		return nil
	}
	if len(words) == 0 {
		words = []string{}
	}
	return &manifest.Command{Exec: words, Range: b.AttrRange(name)}
}

// Any reads a value of any type as plain data (see manifest.Passthrough): nil, bool,
// string, *big.Rat, []any, map[string]any.
func (b *Block) Any(name string) any {
	v, ok := b.Value(name, cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return nil
	}
	if o := firstRef(v); o != nil {
		b.p.Report(b.p.blockAsValue(o, b.AttrRange(name)))
		b.fail(name)
		return nil
	}
	out, err := Data(v)
	if err != "" {
		b.p.Errorf(ruleType, b.AttrRange(name), "The argument \"%s\" contains %s.", name, err)
		b.fail(name)
		return nil
	}
	return out
}

// firstRef finds a reference inside a known, unmarked value.
func firstRef(v cty.Value) *Object {
	if o := asRef(v); o != nil {
		return o
	}
	ty := v.Type()
	if v.IsNull() || !(ty.IsObjectType() || ty.IsTupleType() || ty.IsCollectionType()) {
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if o := firstRef(e); o != nil {
			return o
		}
	}
	return nil
}

// Passthrough is Any with its range; nil if absent or null.
func (b *Block) Passthrough(name string) *manifest.Passthrough {
	v := b.Any(name)
	if v == nil {
		return nil
	}
	return &manifest.Passthrough{Origin: manifest.Origin{Address: b.address + "." + name, Range: b.AttrRange(name)}, Value: v}
}

// Data converts a known, unmarked value to plain data; problem says which part of it can't be
// converted.
func Data(v cty.Value) (out any, problem string) {
	if !v.IsKnown() || v.IsMarked() {
		return nil, "an unknown value"
	}
	if v.IsNull() {
		return nil, ""
	}
	if o := asRef(v); o != nil {
		return nil, "a reference to " + o.Address + "; use one of its arguments, such as " + o.Address + ".name"
	}
	ty := v.Type()
	switch {
	case ty == cty.Bool:
		return v.True(), ""
	case ty == cty.String:
		return v.AsString(), ""
	case ty == cty.Number:
		if r := Rat(v); r != nil {
			return r, ""
		}
		return nil, "a number that isn't finite"
	case ty.IsTupleType() || ty.IsListType() || ty.IsSetType():
		list := []any{}
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			d, problem := Data(e)
			if problem != "" {
				return nil, problem
			}
			list = append(list, d)
		}
		return list, ""
	case ty.IsObjectType() || ty.IsMapType():
		m := map[string]any{}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			if k.AsString() == refAttr {
				continue // a for expression over a reference made a map of it
			}
			d, problem := Data(e)
			if problem != "" {
				return nil, problem
			}
			m[k.AsString()] = d
		}
		return m, ""
	}
	return nil, "a value that isn't data"
}
