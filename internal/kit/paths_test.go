package kit_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/internal/kit"
)

// TestPaths compares the search with a linear scan.
func TestPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.StringMatching(`[ab.0-]{1,2}(/[ab.0-]{1,2}){0,2}`)
		paths := rapid.SliceOf(path).Draw(t, "paths")
		slices.Sort(paths)
		paths = slices.Compact(paths)
		in := rapid.OneOf(path, rapid.Just(".")).Draw(t, "in")
		var want []string
		for _, p := range paths {
			if in == "." || p == in || strings.HasPrefix(p, in+"/") {
				want = append(want, p)
			}
		}
		got := kit.Paths(paths).In(in)
		if !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %q, not %q", in, paths, got, want)
		}
	})
}
