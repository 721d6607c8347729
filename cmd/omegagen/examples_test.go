package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/cmd/omegagen/internal/store"
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/policy"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/kittest"
)

// exampleNames lists the examples: each folder with a manifest.
func exampleNames(t testing.TB) []string {
	t.Helper()
	found, err := filepath.Glob("../../examples/*/*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range found {
		name := filepath.Base(filepath.Dir(f))
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	if len(names) < 3 {
		t.Fatalf("only these examples: %v", names)
	}
	return names
}

// exampleFS is an example's folder in memory.
func exampleFS(t testing.TB, name string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	root := filepath.Join("../../examples", name)
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(root, p)
		m[filepath.ToSlash(rel)] = &fstest.MapFile{Data: b, Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func compileFS(m fs.FS) (*compiled, error) {
	return compile(loader.Input{FS: m, Dir: "example"}, planner.Options{}, policy.Levels{})
}

// compileExample compiles an example for its folder in generated.
func compileExample(t testing.TB, name string) *compiled {
	t.Helper()
	in := loader.Input{FS: exampleFS(t, name), Dir: "example", Kit: kittest.Place(name), Look: look(filepath.Join("../../examples", name))}
	c, err := compile(in, planner.Options{}, policy.Levels{})
	return withoutDiagnostics(t, c, err)
}

// mustCompile compiles a manifest without diagnostics except advice: an example may use an unknown
// image.
func mustCompile(t testing.TB, m fs.FS) *compiled {
	t.Helper()
	c, err := compileFS(m)
	return withoutDiagnostics(t, c, err)
}

func withoutDiagnostics(t testing.TB, c *compiled, err error) *compiled {
	t.Helper()
	if err != nil || len(diag.WithoutAdvice(c.diags)) > 0 {
		var b bytes.Buffer
		_ = diag.Write(&b, c.sources(), c.diags, diag.Style{})
		t.Fatalf("%v\n%s", err, b.String())
	}
	return c
}

// TestGeneratedIsUpToDate compares generated/ with examples/: every example has its kit, and every kit
// its example.
func TestGeneratedIsUpToDate(t *testing.T) {
	names := exampleNames(t)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			c := compileExample(t, name)
			s, err := store.Read(filepath.Join("../../generated", name), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, ch := range s.Compare(c.kit) {
				t.Errorf("%s: %s (run make generate)", ch.Path, ch.Kind)
			}
		})
	}
	kits, err := os.ReadDir("../../generated")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kits {
		if strings.HasSuffix(k.Name(), "-kubernetes") {
			continue // TestGenerated of templates/kubernetes
		}
		if !strings.Contains(" "+strings.Join(names, " ")+" ", " "+k.Name()+" ") {
			t.Errorf("generated/%s is the kit of no example", k.Name())
		}
	}
}

// block is one top-level block's text with the comments above it left out.
type block struct {
	file, text, header string
}

func blocksOf(t testing.TB, m fstest.MapFS) []block {
	t.Helper()
	var out []block
	for name, f := range m {
		if strings.Contains(name, "/") || !strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".vars.hcl") {
			continue
		}
		file, diags := hclsyntax.ParseConfig(f.Data, name, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, b := range file.Body.(*hclsyntax.Body).Blocks {
			r := b.Range()
			out = append(out, block{name, string(f.Data[r.Start.Byte:b.CloseBraceRange.End.Byte]), b.Type + " " + strings.Join(b.Labels, " ")})
		}
	}
	if len(out) == 0 {
		t.Fatal("no blocks")
	}
	return out
}

func sameKit(t *testing.T, want, got *compiled) {
	t.Helper()
	if len(want.kit) != len(got.kit) {
		t.Fatalf("%d files, not %d", len(got.kit), len(want.kit))
	}
	for i, a := range want.kit {
		if b := got.kit[i]; a.Path != b.Path || !bytes.Equal(a.Content, b.Content) || a.Executable != b.Executable {
			t.Errorf("%s and %s differ", a.Path, b.Path)
		}
	}
}

// namesFacts reports whether an unsolvable plan names what no action produces.
func namesFacts(c *compiled) bool {
	for _, p := range c.plans {
		if p.Status == planner.Unsolvable && len(p.Unreachable) > 0 {
			return true
		}
	}
	return false
}
