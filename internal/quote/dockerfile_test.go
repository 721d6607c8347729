package quote_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/omegagen/omegagen/internal/quote"
)

// stage parses a Dockerfile as BuildKit does and expands the words of its
// only stage in an environment that sets every one-letter name.
func stage(t *testing.T, text string) []instructions.Command {
	t.Helper()
	result, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	stages, _, err := instructions.Parse(result.AST, nil)
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	env := shell.EnvsFromSlice([]string{"y=VALUE", "x=VALUE", "A=VALUE"})
	for _, c := range stages[0].Commands {
		x, ok := c.(instructions.SupportsSingleWordExpansion)
		if !ok {
			continue
		}
		if err := x.Expand(func(word string) (string, error) {
			s, _, err := shell.NewLex('\\').ProcessWord(word, env)
			return s, err
		}); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
	}
	return stages[0].Commands
}

// FuzzDockerfile checks each way of writing a string in a Dockerfile with BuildKit's parser and lexer.
func FuzzDockerfile(f *testing.F) {
	for _, s := range hostileTexts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := "# Code generated.\n\nFROM scratch\n"
		n := 0
		word, err := quote.DockerfileWord(s)
		name, nerr := quote.DockerfileName(s)
		path, perr := quote.DockerfilePath(s)
		if (err == nil) != (perr == nil) {
			t.Fatalf("a word: %v, a path: %v", err, perr)
		}
		if err == nil {
			n = 3
			list, err := quote.DockerfileJSON([]string{path, path, "/x/"})
			if err != nil {
				t.Skip(err)
			}
			text += fmt.Sprintf("ENV A=%s \\\n    B=%s\nARG C=%s\nCOPY %s\n", word, word, word, list)
			if nerr == nil {
				n++
				text += fmt.Sprintf("LABEL %s=%s z=end\n", name, word)
			}
			if strings.TrimSpace(s) != "" {
				n++
				text += "WORKDIR " + word + "\n"
			}
		}
		exec, err := quote.DockerfileJSON([]string{"sh", "-c", s, s})
		if err == nil {
			text += fmt.Sprintf("RUN %s\nCMD %s\nHEALTHCHECK CMD %s\n", exec, exec, exec)
			n += 3
		}
		if quote.DockerfileLine(s) {
			text += fmt.Sprintf("RUN %s\nRUN --mount=type=cache,target=/x \\\n    %s\nENTRYPOINT %s\nHEALTHCHECK --interval=3s CMD %s\n", s, s, s, s)
			n += 4
		}
		commands := stage(t, text)
		if len(commands) != n {
			t.Fatalf("%d instructions for %d in\n%s", len(commands), n, text)
		}
		for _, c := range commands {
			if got := strings_(c); slices.ContainsFunc(got, func(g string) bool { return g != s }) || len(got) == 0 {
				t.Fatalf("%s: %q is read back as %q in\n%s", c.Name(), s, got, text)
			}
		}
	})
}

// strings_ are the strings in an instruction, without the fixed ones of the test.
func strings_(c instructions.Command) []string {
	words := func(l instructions.ShellDependantCmdLine) []string {
		if l.PrependShell {
			return l.CmdLine
		}
		return l.CmdLine[2:]
	}
	switch c := c.(type) {
	case *instructions.EnvCommand:
		return []string{c.Env[0].Value, c.Env[1].Value}
	case *instructions.ArgCommand:
		return []string{*c.Args[0].Value}
	case *instructions.LabelCommand:
		if len(c.Labels) != 2 || c.Labels[1].Value != "end" {
			return nil
		}
		return []string{c.Labels[0].Key, c.Labels[0].Value}
	case *instructions.CopyCommand:
		return c.SourcePaths
	case *instructions.WorkdirCommand:
		return []string{c.Path}
	case *instructions.RunCommand:
		return words(c.ShellDependantCmdLine)
	case *instructions.CmdCommand:
		return words(c.ShellDependantCmdLine)
	case *instructions.EntrypointCommand:
		return words(c.ShellDependantCmdLine)
	case *instructions.HealthCheckCommand:
		if c.Health.Test[0] == "CMD-SHELL" {
			return c.Health.Test[1:]
		}
		return c.Health.Test[3:]
	}
	return nil
}
