package kittest

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

var updateRendered = flag.Bool("update-rendered", false, "write templates/kittest/testdata")

// Rendered compares the files that are rendered of manifests which use every
// attribute, those in hcl/internal/DOMAIN/testdata/model, with the files in
// testdata/PACKAGE/DOMAIN beside this one. Read what -update-rendered writes before you keep it.
func Rendered(t *testing.T, render func(*manifest.Manifest) ([]kit.Artifact, hcl.Diagnostics), domains ...string) {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, domain := range domains {
		src, err := os.ReadFile(path("hcl", "internal", domain, "testdata", "model", domain+".hcl"))
		if err != nil {
			t.Fatal(err)
		}
		m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(string(src)), Dir: "."})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		files, diags := render(m)
		if diags.HasErrors() {
			t.Errorf("%s: %v", domain, diags)
		}
		dir := path("templates", "kittest", "testdata", filepath.Base(here), domain)
		if *updateRendered {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
		var names []string
		for _, f := range files {
			name := filepath.Join(dir, strings.TrimPrefix(strings.ReplaceAll(f.Path, "/", "_"), "."))
			names = append(names, name)
			if *updateRendered {
				if err := os.MkdirAll(dir, 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, f.Content, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Error(err)
			} else if string(want) != string(f.Content) {
				t.Errorf("%s of %s:\n%s", f.Path, domain, differ(string(f.Content), string(want)))
			}
		}
		there, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range there {
			if !slices.Contains(names, name) {
				t.Errorf("%s isn't rendered", name)
			}
		}
	}
}
