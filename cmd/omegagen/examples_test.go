package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"math/rand"
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

// TestOrderDoesNotMatter shuffles the blocks of every example across new files: the kit is byte for
// byte the same.
func TestOrderDoesNotMatter(t *testing.T) {
	for _, name := range exampleNames(t) {
		t.Run(name, func(t *testing.T) {
			m := exampleFS(t, name)
			want := mustCompile(t, m)
			blocks := blocksOf(t, m)
			rng := rand.New(rand.NewSource(7))
			for range 3 {
				rng.Shuffle(len(blocks), func(i, j int) { blocks[i], blocks[j] = blocks[j], blocks[i] })
				shuffled := fstest.MapFS{}
				for p, f := range m {
					if strings.Contains(p, "/") || !strings.HasSuffix(p, ".hcl") || strings.HasSuffix(p, ".vars.hcl") {
						shuffled[p] = f
					}
				}
				files := make([]bytes.Buffer, 1+rng.Intn(9))
				for _, b := range blocks {
					fmt.Fprintln(&files[rng.Intn(len(files))], b.text+"\n")
				}
				for i := range files {
					shuffled[fmt.Sprintf("f%d.hcl", i)] = &fstest.MapFile{Data: files[i].Bytes()}
				}
				got := mustCompile(t, shuffled)
				sameKit(t, want, got)
			}
		})
	}
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

// TestRemovingABlock removes every block of every example in turn. Either an error names what requires
// it, or the smaller kit is compiled; nothing panics.
func TestRemovingABlock(t *testing.T) {
	for _, name := range exampleNames(t) {
		t.Run(name, func(t *testing.T) {
			m := exampleFS(t, name)
			refused, smaller := 0, 0
			for _, b := range blocksOf(t, m) {
				without := fstest.MapFS{}
				for p, f := range m {
					without[p] = f
				}
				text := strings.Replace(string(m[b.file].Data), b.text, "", 1)
				without[b.file] = &fstest.MapFile{Data: []byte(text)}
				c, err := compileFS(without)
				switch {
				case c.diags.HasErrors() || err != nil:
					refused++
					for _, d := range c.diags {
						if d.Severity == hcl.DiagError && d.Subject == nil {
							t.Errorf("without %s: %q names no place", b.header, d.Summary)
						}
						if strings.HasPrefix(diag.Code(d), "OG9") {
							t.Errorf("without %s: %s: %s", b.header, d.Summary, d.Detail)
						}
					}
					if !c.diags.HasErrors() && !namesFacts(c) {
						t.Errorf("without %s: %v, and no fact is named", b.header, err)
					}
				case len(c.kit) == 0:
					t.Errorf("without %s: no kit", b.header)
				default:
					smaller++
				}
			}
			t.Logf("%d blocks were needed, %d were not", refused, smaller)
		})
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
