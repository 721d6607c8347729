package rules

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// script is one shell script of a manifest.
type script struct {
	owner  string // address
	attr   string // run, validate, rollback
	shell  string
	text   manifest.Text
	block  hcl.Range        // header of the block that has it
	action *manifest.Action // nil of a criterion or benchmark
	tools  []manifest.Tool
	env    []manifest.EnvVar
	// workdir is the folder in which it runs, relative to the kit's.
	workdir string
	// checks reports whether only the exit status counts.
	checks bool
	// off reports whether the block has no instance, so that the names of others may be missing too.
	off bool
	// printed reports whether it is only printed, for people: what a runbook says.
	printed bool
	// bounded reports whether something else ends the script after a timeout.
	bounded bool
}

// scriptsOf lists every script that a kit would run on the host, and those of blocks with an empty for_each.
func scriptsOf(m *manifest.Manifest) []script {
	out := scriptsIn(m.Actions, m.Criteria, m.Benchmarks)
	out = append(out, runbooks(m)...)
	if m.Off != nil {
		for _, s := range scriptsIn(m.Off.Actions, m.Off.Criteria, m.Off.Benchmarks) {
			s.off = true
			out = append(out, s)
		}
	}
	return out
}

// runbooks are the commands of runbooks. A text with a line that doesn't begin like a command is prose.
func runbooks(m *manifest.Manifest) (out []script) {
	for _, r := range m.Runbooks {
		for _, p := range []struct{ attr, text string }{{"diagnosis", r.Diagnosis}, {"resolution", r.Resolution}} {
			if !isProse(p.text) {
				out = append(out, script{owner: r.Address, attr: p.attr, shell: "bash", text: manifest.Text{{Text: p.text}}, block: r.Range, printed: true})
			}
		}
	}
	return out
}

func isProse(text string) bool {
	if strings.TrimSpace(text) == "" {
		return true
	}
	f, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		return true
	}
	for _, s := range f.Stmts {
		c, ok := s.Cmd.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 {
			continue
		}
		name, _ := literal(c.Args[0])
		if name == "" || name[0] >= 'A' && name[0] <= 'Z' || strings.ContainsAny(name, ",;:'") {
			return true
		}
		for _, a := range c.Args[1:] {
			if t, _ := literal(a); strings.HasSuffix(t, ",") || strings.HasSuffix(t, ".") && len(strings.Trim(t, "./")) > 0 {
				return true
			}
		}
	}
	return false
}

func scriptsIn(actions []*manifest.Action, criteria []*manifest.Criterion, benchmarks []*manifest.Benchmark) []script {
	var out []script
	for _, a := range actions {
		for _, p := range []struct {
			attr string
			text manifest.Text
		}{{"run", a.Run}, {"validate", a.Validate}, {"rollback", a.Rollback}} {
			if len(p.text) > 0 {
				out = append(out, script{owner: a.Address, attr: p.attr, shell: a.Shell, text: p.text, block: a.Range, action: a, tools: a.Tools, env: a.Env, workdir: a.Workdir,
					checks: p.attr == "validate", bounded: a.Timeout > 0})
			}
		}
	}
	for _, c := range criteria {
		switch p := c.Probe.(type) {
		case *manifest.CommandProbe:
			if len(p.Run) > 0 {
				out = append(out, script{owner: c.Address, attr: "run", shell: p.Shell, text: p.Run, block: p.Range, tools: p.Tools, env: p.Env, workdir: p.Workdir,
					checks: p.Equals == nil && p.Matches == "", bounded: true})
			}
		case *manifest.HTTPProbe, *manifest.TCPProbe, *manifest.GRPCProbe, *manifest.SQLProbe, *manifest.PromQLProbe, *manifest.ContainerProbe: // no script
		}
	}
	for _, b := range benchmarks {
		if len(b.Run) > 0 {
			out = append(out, script{owner: b.Address, attr: "run", shell: b.Shell, text: b.Run, block: b.Range, tools: b.Tools, env: b.Env, workdir: b.Workdir, bounded: b.Timeout > 0})
		}
	}
	return out
}

// source is the script as the shell reads it, with variables for secrets.
func (s *script) source() string {
	if len(s.text) == 1 && s.text[0].Secret == nil {
		return s.text[0].Text
	}
	var b strings.Builder
	for _, p := range s.text {
		if p.Secret != nil {
			b.WriteString(`"$` + p.Secret.EnvVar + `"`)
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// parsers parse scripts for their shells. They are kept, because creating one
// costs as much as parsing a script.
type parsers struct {
	posix, bash *syntax.Parser
}

// parse is a script's syntax tree; nil if it doesn't parse, which is reported
// elsewhere.
func (p *parsers) parse(text, shell string) *syntax.File {
	at, variant := &p.posix, syntax.LangPOSIX
	if shell == "bash" {
		at, variant = &p.bash, syntax.LangBash
	}
	if *at == nil {
		*at = syntax.NewParser(syntax.Variant(variant))
	}
	file, err := (*at).Parse(strings.NewReader(text), "")
	if err != nil {
		return nil
	}
	return file
}

// sources finds attributes in the manifest's files. It indexes them on first
// use, because most manifests have nothing to report.
type sources struct {
	files  map[string]*hcl.File
	blocks map[hcl.Pos]map[string]*hclsyntax.Block // by start, then file
	locals map[string]*hclsyntax.Attribute
}

func (s *sources) index() {
	s.blocks, s.locals = map[hcl.Pos]map[string]*hclsyntax.Block{}, map[string]*hclsyntax.Attribute{}
	var add func(name string, blocks hclsyntax.Blocks)
	add = func(name string, blocks hclsyntax.Blocks) {
		for _, b := range blocks {
			at := b.TypeRange.Start
			if s.blocks[at] == nil {
				s.blocks[at] = map[string]*hclsyntax.Block{}
			}
			s.blocks[at][name] = b
			if b.Type == "locals" {
				for n, a := range b.Body.Attributes {
					s.locals[n] = a
				}
			}
			add(name, b.Body.Blocks)
		}
	}
	for name, f := range s.files {
		if body, ok := f.Body.(*hclsyntax.Body); ok {
			add(name, body.Blocks)
		}
	}
}

// attr is the expression of a block's attribute; nil if it isn't in the block
// itself.
func (s *sources) attr(block hcl.Range, name string) hclsyntax.Expression {
	if s.blocks == nil {
		s.index()
	}
	if b := s.blocks[block.Start][block.Filename]; b != nil {
		if a := b.Body.Attributes[name]; a != nil {
			return a.Expr
		}
	}
	return nil
}

// local is the local from which a word of a script comes, and the range of its value; "" if the word is written in
// the script itself, or comes from elsewhere.
func (s *sources) local(x *script, word string) (string, hcl.Range) {
	if strings.Contains(word, placeholder) || len(word) < 2 {
		return "", hcl.Range{}
	}
	e := s.attr(x.block, x.attr)
	if e == nil || s.contains(e.Range(), word) {
		return "", hcl.Range{}
	}
	return s.localIn(e, word, 0)
}

func (s *sources) contains(r hcl.Range, word string) bool {
	f := s.files[r.Filename]
	return f != nil && r.End.Byte <= len(f.Bytes) && bytes.Contains(f.Bytes[r.Start.Byte:r.End.Byte], []byte(word))
}

// lineOf narrows a range to the line of a word that occurs once in it.
func (s *sources) lineOf(r hcl.Range, word string) hcl.Range {
	src := s.files[r.Filename].Bytes
	text := src[r.Start.Byte:r.End.Byte]
	if r.Start.Line == r.End.Line || bytes.Count(text, []byte(word)) != 1 {
		return r
	}
	at := r.Start.Byte + bytes.Index(text, []byte(word))
	start := bytes.LastIndexByte(src[:at], '\n') + 1
	line := r.Start.Line + bytes.Count(src[r.Start.Byte:at], []byte("\n"))
	column := 1 + utf8.RuneCount(src[start:at])
	return hcl.Range{Filename: r.Filename, Start: hcl.Pos{Line: line, Column: column, Byte: at},
		End: hcl.Pos{Line: line, Column: column + utf8.RuneCountInString(word), Byte: at + len(word)}}
}

func (s *sources) localIn(e hclsyntax.Expression, word string, depth int) (string, hcl.Range) {
	for _, t := range e.Variables() {
		if t.RootName() != "local" || len(t) < 2 || depth > 20 {
			continue
		}
		step, ok := t[1].(hcl.TraverseAttr)
		if !ok || s.locals[step.Name] == nil {
			continue
		}
		value := s.locals[step.Name].Expr
		if s.contains(value.Range(), word) {
			return "local." + step.Name, s.lineOf(value.Range(), word)
		}
		if name, at := s.localIn(value, word, depth+1); name != "" {
			return name, at
		}
	}
	return "", hcl.Range{}
}

// line is the range of one line of a script (from 1): the line of its
// here-document if that is certain, otherwise the attribute, or the block's
// header if the attribute isn't found either.
func (s *sources) line(x *script, text string, n int) hcl.Range {
	e := s.attr(x.block, x.attr)
	if e == nil {
		return x.block
	}
	r := e.Range()
	if r.Start.Line == r.End.Line {
		return r
	}
	src := bytes.Split(s.files[r.Filename].Bytes, []byte("\n"))
	if !bytes.Contains(src[r.Start.Line-1], []byte("<<")) {
		return r
	}
	lines := strings.Split(text, "\n")
	if n < 1 || n > len(lines) {
		return r
	}
	want := strings.TrimSpace(lines[n-1])
	// Multi-line interpolated values move the following lines down.
	for at := r.Start.Line + n; at > r.Start.Line; at-- {
		if at > r.End.Line || at > len(src) {
			continue
		}
		line := src[at-1]
		if cameFrom(want, strings.TrimSpace(string(line))) {
			start := len(line) - len(bytes.TrimLeft(line, " \t"))
			end := len(bytes.TrimRight(line, " \t\r"))
			offset := 0
			for _, l := range src[:at-1] {
				offset += len(l) + 1
			}
			return hcl.Range{
				Filename: r.Filename,
				Start:    hcl.Pos{Line: at, Column: start + 1, Byte: offset + start},
				End:      hcl.Pos{Line: at, Column: end + 1, Byte: offset + end},
			}
		}
	}
	return r
}

// cameFrom reports whether a template's line can have produced this text: its text
// before the first and after the last interpolation matches.
func cameFrom(text, template string) bool {
	if template == "" || text == "" {
		return false
	}
	first := strings.Index(template, "${")
	if at := strings.Index(template, "%{"); at >= 0 && (first < 0 || at < first) {
		first = at
	}
	if first < 0 {
		return text == strings.ReplaceAll(template, "%%", "%") || text == template
	}
	last := strings.LastIndexByte(template, '}')
	return strings.HasPrefix(text, template[:first]) && strings.HasSuffix(text, template[last+1:])
}

// word is a word's text if it is a plain literal, otherwise "".
func word(w *syntax.Word) string {
	text, whole := literal(w)
	if !whole {
		return ""
	}
	return text
}

// arg is the i-th word of a call if it is a plain literal, otherwise "".
func arg(c *syntax.CallExpr, i int) string {
	if i >= len(c.Args) {
		return ""
	}
	return word(c.Args[i])
}

// placeholder replaces what the shell expands in a literal's text.
const placeholder = "\x00"

// literal is a word's text with a placeholder for each expansion, and whether
// it has none.
func literal(w *syntax.Word) (text string, whole bool) {
	if w == nil {
		return "", false
	}
	if len(w.Parts) == 1 {
		if l, ok := w.Parts[0].(*syntax.Lit); ok {
			return l.Value, true
		}
	}
	var b strings.Builder
	whole = true
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			b.WriteString(p.Value)
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			for _, q := range p.Parts {
				if lit, ok := q.(*syntax.Lit); ok {
					b.WriteString(lit.Value)
				} else {
					b.WriteString(placeholder)
					whole = false
				}
			}
		default:
			b.WriteString(placeholder)
			whole = false
		}
	}
	return b.String(), whole
}

// option reports whether a call has an option: a long one verbatim (or before
// "="), a short one also combined ("-fsS").
func option(c *syntax.CallExpr, short byte, long ...string) bool {
	for _, a := range c.Args[1:] {
		t, _ := literal(a)
		if !strings.HasPrefix(t, "-") || t == "-" {
			continue
		}
		if !strings.HasPrefix(t, "--") && short != 0 && strings.IndexByte(t, short) > 0 {
			return true
		}
		name, _, _ := strings.Cut(t, "=")
		for _, l := range long {
			if name == l {
				return true
			}
		}
	}
	return false
}
