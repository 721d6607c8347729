package quote

import (
	"fmt"
	"strings"
	"unicode"
)

// MermaidLabel writes text as a label of a Mermaid flowchart, with its quotes: every character that
// Mermaid, its Markdown strings, its directives or HTML could interpret becomes an entity code. Line
// ends become <br/>.
func MermaidLabel(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString("<br/>")
		case r < 0x20 || r == 0x7f || r == unicode.ReplacementChar:
			b.WriteRune(unicode.ReplacementChar)
		case r >= 0x80, r == ' ', r == '.', r == ',', r == '_', r == '-', r == '/', r == ':',
			'0' <= r && r <= '9', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
