package lang

import (
	"sort"

	"github.com/agext/levenshtein"
)

// suggestBudget bounds the names compared in one run, so that a large
// manifest full of mistakes is still read in linear time.
const suggestBudget = 2_000_000

// affordable reports whether n more names may be looked at for suggestions.
// Ask before gathering them.
func (p *Program) affordable(n int) bool { return p.compared+n <= suggestBudget }

// Suggest returns the candidate nearest to name, or "" when none is near.
func (p *Program) Suggest(name string, candidates []string) string {
	if !p.affordable(len(candidates)) {
		return ""
	}
	p.compared += len(candidates)
	return nearest(name, candidates)
}

func nearest(name string, candidates []string) string {
	best, bestDist := "", 1+(len(name)+2)/3
	if len(name) > 200 {
		return ""
	}
	sorted := append([]string(nil), candidates...)
	sort.Strings(sorted)
	for _, c := range sorted {
		if len(c) > len(name)+bestDist || len(name) > len(c)+bestDist || c == name {
			continue
		}
		d := levenshtein.Distance(name, c, nil)
		if d == 2 && swapped(name, c) {
			d = 1
		}
		if d < bestDist {
			best, bestDist = c, d
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

// didYouMean is a sentence to append, with a leading space, or "".
func (p *Program) didYouMean(name string, candidates []string) (sentence, fix string) {
	if s := p.Suggest(name, candidates); s != "" {
		return " Did you mean \"" + s + "\"?", s
	}
	return "", ""
}
