package lang

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	ctyyaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
)

var (
	yamlKey      = regexp.MustCompile(`^[ \t]*(?:- +)?("?[A-Za-z_][A-Za-z0-9_.-]*"?):(?:[ \t]+(.*))?$`)
	yamlItem     = regexp.MustCompile(`^[ \t]*-(?:[ \t]+.*)?$`)
	hclLine      = regexp.MustCompile(`^[ \t]*[A-Za-z_][A-Za-z0-9_-]*(?:[ \t]+"[^"]*")*[ \t]*[={]`)
	dottedKey    = regexp.MustCompile(`^[ \t]*([A-Za-z_][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)+)[ \t]*=[ \t]*(.*?)[ \t]*$`)
	bareArgument = regexp.MustCompile(`^([ \t]*[A-Za-z_][A-Za-z0-9_-]*[ \t]*=[ \t]*)([^"(){}\[\]#?=]+?)[ \t]*(?:#.*)?$`)
	singleQuoted = regexp.MustCompile(`^'([^'"\\]*)'$`)
	shellValue   = regexp.MustCompile(`^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$`)
	shellName    = regexp.MustCompile(`^\$[A-Za-z_][A-Za-z0-9_]*`)
	interpolated = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-?+])([^{}"]*)\}`)
)

// explainSyntax replaces the parser's errors about lines of YAML and about values without quotes, which people
// write who know Compose: such a line is understood, so the rest of the file is checked as usual.
func (p *Evaluation) explainSyntax(diags hcl.Diagnostics) (out hcl.Diagnostics) {
	covered := map[string]int{} // the last line that an error covers, by file
	for _, d := range diags {
		if d.Subject == nil || diag.Code(d) != "OG001" || p.files[d.Subject.Filename] == nil {
			out = append(out, d)
			continue
		}
		if d.Subject.Start.Line <= covered[d.Subject.Filename] {
			continue
		}
		l := p.lineAt(*d.Subject)
		better, last := p.explainLine(d, l)
		if better != nil {
			covered[d.Subject.Filename] = max(last, l.n)
			d = better
		}
		out = append(out, d)
	}
	return out
}

// line is one line of a file.
type line struct {
	file  string
	n     int // from 1
	start int // its offset
	text  string
}

func (p *Evaluation) lineAt(at hcl.Range) line {
	src := p.files[at.Filename].Bytes
	start := bytes.LastIndexByte(src[:min(at.Start.Byte, len(src))], '\n') + 1
	text, _, _ := bytes.Cut(src[start:], []byte("\n"))
	return line{at.Filename, at.Start.Line, start, string(text[:min(len(text), maxLine)])}
}

// maxLine bounds the line, and maxSource the lines, that are examined for one error.
const maxLine, maxSource = 4 << 10, 16 << 10

// span is the range of a part of the line, by offsets in it.
func (l line) span(from, to int) hcl.Range {
	pos := func(i int) hcl.Pos {
		return hcl.Pos{Line: l.n, Column: 1 + len([]rune(l.text[:i])), Byte: l.start + i}
	}
	return hcl.Range{Filename: l.file, Start: pos(from), End: pos(to)}
}

// content is the range of the line without the white space around it.
func (l line) content() hcl.Range {
	from := len(l.text) - len(strings.TrimLeft(l.text, " \t"))
	return l.span(from, max(from, len(strings.TrimRight(l.text, " \t"))))
}

// explainLine is a better error for a line that doesn't parse, nil if there is none, and the last line that it is
// about.
func (p *Evaluation) explainLine(d *hcl.Diagnostic, l line) (*hcl.Diagnostic, int) {
	if m := interpolated.FindStringSubmatchIndex(l.text); m != nil && d.Subject.Start.Byte >= l.start+m[0] && d.Subject.Start.Byte <= l.start+m[1] {
		return p.explainInterpolation(d, l, m), l.n
	}
	if m := shellName.FindStringSubmatchIndex(l.text[min(d.Subject.Start.Byte-l.start, len(l.text)):]); m != nil && d.Summary == "Invalid character" {
		from := d.Subject.Start.Byte - l.start
		return p.explainVariable(l.span(from, from+m[1])), l.n
	}
	if yamlKey.MatchString(l.text) || yamlItem.MatchString(l.text) {
		return p.explainYAML(l)
	}
	if m := dottedKey.FindStringSubmatchIndex(l.text); m != nil && d.Summary != "Missing newline after argument" {
		return p.explainDotted(l, m), l.n
	}
	if m := bareArgument.FindStringSubmatchIndex(l.text); m != nil {
		return p.explainBare(l, m), l.n
	}
	return nil, 0
}

// explainBare is about NAME = VALUE without quotes.
func (p *Evaluation) explainBare(l line, m []int) *hcl.Diagnostic {
	value, at := l.text[m[4]:m[5]], l.span(m[4], m[5])
	if regexp.MustCompile(`&&|\|\||[!<>]|(^|\s)(and|or|not)\s|<<`).MatchString(value) {
		return nil
	}
	if shellValue.MatchString(value) {
		return p.explainVariable(at)
	}
	if s := singleQuoted.FindStringSubmatch(value); s != nil {
		return ruleBareValue.Fix(at, Write(s[1]), "Single quotes are not valid. Use double quotes: %s.", Write(s[1]))
	}
	if strings.ContainsAny(value, "'$`") {
		return nil
	}
	why := ""
	if value[0] >= '0' && value[0] <= '9' {
		why = ", also where it starts with a digit"
	}
	return ruleBareValue.Fix(at, Write(value), "A string has quotes%s. Write %s.", why, Write(value))
}

// explainVariable is about $NAME or ${NAME} outside of a string.
func (p *Evaluation) explainVariable(at hcl.Range) *hcl.Diagnostic {
	written := p.sourceOf(at)
	name := strings.Trim(written, "${}")
	d := ruleBareValue.At(at, "%s is a variable of the shell or of Compose. A value of deploy time is a parameter, which .env sets: write parameter.%s, and declare it.", written, strings.ToLower(name))
	p.propose(d, at, p.parameterRewrite(name, "", false, "parameter."+strings.ToLower(name)))
	return d
}

// parameterRewrite writes a parameter instead of a variable of Compose.
func (p *Evaluation) parameterRewrite(variable, fallback string, hasDefault bool, text string) Rewrite {
	name := strings.ToLower(variable)
	r := Rewrite{Text: text}
	if p.blockNamed("parameter", name) == nil {
		if r.Beside = "parameter " + Write(name) + " {}"; hasDefault {
			r.Beside = "parameter " + Write(name) + " {\n  default = " + Write(fallback) + "\n}"
		}
	}
	return r
}

// explainInterpolation is about ${NAME:-default}, which in a service is Compose's.
func (p *Evaluation) explainInterpolation(d *hcl.Diagnostic, l line, m []int) *hcl.Diagnostic {
	at := l.span(m[0], m[1])
	if b := p.enclosing(at); b == nil || b.Type != "service" {
		return nil
	}
	variable, operator, rest := l.text[m[2]:m[3]], l.text[m[4]:m[5]], l.text[m[6]:m[7]]
	if strings.HasSuffix(operator, "+") {
		return nil
	}
	out := ruleBareValue.At(at, "%s is Compose's or a shell's. A value of deploy time is a parameter, which .env sets: declare it, and write ${parameter.%s}. What a shell in the container is to expand is written $%s.",
		l.text[m[0]:m[1]], strings.ToLower(variable), l.text[m[0]:m[1]])
	p.propose(out, at, p.parameterRewrite(variable, rest, strings.HasSuffix(operator, "-"), "${parameter."+strings.ToLower(variable)+"}"))
	return out
}

// explainDotted is about an argument with a dot in its name, such as a label.
func (p *Evaluation) explainDotted(l line, m []int) *hcl.Diagnostic {
	key, value := l.text[m[2]:m[3]], l.text[m[4]:m[5]]
	if value == "" {
		return nil
	}
	b := p.innermost(l)
	name := "labels"
	if b != nil && p.specOf(b) != nil && p.specOf(b).attr(b.Type) == nil && p.enclosing(l.content()) != b {
		name = b.Type
	}
	d := ruleBareValue.At(l.span(m[2], m[3]), "The name of an argument can't contain %q. In a map, put the key in quotes: %s = { %s = … }.", strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")[:1], name, Write(key))
	if b != nil && name == b.Type { // a map that was written as a block
		p.explainedBlocks[b] = true
		e := diag.Extra{Rule: ruleBareValue}
		at := b.OpenBraceRange
		at.End = at.Start
		e.Edits = []diag.Edit{{Range: at, Text: "= "}, {Range: l.span(m[2], m[3]), Text: Write(key)}}
		d.Extra = e
	} else if b != nil && b.Type == "service" && b.Body.Attributes["labels"] == nil {
		d.Extra = diag.Extra{Rule: ruleBareValue, Edits: []diag.Edit{{Range: l.content(), Text: "labels = { " + Write(key) + " = " + value + " }"}}}
	}
	return d
}

// innermost is the innermost block around a line.
func (p *Evaluation) innermost(l line) *hclsyntax.Block {
	b := p.enclosing(l.content())
	for b != nil {
		next := b
		for _, sub := range b.Body.Blocks {
			if r := sub.Range(); r.Start.Byte <= l.start && l.start+len(l.text) <= r.End.Byte {
				next = sub
			}
		}
		if next == b {
			return b
		}
		b = next
	}
	return nil
}

// specOf describes the block that contains a nested block, or a top-level block itself; nil if it is unknown.
func (p *Evaluation) specOf(b *hclsyntax.Block) *BlockSpec {
	top := p.enclosing(b.Range())
	if top == nil {
		return nil
	}
	spec := p.specs[top.Type]
	for cur := top; cur != b && spec != nil; {
		next := cur
		for _, sub := range cur.Body.Blocks {
			if r := sub.Range(); r.Start.Byte <= b.Range().Start.Byte && b.Range().End.Byte <= r.End.Byte {
				next = sub
			}
		}
		if next == cur {
			break
		}
		if inner := spec.block(next.Type); inner != nil {
			spec = inner
		} else {
			return spec
		}
		cur = next
	}
	return spec
}

// explainYAML is about lines of YAML, and says how to write them here.
func (p *Evaluation) explainYAML(l line) (*hcl.Diagnostic, int) {
	source := p.files[l.file].Bytes[l.start:]
	rest := strings.Split(string(source[:min(len(source), maxSource)]), "\n")
	b := p.innermost(l)
	n := 1
	depth := indentWidth(l.text)
	for n < len(rest) && strings.TrimSpace(rest[n]) != "" && (indentWidth(rest[n]) > depth || yamlItem.MatchString(rest[n]) && indentWidth(rest[n]) == depth || b == nil && !hclLine.MatchString(rest[n])) {
		n++
	}
	last := l.n + n - 1
	at := l.content()
	if b == nil {
		return ruleYAML.At(at, "A manifest isn't YAML: blocks have braces, and arguments an equals sign. `omegagen import FILE` writes a manifest from Compose files."), last
	}
	key := ""
	if m := yamlKey.FindStringSubmatch(l.text); m != nil && !yamlItem.MatchString(l.text) {
		key = strings.Trim(m[1], `"`)
	}
	d := ruleYAML.At(at, "A manifest isn't YAML: an argument has an equals sign, and a list brackets, as in NAME = [\"a\", \"b\"]. Strings have quotes.")
	spec := p.specOf(b)
	if spec == nil || key == "" || strings.Contains(key, ".") {
		return d, last
	}
	d = ruleYAML.At(at, "A manifest isn't YAML, in which an argument has a colon.")
	src := strings.Join(rest[:n], "\n")
	v, err := guarded(ctyyaml.YAMLDecodeFunc, boundYAML).Call([]cty.Value{cty.StringVal(src)})
	if err != nil || !v.IsWhollyKnown() {
		return d, last
	}
	data, problem := Data(v)
	m, isMap := data.(map[string]any)
	if problem != "" || !isMap || len(m) != 1 {
		return d, last
	}
	if n > 1 {
		end := l.start + len(strings.TrimRight(src, " \t\n"))
		lastLine := line{l.file, last, end - len(strings.TrimRight(rest[n-1], " \t")), rest[n-1]}
		at.End = lastLine.content().End
	}
	f := &Foreign{Name: key, In: b, p: p, at: at, data: m[key]}
	if r, ok := spec.fromData(f); ok {
		p.propose(d, at, r)
	} else if hint := spec.instead(key); hint != "" {
		d.Detail += hint
	} else if spec.attr(key) != nil {
		d.Detail += fmt.Sprintf(" Write %s = ….", key)
	}
	return d, last
}

func indentWidth(s string) int { return len(s) - len(strings.TrimLeft(s, " \t")) }

// fromData writes an argument, or a nested block, with the value that YAML gives it.
func (s *BlockSpec) fromData(f *Foreign) (Rewrite, bool) {
	if rewrite := s.rewrite(f.Name); rewrite != nil {
		return rewrite(f)
	}
	a, nested := s.attr(f.Name), s.block(f.Name)
	switch {
	case a != nil && a.Rewrite != nil:
		return a.Rewrite(f)
	case a != nil && len(a.Type.Kinds) == 1 && a.Type.Kinds[0] == "image":
		ref, ok := f.data.(string)
		r := f.p.pulled(ref)
		r.Text = f.Name + " = " + r.Text
		return r, ok && ref != "" && !strings.Contains(ref, "$")
	case a != nil && len(a.Type.Kinds) > 0 || a == nil && nested == nil:
		return Rewrite{}, false
	case a != nil && (a.Type.Name == StringMap.Name || a.Type.Name == TextMap.Name):
		return MapRewrite(f.Name)(f)
	case a != nil && a.Type.Name == Strings.Name:
		if list, isList := f.data.([]any); isList {
			return Rewrite{Text: f.Name + " = " + Write(list)}, true
		}
		return Rewrite{Text: f.Name + " = " + Write([]any{f.data})}, true
	case a != nil:
		return Rewrite{Text: f.Name + " = " + Write(f.data)}, true
	case nested.Open:
		return Rewrite{Text: f.Name + " = " + Write(f.data)}, nested.OrAttr
	}
	pairs, ok := dataPairs(f.data)
	if !ok || len(nested.Labels) > 0 {
		return Rewrite{}, false
	}
	m, _ := f.data.(map[string]any)
	lines := []string{f.Name + " {"}
	for _, e := range pairs {
		r, ok := nested.fromData(&Foreign{Name: e.Key, In: f.In, p: f.p, at: f.at, data: m[e.Key]})
		if !ok || r.Beside != "" {
			return Rewrite{}, false
		}
		lines = append(lines, indent(r.Text, "  "))
	}
	return Rewrite{Text: strings.Join(append(lines, "}"), "\n")}, true
}
