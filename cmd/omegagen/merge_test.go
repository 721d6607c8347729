package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/tooltest"
)

// branch is one change of the quickstart's manifest.
type branch struct{ name, from, to string }

// TestMergedBranches merges pairs of branches that each changed the manifest and built the kit, and
// builds again: without --force, the kit is that of the merged manifest. The pairs are the usual
// changes of a pull request.
func TestMergedBranches(t *testing.T) {
	tooltest.Need(t, "git")
	changes := []branch{
		{"image", "postgres:17.5-bookworm", "postgres:17.6-bookworm"},
		{"tag", "quickstart-web:1.0.0", "quickstart-web:1.1.0"},
		{"column", "    primary_key = [\"id\"]", "    column \"agent\" {\n      type = \"text\"\n    }\n    primary_key = [\"id\"]"},
		{"port", "host      = 8080", "host      = 8090"},
		{"step", "criterion \"counts_visits\" {", "criterion \"listens\" {\n  tcp {\n    service = service.web\n    port    = \"http\"\n  }\n}\n\ncriterion \"counts_visits\" {"},
	}
	pairs := 0
	for i, a := range changes {
		for _, b := range changes[i+1:] {
			pairs++
			t.Run(a.name+"+"+b.name, func(t *testing.T) {
				t.Parallel()
				mergeBranches(t, a, b)
			})
		}
	}
	if pairs != 10 {
		t.Errorf("%d pairs", pairs)
	}
}

func mergeBranches(t *testing.T, a, b branch) {
	repo := t.TempDir()
	if err := os.CopyFS(filepath.Join(repo, "manifest"), os.DirFS("../../examples/quickstart")); err != nil {
		t.Fatal(err)
	}
	git := func(args ...string) (string, error) {
		cmd := exec.Command("git", append([]string{"-C", repo, "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(args ...string) {
		t.Helper()
		if out, err := git(args...); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	build := func(args ...string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		app := &app{stdout: &stdout, stderr: &stderr}
		if code := app.run(append([]string{"build", filepath.Join(repo, "manifest"), "-o"}, args...)); code != 0 {
			t.Fatalf("build ends with status %d\n%s%s", code, stdout.String(), stderr.String())
		}
	}
	commit := func(name string, edit func(string) string) {
		t.Helper()
		path := filepath.Join(repo, "manifest", "main.hcl")
		old, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := edit(string(old))
		if name != "base" && changed == string(old) {
			t.Fatalf("%s changes nothing", name)
		}
		if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
		build(filepath.Join(repo, "kit"))
		must("add", "-A")
		must("commit", "-q", "-m", name)
	}
	must("init", "-q", "-b", "main")
	commit("base", func(s string) string { return s })
	for _, x := range []branch{a, b} {
		must("checkout", "-q", "-b", x.name, "main")
		commit(x.name, func(s string) string { return strings.Replace(s, x.from, x.to, 1) })
	}
	out, err := git("merge", "--no-edit", a.name)
	if err == nil {
		t.Errorf("two kits were merged without a conflict:\n%s", out)
	}
	conflicts, err := git("diff", "--name-only", "--diff-filter=U")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(conflicts) {
		if !strings.HasPrefix(path, "kit/") {
			t.Fatalf("the conflict in %s is the test's mistake", path)
		}
	}
	build(filepath.Join(repo, "kit"))
	must("add", "-A")
	must("commit", "-q", "-m", "merged")
	build(filepath.Join(repo, "rebuilt"))
	if out, err := exec.Command("diff", "-r", filepath.Join(repo, "kit"), filepath.Join(repo, "rebuilt")).CombinedOutput(); err != nil {
		t.Errorf("the kit isn't the merged manifest's: %v\n%s", err, out)
	}
}

// TestEditInConflict: a line that somebody wrote while resolving a conflict isn't overwritten.
func TestEditInConflict(t *testing.T) {
	dir := writeKit(t, mustCompile(t, os.DirFS("../../examples/quickstart")))
	path := filepath.Join(dir, "docker-compose.yml")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	conflict := "<<<<<<< HEAD\n" + string(content) + "=======\n" + string(content) + ">>>>>>> other\n"
	for text, want := range map[string]int{conflict: 0, strings.Replace(conflict, ">>>>>>> other", "# mine\n>>>>>>> other", 1): 1} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr bytes.Buffer
		app := &app{stdout: &stdout, stderr: &stderr}
		if code := app.run([]string{"build", "../../examples/quickstart", "-o", dir}); code != want {
			t.Errorf("status %d instead of %d\n%s", code, want, stderr.String())
		}
	}
}
