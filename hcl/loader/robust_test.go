package loader

import (
	"fmt"
	"io/fs"
	"math/big"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// folder reads every file below a folder.
func folder(t *testing.T, fsys fs.FS) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		src, err := fs.ReadFile(fsys, name)
		out[name] = &fstest.MapFile{Data: src}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// goodManifests are those of testdata/valid and all examples.
func goodManifests(t *testing.T) map[string]fstest.MapFS {
	out := map[string]fstest.MapFS{}
	for _, dir := range []string{"testdata/valid", "../internal/image/testdata/valid", "../internal/planning/testdata/valid"} {
		for name, fsys := range diagtest.Manifests(t, dir) {
			out[name] = folder(t, fsys)
		}
	}
	examples, err := filepath.Glob("../../examples/*/*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range examples {
		dir := filepath.Dir(f)
		out[filepath.Base(dir)] = folder(t, os.DirFS(dir))
	}
	return out
}

// topLevel splits a manifest into its top-level blocks.
func topLevel(t *testing.T, files fstest.MapFS) (blocks []*hclsyntax.Block, text []string, names []string) {
	t.Helper()
	for name := range files {
		if strings.HasSuffix(name, ".hcl") && !strings.Contains(name, "/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		src := files[name].Data
		f, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, b := range f.Body.(*hclsyntax.Body).Blocks {
			blocks = append(blocks, b)
			text = append(text, string(src[b.TypeRange.Start.Byte:b.CloseBraceRange.End.Byte])+"\n")
		}
	}
	return blocks, text, names
}

// only keeps the files that aren't sources, and adds the given ones.
func only(files fstest.MapFS, names []string, sources map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, f := range files {
		if !slices.Contains(names, name) {
			out[name] = f
		}
	}
	for name, src := range sources {
		out[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return out
}

// The order of blocks and files, and the names of the files, change nothing.
func TestOrderChangesNothing(t *testing.T) {
	options := cmp.Options{
		cmpopts.IgnoreTypes(hcl.Range{}, map[string]*hcl.File{}),
		cmp.Comparer(func(a, b *big.Rat) bool {
			return a == nil && b == nil || a != nil && b != nil && a.Cmp(b) == 0
		}),
	}
	for name, files := range goodManifests(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, text, names := topLevel(t, files)
			want, diags := Load(Input{FS: files, Dir: "."})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			rnd := rand.New(rand.NewSource(1))
			for range 3 {
				rnd.Shuffle(len(text), func(i, j int) { text[i], text[j] = text[j], text[i] })
				sources := map[string]string{}
				for i, src := range text {
					sources[fmt.Sprintf("f%d.hcl", i%3)] += src
				}
				got, diags := Load(Input{FS: only(files, names, sources), Dir: "elsewhere"})
				if diags.HasErrors() {
					t.Fatal(diags)
				}
				if diff := cmp.Diff(want, got, options); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}

// FuzzLoad reads any text as a manifest: it never panics or hangs, and its diagnostics are complete.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/errors/*.hcl", "testdata/valid/*.hcl", "testdata/errors/*/*.hcl", "../internal/*/testdata/*/*.hcl", "../../examples/*/*.hcl"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(src))
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 50_000 {
			return
		}
		m, diags := Load(Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
		for _, d := range diags {
			if d.Subject == nil || d.Summary == "" || d.Detail == "" {
				t.Errorf("incomplete: %+v", d)
			}
			if diag.Code(d) >= "OG900" {
				t.Errorf("%s", diagtest.Describe(d))
			}
		}
		if diags.HasErrors() {
			return
		}
		checkModel(t, m)
	})
}

// checkModel checks the invariants of the model for planning.
func checkModel(t *testing.T, m *manifest.Manifest) {
	t.Helper()
	defaults := 0
	for _, g := range m.Goals {
		if g.Default {
			defaults++
		}
		if g.Condition != nil && g.Condition.Type != manifest.Bool {
			t.Errorf("%s: condition of type %s", g.Address, g.Condition.Type)
		}
	}
	if defaults != 1 {
		t.Errorf("%d default goals", defaults)
	}
	for _, s := range m.States {
		if s.Type == 0 || s.Initial != nil && s.Initial.Type != s.Type {
			t.Errorf("%s: %+v", s.Address, s)
		}
	}
	for _, a := range m.Actions {
		if a.Cost == nil || a.Cost.Sign() < 0 || a.Title == "" || a.Priority == "" || a.Shell == "" {
			t.Errorf("%s: %+v", a.Address, a)
		}
		for _, e := range a.Effects {
			if e.Value == nil || e.State.Derived != nil || e.Value.Type != e.State.Type {
				t.Errorf("%s: effect on %s", a.Address, e.State.Name)
			}
		}
	}
}
