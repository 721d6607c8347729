package text

import (
	"strconv"
	"strings"
)

// Count formats a number of things: "1 step", "2 steps", "0 success criteria". The noun is in the
// singular; its last word gets the plural.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + Plural(noun)
}

// Plural is the plural of an English noun of this program's messages.
func Plural(noun string) string {
	stem, ok := strings.CutSuffix(noun, "criterion")
	switch {
	case ok:
		return stem + "criteria"
	case strings.HasSuffix(noun, "y") && len(noun) > 1 && !strings.ContainsRune("aeiou", rune(noun[len(noun)-2])):
		return noun[:len(noun)-1] + "ies"
	case strings.HasSuffix(noun, "s"), strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ch"), strings.HasSuffix(noun, "sh"):
		return noun + "es"
	}
	return noun + "s"
}

// Quoted are the words in quotes, for List.
func Quoted(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strconv.Quote(w)
	}
	return out
}

// mostWords is the maximum number of words in a list.
const mostWords = 12

// List joins words for a sentence, in order: "a, b and c". Of more than thirteen it includes the first
// twelve: "a, …, l and 3 more".
func List(words []string) string { return join(words, "and", "more") }

// OrList is List of alternatives: "a, b or c", "a, …, l or 3 others".
func OrList(words []string) string { return join(words, "or", "others") }

// join truncates only if that saves at least two words.
func join(words []string, last, rest string) string {
	if len(words) > mostWords+1 {
		words = append(words[:mostWords:mostWords], strconv.Itoa(len(words)-mostWords)+" "+rest)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}
