package diag

import (
	"sort"

	"github.com/agext/levenshtein"
)

// Nearest returns the candidate nearest to a name that isn't one of them, or ""
// when none is near.
func Nearest(name string, candidates []string) string {
	return nearest(name, candidates, 1+(len(name)+2)/3)
}

// Slip returns the candidate that a name is a slip of the pen for: one letter
// too many, too few, wrong or in its neighbour's place, and in a long name two
// too many, too few or wrong. "" where there is none. Other than with Nearest, what is no candidate may be
// right all the same.
func Slip(name string, candidates []string) string {
	edits := 1
	if len(name) >= 12 {
		edits = 2
	}
	return nearest(name, candidates, edits+1)
}

// nearest finds a candidate that is fewer than bound edits away.
func nearest(name string, candidates []string, bound int) string {
	best := ""
	if len(name) > 200 {
		return ""
	}
	sorted := append([]string(nil), candidates...)
	sort.Strings(sorted)
	for _, c := range sorted {
		if len(c) > len(name)+bound || len(name) > len(c)+bound || c == name {
			continue
		}
		d := levenshtein.Distance(name, c, nil)
		if d == 2 && swapped(name, c) {
			d = 1
		}
		if d < bound {
			best, bound = c, d
		}
	}
	return best
}

// swapped reports whether two neighbouring letters changed places.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i+1 < len(a); i++ {
		if a[i] != b[i] {
			return a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		}
	}
	return false
}
