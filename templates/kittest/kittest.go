// Package kittest compares what packages render of the examples with the kits in
// generated, whose changes every review shows. After a change that is meant, run
// `make generate`.
package kittest

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// path is that of a file in the repository, whatever package's tests run.
func path(parts ...string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(append([]string{filepath.Dir(file), "..", ".."}, parts...)...)
}

// Examples lists the examples that have a kit.
func Examples(t testing.TB) []string {
	t.Helper()
	found, err := filepath.Glob(path("generated", "*", kit.DeployScriptPath))
	if err != nil || len(found) < 4 {
		t.Fatalf("only %d kits: %v", len(found), err)
	}
	var out []string
	for _, f := range found {
		name := filepath.Base(filepath.Dir(f))
		if _, err := os.Stat(path("examples", name)); err == nil { // not a kit for Kubernetes, named EXAMPLE-kubernetes
			out = append(out, name)
		}
	}
	return out
}

// Place is where the kit of an example is.
func Place(example string) loader.KitPlace {
	return loader.KitPlace{Path: "../../generated/" + example, Back: "../../examples/" + example}
}

// Manifest reads an example.
func Manifest(t testing.TB, example string) *manifest.Manifest {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: os.DirFS(path("examples", example)), Dir: ".", Kit: Place(example)})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return m
}

// Models checks that each example is read as the model that its kit was made
// from.
func Models(t *testing.T) {
	t.Helper()
	for _, example := range Examples(t) {
		content, err := os.ReadFile(path("generated", example, kit.LockPath))
		if err != nil {
			t.Fatal(err)
		}
		lock, err := kit.ParseLock(content)
		if err != nil {
			t.Fatal(err)
		}
		if got := Manifest(t, example).Hash(); got != lock.Model {
			t.Errorf("the model of examples/%s has the hash %s; the kit in generated was made from %s", example, got, lock.Model)
		}
	}
}

// Compare renders each example. The files must be those of their kinds in the kit,
// byte by byte, with the same sources, and none may be missing.
func Compare(t *testing.T, render func(*manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics), kinds ...kit.Kind) {
	t.Helper()
	made := map[kit.Kind]bool{}
	for _, example := range Examples(t) {
		files, diags := render(Manifest(t, example))
		if diags.HasErrors() {
			t.Errorf("%s: %v", example, diags)
		}
		for _, f := range Same(t, example, files) {
			made[f] = true
		}
	}
	for _, k := range kinds {
		if !made[k] {
			t.Errorf("no example has a file of the kind %s", k)
		}
	}
}

// Same compares files with those of an example's kit, and gives their kinds.
func Same(t *testing.T, example string, files []kit.Artifact) []kit.Kind {
	t.Helper()
	content, err := os.ReadFile(path("generated", example, kit.LockPath))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := kit.ParseLock(content)
	if err != nil {
		t.Fatal(err)
	}
	locked := map[string]kit.Locked{}
	for _, l := range lock.Files {
		locked[l.Path] = l
	}
	var kinds []kit.Kind
	for _, f := range files {
		want, err := os.ReadFile(path("generated", example, f.Path))
		if err != nil {
			t.Errorf("generated/%s has no %s", example, f.Path)
			continue
		}
		if string(want) != string(f.Content) {
			t.Errorf("%s of examples/%s isn't what generated has:\n%s", f.Path, example, differ(string(f.Content), string(want)))
		}
		if l := locked[f.Path]; !slices.Equal(l.Sources, f.Sources) || l.Executable != f.Executable {
			t.Errorf("%s of examples/%s has the sources %v (executable: %v), in the lock file %v (%v)", f.Path, example, f.Sources, f.Executable, l.Sources, l.Executable)
		}
		kinds = append(kinds, f.Kind)
	}
	return kinds
}

// differ shows the first line that two texts don't share.
func differ(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "got  " + a[i] + "\nwant " + b[i]
		}
	}
	return "one of the two is longer"
}
