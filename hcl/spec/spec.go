// Package spec generates the reference of the manifest language: hand-written prose, then every block
// and argument from the schemas. hcl/spec.md is its output.
package spec

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/planexpr"
	"github.com/omegagen/omegagen/hcl/loader"
)

//go:embed intro.md
var intro string

// Markdown returns the whole reference. The result is deterministic.
func Markdown() string {
	var b strings.Builder
	b.WriteString(strings.NewReplacer("<!-- functions -->\n", planningFunctions(), "<!-- all functions -->\n", allFunctions()).Replace(intro))
	specs := loader.Specs()
	b.WriteString("## Blocks\n\n")
	b.WriteString("The column `default` shows the value of an argument that isn't set; *required* means that it must be set. An argument that is `null` counts as not set.\n\n")
	var links []string
	for _, s := range specs {
		links = append(links, "["+s.Type+"](#"+anchor(s.Type)+")")
	}
	b.WriteString(strings.Join(links, " · ") + "\n")
	for _, s := range specs {
		block(&b, s, nil)
	}
	return b.String()
}

// Block returns the reference of one block and its nested blocks as Markdown, by its type or by a path such as
// service.port; ok is false if there is no such block, or there are several.
func Block(path string) (text string, ok bool) {
	s, around := find(path)
	if s == nil {
		return "", false
	}
	var b strings.Builder
	block(&b, s, around)
	return strings.TrimPrefix(b.String(), "\n"), true
}

// Types are the blocks of a manifest.
func Types() []string {
	var out []string
	for _, s := range loader.Specs() {
		out = append(out, s.Type)
	}
	return out
}

func planningFunctions() string {
	var b strings.Builder
	b.WriteString("| function | |\n|---|---|\n")
	for _, f := range planexpr.Functions() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.Signature, cell(f.Doc))
	}
	return b.String()
}

// allFunctions lists the names, a line for each letter.
func allFunctions() string {
	var b strings.Builder
	last := byte(0)
	for _, name := range lang.FunctionNames() {
		switch {
		case last == 0:
		case name[0] != last:
			b.WriteString(",\n")
		default:
			b.WriteString(", ")
		}
		last = name[0]
		b.WriteString("`" + name + "`")
	}
	return b.String() + "\n"
}

// block writes a block and its nested blocks. path are the types around it.
func block(b *strings.Builder, s *lang.BlockSpec, path []string) {
	path = append(path[:len(path):len(path)], s.Type)
	level := min(len(path)+2, 6)
	fmt.Fprintf(b, "\n%s %s\n\n```hcl\n%s\n```\n\n", strings.Repeat("#", level), strings.Join(path, " › "), header(s))
	b.WriteString(s.Doc + "\n")
	if notes := notes(s, len(path) == 1); notes != "" {
		b.WriteString("\n" + notes + "\n")
	}
	for _, l := range s.Labels {
		if l.Doc != "" {
			fmt.Fprintf(b, "\n- label %s: %s\n", strings.ToUpper(l.Name), l.Doc)
		}
	}
	attributes(b, s)
	composeKeys(b, s)
	for _, sub := range s.Blocks {
		if sub.OrAttr {
			composeKeys(b, sub)
		}
	}
	for _, sub := range s.Blocks {
		if !sub.Open && sub != s { // a block may contain others of its own
			block(b, sub, path)
		}
	}
}

// attributes writes the table of a block's arguments, and of nested blocks that can be written as
// arguments.
func attributes(b *strings.Builder, s *lang.BlockSpec) {
	var rows []string
	for i := range s.Attrs {
		a := &s.Attrs[i]
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s | %s |\n", a.Name, cell(typeOf(a)), defaultOf(a), cell(a.Doc)))
	}
	for _, sub := range s.Blocks {
		if sub.OrAttr {
			rows = append(rows, fmt.Sprintf("| `%s` | map, or a block |  | %s |\n", sub.Type, cell(sub.Doc)))
		}
	}
	if len(rows) > 0 {
		b.WriteString("\n| argument | type | default | |\n|---|---|---|---|\n" + strings.Join(rows, ""))
	}
}

// composeKeys writes the replacements for the keys of the Compose Specification that the block doesn't
// have under the same names.
func composeKeys(b *strings.Builder, s *lang.BlockSpec) {
	if len(s.Compose) == 0 {
		return
	}
	fmt.Fprintf(b, "\n| key of %s in Compose | write here instead | |\n|---|---|---|\n", s.ComposeOf)
	for _, k := range s.Compose {
		here := ""
		if k.Write != "" {
			here = cell(k.Write)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", k.Key, here, cell(k.Why))
	}
}

func header(s *lang.BlockSpec) string {
	h := s.Type
	for _, l := range s.Labels {
		h += " \"" + strings.ToUpper(l.Name) + "\""
	}
	return h + " { … }"
}

func notes(s *lang.BlockSpec, top bool) string {
	var out []string
	where := "its parent"
	if top {
		where = "a manifest"
	}
	switch {
	case s.Min == 1 && s.Max == 1:
		out = append(out, "Required exactly once in "+where+".")
	case s.Max == 1:
		out = append(out, "At most one in "+where+".")
	case s.Max > 1:
		out = append(out, fmt.Sprintf("At most %d in %s.", s.Max, where))
	case s.Min > 0:
		out = append(out, fmt.Sprintf("At least %d required in %s.", s.Min, where))
	}
	if s.ForEach {
		out = append(out, "Supports `for_each`.")
	}
	if s.OpenAttrs {
		out = append(out, "Accepts arguments of any name.")
	}
	return strings.Join(out, " ")
}

func typeOf(a *lang.Attr) string {
	t := a.Type.Name
	if len(a.Values) == 0 {
		return t
	}
	quoted := make([]string, len(a.Values))
	for i, v := range a.Values {
		quoted[i] = "`" + v + "`"
	}
	return t + ": " + strings.Join(quoted, ", ")
}

func defaultOf(a *lang.Attr) string {
	switch {
	case a.Required:
		return "*required*"
	case a.Default == "":
		return ""
	}
	return "`" + cell(a.Default) + "`"
}

// cell escapes text for a table: a bar would end the cell, and a line break
// the row.
func cell(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "|", `\|`)), " ")
}

func anchor(heading string) string { return strings.ToLower(strings.ReplaceAll(heading, " ", "-")) }
