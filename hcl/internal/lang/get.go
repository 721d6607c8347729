package lang

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// attr evaluates an attribute, once per view. An absent one has its default,
// or null.
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
		v, ok := b.scope.Eval(expr)
		out = attrValue{v: v, failed: !ok, expr: expr}
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

// fail marks an attribute as failed, so that consequences stay silent.
func (b *Block) fail(name string) {
	v := b.vals[name]
	v.failed = true
	b.keep(name, v)
}

// Expr is the attribute's expression (or its default's), nil when absent.
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

// defaultExpr parses a default; a malformed one is a mistake of the schema
// that TestSpecs finds.
func (p *Program) defaultExpr(src string) hclsyntax.Expression {
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

// Given reports whether the attribute stands in the block, whatever its value.
func (b *Block) Given(name string) bool { return b.body.Attributes[name] != nil }

// Has reports whether the attribute has a value: it stands in the block and
// isn't null. A failed attribute counts as had. Raw attributes are not
// evaluated for this.
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

// Failed reports whether one of the attributes (any, without names) had an
// error, reported here or elsewhere: what follows from its value need not be
// reported again.
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

// AttrNames lists the attributes that stand in the block, in source order.
func (b *Block) AttrNames() []string {
	var out []string
	for _, a := range sortedAttrs(b.body) {
		out = append(out, a.Name)
	}
	return out
}

// AttrRange is where the attribute's value stands; the block's header when it
// is absent.
func (b *Block) AttrRange(name string) hcl.Range {
	if a := b.body.Attributes[name]; a != nil {
		return a.Expr.Range()
	}
	return b.Range
}

// NameRange is where the attribute's name stands; the block's header when it
// is absent.
func (b *Block) NameRange(name string) hcl.Range {
	if a := b.body.Attributes[name]; a != nil {
		return a.NameRange
	}
	return b.Range
}

// LabelRange is where the first label stands; the header where there is none.
func (b *Block) LabelRange() hcl.Range {
	if len(b.LabelRanges) > 0 {
		return b.LabelRanges[0]
	}
	return b.Range
}

// Value is an attribute converted to a type (cty.DynamicPseudoType: as it is).
// ok is false when it failed; an absent or null attribute is null and ok.
// The value is wholly known and holds no sensitive part.
func (b *Block) Value(name string, ty cty.Type) (cty.Value, bool) {
	a := b.attr(name)
	if a.failed {
		return cty.DynamicVal, false
	}
	v, ok := b.p.convert(a.v, ty, b.AttrRange(name), "\""+name+"\"")
	if !ok {
		b.fail(name)
	}
	return v, ok
}

// convert makes v a plain value of a type, or reports why it can't.
func (p *Program) convert(v cty.Value, ty cty.Type, at hcl.Range, what string) (cty.Value, bool) {
	if o := asRef(v); o != nil && ty != cty.DynamicPseudoType {
		p.Report(p.blockAsValue(o, at))
		return cty.DynamicVal, false
	}
	if sensitive(v) {
		p.Errorf(ruleSensitive, at, "%s comes from a sensitive variable. Use a secret, or declare the variable without `sensitive`.", upper(what))
		return cty.DynamicVal, false
	}
	v, _ = v.UnmarkDeep()
	if v.IsNull() {
		return cty.NullVal(ty), true
	}
	if ty != cty.DynamicPseudoType && !v.IsWhollyKnown() {
		return cty.DynamicVal, false // the export of a reference that failed
	}
	out, err := convert.Convert(v, ty)
	if err != nil {
		if v.Type().IsPrimitiveType() || ty.IsPrimitiveType() {
			p.Errorf(ruleType, at, "%s must be a %s, not a %s.", upper(what), friendly(ty), friendly(v.Type()))
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
		return "The attribute " + s
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

// String reads a string; with Attr.Values, one of those.
func (b *Block) String(name string) string {
	v, ok := b.Value(name, cty.String)
	if !ok || v.IsNull() {
		return ""
	}
	s := v.AsString()
	if !b.checkEnum(name, s, b.AttrRange(name)) {
		b.fail(name)
		return ""
	}
	return s
}

func (b *Block) checkEnum(name, s string, at hcl.Range) bool {
	spec := b.spec.attr(name)
	if spec == nil || len(spec.Values) == 0 {
		return true
	}
	for _, v := range spec.Values {
		if v == s {
			return true
		}
	}
	hint, fix := b.p.didYouMean(s, spec.Values)
	if fix != "" {
		fix = quote(fix)
	}
	b.p.Report(ruleValue.Fix(at, fix, "\"%s\" must be one of %s; %q is not.%s", name, list(spec.Values), s, hint))
	return false
}

// Bool reads a bool.
func (b *Block) Bool(name string) bool {
	v, ok := b.Value(name, cty.Bool)
	return ok && !v.IsNull() && v.True()
}

// Number reads an exact decimal; nil when absent.
func (b *Block) Number(name string) *big.Rat {
	v, ok := b.Value(name, cty.Number)
	if !ok || v.IsNull() {
		return nil
	}
	r := Rat(v)
	if r == nil {
		b.Invalid(name, "must be a finite number")
	}
	return r
}

// Rat is the exact rational of a number's shortest decimal text; nil for an
// infinity, or where the text would be absurdly long.
func Rat(v cty.Value) *big.Rat {
	f := v.AsBigFloat()
	if f.IsInf() || f.MantExp(nil) > 4096 || f.MantExp(nil) < -4096 {
		return nil
	}
	r, ok := new(big.Rat).SetString(decimal(f))
	if !ok {
		return nil
	}
	return r
}

// decimal writes a number as a human would have: the shortest text at the
// precision that cty computes with, rid of binary dust (0.1 + 0.2 is 0.3).
func decimal(f *big.Float) string {
	if f.IsInt() {
		return f.Text('f', 0)
	}
	return f.Text('g', 100)
}

// Int reads a whole number.
func (b *Block) Int(name string) int {
	v, ok := b.Value(name, cty.Number)
	if !ok || v.IsNull() {
		return 0
	}
	i, acc := v.AsBigFloat().Int64()
	if acc != big.Exact || i != int64(int(i)) {
		b.Invalid(name, "must be a whole number")
		return 0
	}
	return int(i)
}

// Invalid reports that the attribute's value is not what it must be: "must
// be …". It counts as failed from then on.
func (b *Block) Invalid(name, format string, args ...any) {
	b.p.Errorf(ruleValue, b.AttrRange(name), "The attribute \"%s\" %s.", name, fmt.Sprintf(format, args...))
	b.fail(name)
}

// Duration reads a duration of at least 0 such as "1m30s", "500ms", "2d".
func (b *Block) Duration(name string) time.Duration {
	v, ok := b.Value(name, cty.String)
	if !ok || v.IsNull() {
		return 0
	}
	d, err := ParseDuration(v.AsString())
	if err != nil {
		b.Invalid(name, "must be a duration such as \"30s\", \"1m30s\" or \"2d\": %s", err)
	}
	return d
}

// ParseDuration reads Go's notation, and d and w, of durations of at least 0.
func ParseDuration(s string) (time.Duration, error) {
	bad := fmt.Errorf("%q is not one", s)
	if s == "0" {
		return 0, nil
	}
	var total time.Duration
	rest := s
	for rest != "" {
		i := 0
		for i < len(rest) && ('0' <= rest[i] && rest[i] <= '9' || rest[i] == '.') {
			i++
		}
		j := i
		for j < len(rest) && !('0' <= rest[j] && rest[j] <= '9' || rest[j] == '.') {
			j++
		}
		num, unit := rest[:i], rest[i:j]
		rest = rest[j:]
		if i == 0 || unit == "" {
			return 0, bad
		}
		scale := 1
		switch unit {
		case "d":
			unit, scale = "h", 24
		case "w":
			unit, scale = "h", 24*7
		}
		d, err := time.ParseDuration(num + unit)
		if err != nil || d > (1<<62)/time.Duration(scale) {
			return 0, bad
		}
		if total += d * time.Duration(scale); total < 0 || total > 1<<62 {
			return 0, bad
		}
	}
	if s == "" {
		return 0, bad
	}
	return total, nil
}

// Bytes reads a size such as "512MB": units of 1024, as Docker has them. A
// bare number counts bytes.
func (b *Block) Bytes(name string) int64 {
	v, ok := b.Value(name, cty.String)
	if !ok || v.IsNull() {
		return 0
	}
	n, err := ParseBytes(v.AsString())
	if err != nil {
		b.Invalid(name, "must be a size such as \"512MB\" or \"1.5GB\": %s", err)
	}
	return n
}

// ParseBytes reads "10", "10b", "10k", "10kb", "10KiB", "1.5g" and so on.
func ParseBytes(s string) (int64, error) {
	bad := fmt.Errorf("%q is not one", s)
	t := strings.ToLower(strings.TrimSpace(s))
	i := 0
	for i < len(t) && ('0' <= t[i] && t[i] <= '9' || t[i] == '.') {
		i++
	}
	shift, ok := map[string]uint{"": 0, "b": 0, "k": 10, "kb": 10, "kib": 10, "m": 20, "mb": 20, "mib": 20,
		"g": 30, "gb": 30, "gib": 30, "t": 40, "tb": 40, "tib": 40}[strings.TrimSpace(t[i:])]
	f, err := strconv.ParseFloat(t[:i], 64)
	if !ok || err != nil || f*float64(uint64(1)<<shift) >= 1<<62 {
		return 0, bad
	}
	return int64(f * float64(uint64(1)<<shift)), nil
}

// Item is one element of a list with its place.
type Item struct {
	Value string
	Range hcl.Range
}

// Items reads a list of strings with the place of each. null elements are
// left out.
func (b *Block) Items(name string) []Item {
	v, ok := b.Value(name, cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return nil
	}
	ty := v.Type()
	at := b.AttrRange(name)
	if !ty.IsTupleType() && !ty.IsListType() && !ty.IsSetType() {
		b.p.Errorf(ruleType, at, "The attribute \"%s\" must be a list of strings, not a %s. Write [ … ] around it.", name, friendly(ty))
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
		b.p.Errorf(ruleType, b.AttrRange(name), "The attribute \"%s\" must be a map of strings, not a %s.", name, friendly(ty))
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
		e, ok := b.p.convert(e, cty.String, at, fmt.Sprintf("%s in \"%s\"", key, name))
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

// objectPlaces finds where the value of a key stands in a literal object.
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

// Command reads a command: a string is shell form, a list exec form; nil when
// absent.
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

// Any reads a value of any type as plain data (see manifest.Extra): nil, bool,
// string, *big.Rat, []any, map[string]any.
func (b *Block) Any(name string) any {
	v, ok := b.Value(name, cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return nil
	}
	if o := firstRef(v); o != nil && (o.Kind == "secret" || o.Kind == "state" || o.Kind == "goal" || o.Kind == "fact") {
		b.p.Report(b.p.blockAsValue(o, b.AttrRange(name)))
		b.fail(name)
		return nil
	}
	out, err := Data(v)
	if err != "" {
		b.p.Errorf(ruleType, b.AttrRange(name), "The attribute \"%s\" holds %s.", name, err)
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

// Extra is Any with its place; nil when absent or null.
func (b *Block) Extra(name string) *manifest.Extra {
	v := b.Any(name)
	if v == nil {
		return nil
	}
	return &manifest.Extra{Origin: manifest.Origin{Address: b.address + "." + name, Range: b.AttrRange(name)}, Value: v}
}

// Data makes plain data of a known, unmarked value; problem says what in it
// can't be data.
func Data(v cty.Value) (out any, problem string) {
	if !v.IsKnown() || v.IsMarked() {
		return nil, "a value that isn't known"
	}
	if v.IsNull() {
		return nil, ""
	}
	if o := asRef(v); o != nil {
		return nil, "a reference to " + o.Address + "; use one of its attributes, such as " + o.Address + ".name"
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
	return nil, "something that is no data"
}
