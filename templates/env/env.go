// Package env renders .env.example, which lists the variables that
// docker-compose.yml reads from .env, and the kit's .gitignore.
package env

import (
	"bytes"
	_ "embed"
	"fmt"
	"sort"
	"strings"
	"text/template"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/templates/layout"
)

// Placeholder is the value of every secret in .env.example. deploy.sh refuses to
// run with a .env that still contains it.
const Placeholder = "CHANGE_ME_before_deploying"

var ruleName = diag.Error("OG408", "Duplicate environment variable for secrets",
	"A secret in the environment of a service is a variable in .env, named after the secret in upper case with underscores for hyphens. Two secrets that differ only in case or hyphens would have the same variable.")

// Variable is one line of .env.example.
type Variable struct {
	Secret *manifest.Secret
	Users  []*manifest.Service // by address
}

// Variables are the variables that docker-compose.yml reads from .env: the secrets
// in the environment of services, sorted by the variables' names.
func Variables(m *manifest.Manifest) []Variable {
	users := map[*manifest.Secret][]*manifest.Service{}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, e := range i.Env {
				for _, secret := range e.Value.Secrets() {
					if u := users[secret]; len(u) == 0 || u[len(u)-1] != s {
						users[secret] = append(u, s)
					}
				}
			}
		}
	}
	out := make([]Variable, 0, len(users))
	for secret, u := range users {
		out = append(out, Variable{secret, u})
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i].Secret, out[j].Secret
		return a.EnvVar < b.EnvVar || a.EnvVar == b.EnvVar && a.Address < b.Address
	})
	return out
}

// Example is the document of .env.example.
type Example struct {
	Secrets    []Variable
	Parameters []*manifest.Parameter
}

// Render makes .gitignore, and .env.example if docker-compose.yml reads variables
// from .env, or if there are parameters. The Doc of .env.example is an Example.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	vars := Variables(m)
	header := kit.Header(m.System.Name)
	example := exampleFile{Header: header, Secrets: len(vars) > 0, Parameters: len(m.Parameters) > 0}
	sources := []string{m.System.Address}
	for i, v := range vars {
		if i > 0 && vars[i-1].Secret.EnvVar == v.Secret.EnvVar {
			diags = diags.Append(ruleName.At(v.Secret.Range, "%s and %s both need the variable %s in .env. Rename one of them.",
				vars[i-1].Secret.Address, v.Secret.Address, v.Secret.EnvVar))
			continue
		}
		x := exampleVariable{From: "from secret \"" + v.Secret.Name + "\"", Name: v.Secret.EnvVar, Value: Placeholder}
		for _, s := range v.Users {
			line := "in the environment of service \"" + s.Name + "\""
			if s.ExposedReason != "" {
				line += ": " + s.ExposedReason
			}
			x.Users = append(x.Users, line)
			sources = append(sources, s.Address)
		}
		sources = append(sources, v.Secret.Address)
		example.Variables = append(example.Variables, x)
	}
	for _, p := range m.Parameters {
		x := exampleVariable{From: "from parameter \"" + p.Name + "\"", Name: p.EnvVar, Value: p.Default, Unset: true, Users: parameterLines(p)}
		sources = append(sources, p.Address)
		example.Variables = append(example.Variables, x)
	}
	sort.Strings(sources)
	var out []kit.Artifact
	if path := m.KitPath(kit.GitIgnorePath); path != "" {
		out = append(out, kit.Artifact{Kind: kit.GitIgnore, Path: path, Content: execute(ignoreTemplate, ignoreFile{header, kit.EnvPath, kit.StateDir}), Sources: []string{m.System.Address}})
	}
	if len(example.Variables) > 0 {
		out = append(out, kit.Artifact{Kind: kit.EnvExample, Path: m.KitPath(kit.EnvExamplePath), Content: execute(exampleTemplate, example), Doc: Example{vars, m.Parameters}, Sources: compact(sources)})
	}
	return out, diags
}

//go:embed env.example.tmpl
var exampleSource string

//go:embed gitignore.tmpl
var ignoreSource string

// quoting are the quoting functions that everything written by the templates must pass.
var quoting = template.FuncMap{
	"comment": comment,
	"value":   quote.Dotenv,
	"name":    func(identifier string) string { return identifier }, // a variable's, made of a secret's name
	"path":    func(path string) string { return path },             // a constant of the kit's layout
}

var (
	exampleTemplate = layout.Must(".env.example", exampleSource, quoting)
	ignoreTemplate  = layout.Must(".gitignore", ignoreSource, quoting)
)

type exampleFile struct {
	Header              string
	Secrets, Parameters bool // whether there are any
	Variables           []exampleVariable
}

type exampleVariable struct {
	From, Name, Value string
	Unset             bool // the line is a comment: the variable may be missing
	Users             []string
}

type ignoreFile struct{ Header, EnvFile, StateDir string }

func execute(t *template.Template, data any) []byte {
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		panic(err) // a field that the data lacks fails every test; the only value is a constant
	}
	return b.Bytes()
}

// parameterLines say what a parameter is and which values it may have.
func parameterLines(p *manifest.Parameter) []string {
	var out []string
	if p.Description != "" {
		out = append(out, p.Description)
	}
	allowed := "a " + string(p.Type)
	switch {
	case len(p.OneOf) > 0:
		allowed = "one of " + strings.Join(p.OneOf, ", ")
	case p.Matches != "":
		allowed += " that matches " + p.Matches
	case p.Min != nil && p.Max != nil:
		allowed += " from " + text.Number(p.Min) + " to " + text.Number(p.Max)
	case p.Min != nil:
		allowed += " of at least " + text.Number(p.Min)
	case p.Max != nil:
		allowed += " of at most " + text.Number(p.Max)
	}
	if p.Default == "" {
		return append(out, "required: "+allowed)
	}
	return append(out, allowed+"; the default is shown")
}

// comment formats text as comment lines. Unprintable characters are escaped, so that
// no text ends a comment.
func comment(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight("# "+printable(line), " ")
	}
	return strings.Join(lines, "\n")
}

func printable(s string) string {
	q := fmt.Sprintf("%q", s)
	q = q[1 : len(q)-1]
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(q)
}

func compact(sorted []string) []string {
	out := sorted[:0]
	for i, s := range sorted {
		if i == 0 || s != sorted[i-1] {
			out = append(out, s)
		}
	}
	return out
}
