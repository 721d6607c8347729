package rules

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// healthTools looks for healthchecks whose programs the image doesn't have.
func healthTools(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		p := s.Healthcheck
		if p == nil || p.Disable || p.Derived || s.Image == nil {
			continue
		}
		if missing := testLacks(s.Image, p.Test); missing != "" {
			diags = append(diags, ruleMissingInside.At(p.Range, "The healthcheck of %s runs %s inside the container, and %s doesn't have it, so that the service never becomes healthy. %s", s.Address, missing, s.Image.Address, otherProbe(s)))
		}
	}
	return diags
}

// testLacks is what a healthcheck runs that the image doesn't have; "" where it
// has all, or where that isn't known.
func testLacks(i *manifest.Image, test manifest.HealthTest) string {
	needs := func(what string, tools ...string) string {
		if lacks(i, "sh") {
			return "a shell"
		}
		for _, t := range tools {
			if !lacks(i, t) {
				return ""
			}
		}
		return what
	}
	switch t := test.(type) {
	case *manifest.HTTPTest:
		return needs("curl or wget", "curl", "wget")
	case *manifest.TCPTest:
		return needs("bash or nc", "bash", "nc")
	case *manifest.SQLTest:
		return needs("psql", "psql")
	case *manifest.ShellTest:
		if lacks(i, "sh") {
			return "a shell"
		}
		return commandLacks(i, []string{"sh", "-c", t.Script})
	case *manifest.CommandTest:
		return commandLacks(i, t.Exec)
	case *manifest.ImageTest:
	}
	return ""
}

// commandLacks is a program of a command that the image doesn't have.
func commandLacks(i *manifest.Image, words []string) string {
	if len(words) == 0 {
		return ""
	}
	name := words[0]
	for _, dir := range []string{"/bin/", "/usr/bin/"} {
		name = strings.TrimPrefix(name, dir)
	}
	if strings.Contains(name, "/") {
		return ""
	}
	if lacks(i, name) {
		if name == "sh" {
			return "a shell"
		}
		return name
	}
	if (name == "sh" || name == "bash") && len(words) > 2 && strings.HasPrefix(words[1], "-") && strings.HasSuffix(words[1], "c") {
		for _, n := range certain(words[2]) {
			if !strings.Contains(n, "/") && n != "sh" && lacks(i, n) {
				return n
			}
		}
	}
	return ""
}

// certain are the programs that a script runs in any case: neither those behind
// a condition, nor those for which it has another way.
func certain(script string) (names []string) {
	f, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(script), "")
	if err != nil {
		if words := strings.Fields(script); len(words) > 0 {
			return words[:1]
		}
		return nil
	}
	var statement func(s *syntax.Stmt)
	substituted := func(n syntax.Node) {
		syntax.Walk(n, func(n syntax.Node) bool {
			if x, ok := n.(*syntax.CmdSubst); ok {
				for _, s := range x.Stmts {
					statement(s)
				}
				return false
			}
			return true
		})
	}
	statement = func(s *syntax.Stmt) {
		switch c := s.Cmd.(type) {
		case *syntax.CallExpr:
			if name := arg(c, 0); name != "" {
				names = append(names, name)
			}
			for _, w := range c.Args {
				substituted(w)
			}
		case *syntax.BinaryCmd:
			switch {
			case c.Op == syntax.Pipe || c.Op == syntax.PipeAll:
				statement(c.X)
				statement(c.Y)
			case c.Op == syntax.AndStmt || givesUp(c.Y):
				statement(c.X)
			}
		}
	}
	for _, s := range f.Stmts {
		statement(s)
		if _, decides := s.Cmd.(*syntax.CallExpr); !decides {
			return names // what follows may be another way
		}
	}
	return names
}

// givesUp says whether a statement only says that the probe failed.
func givesUp(s *syntax.Stmt) bool {
	switch name := nameOf(s); name {
	case "exit", "false", "return", "echo", "kill":
		return true
	}
	return false
}

// otherProbe says how a service can be asked by what its image has.
func otherProbe(s *manifest.Service) string {
	if s.Image.Built() {
		return "Install the package in the image's last stage, or let the program itself be asked by `command`."
	}
	if f := s.Running(); f != nil {
		if f.Healthcheck != nil {
			return "Leave the block out: the image has a healthcheck of its own."
		}
		for _, r := range f.Readiness {
			if r.ByItself {
				return fmt.Sprintf("Leave the block out, and the image is asked by what it has: %s.", r.Cmd)
			}
		}
	}
	return "Ask by a program that the image has, or from outside, by a criterion."
}
