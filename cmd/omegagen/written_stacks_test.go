package main

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
	"github.com/omegagen/omegagen/lint/policy"
	"github.com/omegagen/omegagen/planner"
)

// justified are the warnings about the stacks that are right, by stack and code, with the reason.
var justified = map[string]string{
	"tracing OG591": "its alerts are read on Prometheus's own page, where one sees them beside the traces",
}

// Realistic stacks, which nobody edits to please a rule, have no errors, and at most one warning in five, each
// justified here: the 12 in testdata/stacks, which were written as people write them, and those of examples.
func TestWrittenStacks(t *testing.T) {
	written, err := filepath.Glob("testdata/stacks/*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob("../../examples/stacks/*/main.hcl")
	if err != nil || len(written)+len(examples) < 20 {
		t.Fatal(written, examples, err)
	}
	warnings := 0
	for _, f := range append(written, examples...) {
		name := strings.TrimSuffix(filepath.Base(f), ".hcl")
		files := oneManifest(t, f)
		if name == "main" {
			name = filepath.Base(filepath.Dir(f))
			files = exampleFS(t, "stacks/"+name)
		}
		c, err := compile(loader.Input{FS: files, Dir: name}, planner.Options{}, policy.Levels{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, d := range diag.WithoutAdvice(diag.Sort(c.diags)) {
			warnings++
			if d.Severity == hcl.DiagError || justified[name+" "+diag.Code(d)] == "" {
				t.Errorf("%s: %s", name, diagtest.Describe(d))
			}
		}
	}
	if n := len(written) + len(examples); warnings*5 > n {
		t.Errorf("%d warnings about %d stacks", warnings, n)
	}
}

// oneManifest is a manifest of one file.
func oneManifest(t *testing.T, name string) fs.FS {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return diagtest.Manifest(string(src))
}
