package text

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// longestCompared bounds the names that are compared: the time of a comparison
// grows with the product of their lengths.
const longestCompared = 200

// near is the maximum edit distance between a name and a suggestion: a third of the name's characters,
// but at least one and at most four, so that another word in a long name is another name; a single character is near
// nothing.
func near(name string) int {
	n := utf8.RuneCountInString(name)
	return min(n-1, max(1, min(n/3, 4)))
}

// Nearest returns the candidate with the fewest edits from an unknown name, the first by the alphabet
// if there are several; "" if none is near. An edit is an additional, missing or wrong character, or
// two swapped neighbours; a difference in letter case alone is one edit.
func Nearest(name string, candidates []string) string {
	if found := nearest(name, candidates, near(name), 1); len(found) > 0 {
		return found[0]
	}
	return ""
}

// NearestOf returns up to n candidates that are as near as Nearest requires, nearest first, then by
// the alphabet, each once.
func NearestOf(name string, candidates []string, n int) []string {
	return nearest(name, candidates, near(name), n)
}

// DidYouMean is a question to append to a message, with a space before it, and the suggested name: `
// Did you mean "x"?`. Both are "" if no candidate is near.
func DidYouMean(name string, candidates []string) (question, fix string) {
	fix = Nearest(name, candidates)
	if fix == "" {
		return "", ""
	}
	return Suggestion(fix), fix
}

// Suggestion is the question of DidYouMean for a name that is known to be near.
func Suggestion(name string) string { return " Did you mean \"" + name + "\"?" }

// Slip returns the candidate of which a name is probably a typo: an edit distance of one, or of two
// for a name of twelve characters. "" if there is none. Unlike with Nearest, an unknown name may be
// valid.
func Slip(name string, candidates []string) string {
	edits := 1
	if utf8.RuneCountInString(name) >= 12 {
		edits = 2
	}
	if found := nearest(name, candidates, edits, 1); len(found) > 0 {
		return found[0]
	}
	return ""
}

// Edits is the edit distance of two names: how many characters are additional, missing, wrong or swapped with their
// neighbour.
func Edits(a, b string) int { return distance([]rune(a), []rune(b), longestCompared) }

func nearest(name string, candidates []string, edits, n int) []string {
	if len(name) > longestCompared {
		return nil
	}
	type scored struct {
		name  string
		edits int
	}
	var found []scored
	word := []rune(name)
	for _, c := range candidates {
		if c == name || len(c) > 4*(len(name)+edits) {
			continue
		}
		d := distance(word, []rune(c), edits)
		if strings.EqualFold(c, name) {
			d = 1
		}
		if d <= edits {
			found = append(found, scored{c, d})
		}
	}
	sort.Slice(found, func(i, j int) bool {
		if found[i].edits != found[j].edits {
			return found[i].edits < found[j].edits
		}
		return found[i].name < found[j].name
	})
	var out []string
	for _, f := range found {
		if len(out) < n && !slices.Contains(out, f.name) {
			out = append(out, f.name)
		}
	}
	return out
}

// distance is the smallest number of edits from a to b in which no part is edited twice, or some
// number above most if there are more.
func distance(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
