package importer

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/format"
)

// order is that of the blocks in the manifest.
var order = []string{"system", "parameter", "variable", "secret", "network", "volume", "image", "service", "database", "prometheus", "alertmanager", "rule_group", "record", "alert", "grafana", "dashboard", "artifact"}

// Bytes is the manifest in canonical style.
func (d *Draft) Bytes() []byte {
	slices.SortStableFunc(d.blocks, func(a, b *block) int { return slices.Index(order, a.kind) - slices.Index(order, b.kind) })
	f := hclwrite.NewEmptyFile()
	for i, b := range d.blocks {
		if i > 0 {
			f.Body().AppendNewline()
		}
		d.block(f.Body(), b)
	}
	out, _ := format.Format("main.hcl", f.Bytes())
	return out
}

func (d *Draft) block(body *hclwrite.Body, b *block) {
	comment(body, b.comment)
	var labels []string
	if b.label != "" {
		labels = []string{b.label}
	}
	if len(b.items) == 0 {
		empty := hclwrite.Tokens{token(hclsyntax.TokenIdent, b.kind)}
		if b.label != "" {
			empty = append(empty, hclwrite.TokensForValue(cty.StringVal(b.label))...)
		}
		body.AppendUnstructuredTokens(append(empty, token(hclsyntax.TokenOBrace, "{"), token(hclsyntax.TokenCBrace, "}"), token(hclsyntax.TokenNewline, "\n")))
		return
	}
	inner := body.AppendNewBlock(b.kind, labels).Body()
	for i, it := range b.items {
		if i > 0 && (it.gap || b.items[i-1].block != nil) && !(it.block != nil && b.items[i-1].block != nil && b.items[i-1].block.kind == it.block.kind) {
			inner.AppendNewline()
		}
		comment(inner, it.comment)
		if it.block != nil {
			d.block(inner, it.block)
			continue
		}
		inner.SetAttributeRaw(it.name, d.tokens(it.value))
	}
}

// comment writes comments of YAML, which HCL reads, too.
func comment(body *hclwrite.Body, text string) {
	body.AppendUnstructuredTokens(commentTokens(text))
}

func commentTokens(text string) (out hclwrite.Tokens) {
	if text == "" {
		return nil
	}
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if line != "" && line[0] != '#' {
			line = "# " + line
		}
		out = append(out, &hclwrite.Token{Type: hclsyntax.TokenComment, Bytes: []byte(line + "\n")})
	}
	return out
}

func token(t hclsyntax.TokenType, s string) *hclwrite.Token {
	return &hclwrite.Token{Type: t, Bytes: []byte(s)}
}

// tokens is a value as an expression.
func (d *Draft) tokens(v any) hclwrite.Tokens {
	switch v := v.(type) {
	case ref:
		return traversal(v.kind, v.name)
	case heredoc:
		return heredocTokens(string(v))
	case keyword:
		return hclwrite.TokensForIdentifier(string(v))
	case *Text:
		return d.template(v)
	case object:
		return d.object(v)
	case map[string]any:
		var o object
		for _, k := range sortedKeys(v) {
			o = append(o, entry{key: k, value: v[k]})
		}
		return d.object(o)
	case []any:
		var list []hclwrite.Tokens
		for _, x := range v {
			list = append(list, d.tokens(x))
		}
		return hclwrite.TokensForTuple(list)
	case string:
		return hclwrite.TokensForValue(cty.StringVal(v))
	case bool:
		return hclwrite.TokensForValue(cty.BoolVal(v))
	case int:
		return hclwrite.TokensForValue(cty.NumberIntVal(int64(v)))
	case json.Number:
		n, err := cty.ParseNumberVal(v.String())
		if err != nil {
			return hclwrite.TokensForValue(cty.StringVal(v.String()))
		}
		return hclwrite.TokensForValue(n)
	}
	return hclwrite.TokensForIdentifier("null")
}

// heredocTokens is a text of several lines, indented.
func heredocTokens(text string) hclwrite.Tokens {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "${", "$${"), "%{", "%%{")
	out := hclwrite.Tokens{token(hclsyntax.TokenOHeredoc, "<<-EOT\n")}
	for _, line := range strings.Split(text, "\n") {
		if line != "" {
			line = "    " + line
		}
		out = append(out, token(hclsyntax.TokenStringLit, line+"\n"))
	}
	return append(out, token(hclsyntax.TokenCHeredoc, "  EOT"))
}

func traversal(kind, name string) hclwrite.Tokens {
	return hclwrite.TokensForTraversal(hcl.Traversal{hcl.TraverseRoot{Name: kind}, hcl.TraverseAttr{Name: name}})
}

// template is a string with variables in it; one that is all of it stands alone.
func (d *Draft) template(t *Text) hclwrite.Tokens {
	if len(t.Parts) == 1 && t.Parts[0].Text == "" {
		return d.part(t.Parts[0])
	}
	out := hclwrite.Tokens{token(hclsyntax.TokenOQuote, `"`)}
	for _, p := range t.Parts {
		if p.Text != "" {
			quoted := hclwrite.TokensForValue(cty.StringVal(p.Text))
			out = append(out, quoted[1:len(quoted)-1]...)
			continue
		}
		out = append(out, token(hclsyntax.TokenTemplateInterp, "${"))
		out = append(out, d.part(p)...)
		out = append(out, token(hclsyntax.TokenTemplateSeqEnd, "}"))
	}
	return append(out, token(hclsyntax.TokenCQuote, `"`))
}

// part refers to what a part stands for.
func (d *Draft) part(p Part) hclwrite.Tokens {
	if p.Expr != "" {
		return hclwrite.TokensForIdentifier(p.Expr)
	}
	if p.Secret != nil && p.Secret.parameter {
		return traversal("parameter", p.Secret.label)
	}
	if p.Secret != nil {
		return traversal("secret", p.Secret.label)
	}
	return d.variable(p.Variable)
}

func (d *Draft) object(o object) hclwrite.Tokens {
	if len(o) == 0 {
		return hclwrite.TokensForObject(nil)
	}
	if line := d.line(o); line != nil {
		return line
	}
	out := hclwrite.Tokens{token(hclsyntax.TokenOBrace, "{"), token(hclsyntax.TokenNewline, "\n")}
	for _, e := range o {
		out = append(out, commentTokens(e.comment)...)
		out = append(out, d.key(e.key)...)
		out = append(out, token(hclsyntax.TokenEqual, "="))
		out = append(out, d.tokens(e.value)...)
		out = append(out, token(hclsyntax.TokenNewline, "\n"))
	}
	return append(out, token(hclsyntax.TokenCBrace, "}"))
}

// The most entries and bytes of an object on one line.
const (
	lineEntries = 2
	lineBytes   = 60
)

// line is a small object on one line, nil if it isn't small.
func (d *Draft) line(o object) hclwrite.Tokens {
	if len(o) > lineEntries {
		return nil
	}
	out := hclwrite.Tokens{token(hclsyntax.TokenOBrace, "{")}
	for i, e := range o {
		switch e.value.(type) {
		case object, map[string]any, []any:
			return nil
		}
		if e.comment != "" {
			return nil
		}
		if i > 0 {
			out = append(out, token(hclsyntax.TokenComma, ","))
		}
		out = append(out, d.key(e.key)...)
		out = append(out, token(hclsyntax.TokenEqual, "="))
		out = append(out, d.tokens(e.value)...)
	}
	if out = append(out, token(hclsyntax.TokenCBrace, "}")); len(out.Bytes()) > lineBytes {
		return nil
	}
	return out
}

func (d *Draft) key(k string) hclwrite.Tokens {
	if validKey(k) {
		return hclwrite.Tokens{token(hclsyntax.TokenIdent, k)}
	}
	return hclwrite.TokensForValue(cty.StringVal(k))
}
