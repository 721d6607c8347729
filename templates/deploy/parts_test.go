package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/deploy"
)

// TestMissingPart: each part that isn't there is named, whatever would need it.
func TestMissingPart(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		m.Criteria = []*manifest.Criterion{{Origin: origin("criterion.c"), Name: "c", Title: "C", Probe: &manifest.CommandProbe{Run: manifest.PlainText("true")}}}
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "touch made", edit: validated("true")})))
		for _, part := range []string{"SHA256SUMS", "runtime.sh", "plan.sh", "actions/a/run.sh", "actions/a/validate.sh", "criteria/c.sh"} {
			path := "deploy/" + part
			content := k.read(path)
			if err := os.Remove(filepath.Join(k.dir, path)); err != nil {
				t.Fatal(err)
			}
			contains(t, k.want(5), path, "missing")
			contains(t, k.want(5, "verify"), path, "missing")
			k.write(path, content)
		}
		mustEqual(t, "made", k.read("made"), "")
		k.want(0)
	})
}

// TestEditedPart: a difference stops what changes what runs; other commands warn,
// and what nothing runs may be edited.
func TestEditedPart(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		p := planOf(m, task{name: "a", run: "echo one >>order", edit: rolledBack("echo undone >>order")})
		free := []artifact.Artifact{
			{Kind: artifact.Document, Path: "PLAN.md", Content: []byte("plan\n")},
			{Kind: artifact.EnvExample, Path: ".env.example", Content: []byte("# none\n")},
			{Kind: artifact.RuleTests, Path: "prometheus-tests/rules_test.yml", Content: []byte("tests: []\n")},
		}
		k := newKit(t, shell, m, plans(p), free...)
		for _, a := range free {
			k.write(a.Path, "edited\n")
		}
		if out := k.want(0); strings.Contains(out, "SHA256SUMS") {
			t.Error(out)
		}
		for _, part := range []string{"deploy.sh", "deploy/plan.sh", "deploy/runtime.sh", "deploy/actions/a/run.sh"} {
			content := k.read(part)
			k.write(part, strings.Replace(content, "\n", "\n# edited\n", 1))
			for _, c := range [][]string{{"up"}, {"uninstall", "--yes"}} {
				contains(t, k.want(5, c...), part+" does not match its checksum", "--accept-edits")
			}
			for _, c := range []string{"status", "logs", "verify"} {
				args, code := []string{c}, 0
				if c == "status" {
					code = 6
				}
				if c == "logs" {
					args = append(args, "a")
				}
				contains(t, k.want(code, args...), part+" does not match its checksum")
			}
			k.write(part, content)
		}
		mustEqual(t, "order", k.lines("order"), []string{"one"})
	})
}

// TestFromAnywhere starts deploy.sh by every way to it.
func TestFromAnywhere(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, plans(planOf(m, task{name: "a", run: "pwd >>order"})))
		elsewhere := t.TempDir()
		links := map[string]string{
			"absolute": filepath.Join(k.dir, "deploy.sh"),
			"second":   "absolute",
			"-dash":    filepath.Join(k.dir, "deploy.sh"),
		}
		for name, target := range links {
			if err := os.Symlink(target, filepath.Join(elsewhere, name)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(k.dir, filepath.Join(elsewhere, "folder")); err != nil {
			t.Fatal(err)
		}
		words := []string{shell}
		if shell == "busybox" {
			words = append(words, "sh")
		}
		for _, c := range [][2]string{
			{k.dir, "deploy.sh"}, {k.dir, "./deploy.sh"}, {elsewhere, filepath.Join(k.dir, "deploy.sh")}, {elsewhere, "absolute"},
			{elsewhere, "./second"}, {elsewhere, "./-dash"}, {elsewhere, "folder/deploy.sh"}, {filepath.Join(k.dir, "deploy"), "../deploy.sh"},
		} {
			cmd := exec.Command(words[0], append(slices.Clone(words[1:]), c[1], "--from", "a")...)
			cmd.Dir = c[0]
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %v\n%s", c, err, out)
			}
		}
		mustEqual(t, "folders", strings.Count(k.read("order"), k.dir+"\n"), 8)
	})
}

// TestReplacedKit replaces the kit while it is deployed: the run continues with the
// parts that it started with, and reports that.
func TestReplacedKit(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		k := newKit(t, shell, m, nil)
		kitOf := func(word string) {
			m := model()
			k.install(m, plans(planOf(m,
				task{name: "a", run: "touch begun; until [ -f replaced ]; do sleep 0.1; done"},
				task{name: "b", needs: "a", run: "echo " + word + " >>order"},
			)))
		}
		kitOf("old")
		done := make(chan string)
		go func() { done <- k.want(0) }()
		waitFor(t, func() bool { _, err := os.Stat(filepath.Join(k.dir, "begun")); return err == nil })
		kitOf("new")
		k.write("replaced", "")
		contains(t, <-done, "The kit was rebuilt during this run")
		mustEqual(t, "order", k.lines("order"), []string{"old"})
		contains(t, k.want(0), "b runs again: its definition has changed")
		mustEqual(t, "order", k.lines("order"), []string{"old", "new"})
	})
}

// Names that differ only in case would have the same files on some systems.
func TestNamesThatDifferInCase(t *testing.T) {
	m := model()
	p := planOf(m, task{name: "a", run: "true"}, task{name: "Build", run: "true"}, task{name: "build", run: "true"})
	for i, st := range p.Steps {
		st.Action.Range = at(i + 1)
	}
	_, diags := deploy.Render(m, plans(p), nil)
	if len(diags) != 1 || diag.Code(diags[0]) != "OG702" || diags[0].Subject.Start.Line != 3 || !strings.Contains(diags[0].Detail, `"Build"`) {
		t.Error(diags)
	}
}

// The runtime's files are all joined, and short enough to be read.
func TestConcerns(t *testing.T) {
	files, err := filepath.Glob("runtime/*.sh")
	if err != nil {
		t.Fatal(err)
	}
	parts, _ := deploy.Render(model(), nil, nil)
	whole := string(find(t, parts, "deploy/runtime.sh"))
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), "\n"); n >= 400 {
			t.Errorf("%s has %d lines", name, n)
		}
		if strings.Count(whole, string(text)) != 1 {
			t.Errorf("%s isn't in the runtime", name)
		}
	}
	cluster, err := filepath.Glob("runtime/kubernetes/*.sh") // TestClusterRuntimeIsWhole joins them
	if err != nil || len(cluster) == 0 {
		t.Fatal(cluster, err)
	}
	for _, name := range cluster {
		if text, err := os.ReadFile(name); err != nil || strings.Count(string(text), "\n") >= 400 {
			t.Errorf("%s has too many lines, or %v", name, err)
		}
	}
	if artifact.Sum([]byte(whole)) != deploy.RuntimeSum() {
		t.Error("the sum isn't that of the kit's file")
	}
}
