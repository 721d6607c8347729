// Package loadertest has tests that the packages of the language share.
package loadertest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
)

// Good are manifests without errors: those of the cases of a package's rules,
// and the files that patterns name.
func Good(t testing.TB, pkg string, patterns ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range diag.Rules() {
		owns := func(a diag.Area) bool { return a.Package == pkg && a.Holds(r.Code) }
		if r.Good != "" && slices.ContainsFunc(diag.Areas(), owns) {
			out[r.Code] = r.Good
		}
	}
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files %s: %v", p, err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = string(src)
		}
	}
	return out
}

// OneMistake checks that one mistake is reported once. It replaces the value of
// one attribute at a time: by an unknown name, for which the only error must be
// at that value, and by a value of a type that few arguments have, for which any
// error must be the only one, and within the value.
func OneMistake(t *testing.T, manifests map[string]string) {
	t.Helper()
	for name, src := range manifests {
		if _, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "."}); diags.HasErrors() {
			t.Errorf("%s has a mistake already: %s", name, diagtest.Describe(errorsOf(diags)[0]))
			continue
		}
		for _, a := range attributes(t, src) {
			at := a.Expr.Range()
			for _, value := range []string{"no_such_name", "[[true]]"} {
				broken := src[:at.Start.Byte] + value + src[at.End.Byte:]
				_, diags := loader.Load(loader.Input{FS: diagtest.Manifest(broken), Dir: "."})
				diags = errorsOf(diags)
				elsewhere := slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool {
					return d.Subject.Start.Byte < at.Start.Byte || d.Subject.Start.Byte >= at.Start.Byte+len(value)
				})
				if !elsewhere && len(diags) == 1 || len(diags) == 0 && value != "no_such_name" {
					continue
				}
				t.Errorf("%s:%d: with %s as %s: %d errors, not one in its place", name, at.Start.Line, value, a.Name, len(diags))
				for _, d := range diags {
					t.Log(diagtest.Describe(d))
				}
			}
		}
	}
}

func errorsOf(diags hcl.Diagnostics) hcl.Diagnostics {
	return slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool { return d.Severity != hcl.DiagError })
}

// attributes are those of a manifest, at any depth, except locals: these may have any type.
func attributes(t testing.TB, src string) []*hclsyntax.Attribute {
	t.Helper()
	f, diags := hclsyntax.ParseConfig([]byte(src), "main.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var out []*hclsyntax.Attribute
	var walk func(*hclsyntax.Body)
	walk = func(b *hclsyntax.Body) {
		for _, a := range b.Attributes {
			out = append(out, a)
		}
		for _, inner := range b.Blocks {
			walk(inner.Body)
		}
	}
	for _, b := range f.Body.(*hclsyntax.Body).Blocks {
		if b.Type != "locals" {
			walk(b.Body)
		}
	}
	slices.SortFunc(out, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return out
}
