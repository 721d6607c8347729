package layout_test

import (
	"strings"
	"testing"
	"text/template"

	"github.com/omegagen/omegagen/templates/layout"
)

var quoting = template.FuncMap{"q": func(s string) string { return "<" + s + ">" }}

func TestParse(t *testing.T) {
	for source, want := range map[string]string{
		`a {{q .x}}`:                                      "a <v>",
		`{{.x | upper | q}}`:                              "<V>",
		`{{(q .x)}}`:                                      "<v>",
		`{{with $y := .x}}{{q $y}}{{end}}`:                "<v>",
		`{{if eq .x "v"}}yes{{else}}no{{end}}`:            "yes",
		`{{define "d"}}{{q .}}{{end}}{{template "d" .x}}`: "<v>",
	} {
		parsed, err := layout.Parse("t", source, quoting)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		var b strings.Builder
		if err := parsed.Execute(&b, map[string]string{"x": "v"}); err != nil || b.String() != want {
			t.Errorf("%s gives %q instead of %q, %v", source, b.String(), want, err)
		}
	}
}

// A value that no quoting function returned is refused, wherever it is written.
func TestUnquoted(t *testing.T) {
	for _, source := range []string{
		`{{.x}}`, `{{"text"}}`, `{{.x | q | upper}}`, `{{upper (q .x)}}`, `{{if .x}}{{.x}}{{end}}`, `{{if .x}}{{else}}{{.x}}{{end}}`,
		`{{range $c := list .x}}{{$c}}{{end}}`, `{{range .x}}{{else}}{{.}}{{end}}`, `{{with .x}}{{.}}{{end}}`, `{{with .x}}{{else}}{{.}}{{end}}`,
		`{{define "d"}}{{.}}{{end}}{{template "d" .x}}`, `{{$y := .x}}{{$y}}`,
	} {
		if _, err := layout.Parse("t", source, quoting); err == nil || !strings.Contains(err.Error(), "is written without quoting") {
			t.Errorf("%s: %v", source, err)
		}
	}
	if _, err := layout.Parse("t", `{{q`, quoting); err == nil {
		t.Error("half a template was parsed")
	}
	// No function of sprig reads the clock, randomness or the machine.
	for _, f := range []string{"now", "env", "randAlpha 3", "genPrivateKey \"rsa\""} {
		if _, err := layout.Parse("t", "{{"+f+" | q}}", quoting); err == nil {
			t.Errorf("%s can be called", f)
		}
	}
}
