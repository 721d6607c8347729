// Package shell checks deploy.sh and the scripts of the manifest with a real
// shell parser.
package shell

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/deploy"
)

var (
	ruleSyntax = diag.Error("OG710", "Invalid shell script",
		"The scripts of actions, criteria and benchmarks are parsed for the shell that runs them: POSIX sh, or bash with `shell = \"bash\"`.").AboutText()
	ruleSecret = diag.Error("OG711", "Secret in unexpanded text",
		"A secret in a script becomes \"$NAME\", including the quotes. Inside single quotes, a here-document or a comment, the shell would not expand it.")
	ruleParameter = diag.Error("OG713", "Parameter in unexpanded text",
		"A parameter in a script becomes an expansion of its variable, with the quotes that its place requires. A here-document with a quoted delimiter has no expansions.")
)

// script is a script of the manifest with its position.
type script struct {
	text  manifest.Text
	shell string
	block hcl.Range // header of the block that has it
	attr  string
	owner string
}

// Manifest parses every script of the manifest, whether or not a plan uses it.
func Manifest(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, s := range scripts(m) {
		if len(s.text) == 0 {
			continue
		}
		text := deploy.ScriptText(s.text)
		file, err := parse(text, s.shell)
		if err != nil {
			diags = diags.Append(ruleSyntax.At(place(m, s), "%s", explain(err, text, s)))
			continue
		}
		for _, envVar := range deploy.Unexpanded(s.text) {
			if x := m.Parameter(envVar); x != nil {
				diags = diags.Append(ruleParameter.At(place(m, s), "In `%s` of %s, %s is in a here-document whose delimiter is quoted, where the shell expands nothing. Remove the quotes of the delimiter.", s.attr, s.owner, x.Address))
			}
		}
		for _, x := range s.text.Secrets() {
			if where := literal(file, text, `"$`+x.EnvVar+`"`); where != "" {
				diags = diags.Append(ruleSecret.At(place(m, s),
					"In `%s` of %s, %s is %s, where the shell would not expand \"$%s\". Close the quotes before it and reopen them after it, or pass the secret in `env`.",
					s.attr, s.owner, x.Address, where, x.EnvVar))
			}
		}
	}
	return append(diags, containers(m)...)
}

// scripts lists every script, also of blocks that have no instance.
func scripts(m *manifest.Manifest) []script {
	out := scriptsOf(m.Actions, m.Criteria, m.Benchmarks)
	if m.Off != nil {
		out = append(out, scriptsOf(m.Off.Actions, m.Off.Criteria, m.Off.Benchmarks)...)
	}
	return out
}

func scriptsOf(actions []*manifest.Action, criteria []*manifest.Criterion, benchmarks []*manifest.Benchmark) []script {
	var out []script
	for _, a := range actions {
		for _, p := range []struct {
			attr string
			text manifest.Text
		}{{"run", a.Run}, {"validate", a.Validate}, {"rollback", a.Rollback}} {
			out = append(out, script{p.text, a.Shell, a.Range, p.attr, a.Address})
		}
	}
	for _, c := range criteria {
		switch p := c.Probe.(type) {
		case *manifest.CommandProbe:
			out = append(out, script{p.Run, p.Shell, p.Range, "run", c.Address})
		case *manifest.HTTPProbe, *manifest.TCPProbe, *manifest.GRPCProbe, *manifest.SQLProbe, *manifest.PromQLProbe, *manifest.ContainerProbe: // no script
		}
	}
	for _, b := range benchmarks {
		out = append(out, script{b.Run, b.Shell, b.Range, "run", b.Address})
	}
	return out
}

// parse parses a script for its shell.
func parse(text, shell string) (*syntax.File, error) {
	variant := syntax.LangPOSIX
	if shell == "bash" {
		variant = syntax.LangBash
	}
	return syntax.NewParser(syntax.Variant(variant), syntax.KeepComments(true)).Parse(strings.NewReader(text), "")
}

func explain(err error, text string, s script) string {
	line, what := uint(0), err.Error()
	switch e := err.(type) {
	case syntax.ParseError:
		line, what = e.Pos.Line(), e.Text
	case syntax.LangError:
		line = e.Pos.Line()
		what = strings.TrimPrefix(what, fmt.Sprintf("%d:%d: ", line, e.Pos.Col()))
		what += ". With shell = \"bash\" it is allowed if bash supports it"
	}
	if _, isParse := err.(syntax.ParseError); isParse && s.shell != "bash" {
		if _, err := parse(text, "bash"); err == nil {
			what += ". bash accepts it: set shell = \"bash\""
		}
	}
	shell := s.shell
	if shell == "" {
		shell = "sh"
	}
	out := fmt.Sprintf("`%s` of %s is not a valid script for %s", s.attr, s.owner, shell)
	if lines := strings.Split(text, "\n"); line >= 1 && int(line) <= len(lines) {
		out += fmt.Sprintf(": line %d, `%s`", line, strings.TrimSpace(lines[line-1]))
	}
	return out + ": " + what + "."
}

// literal describes the part of a script that contains a text where nothing is
// expanded; "" for none.
func literal(file *syntax.File, text, want string) string {
	found := ""
	within := func(n syntax.Node) bool {
		from, to := int(n.Pos().Offset()), int(n.End().Offset())
		return from <= to && to <= len(text) && strings.Contains(text[from:to], want)
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.SglQuoted:
			if within(n) {
				found = "inside single quotes"
			}
		case *syntax.Comment:
			if strings.Contains(n.Text, want) && found == "" {
				found = "in a comment"
			}
		case *syntax.Redirect:
			if n.Hdoc != nil && within(n.Hdoc) {
				found = "in a here-document"
			}
		}
		return true
	})
	return found
}

// place is the range of the attribute that contains a script; the block's
// header if the source isn't available.
func place(m *manifest.Manifest, s script) hcl.Range {
	f := m.Files[s.block.Filename]
	if f == nil {
		return s.block
	}
	body, ok := f.Body.(*hclsyntax.Body)
	if !ok {
		return s.block
	}
	if found := findAttr(body, s); found != nil {
		return *found
	}
	return s.block
}

func findAttr(body *hclsyntax.Body, s script) *hcl.Range {
	// Blocks are in source order; this is the one whose header begins there, or the
	// one before it, which may contain it.
	i := sort.Search(len(body.Blocks), func(i int) bool { return body.Blocks[i].TypeRange.Start.Byte > s.block.Start.Byte }) - 1
	if i < 0 {
		return nil
	}
	b := body.Blocks[i]
	if b.TypeRange.Start.Byte == s.block.Start.Byte {
		if a := b.Body.Attributes[s.attr]; a != nil {
			r := a.Expr.Range()
			return &r
		}
		return nil
	}
	return findAttr(b.Body, s)
}
