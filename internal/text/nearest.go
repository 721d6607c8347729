package text

import (
	"slices"
	"sort"
	"unicode/utf8"
)

// longestCompared bounds the names that are compared: the time of a comparison
// grows with the product of their lengths.
const longestCompared = 200

// near is how many edits apart a candidate may be from a name that was meant to
// be it: a third of the name's characters, rounded up.
func near(name string) int { return (utf8.RuneCountInString(name) + 2) / 3 }

// Nearest returns the candidate with the fewest edits from a name that isn't
// one of them, of several the first by the alphabet; "" when none is near. An
// edit is a character too many, too few or wrong, or two neighbours in each
// other's place.
func Nearest(name string, candidates []string) string {
	if found := nearest(name, candidates, near(name), 1); len(found) > 0 {
		return found[0]
	}
	return ""
}

// NearestOf returns up to n candidates that are as near as Nearest asks for, the
// nearest first, then by the alphabet, each once.
func NearestOf(name string, candidates []string, n int) []string {
	return nearest(name, candidates, near(name), n)
}

// DidYouMean is a question to append to a message, with a space before it, and
// the name that it asks for: ` Did you mean "x"?`. Both are "" when no candidate
// is near.
func DidYouMean(name string, candidates []string) (question, fix string) {
	fix = Nearest(name, candidates)
	if fix == "" {
		return "", ""
	}
	return Suggestion(fix), fix
}

// Suggestion is the question of DidYouMean for a name that was found to be near.
func Suggestion(name string) string { return " Did you mean \"" + name + "\"?" }

// Slip returns the candidate that a name is a slip of the pen for: one edit
// apart, or two for a name of twelve characters. "" where there is none. Other
// than with Nearest, what is no candidate may be right all the same.
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
		if d := distance(word, []rune(c), edits); d <= edits {
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

// distance is the least number of edits from a to b where no part is edited
// twice, or some number above most when there are more.
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
