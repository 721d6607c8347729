// Package custom renders artifact blocks: the user's own text/template files,
// with sprig's pure functions, over the block's data and a view of the model.
//
// A template sees
//
//	.data    the block's `data`
//	.model   the model, see View
//	.header  the first line of every generated file, without comment signs
//
// An undefined key is an error. Maps are iterated in the order of their keys, and
// no function uses the clock, randomness, the environment or the network, so equal
// manifests give equal files.
package custom

import (
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"text/template"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/layout"
)

var (
	ruleSyntax = diag.Error("OG770", "Invalid template",
		"An artifact's template is written in Go's text/template language, with the pure functions of sprig.").AboutText()
	ruleRun = diag.Error("OG771", "Failed template",
		"A template fails when it uses an undefined key, calls a function with wrong arguments, or calls `fail`.")
)

// Limits of a template, so that a mistake is reported before it exhausts memory.
const (
	maxOutput  = 16 << 20
	maxCount   = 1 << 20
	maxActions = 100_000 // text/template recurses into nested actions, and would overflow the stack
)

// Render makes the file of every artifact block.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	var out []kit.Artifact
	var diags hcl.Diagnostics
	var functions template.FuncMap
	for _, a := range m.Artifacts {
		if functions == nil {
			functions = Functions()
		}
		content, d := render(m, a, functions)
		if d != nil {
			diags = diags.Append(d)
			continue
		}
		out = append(out, kit.Artifact{Kind: kit.Custom, Path: a.Path, Content: content, Executable: a.Executable, Sources: []string{a.Address}})
	}
	return out, diags
}

// Parse reports the templates that can't be parsed. It reads only the manifest's
// artifact blocks.
func Parse(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, a := range m.Artifacts {
		if _, d := parse(a, Functions()); d != nil {
			diags = diags.Append(d)
		}
	}
	return diags
}

func parse(a *manifest.Artifact, functions template.FuncMap) (*template.Template, *hcl.Diagnostic) {
	if n := strings.Count(a.Source, "{{"); n > maxActions {
		return nil, ruleSyntax.At(a.At.Of("template", a.Range), "The template %q has %d actions; the maximum is %d. Use loops, or several artifacts.", a.Template, n, maxActions)
	}
	t, err := template.New(a.Template).Option("missingkey=error").Funcs(functions).Parse(a.Source)
	if err != nil {
		return nil, ruleSyntax.At(a.At.Of("template", a.Range), "%s", explain(a, err))
	}
	return t, nil
}

func render(m *manifest.Manifest, a *manifest.Artifact, functions template.FuncMap) ([]byte, *hcl.Diagnostic) {
	t, d := parse(a, functions)
	if d != nil {
		return nil, d
	}
	// Each template gets its own view, because sprig's set and merge modify it.
	data := map[string]any{"data": plain(a.Data), "model": View(m), "header": kit.Header(m.System.Name)}
	if a.Data == nil {
		data["data"] = map[string]any{}
	}
	w := &limited{}
	if err := t.Execute(w, data); err != nil {
		return nil, ruleRun.At(a.At.Of("template", a.Range), "%s", explain(a, err))
	}
	out := w.b.String()
	for _, envVar := range manifest.ParametersOf(out) {
		if p := m.Parameter(envVar); p != nil {
			return nil, ruleRun.At(a.At.Of("template", a.Range), "The template %q writes %s, whose value is known only when deploy.sh runs, while this file is part of the kit. Use a variable for what it needs.", a.Template, p.Address)
		}
	}
	if a.Executable || strings.HasPrefix(out, "#!") { // no shell finds an interpreter with a carriage return in its name
		out = strings.ReplaceAll(out, "\r\n", "\n")
	}
	if out != "" && !strings.HasSuffix(out, "\n") {
		out += "\n"
	}
	return []byte(out), nil
}

// limited is a writer with a maximum size.
type limited struct{ b strings.Builder }

func (w *limited) Write(p []byte) (int, error) {
	if w.b.Len()+len(p) > maxOutput {
		return 0, fmt.Errorf("the file would be larger than %d MB", maxOutput>>20)
	}
	return w.b.Write(p)
}

// explain converts an error of text/template, "template: NAME:LINE:COLUMN: …", to
// a sentence with the template's line.
func explain(a *manifest.Artifact, err error) string {
	text := strings.TrimPrefix(err.Error(), "template: ")
	if rest, ok := strings.CutPrefix(text, a.Template+":"); ok {
		if place := regexp.MustCompile(`^(\d+)(?::\d+)?: `).FindStringSubmatch(rest); place != nil {
			what := strings.TrimPrefix(rest, place[0])
			n, _ := strconv.Atoi(place[1])
			if lines := strings.Split(a.Source, "\n"); n <= len(lines) {
				line := []rune(strings.TrimSpace(lines[n-1]))
				what += ": " + string(line[:min(len(line), 80)])
			}
			return fmt.Sprintf("Line %s of the template %q: %s", place[1], a.Template, what)
		}
	}
	return fmt.Sprintf("The template %q: %s.", a.Template, text)
}

// Functions are the functions of templates: sprig's pure functions. keys and values
// return lists sorted by key.
func Functions() template.FuncMap {
	f := layout.Functions()
	f["keys"] = keys
	f["values"] = values
	bound := func(n int) error {
		if n > maxCount || n < -maxCount {
			return fmt.Errorf("%d is too many; the maximum is %d", n, maxCount)
		}
		return nil
	}
	f["repeat"] = func(count int, s string) (string, error) {
		if count < 0 || count > 0 && len(s) > maxOutput/count {
			return "", fmt.Errorf("repeat %d: too long, or negative", count)
		}
		return strings.Repeat(s, count), nil
	}
	until := f["untilStep"].(func(int, int, int) []int)
	f["until"] = func(count int) ([]int, error) {
		if err := bound(count); err != nil {
			return nil, err
		}
		step := 1
		if count < 0 {
			step = -1
		}
		return until(0, count, step), nil
	}
	f["untilStep"] = func(from, to, step int) ([]int, error) {
		if err := errors.Join(bound(from), bound(to)); err != nil {
			return nil, err
		}
		return until(from, to, step), nil
	}
	seq := f["seq"].(func(...int) string)
	f["seq"] = func(params ...int) (string, error) {
		for _, n := range params {
			if err := bound(n); err != nil {
				return "", err
			}
		}
		return seq(params...), nil
	}
	return f
}

func keys(maps ...map[string]any) []string {
	var out []string
	for _, m := range maps {
		for k := range m {
			out = append(out, k)
		}
	}
	sort.Strings(out)
	return out
}

func values(m map[string]any) []any {
	var out []any
	for _, k := range keys(m) {
		out = append(out, m[k])
	}
	return out
}
