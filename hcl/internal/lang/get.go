package lang

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// attr evaluates an argument, once per view. An absent one has its default, or null.
func (b *Block) attr(name string) attrValue {
	b.read[name] = true
	if v, ok := b.vals[name]; ok {
		return v
	}
	var out attrValue
	expr := b.Expr(name)
	if expr == nil {
		out.v = cty.NullVal(cty.DynamicPseudoType)
	} else {
		v, ok := b.scope.evalDeferred(expr)
		out = attrValue{v: v, failed: !ok, expr: expr}
		if s := b.spec.attr(name); ok && s != nil && s.Required && v.IsNull() {
			b.p.Errorf(ruleMissingAttr, expr.Range(), "The argument \"%s\" is null here, but %s requires it: %s", name, aBlock(b.spec), s.Doc)
			out.failed = true
		}
	}
	return b.keep(name, out)
}

func (b *Block) keep(name string, v attrValue) attrValue {
	if b.vals == nil {
		b.vals = map[string]attrValue{}
	}
	b.vals[name] = v
	return v
}

// fail marks an argument as failed, so that consequences aren't reported.
func (b *Block) fail(name string) {
	v := b.vals[name]
	v.failed = true
	b.keep(name, v)
}

// Expr is the argument's expression (or its default's), nil if absent.
func (b *Block) Expr(name string) hclsyntax.Expression {
	b.read[name] = true
	if a := b.body.Attributes[name]; a != nil {
		return a.Expr
	}
	if s := b.spec.attr(name); s != nil && s.Default != "" {
		return b.p.defaultExpr(s.Default)
	}
	return nil
}

// defaultExpr parses a default; a malformed one is a mistake in the schema that TestSpecs finds.
func (p *Evaluation) defaultExpr(src string) hclsyntax.Expression {
	if e := p.defaults[src]; e != nil {
		return e
	}
	e, diags := hclsyntax.ParseExpression([]byte(src), "default", hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	if p.defaults == nil {
		p.defaults = map[string]hclsyntax.Expression{}
	}
	p.defaults[src] = e
	return e
}

// Given reports whether the argument is set in the block, whatever its value.
func (b *Block) Given(name string) bool { return b.body.Attributes[name] != nil }

// Has reports whether the argument has a value: it is set in the block and isn't null. A failed
// argument counts as having one. Raw arguments are not evaluated for this.
func (b *Block) Has(name string) bool {
	if !b.Given(name) {
		return false
	}
	if s := b.spec.attr(name); s != nil && s.Type.Raw || b.hasSecrets(name) {
		return true
	}
	v := b.attr(name)
	return v.failed || !v.v.IsNull()
}

// Misspelt reports whether an unsupported argument or block was reported in the block: it may be a
// misspelling of a missing one.
func (b *Block) Misspelt() bool { return b.p.misspelt[b.Range] }

// Failed reports whether one of the arguments (any, without names) had an error, reported here or
// elsewhere: consequences of its value need not be reported.
func (b *Block) Failed(names ...string) bool {
	if len(names) == 0 {
		for _, v := range b.vals {
			if v.failed {
				return true
			}
		}
		return false
	}
	for _, n := range names {
		if b.vals[n].failed {
			return true
		}
	}
	return false
}

// AttrNames lists the arguments that are set in the block, in source order.
func (b *Block) AttrNames() []string {
	var out []string
	for _, a := range sortedAttrs(b.body) {
		out = append(out, a.Name)
	}
	return out
}

// AttrRange is the range of the argument's value; the block's header if it is absent.
func (b *Block) AttrRange(name string) hcl.Range {
	if a := b.body.Attributes[name]; a != nil {
		return a.Expr.Range()
	}
	return b.Range
}

// NameRange is the range of the argument's name; the block's header if it is absent.
func (b *Block) NameRange(name string) hcl.Range {
	if a := b.body.Attributes[name]; a != nil {
		return a.NameRange
	}
	return b.Range
}

// LabelRange is the range of the first label; the header if there is none.
func (b *Block) LabelRange() hcl.Range {
	if len(b.LabelRanges) > 0 {
		return b.LabelRanges[0]
	}
	return b.Range
}

// Value is an argument converted to a type (cty.DynamicPseudoType: unconverted). ok is false if it
// failed; an absent or null argument is null and ok. The value is wholly known and contains no
// sensitive part.
func (b *Block) Value(name string, ty cty.Type) (cty.Value, bool) {
	a := b.attr(name)
	if a.failed {
		return cty.DynamicVal, false
	}
	what := "\"" + name + "\""
	if !b.spec.deferrable(name) && !b.p.known(a.v, b.AttrRange(name), what) {
		b.fail(name)
		return cty.DynamicVal, false
	}
	v, ok := b.p.convert(a.v, ty, b.AttrRange(name), what)
	if !ok {
		b.fail(name)
	}
	return v, ok
}

// convert converts v to a plain value of a type, or reports why it can't.
func (p *Evaluation) convert(v cty.Value, ty cty.Type, at hcl.Range, what string) (cty.Value, bool) {
	if o := asRef(v); o != nil && ty != cty.DynamicPseudoType {
		p.Report(p.blockAsValue(o, at))
		return cty.DynamicVal, false
	}
	if sensitive(v) {
		p.Errorf(ruleSensitive, at, "%s depends on a sensitive variable. Use a secret, or declare the variable without `sensitive`.", upper(what))
		return cty.DynamicVal, false
	}
	v, _ = v.UnmarkDeep()
	if v.IsNull() {
		return cty.NullVal(ty), true
	}
	if ty.IsPrimitiveType() && (v.Type().IsObjectType() || v.Type().IsTupleType()) {
		p.Errorf(ruleType, at, "%s must be a %s, not a %s.", upper(what), friendly(ty), friendly(v.Type()))
		return cty.DynamicVal, false
	}
	if ty != cty.DynamicPseudoType && !v.IsWhollyKnown() {
		return cty.DynamicVal, false // the export of a reference that failed
	}
	if ty.IsPrimitiveType() && v.Type() == cty.Number && v.AsBigFloat().IsInf() {
		p.Errorf(ruleEval, at, "%s is infinite because of a division by zero.", upper(what))
		return cty.DynamicVal, false
	}
	out, err := convert.Convert(v, ty)
	if err != nil {
		if v.Type().IsPrimitiveType() || ty.IsPrimitiveType() {
			p.Errorf(ruleType, at, "%s must be a %s, not a %s.", upper(what), friendly(ty), friendly(v.Type()))
		} else if ty.IsMapType() && !v.Type().IsObjectType() && !v.Type().IsMapType() {
			p.Errorf(ruleType, at, "%s must be a map of %ss, not %s.", upper(what), friendly(ty.ElementType()), article(friendly(v.Type())))
		} else {
			p.Errorf(ruleType, at, "%s must be a %s: %s.", upper(what), friendly(ty), pathMessage(err))
		}
		return cty.DynamicVal, false
	}
	return out, true
}

func pathMessage(err error) string {
	s := err.Error()
	if pe, ok := err.(cty.PathError); ok && len(pe.Path) > 0 {
		s = formatPath(pe.Path) + ": " + s
	}
	return s
}

func formatPath(path cty.Path) string {
	s := "element"
	for _, step := range path {
		switch t := step.(type) {
		case cty.GetAttrStep:
			s += " " + t.Name
		case cty.IndexStep:
			if t.Key.IsKnown() && t.Key.Type() == cty.String {
				s += " " + quote(t.Key.AsString())
			} else if t.Key.IsKnown() && t.Key.Type() == cty.Number {
				s += " " + t.Key.AsBigFloat().Text('f', -1)
			}
		}
	}
	return s
}

func upper(s string) string {
	if s == "" || s[0] == '"' {
		return "The argument " + s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// friendly names a type for a sentence.
func friendly(ty cty.Type) string {
	switch {
	case ty.IsObjectType() && ty.HasAttribute(refAttr) && ty.AttributeType(refAttr) == refType:
		return "reference"
	case ty.IsObjectType():
		return "map"
	case ty.IsTupleType():
		return "list"
	}
	return ty.FriendlyNameForConstraint()
}
