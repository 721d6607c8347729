//go:build !race

// Dozens of builds in one goroutine: make test runs this package without the race detector, too.

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/kit"
)

// usualChanges are typical changes of a pull request to the constellation's manifest.
var usualChanges = []struct{ name, file, from, to string }{
	{"an image's tag", "images.hcl", "v2.53.3", "v2.53.4"},
	{"one more replica", "system.hcl", "default     = 3\n", "default     = 4\n"},
	{"a column", "database.hcl", "    column \"region\" {", "    column \"zone\" {\n      type = \"text\"\n    }\n    column \"region\" {"},
	{"an alert's threshold", "monitoring.hcl", "federation_last_success_timestamp_seconds > 15\"", "federation_last_success_timestamp_seconds > 17\""},
	{"a line of an action's script", "validation.hcl", "    status=0\n", "    : one more line\n    status=0\n"},
	{"a test of an alert", "monitoring.hcl", "\"0x10\"", "\"0x11\""},
}

// TestDiffsOfChanges checks how much the usual changes alter a kit: one line in SHA256SUMS for each
// file that runs, and in total as many lines as docs/deploy-script.md says.
func TestDiffsOfChanges(t *testing.T) {
	page, err := os.ReadFile("../../docs/deploy-script.md")
	if err != nil {
		t.Fatal(err)
	}
	before := files(t, t.TempDir(), "", "", "")
	for _, c := range usualChanges {
		after := files(t, t.TempDir(), c.file, c.from, c.to)
		changed, running, added, removed := 0, 0, 0, 0
		for path := range union(before, after) {
			was, is := before[path], after[path]
			if bytes.Equal(was.Content, is.Content) {
				continue
			}
			plus, minus := lineDifference(was.Content, is.Content)
			changed, added, removed = changed+1, added+plus, removed+minus
			if was.Kind.Runs() || is.Kind.Runs() {
				running++
			}
		}
		sums, _ := lineDifference(before[kit.SumsPath].Content, after[kit.SumsPath].Content)
		if sums != running {
			t.Errorf("%s: %d sums change, but %d files that run", c.name, sums, running)
		}
		row := fmt.Sprintf("| %s | %d | %d | %d |", c.name, changed, added, removed)
		if !bytes.Contains(page, []byte(row)) {
			t.Errorf("docs/deploy-script.md has no row %s", row)
		}
	}
}

// A changed threshold, or dashboard, changes no step of the plan and no container: a later run has nothing to do but to reload.
func TestThresholdIsReloaded(t *testing.T) {
	before := files(t, t.TempDir(), "", "", "")
	for _, edit := range [][2]string{{"federation_last_success_timestamp_seconds > 15\"", "federation_last_success_timestamp_seconds > 17\""}, {"\"reqps\"", "\"ops\""}} {
		after := files(t, t.TempDir(), "monitoring.hcl", edit[0], edit[1])
		for _, path := range []string{kit.DeployPlanPath, kit.ComposePath} {
			if !bytes.Equal(before[path].Content, after[path].Content) {
				t.Errorf("a change of %s changes %s", edit[0], path)
			}
		}
	}
	if !bytes.Contains(before[kit.DeployPlanPath].Content, []byte("    loads)\n        observe path prometheus\n")) {
		t.Error("no step loads Prometheus's files")
	}
}

// An additional action doesn't change the names of the others, in the graphs either.
func TestNothingIsRenumbered(t *testing.T) {
	before := files(t, t.TempDir(), "", "", "")
	after := files(t, t.TempDir(), "validation.hcl", "action \"load_test\" {", "action \"also\" {\n  run = \"date\"\n}\n\naction \"load_test\" {\n  depends_on   = [action.also]")
	names := regexp.MustCompile(`(?m)^(?:    step |action_|criterion_|benchmark_|    )([a-z_][a-z0-9_]*)(?: |\(\)|\[|\(\[)`)
	for _, path := range []string{kit.DeployPlanPath, kit.PlanPath} {
		is := map[string]bool{}
		for _, m := range names.FindAllSubmatch(after[path].Content, -1) {
			is[string(m[1])] = true
		}
		for _, m := range names.FindAllSubmatch(before[path].Content, -1) {
			if !is[string(m[1])] {
				t.Errorf("%s: %s has another name", path, m[1])
			}
		}
	}
}

// files are those of the constellation's kit, after a change of its manifest.
func files(t *testing.T, dir, file, from, to string) map[string]kit.Artifact {
	t.Helper()
	found, err := filepath.Glob("../../examples/constellation/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if info, err := os.Stat(path); err != nil || info.IsDir() && filepath.Base(path) != "templates" && filepath.Base(path) != "tests" {
			continue
		} else if info.IsDir() {
			if err := os.CopyFS(filepath.Join(dir, filepath.Base(path)), os.DirFS(path)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(path) == file {
			changed := strings.Replace(string(content), from, to, 1)
			if changed == string(content) {
				t.Fatalf("%s has no %q", file, from)
			}
			content = []byte(changed)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]kit.Artifact{}
	for _, a := range mustCompile(t, os.DirFS(dir)).kit {
		out[a.Path] = a
	}
	return out
}

func union(a, b map[string]kit.Artifact) map[string]bool {
	out := map[string]bool{}
	for p := range a {
		out[p] = true
	}
	for p := range b {
		out[p] = true
	}
	return out
}

// lineDifference counts the lines that occur more often in one text than in the other.
func lineDifference(before, after []byte) (added, removed int) {
	count := map[string]int{}
	for line := range bytes.Lines(before) {
		count[string(line)]--
	}
	for line := range bytes.Lines(after) {
		count[string(line)]++
	}
	for _, n := range count {
		if n > 0 {
			added += n
		} else {
			removed -= n
		}
	}
	return added, removed
}
