//go:build !race

// Hundreds of builds in one goroutine: make test runs this package without the race detector, too.

package main

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
)

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

// TestRemovingABlock removes blocks of every example, one at a time: each eighth, or with BLOCKS=all
// (make soak) each. Either an error names what requires it, or the smaller kit is compiled; nothing panics.
func TestRemovingABlock(t *testing.T) {
	for _, name := range exampleNames(t) {
		t.Run(name, func(t *testing.T) {
			m := exampleFS(t, name)
			refused, smaller := 0, 0
			for i, b := range blocksOf(t, m) {
				if i%8 != 0 && os.Getenv("BLOCKS") != "all" {
					continue
				}
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
