// Package env renders .env.example, which names what docker-compose.yml takes
// from its environment, and the kit's .gitignore.
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
	"github.com/omegagen/omegagen/templates/layout"
)

// Placeholder stands for every secret in .env.example. deploy.sh refuses to
// run with a .env that still holds it.
const Placeholder = "CHANGE_ME_before_deploying"

var ruleName = diag.Error("OG408", "Two secrets of one environment variable",
	"Secrets in the environment of a service are named in .env by their upper-case names, where two that differ in letter case or hyphens alone would meet.")

// Variable is one line of .env.example.
type Variable struct {
	Secret *manifest.Secret
	Users  []*manifest.Service // by address
}

// Variables are what docker-compose.yml takes from .env: the secrets that
// stand in the environment of some service, by the name of the variable.
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

// Render makes .gitignore, and .env.example where docker-compose.yml takes
// something from the environment. The Doc of .env.example is its
// []Variable; .gitignore is its own document.
func Render(m *manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	vars := Variables(m)
	header := kit.Header(m.System.Name)
	example := exampleFile{Header: header}
	sources := []string{m.System.Address}
	for i, v := range vars {
		if i > 0 && vars[i-1].Secret.EnvVar == v.Secret.EnvVar {
			diags = diags.Append(ruleName.At(v.Secret.Range, "%s and %s would both be %s in .env. Rename one of them.",
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
	sort.Strings(sources)
	out := []kit.Artifact{{Kind: kit.GitIgnore, Path: kit.GitIgnorePath, Content: execute(ignoreTemplate, ignoreFile{header, kit.EnvPath, kit.StateDir}), Sources: []string{m.System.Address}}}
	if len(vars) > 0 {
		out = append(out, kit.Artifact{Kind: kit.EnvExample, Path: kit.EnvExamplePath, Content: execute(exampleTemplate, example), Doc: vars, Sources: compact(sources)})
	}
	return out, diags
}

//go:embed env.example.tmpl
var exampleSource string

//go:embed gitignore.tmpl
var ignoreSource string

// quoting are the functions through which all goes that the templates write.
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
	Header    string
	Variables []exampleVariable
}

type exampleVariable struct {
	From, Name, Value string
	Users             []string
}

type ignoreFile struct{ Header, EnvFile, StateDir string }

func execute(t *template.Template, data any) []byte {
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		panic(err) // the data has the fields that the template asks for, and its one value is a constant
	}
	return b.Bytes()
}

// comment is text as comment lines. What isn't printable is shown by its escape,
// so that no text ends a comment.
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
