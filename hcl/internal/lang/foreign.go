package lang

import (
	"bytes"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/internal/text"
)

// Foreign is an argument or a block as another tool would have it, such as ports = ["80:80"].
type Foreign struct {
	Name string
	In   *hclsyntax.Block // the block that contains it

	p    *Evaluation
	at   hcl.Range
	expr hclsyntax.Expression // of an argument
	body *hclsyntax.Body      // of a block
	data any                  // of neither: what YAML contains
}

// Rewrite says the same in this language. The zero value says nothing.
type Rewrite struct {
	Text   string // replaces the argument or block; lines without indentation
	Beside string // a top-level block that Text refers to; "" if the manifest has it
	Note   string // more about it, as a sentence
}

// RewriteFunc translates what another tool would have. ok is false if that can't be said in general.
type RewriteFunc func(f *Foreign) (r Rewrite, ok bool)

// Pair is one entry of a map, with its value as source text.
type Pair struct{ Key, Text string }

// Data is the content as plain data (see Data), nested blocks as maps; ok is false if it contains references.
func (f *Foreign) Data() (any, bool) {
	switch {
	case f.expr != nil:
		return literalData(f.expr)
	case f.body != nil:
		return bodyData(f.body)
	}
	return f.data, true
}

func literalData(e hclsyntax.Expression) (any, bool) {
	if len(e.Variables()) > 0 {
		return nil, false
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() {
		return nil, false
	}
	d, problem := Data(v)
	return d, problem == ""
}

func bodyData(body *hclsyntax.Body) (any, bool) {
	out := map[string]any{}
	for n, a := range body.Attributes {
		v, ok := literalData(a.Expr)
		if !ok {
			return nil, false
		}
		out[n] = v
	}
	for _, b := range body.Blocks {
		v, ok := bodyData(b.Body)
		if !ok || out[b.Type] != nil || len(b.Labels) > 0 {
			return nil, false
		}
		out[b.Type] = v
	}
	return out, true
}

var assignment = regexp.MustCompile(`^"([A-Za-z_][A-Za-z0-9_.-]*)=`)

// Pairs are the entries of a map, or of a list of "KEY=VALUE", in the order of the source. A key without a
// value has the text null.
func (f *Foreign) Pairs() (out []Pair, ok bool) {
	switch e := f.expr.(type) {
	case *hclsyntax.ObjectConsExpr:
		for _, it := range e.Items {
			k, literal := literalString(it.KeyExpr)
			if !literal {
				k = hcl.ExprAsKeyword(it.KeyExpr)
			}
			if k == "" {
				return nil, false
			}
			out = append(out, Pair{k, f.source(it.ValueExpr.Range())})
		}
		return out, true
	case *hclsyntax.TupleConsExpr:
		for _, x := range e.Exprs {
			src := f.source(x.Range())
			if m := assignment.FindStringSubmatch(src); m != nil {
				out = append(out, Pair{m[1], `"` + src[len(m[0]):]})
			} else if s, literal := literalString(x); literal && isIdent(s, true) {
				out = append(out, Pair{s, "null"})
			} else {
				return nil, false
			}
		}
		return out, len(out) > 0
	}
	if f.body != nil && len(f.body.Blocks) == 0 {
		for _, a := range sortedAttrs(f.body) {
			out = append(out, Pair{a.Name, f.source(a.Expr.Range())})
		}
		return out, true
	}
	return dataPairs(f.data)
}

func dataPairs(data any) (out []Pair, ok bool) {
	switch data := data.(type) {
	case map[string]any:
		for k, v := range data {
			out = append(out, Pair{k, Write(v)})
		}
		slices.SortFunc(out, func(a, b Pair) int { return strings.Compare(a.Key, b.Key) })
		return out, true
	case []any:
		for _, x := range data {
			s, isText := x.(string)
			k, v, assigned := strings.Cut(s, "=")
			switch {
			case !isText || k == "":
				return nil, false
			case assigned:
				out = append(out, Pair{k, Write(v)})
			default:
				out = append(out, Pair{k, "null"})
			}
		}
		return out, true
	}
	return nil, false
}

func (f *Foreign) source(r hcl.Range) string { return f.p.sourceOf(r) }

// sourceOf is the text of a range, "" if the file isn't there.
func (p *Evaluation) sourceOf(r hcl.Range) string {
	file := p.files[r.Filename]
	if file == nil || r.Start.Byte < 0 || r.End.Byte > len(file.Bytes) || r.Start.Byte > r.End.Byte {
		return ""
	}
	return string(file.Bytes[r.Start.Byte:r.End.Byte])
}

// Declared reports whether the manifest has a top-level block of a type with a name, broken ones included.
func (f *Foreign) Declared(typ, name string) bool { return f.p.blockNamed(typ, name) != nil }

// Free is a name that no block of a type has: the wanted one, if possible.
func (f *Foreign) Free(typ, want string) string { return f.p.freeName(typ, want) }

func (p *Evaluation) freeName(typ, want string) string {
	name := want
	for n := 2; p.blockNamed(typ, name) != nil; n++ {
		name = want + "-" + string(rune('0'+n%10))
		if n > 9 {
			name = want + strings.Repeat("-", n-8)
		}
	}
	return name
}

// blockNamed finds a top-level block in the files, whether it is valid or not.
func (p *Evaluation) blockNamed(typ, name string) *hclsyntax.Block {
	if p.written == nil {
		p.written = map[string]*hclsyntax.Block{}
		for _, f := range p.files {
			if body, ok := f.Body.(*hclsyntax.Body); ok {
				for _, b := range body.Blocks {
					if len(b.Labels) > 0 {
						p.written[b.Type+" "+b.Labels[0]] = b
					}
				}
			}
		}
	}
	return p.written[typ+" "+name]
}

// foreignAttr is an argument of a block.
func (p *Evaluation) foreignAttr(in *hclsyntax.Block, a *hclsyntax.Attribute) *Foreign {
	return &Foreign{Name: a.Name, In: in, p: p, at: a.SrcRange, expr: a.Expr}
}

// foreignBlock is a nested block.
func (p *Evaluation) foreignBlock(in, b *hclsyntax.Block) *Foreign {
	return &Foreign{Name: b.Type, In: in, p: p, at: b.Range(), body: b.Body}
}

// offer adds what to write instead of f to a diagnostic about it.
func (p *Evaluation) offer(d *hcl.Diagnostic, rewrite RewriteFunc, f *Foreign) *hcl.Diagnostic {
	if rewrite == nil {
		return d
	}
	if r, ok := rewrite(f); ok {
		p.propose(d, f.at, r)
	}
	return d
}

// propose adds a replacement of a range to a diagnostic: shown in its detail, and as edits for programs.
func (p *Evaluation) propose(d *hcl.Diagnostic, at hcl.Range, r Rewrite) {
	e, ok := d.Extra.(diag.Extra)
	if !ok {
		return
	}
	if r.Beside == "" && r.Note == "" && !strings.Contains(r.Text, "\n") && strings.Contains(d.Detail, r.Text) {
		if e.Fix, e.Edits = r.Text, nil; d.Subject == nil || *d.Subject != at { // what to write was said
			e.Fix, e.Edits = "", []diag.Edit{{Range: at, Text: r.Text}}
		}
		d.Extra = e
		return
	}
	if strings.Contains(r.Text, "\n") {
		r.Text = string(hclwrite.Format([]byte(r.Text)))
	}
	r.Beside = string(hclwrite.Format([]byte(r.Beside)))
	besides := "\n\nand outside of the block:\n\n"
	switch {
	case r.Text == "":
	case !strings.Contains(r.Text, "\n") && strings.Contains(d.Detail, r.Text):
		besides = "\n\nOutside of the block:\n\n"
	case strings.Contains(d.Detail, "rite "):
		d.Detail = strings.TrimSuffix(d.Detail, ".") + ":\n\n" + indent(r.Text, "  ")
	default:
		d.Detail += " Write:\n\n" + indent(r.Text, "  ")
	}
	written := r.Text
	top := p.enclosing(at)
	if top != nil && top.Range().Start.Line == top.Range().End.Line { // it can't contain blocks on one line
		written = "\n" + written + "\n"
	} else {
		written = strings.TrimLeft(indent(written, p.indentation(at)), " \t")
	}
	e.Edits = append(e.Edits, diag.Edit{Range: at, Text: written})
	if r.Beside != "" {
		d.Detail += besides + indent(r.Beside, "  ")
		start := at.Start
		if top != nil {
			start = top.Range().Start
		}
		e.Edits = append(e.Edits, diag.Edit{Range: hcl.Range{Filename: at.Filename, Start: start, End: start}, Text: r.Beside + "\n\n"})
	}
	if r.Note != "" {
		d.Detail += "\n\n" + r.Note
	}
	e.Fix = ""
	d.Extra = e
}

// enclosing is the top-level block that contains a range.
func (p *Evaluation) enclosing(at hcl.Range) *hclsyntax.Block {
	f := p.files[at.Filename]
	if f == nil {
		return nil
	}
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		return nil
	}
	i := sort.Search(len(body.Blocks), func(i int) bool { return body.Blocks[i].Range().End.Byte >= at.End.Byte })
	if i < len(body.Blocks) && body.Blocks[i].Range().Start.Byte <= at.Start.Byte {
		return body.Blocks[i]
	}
	return nil
}

// indentation is the white space before the line of a range.
func (p *Evaluation) indentation(at hcl.Range) string {
	f := p.files[at.Filename]
	if f == nil || at.Start.Byte > len(f.Bytes) {
		return ""
	}
	line := f.Bytes[bytes.LastIndexByte(f.Bytes[:at.Start.Byte], '\n')+1 : at.Start.Byte]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

func indent(s, by string) string {
	if s == "" {
		return ""
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = by + l
		}
	}
	return strings.Join(lines, "\n")
}

// Write is the source text of plain data (see Data).
func Write(data any) string {
	return string(hclwrite.TokensForValue(toCty(data)).Bytes())
}

// Key is a key of a map as source text: in quotes, if it must be.
func Key(k string) string {
	if isIdent(k, true) {
		return k
	}
	return Write(k)
}

// WriteMap is a map of the entries as source text, on several lines.
func WriteMap(entries []Pair) string {
	if len(entries) == 0 {
		return "{}"
	}
	var b strings.Builder
	b.WriteString("{\n")
	for _, e := range entries {
		b.WriteString("  " + Key(e.Key) + " = " + e.Text + "\n")
	}
	b.WriteString("}")
	return b.String()
}

// AsBlock rewrites a map as the body of a block: KEY = VALUE on lines of their own.
func AsBlock(header string, entries []Pair) string {
	if len(entries) == 0 {
		return header + " {}"
	}
	return header + " " + WriteMap(entries)
}

// MapRewrite rewrites a list of "KEY=VALUE", a map or a block as the map NAME.
func MapRewrite(name string) RewriteFunc {
	return func(f *Foreign) (Rewrite, bool) {
		entries, ok := f.Pairs()
		return Rewrite{Text: name + " = " + WriteMap(entries)}, ok
	}
}

func toCty(data any) cty.Value {
	switch data := data.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType)
	case bool:
		return cty.BoolVal(data)
	case string:
		return cty.StringVal(data)
	case []any:
		var list []cty.Value
		for _, x := range data {
			list = append(list, toCty(x))
		}
		return cty.TupleVal(list)
	case map[string]any:
		m := map[string]cty.Value{}
		for k, x := range data {
			m[k] = toCty(x)
		}
		return cty.ObjectVal(m)
	}
	if r, ok := data.(*big.Rat); ok {
		v, err := cty.ParseNumberVal(text.Number(r))
		if err == nil {
			return v
		}
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// fromMap rewrites TYPE = { … } as a block, with the names that it has there; nil for a block with labels.
func (s *BlockSpec) fromMap() RewriteFunc {
	if len(s.Labels) > 0 || s.FromValue != nil {
		return s.FromValue
	}
	return func(f *Foreign) (Rewrite, bool) {
		entries, ok := f.Pairs()
		if !ok {
			return Rewrite{}, false
		}
		o, _ := f.expr.(*hclsyntax.ObjectConsExpr)
		lines := []string{s.Type + " {"}
		for i, e := range entries {
			line := e.Key + " = " + e.Text
			if rewrite := s.rewrite(e.Key); rewrite != nil && o != nil {
				r, ok := rewrite(&Foreign{Name: e.Key, p: f.p, at: o.Items[i].ValueExpr.Range(), expr: o.Items[i].ValueExpr})
				if !ok || r.Beside != "" {
					return Rewrite{}, false
				}
				line = r.Text
			} else if s.attr(e.Key) == nil && !s.Open {
				return Rewrite{}, false
			}
			lines = append(lines, indent(line, "  "))
		}
		return Rewrite{Text: strings.Join(append(lines, "}"), "\n")}, true
	}
}

// fromBlock rewrites a block as an argument; what only another tool has is left to the argument's own Rewrite.
func (a *Attr) fromBlock() RewriteFunc {
	if a.Rewrite != nil {
		return a.Rewrite
	}
	switch a.Type.Name {
	case StringMap.Name, TextMap.Name, Any.Name:
		return MapRewrite(a.Name)
	}
	return nil
}

// translated adds to a diagnostic about an argument's value what to write, if another tool has that value.
func (b *Block) translated(d *hcl.Diagnostic, name string) *hcl.Diagnostic {
	s, a := b.spec.attr(name), b.body.Attributes[name]
	if s == nil || a == nil {
		return d
	}
	return b.p.offer(d, s.fromBlock(), b.p.foreignAttr(nil, a))
}

// ErrorTranslated reports a breach of a rule at an argument's value, with what to write instead, if the
// argument has a Rewrite.
func (b *Block) ErrorTranslated(r *diag.Rule, name string, at hcl.Range, format string, args ...any) {
	b.p.Report(b.translated(r.At(at, format, args...), name))
}

// translateLast is translated for the error that reading the argument has just reported about its type.
func (b *Block) translateLast(name string, before int) {
	if len(b.p.diags) != before+1 {
		return
	}
	d := b.p.diags[before]
	if code := diag.Code(d); (code == ruleType.Code || code == ruleWrongKind.Code) && d.Subject != nil && *d.Subject == b.AttrRange(name) {
		b.p.diags[before] = b.translated(d, name)
	}
}

// InvalidAs is Invalid for a value that another tool has there, with what to write instead.
func (b *Block) InvalidAs(name string, rewrite RewriteFunc, format string, args ...any) {
	a := b.body.Attributes[name]
	if b.Failed(name) || a == nil {
		return
	}
	d := ruleValue.At(b.AttrRange(name), "The argument \"%s\" %s.", name, fmt.Sprintf(format, args...))
	b.p.Report(b.p.offer(d, rewrite, b.p.foreignAttr(nil, a)))
	b.fail(name)
}
