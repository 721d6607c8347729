package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/format"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/spec"
	"github.com/omegagen/omegagen/lint/policy"
)

// startIn runs a command line whose questions are answered, if answers aren't "", as on a terminal.
func startIn(t *testing.T, answers string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	a := &app{stdin: strings.NewReader(answers), stdout: &out, stderr: &errs, asks: answers != "", lookupEnv: func(string) (string, bool) { return "", false }}
	code = a.run(args)
	return code, out.String(), errs.String()
}

// Each choice of init is a manifest in canonical style, whose kit has no error and no warning.
func TestInitChoices(t *testing.T) {
	for _, database := range initDatabases() {
		for _, service := range []string{"web", "database"} {
			dir := t.TempDir()
			code, _, stderr := startIn(t, "", "init", dir, "--service", service, "--image", "nginx:1.27", "--database", database)
			if code != exitOK {
				t.Errorf("%s, %s: exit code %d\n%s", database, service, code, stderr)
				continue
			}
			checkFirst(t, dir)
		}
	}
}

// checkFirst checks a manifest that init has written.
func checkFirst(t *testing.T, dir string) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, initName))
	if err != nil {
		t.Fatal(err)
	}
	if canonical, diags := format.Format(initName, src); diags.HasErrors() || string(canonical) != string(src) {
		t.Errorf("it isn't in canonical style:\n%s", src)
	}
	c := read(loader.Input{FS: oneFile(src)}, policy.Levels{})
	c.files()
	for _, d := range diag.WithoutAdvice(c.diags) {
		t.Errorf("%s: %s\n%s", diag.Code(d), d.Detail, src)
	}
}

// On a terminal, init asks: an empty answer is the one in brackets, and an invalid one is asked again.
func TestInitAsks(t *testing.T) {
	dir := t.TempDir()
	code, _, stderr := startIn(t, "cache\nredis:7.4\n\noracle\npostgres\n", "init", dir)
	if code != exitOK || !strings.Contains(stderr, `invalid --database "oracle"`) && !strings.Contains(stderr, `Invalid --database "oracle"`) || !strings.Contains(stderr, "[6379]") {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	checkFirst(t, dir)
	code, _, _ = startIn(t, "web\n", "init", filepath.Join(dir, "other")) // the answers end
	if _, err := os.Stat(filepath.Join(dir, "other", initName)); code == exitOK || err == nil {
		t.Errorf("a manifest was written without the answers (exit code %d, %v)", code, err)
	}
}

// init brings in Compose files, named or found.
func TestInitFrom(t *testing.T) {
	for _, args := range [][]string{{"--from"}, nil} {
		dir := t.TempDir()
		file := filepath.Join(dir, "compose.yaml")
		if err := os.WriteFile(file, []byte("services:\n  cache:\n    image: redis:7.4\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		answers := "yes\n"
		if len(args) > 0 {
			args, answers = append(args, file), ""
		}
		code, _, stderr := startIn(t, answers, append([]string{"init", dir}, args...)...)
		src, err := os.ReadFile(filepath.Join(dir, initName))
		if code != exitOK || err != nil || !strings.Contains(string(src), `service "cache"`) {
			t.Errorf("exit code %d, %v\n%s\n%s", code, err, stderr, src)
		}
	}
}

func TestInitRefuses(t *testing.T) {
	for _, args := range [][]string{
		{"--database", "oracle"}, {"--port", "70000"}, {"--service", "a b"}, {"--from", "compose.yaml", "--service", "web"}, {"--image", "Not An Image", "--service", "web"},
	} {
		dir := t.TempDir()
		code, _, stderr := startIn(t, "", append([]string{"init", dir}, args...)...)
		if _, err := os.Stat(filepath.Join(dir, initName)); code == exitOK || err == nil || stderr == "" {
			t.Errorf("%q: exit code %d, %v: %s", args, code, err, stderr)
		}
	}
}

// The help of every command fits into 80 columns.
func TestHelpFits(t *testing.T) {
	a := &app{}
	root := a.rootCommand()
	var all []*cobra.Command
	for list := []*cobra.Command{root}; len(list) > 0; list = list[1:] {
		all, list = append(all, list[0]), append(list, list[0].Commands()...)
	}
	for _, cmd := range all {
		for _, line := range strings.Split(cmd.Long+"\n"+cmd.UsageString(), "\n") {
			if utf8.RuneCountInString(line) > helpWidth && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%s: %s", cmd.CommandPath(), line)
			}
		}
	}
	if len(all) < 15 {
		t.Errorf("only %d commands", len(all))
	}
}

func TestWantColour(t *testing.T) {
	for _, tc := range []struct {
		env            map[string]string
		terminal, want bool
	}{
		{nil, true, true}, {nil, false, false},
		{map[string]string{"NO_COLOR": "1"}, true, false}, {map[string]string{"NO_COLOR": ""}, true, true},
		{map[string]string{"FORCE_COLOR": "1"}, false, true}, {map[string]string{"FORCE_COLOR": "0"}, true, false},
		{map[string]string{"FORCE_COLOR": "1", "NO_COLOR": "1"}, false, true},
	} {
		lookup := func(name string) (string, bool) { v, ok := tc.env[name]; return v, ok }
		if got := wantColour(lookup, tc.terminal); got != tc.want {
			t.Errorf("%v, terminal %v: %v", tc.env, tc.terminal, got)
		}
	}
}

// The details of diagnostics fit into the terminal; source text and what is to be pasted stay as they are.
func TestDiagnosticsFit(t *testing.T) {
	c := read(loader.Input{FS: oneFile([]byte(habitManifest("image = image.redis", `ports = ["8080:80"]`, "")))}, policy.Levels{})
	var b strings.Builder
	if err := diag.Write(&b, c.sources(), c.diags, diag.Style{Width: 40}); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if len(line) > 40 && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "Error: ") {
			t.Errorf("too long: %s", line)
		}
	}
	if !strings.Contains(b.String(), "  port \"http\" {\n") {
		t.Errorf("no block to write:\n%s", b.String())
	}
}

func TestCompletion(t *testing.T) {
	dir := t.TempDir()
	if code, _, stderr := startIn(t, "", "init", dir, "--service", "web", "--database", "postgres"); code != exitOK {
		t.Fatal(stderr)
	}
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"plan", dir, "--goal", ""}, "default"}, {[]string{"explain", dir, "service.web."}, "service.web.start"},
		{[]string{"graph", dir, "--format", ""}, "svg"}, {[]string{"rules", "og80"}, "OG803"}, {[]string{"docs", "service.p"}, "service.port"},
		{[]string{"plan", "--heuristic", ""}, "lmcut"}, {[]string{"init", "--database", "post"}, "postgres"},
	} {
		_, stdout, _ := startIn(t, "", append([]string{"__complete"}, tc.args...)...)
		found := slices.ContainsFunc(strings.Split(stdout, "\n"), func(l string) bool { v, _, _ := strings.Cut(l, "\t"); return v == tc.want })
		if !found {
			t.Errorf("%q: no %q in\n%s", tc.args, tc.want, stdout)
		}
	}
}

// docs shows each block, also on a narrow terminal.
func TestDocsOnATerminal(t *testing.T) {
	for _, p := range spec.Paths() {
		s, ok := spec.Terminal(p, 60)
		if !ok || !strings.Contains(s, " { … }") {
			t.Errorf("%s: %s", p, s)
		}
		for _, line := range strings.Split(s, "\n") {
			if utf8.RuneCountInString(line) > 60 && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%s: too long: %s", p, line)
			}
		}
	}
	for name, want := range map[string]int{"service.port": exitOK, "prot": exitUsage} {
		if code, _, stderr := startIn(t, "", "docs", name); code != want {
			t.Errorf("docs %s: exit code %d: %s", name, code, stderr)
		}
	}
}
