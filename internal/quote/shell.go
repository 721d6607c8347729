package quote

import (
	"errors"
	"strings"
	"unicode/utf8"
)

var errNUL = errors.New("a shell word cannot hold a NUL byte")

// ShellWord makes s one word that a POSIX shell reads back as s: bare where
// that is safe, else quoted. Only a NUL byte cannot be held.
func ShellWord(s string) (string, error) {
	if bareWord(s) {
		return s, nil
	}
	return ShellString(s)
}

// ShellString is ShellWord, but always quoted: for what is text rather than a
// word. It chooses between the two kinds of quotes so that shellcheck has no
// reason to ask whether an expansion was meant.
func ShellString(s string) (string, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return "", errNUL
	}
	if s == "" {
		return "''", nil
	}
	var b strings.Builder
	for s != "" {
		n, double := shellSegment(s)
		if double {
			b.WriteByte('"')
			for i := 0; i < n; i++ {
				if strings.IndexByte("\"\\$`", s[i]) >= 0 {
					b.WriteByte('\\')
				}
				b.WriteByte(s[i])
			}
			b.WriteByte('"')
		} else {
			b.WriteByte('\'')
			b.WriteString(s[:n])
			b.WriteByte('\'')
		}
		s = s[n:]
	}
	return b.String(), nil
}

// shellSegment says how much of s goes into one pair of quotes, and whether
// that is a pair of double ones: they take ' $ ` \ and the typographic single
// quotes, while the typographic double ones want single quotes.
func shellSegment(s string) (n int, double bool) {
	decided := false
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		switch r {
		case '\'', '$', '`', '\\', '\u2018', '\u2019':
			if decided && !double {
				// What came before may stand in double quotes too, unless it
				// holds what wants single ones.
				return n, false
			}
			decided, double = true, true
		case '\u201c', '\u201d':
			if decided && double {
				return n, true
			}
			decided, double = true, false
		}
		n += size
	}
	return n, double
}

// bareWord reports whether a shell reads s as itself without quotes, in every
// place where a word may stand.
func bareWord(s string) bool {
	if s == "" || shellReserved[s] || s[0] == '~' {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("_@%+:,./-", c) >= 0) {
			return false
		}
	}
	return true
}

var shellReserved = map[string]bool{
	"if": true, "then": true, "else": true, "elif": true, "fi": true, "do": true, "done": true, "case": true,
	"esac": true, "while": true, "until": true, "for": true, "in": true, "function": true, "select": true, "time": true,
}

// ShellComment makes text safe to stand in a comment, on one line: line ends
// and other control characters become their escapes, and a text that
// shellcheck would take for a directive is quoted.
func ShellComment(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteByte(' ')
		case r < 0x20 || r == 0x7f || 0x80 <= r && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == utf8.RuneError:
			b.WriteByte('?')
		default:
			b.WriteRune(r)
		}
	}
	out := b.String()
	if strings.HasPrefix(strings.TrimLeft(out, " "), "shellcheck") {
		out = `"` + out + `"`
	}
	return out
}

// Heredoc returns a here-document of text: `<<'WORD'`, the lines, WORD. What a
// shell reads from it is text, with a final newline if it had none. The
// delimiter begins with word and stands nowhere in text.
func Heredoc(word, text string) (operator, lines string, err error) {
	if strings.IndexByte(text, 0) >= 0 {
		return "", "", errNUL
	}
	for strings.Contains(text, word) {
		word += "_"
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return "<<'" + word + "'", text + word + "\n", nil
}
