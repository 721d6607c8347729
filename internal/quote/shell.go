package quote

import (
	"errors"
	"strings"
	"unicode/utf8"
)

var errNUL = errors.New("a shell word can't contain a NUL byte")

// ShellWord writes s as one word that a POSIX shell reads back as s: bare if that is safe, otherwise
// quoted. Only a NUL byte can't be represented.
func ShellWord(s string) (string, error) {
	if bareWord(s) {
		return s, nil
	}
	return ShellString(s)
}

// ShellString is ShellWord, but always quoted: for text rather than a word. It chooses between the two
// kinds of quotes so that shellcheck doesn't ask whether an expansion was intended.
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

// shellSegment returns how much of s goes into one pair of quotes, and whether they are double quotes:
// these are used for ' $ ` \ and the typographic single quotes, while the typographic double quotes
// require single quotes.
func shellSegment(s string) (n int, double bool) {
	decided := false
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		switch r {
		case '\'', '$', '`', '\\', '\u2018', '\u2019':
			if decided && !double {
				// What came before may be in double quotes too, unless it contains what requires single ones.
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

// bareWord reports whether a shell reads s as itself without quotes, wherever a word is allowed.
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

// ShellComment makes text safe in a comment on one line: line ends and other control characters become
// their escapes, and a text that shellcheck would interpret as a directive is quoted.
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

// Heredoc returns a heredoc of text: `<<'WORD'`, the lines, WORD. A shell reads text from it, with a
// final newline if it had none. The delimiter starts with word and doesn't occur in text.
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
