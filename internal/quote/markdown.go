package quote

import (
	"fmt"
	"strings"
	"unicode"
)

// Markdown writes text as inline content of GitHub-flavoured Markdown that reads back as that text, in
// a paragraph, a heading, a list item or a table cell. Line ends become <br>; control characters,
// which Markdown can't represent, become U+FFFD.
func Markdown(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i, r := range runes {
		edge := i == 0 || i == len(runes)-1 || runes[i-1] == '\n' || runes[i+1] == '\n'
		switch {
		case r == '\n' && leading(runes[:i]):
			b.WriteString("&#10;") // <br> at the start of a line would start a block of HTML
		case r == '\n':
			b.WriteString("<br>")
		case r == ' ' && edge, r == ' ' && i > 0 && runes[i-1] == ' ':
			b.WriteString("&#32;")
		case r == '\t':
			b.WriteString("&#9;")
		case r < 0x20 || r == 0x7f || r == unicode.ReplacementChar || 0x80 <= r && r < 0xa0:
			b.WriteRune(unicode.ReplacementChar)
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case strings.ContainsRune("\\`*_[]|~$#!", r), r == '@' && i+1 < len(runes) && word(runes[i+1]):
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == ':' && i+1 < len(runes) && (runes[i+1] == '/' || shortcode(runes[i+1:])):
			b.WriteString(`\:`) // no link is made of a URL: its characters are quoted
		case r == '.' && i >= 3 && strings.EqualFold(string(runes[i-3:i]), "www"):
			b.WriteString(`\.`)
		case strings.ContainsRune("+-=", r) && (i == 0 || runes[i-1] == '\n'):
			b.WriteRune('\\')
			b.WriteRune(r)
		case strings.ContainsRune(".)", r) && leadingDigits(runes[:i]):
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// leading reports whether there are only line ends in what comes before.
func leading(before []rune) bool {
	for _, r := range before {
		if r != '\n' {
			return false
		}
	}
	return true
}

func word(r rune) bool { return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// shortcode reports whether what follows a colon is the rest of an :emoji:.
func shortcode(rest []rune) bool {
	for i, r := range rest {
		if r == ':' {
			return i > 0
		}
		if !word(r) && r != '_' && r != '+' && r != '-' {
			return false
		}
	}
	return false
}

func leadingDigits(before []rune) bool {
	for i := len(before) - 1; i >= 0; i-- {
		if before[i] == '\n' {
			return i < len(before)-1
		}
		if before[i] < '0' || before[i] > '9' {
			return false
		}
	}
	return len(before) > 0
}

// MarkdownCode writes text as inline code, for a table cell if inTable is set: pipes must be escaped
// there, even in code. What a code span can't represent (line ends, or only spaces) becomes plain
// text.
func MarkdownCode(s string, inTable bool) string {
	if s == "" || strings.Trim(s, " ") == "" || strings.ContainsAny(s, "\n\r\t") || strings.ContainsFunc(s, unicode.IsControl) ||
		inTable && strings.Contains(s, `\|`) {
		return Markdown(s)
	}
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if longestRun(s, '`') == 0 {
		fence = "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " "
	}
	if inTable {
		s = strings.ReplaceAll(s, "|", `\|`)
	}
	return fence + s + fence
}

// MarkdownFence writes text as a fenced code block, with a fence longer than any run of backticks in
// it.
func MarkdownFence(language, s string) string {
	fence := strings.Repeat("`", max(3, longestRun(s, '`')+1))
	if s != "" && !strings.HasSuffix(s, "\n") {
		s += "\n"
	}
	s = strings.Map(func(r rune) rune {
		if r == 0 || r == '\r' {
			return unicode.ReplacementChar
		}
		return r
	}, s)
	return fmt.Sprintf("%s%s\n%s%s\n", fence, language, s, fence)
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// MarkdownComment writes text as the content of an HTML comment of one line.
func MarkdownComment(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "- -")
	}
	return "<!-- " + s + " -->"
}
