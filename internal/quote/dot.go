package quote

import (
	"strings"
	"unicode"
)

// DOT writes text as a label of a Graphviz graph, with its quotes. Escapes and entities, which
// Graphviz would interpret, are literal; line ends stay line ends; other control characters become
// U+FFFD.
func DOT(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '&':
			b.WriteString("&amp;")
		case unicode.IsControl(r) || r == 0xfffe || r == 0xffff:
			b.WriteRune(unicode.ReplacementChar)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
