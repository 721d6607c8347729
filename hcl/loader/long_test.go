//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package loader

import (
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
)

// Without one of its blocks a manifest is either a valid smaller one, or the errors name what is
// missing.
func TestRemoveAnyBlock(t *testing.T) {
	for name, files := range goodManifests(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blocks, text, names := topLevel(t, files)
			for i, b := range blocks {
				rest := slices.Delete(slices.Clone(text), i, i+1)
				_, diags := Load(Input{FS: only(files, names, map[string]string{"main.hcl": strings.Join(rest, "")}), Dir: "."})
				word := b.Type
				if len(b.Labels) > 0 {
					word = b.Labels[0]
				}
				if !diags.HasErrors() {
					continue
				}
				named := b.Type == "locals" || b.Type == "system"
				for _, d := range diags {
					named = named || strings.Contains(d.Detail, word) || b.Type == "goal" && strings.Contains(d.Detail, "goals")
					if diag.Code(d) >= "OG900" {
						t.Errorf("without %s %v: %s", b.Type, b.Labels, diagtest.Describe(d))
					}
				}
				if !named {
					t.Errorf("without %s %v: no error names it: %s", b.Type, b.Labels, diagtest.Describe(diags[0]))
				}
			}
		})
	}
}
