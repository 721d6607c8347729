package rules_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/rules"
)

// Manifests with mistakes are in testdata/errors, with expectations in
// diagtest's format. Manifests in testdata/valid are the good counterparts:
// nothing is reported. Advice counts only in the files advice*.hcl.

// load reads one manifest of testdata, which must have no errors of its own.
func load(t testing.TB, fsys fs.FS) *manifest.Manifest {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			t.Fatalf("the loader refuses the case: %v %s %s", d.Subject, d.Summary, d.Detail)
		}
	}
	return m
}

// counted are the findings that a file's expectations cover.
func counted(name string, m *manifest.Manifest) hcl.Diagnostics {
	diags := rules.Check(m)
	if strings.HasPrefix(name, "advice") {
		return diags
	}
	return diag.WithoutAdvice(diags)
}

func TestErrors(t *testing.T) {
	broken := map[string]bool{}
	for name, fsys := range diagtest.Manifests(t, "testdata/errors") {
		t.Run(name, func(t *testing.T) {
			diags := counted(name, load(t, fsys))
			for _, d := range diags {
				broken[diag.Code(d)] = true
			}
			diagtest.Compare(t, fsys, diags)
		})
	}
	for _, r := range diag.Rules() {
		if r.Code >= "OG800" && r.Code < "OG900" && r.Code != "OG850" && !broken[r.Code] {
			t.Errorf("no case in testdata/errors breaks rule %s (%s)", r.Code, r.Summary)
		}
	}
}

func TestValid(t *testing.T) {
	for name, fsys := range diagtest.Manifests(t, "testdata/valid") {
		t.Run(name, func(t *testing.T) {
			for _, d := range counted(name, load(t, fsys)) {
				t.Error(diagtest.Describe(d))
			}
		})
	}
}

// The examples have none of the mistakes. Some have unknown images, for which
// there is only advice.
func TestExamples(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("..", "..", "examples", "stacks", "*", "main.hcl"))
	if err != nil || len(names) < 8 {
		t.Fatalf("%d stacks (%v)", len(names), err)
	}
	for i, n := range names {
		names[i] = filepath.Join("stacks", filepath.Base(filepath.Dir(n)))
	}
	for _, name := range append(names, "exogenesis-omega", "constellation", "quickstart", "servers", "alternatives") {
		diags := rules.Check(load(t, os.DirFS(filepath.Join("..", "..", "examples", name))))
		if name == "servers" || strings.HasPrefix(name, "stacks") {
			diags = diag.WithoutAdvice(diags)
		}
		for _, d := range diags {
			t.Errorf("%s: %s", name, diagtest.Describe(d))
		}
	}
}

// The original plan document has 27 unneeded actions.
func TestDeadActionsOfTheDocument(t *testing.T) {
	dead := 0
	for _, d := range rules.Check(load(t, os.DirFS(filepath.Join("..", "..", "examples", "testdata", "as-written")))) {
		if diag.Code(d) == "OG808" {
			dead++
		} else {
			t.Error(diagtest.Describe(d))
		}
	}
	if dead != 27 {
		t.Errorf("%d actions are unneeded, want 27", dead)
	}
}

func BenchmarkFlagship(b *testing.B) {
	m := load(b, os.DirFS(filepath.Join("..", "..", "examples", "exogenesis-omega")))
	b.ReportAllocs()
	for b.Loop() {
		rules.Check(m)
	}
}
