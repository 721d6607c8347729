package text

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks lines at spaces so that each has at most width characters; 0 breaks none. A line that begins with
// a space is source text, which stays as it is, and so does a word that is longer.
func Wrap(s string, width int) string {
	if width <= 0 {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, " ") || strings.HasPrefix(l, "\t") || utf8.RuneCountInString(l) <= width {
			continue
		}
		lines[i] = WrapHanging(l, width, "")
	}
	return strings.Join(lines, "\n")
}

// WrapHanging breaks one line like Wrap, and begins each further line with an indentation.
func WrapHanging(s string, width int, indent string) string {
	var b strings.Builder
	column := 0
	for i, word := range strings.Split(s, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case width > 0 && column+1+n > width:
			b.WriteString("\n" + indent)
			column = utf8.RuneCountInString(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}
