package rules

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// healthTools reports healthchecks whose programs the image doesn't contain.
func healthTools(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		p := s.Healthcheck
		if p == nil || p.Disable || p.Derived || s.Image == nil {
			continue
		}
		if missing := testLacks(s.Image, p.Test); missing != "" {
			diags = append(diags, ruleMissingTool.At(p.Range, "The healthcheck of %s runs %s inside the container, but %s doesn't contain it, so the service never becomes healthy. %s", s.Address, missing, s.Image.Address, otherProbe(s)))
		}
	}
	return diags
}

// testLacks is what a healthcheck runs that the image doesn't contain; "" for
// nothing, or if unknown.
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

// commandLacks is a program of a command that the image doesn't contain.
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
		for _, n := range alwaysRun(words[2]) {
			if !strings.Contains(n, "/") && n != "sh" && lacks(i, n) {
				return n
			}
		}
	}
	return ""
}

// alwaysRun are the programs that a script always runs: neither conditional ones,
// nor those with an alternative.
func alwaysRun(script string) (names []string) {
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
		if _, simple := s.Cmd.(*syntax.CallExpr); !simple {
			return names // what follows may be an alternative
		}
	}
	return names
}

// givesUp reports whether a statement only reports that the test failed.
func givesUp(s *syntax.Stmt) bool {
	switch name := nameOf(s); name {
	case "exit", "false", "return", "echo", "kill":
		return true
	}
	return false
}

// otherProbe suggests a healthcheck with what the image contains.
func otherProbe(s *manifest.Service) string {
	if s.Image.Built() {
		return "Install the package in the image's last stage, or use `command` with the program itself."
	}
	if f := s.Running(); f != nil {
		if f.Healthcheck != nil {
			return "Remove the block: the image has its own healthcheck."
		}
		for _, r := range f.Readiness {
			if r.ByItself {
				return fmt.Sprintf("Remove the block; the default healthcheck uses what the image contains: %s.", r.Cmd)
			}
		}
	}
	return "Use a program that the image contains, or check from outside with a criterion."
}
