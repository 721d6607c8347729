package yaml

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scalarText is the text of a string in the file: plain if every parser reads it as
// that string, else in double quotes.
func scalarText(s string) string {
	if plain(s) {
		return s
	}
	return doubleQuoted(s)
}

// plain reports whether s needs no quotes in block context. It is stricter than YAML:
// it refuses strings that don't start like a word, or that look like another type to
// some parser.
func plain(s string) bool {
	if s == "" || len(s) > 1024 || reserved[strings.ToLower(s)] {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	switch {
	case unicode.IsLetter(first), first == '_', first == '/', first == '$':
	case strings.HasPrefix(s, "./"), strings.HasPrefix(s, "../"):
	case duration(s):
	default:
		return false
	}
	var prev rune
	for _, r := range s {
		switch {
		case !unicode.IsPrint(r):
			return false
		case r == ' ' && prev == ':', r == '#' && prev == ' ':
			return false
		}
		prev = r
	}
	return prev != ' ' && prev != ':'
}

// reserved are words that some parser reads as a boolean, null or number.
var reserved = map[string]bool{
	"y": true, "n": true, "yes": true, "no": true, "on": true, "off": true,
	"true": true, "false": true, "null": true, "nil": true, "none": true,
	"nan": true, "inf": true, "infinity": true,
}

// duration reports whether s has the form 1h30m, which no parser reads as a number.
func duration(s string) bool {
	for s != "" {
		rest := strings.TrimLeft(s, "0123456789")
		if rest == s || rest == "" {
			return false
		}
		switch {
		case strings.HasPrefix(rest, "ms"):
			s = rest[2:]
		case rest[0] == 's' || rest[0] == 'm' || rest[0] == 'h':
			s = rest[1:]
		default:
			return false
		}
	}
	return true
}

// doubleQuoted is s in double quotes, on one line, with unprintable characters
// escaped.
func doubleQuoted(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(escape(r))
		}
	}
	b.WriteByte('"')
	return b.String()
}

func escape(r rune) string {
	switch {
	case r <= 0xff:
		return fmt.Sprintf(`\x%02X`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04X`, r)
	}
	return fmt.Sprintf(`\U%08X`, r)
}

// literal reports whether s should and can be written as a block scalar: it has
// several lines, all printable and without leading or trailing white space that an
// editor or a parser could remove.
func literal(s string) bool {
	body := strings.TrimSuffix(s, "\n")
	if !strings.Contains(body, "\n") || body[0] == '\n' || body[0] == ' ' || strings.HasSuffix(body, "\n") {
		return false
	}
	prev := '\n'
	for _, r := range body {
		switch {
		case r == '\n' && (prev == ' ' || prev == '\t'):
			return false
		case r == '\t' && prev == '\n':
			return false
		case r != '\n' && r != '\t' && !unicode.IsPrint(r):
			return false
		}
		prev = r
	}
	return prev != ' ' && prev != '\t'
}

// commentText is a line of a comment, with unprintable characters escaped, so that
// they can't end the line and no parser refuses them.
func commentText(s string) string {
	clean := true
	for _, r := range s {
		if r == utf8.RuneError || r != '\t' && !unicode.IsPrint(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r == '\t' || unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(escape(r))
		}
	}
	return b.String()
}
