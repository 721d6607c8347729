package shell

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleContainer = diag.Error("OG712", "Invalid container script",
	"Command strings of build instructions and healthchecks are run by the image's shell. It isn't known which one that is, but text that is valid neither in POSIX sh nor in bash is a mistake.").AboutText()

// containers parses what the shells of images run: instructions of stages, as
// long as their shell is a POSIX one or bash, and healthchecks.
func containers(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	check := func(text string, at hcl.Range, what string) {
		if _, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), ""); err != nil {
			diags = diags.Append(ruleContainer.At(at, "%s is not valid in any supported shell: %s.", what, strings.TrimSuffix(err.Error(), ".")))
		}
	}
	for _, i := range m.Images {
		for _, s := range i.Stages {
			known := familiar(begins(s))
			for _, step := range s.Steps {
				if sh, ok := step.(*manifest.ShellInstruction); ok {
					known = familiar(sh.Words)
				}
				if run, ok := step.(*manifest.RunInstruction); ok && known && run.Command != nil && run.Command.Exec == nil {
					check(run.Command.Shell, run.Of("command"), "The command of this instruction")
				}
			}
		}
	}
	for _, s := range m.Services {
		if s.Healthcheck == nil {
			continue
		}
		switch t := s.Healthcheck.Test.(type) {
		case *manifest.ShellTest:
			if t.Script != "" {
				check(t.Script, s.Healthcheck.Range, "The healthcheck of "+s.Address)
			}
		case *manifest.CommandTest, *manifest.HTTPTest, *manifest.TCPTest, *manifest.SQLTest, *manifest.ImageTest: // no script, or a generated one
		}
	}
	return diags
}

// begins is the shell that a stage begins with, nil if no earlier instruction
// has chosen one. A stage's base stands above it, or is reported.
func begins(s *manifest.Stage) []string {
	seen := map[*manifest.Stage]bool{}
	for {
		switch {
		case s.FromStage != nil:
			s = s.FromStage
		case s.FromDecl != nil && len(s.FromDecl.Stages) > 0:
			s = s.FromDecl.Stages[len(s.FromDecl.Stages)-1]
		default:
			return nil
		}
		if seen[s] {
			return nil
		}
		seen[s] = true
		for _, step := range slices.Backward(s.Steps) {
			if sh, ok := step.(*manifest.ShellInstruction); ok {
				return sh.Words
			}
		}
	}
}

func familiar(words []string) bool {
	return words == nil || len(words) > 0 && slices.Contains([]string{"sh", "bash", "ash", "dash"}, path.Base(words[0]))
}
