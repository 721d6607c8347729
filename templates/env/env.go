// Package env renders .env.example, which names what docker-compose.yml takes
// from its environment, and the kit's .gitignore.
package env

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
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
	var b strings.Builder
	comment(&b, kit.Header(m.System.Name))
	b.WriteString("\n")
	comment(&b, "deploy.sh makes .env with random values where there is none. To choose them\n"+
		"yourself, copy this file to .env (mode 0600) and replace every placeholder;\n"+
		"deploy.sh refuses to run with one.")
	sources := []string{m.System.Address}
	for i, v := range vars {
		if i > 0 && vars[i-1].Secret.EnvVar == v.Secret.EnvVar {
			diags = diags.Append(ruleName.At(v.Secret.Range, "%s and %s would both be %s in .env. Rename one of them.",
				vars[i-1].Secret.Address, v.Secret.Address, v.Secret.EnvVar))
			continue
		}
		b.WriteString("\n")
		comment(&b, "from secret \""+v.Secret.Name+"\"")
		for _, s := range v.Users {
			line := "in the environment of service \"" + s.Name + "\""
			if s.ExposedReason != "" {
				line += ": " + s.ExposedReason
			}
			comment(&b, line)
			sources = append(sources, s.Address)
		}
		sources = append(sources, v.Secret.Address)
		value, err := quote.Dotenv(Placeholder)
		if err != nil {
			panic(err) // a constant
		}
		fmt.Fprintf(&b, "%s=%s\n", v.Secret.EnvVar, value)
	}
	sort.Strings(sources)
	out := []kit.Artifact{{Kind: kit.GitIgnore, Path: kit.GitIgnorePath, Content: []byte(ignore(m)), Sources: []string{m.System.Address}}}
	if len(vars) > 0 {
		out = append(out, kit.Artifact{Kind: kit.EnvExample, Path: kit.EnvExamplePath, Content: []byte(b.String()), Doc: vars, Sources: compact(sources)})
	}
	return out, diags
}

func ignore(m *manifest.Manifest) string {
	var b strings.Builder
	comment(&b, kit.Header(m.System.Name))
	b.WriteString("\n")
	comment(&b, "What deploy.sh writes: secrets, state, logs and reports.")
	b.WriteString("/" + kit.EnvPath + "\n/" + kit.StateDir + "/\n")
	return b.String()
}

// comment writes text as comment lines. What isn't printable is shown by its
// escape, so that no text ends a comment.
func comment(b *strings.Builder, text string) {
	for _, line := range strings.Split(text, "\n") {
		b.WriteString(strings.TrimRight("# "+printable(line), " ") + "\n")
	}
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
