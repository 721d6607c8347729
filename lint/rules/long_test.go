//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package rules_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/rules"
)

// A partially read manifest is checked all the same.
func TestBroken(t *testing.T) {
	for name, fsys := range diagtest.Manifests(t, "testdata/errors") {
		src, err := fs.ReadFile(fsys, "main.hcl")
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(src), "\n")
		for i := range lines {
			part := strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "\n")
			m, _ := loader.Load(loader.Input{FS: diagtest.Manifest(part), Dir: "."})
			if m != nil {
				rules.Check(m)
			}
		}
		if len(lines) < 20 {
			t.Errorf("%s is hardly a case", name)
		}
	}
}
