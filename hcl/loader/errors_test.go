package loader

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
)

// Manifests with mistakes in blocks of several packages are in testdata/errors, those of one package
// in its own folder. Manifests in testdata/valid are the good counterparts, without diagnostics.

func TestErrors(t *testing.T) {
	diagtest.Errors(t, "testdata/errors", func(fsys fs.FS) hcl.Diagnostics {
		_, diags := Load(Input{FS: fsys, Dir: "."})
		return diags
	})
}

func TestValid(t *testing.T) {
	for name, fsys := range diagtest.Manifests(t, "testdata/valid") {
		t.Run(name, func(t *testing.T) {
			_, diags := Load(Input{FS: fsys, Dir: "."})
			for _, d := range diags {
				t.Error(diagtest.Describe(d))
			}
		})
	}
}

// The plan document's actions load unchanged; the planner must prove that its goal is unreachable.
func TestDocument(t *testing.T) {
	m, diags := Load(Input{FS: os.DirFS("testdata/document"), Dir: "."})
	for _, d := range diags {
		t.Error(diagtest.Describe(d))
	}
	if len(m.Actions) != 57 || len(m.States) != 69 || len(m.Goals) != 1 {
		t.Errorf("%d actions, %d states, %d goals", len(m.Actions), len(m.States), len(m.Goals))
	}
}

// The benchmark's tasks are read if they are available.
func TestBenchmarkTasks(t *testing.T) {
	files, err := filepath.Glob("../../../shared/bench/ipc/*/main.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		t.Run(filepath.Base(filepath.Dir(f)), func(t *testing.T) {
			t.Parallel()
			m, diags := Load(Input{FS: os.DirFS(filepath.Dir(f)), Dir: "."})
			if len(diags) > 0 {
				t.Errorf("%d diagnostics: %s", len(diags), diagtest.Describe(diags[0]))
			}
			if len(m.Actions) == 0 || len(m.Goals) != 1 || !m.Goals[0].Default {
				t.Errorf("%d actions, %d goals", len(m.Actions), len(m.Goals))
			}
		})
	}
}
