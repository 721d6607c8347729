package sql

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/internal/text"
)

// Computed stands in a script's text for what a shell computes.
const Computed = "\x00"

// forServer is what psql sends to the server of a text: without its own commands, and with parameters for its variables
// and for computed values. ok is false if that can't be known.
func forServer(in string) (out string, computed, ok bool) {
	var b strings.Builder
	n := 0
	param := func() {
		n++
		b.WriteString("$" + strconv.Itoa(n))
	}
	for i := 0; i < len(in); {
		c := in[i]
		switch end := quotedEnd(in, i); {
		case end > 0: // a constant, a name or a comment
			part := in[i:end]
			switch {
			case !strings.Contains(part, Computed):
				b.WriteString(part)
			case c != '\'' || i > 0 && isWord(in[i-1]):
				return "", false, false
			default:
				b.WriteString(strings.Repeat("\n", strings.Count(part, "\n")))
				param()
			}
			i = end
		case c == Computed[0]:
			if i > 0 && (isWord(in[i-1]) || in[i-1] == '.') || i+1 < len(in) && (isWord(in[i+1]) || in[i+1] == Computed[0]) {
				return "", false, false // a part of a word
			}
			param()
			i++
		case c == '\\':
			line, _, _ := strings.Cut(in[i:], "\n")
			if strings.HasPrefix(line, `\c`) && !strings.HasPrefix(line, `\copy`) || strings.HasPrefix(line, `\i`) {
				return "", false, false // another database, a file, or a condition
			}
			if strings.HasPrefix(line, `\g`) || strings.HasPrefix(line, `\watch`) || strings.HasPrefix(line, `\crosstab`) {
				b.WriteString(";")
			}
			i += len(line)
		case c == ':' && strings.HasPrefix(in[i:], "::"), c == ':' && strings.HasPrefix(in[i:], ":="):
			b.WriteString(in[i : i+2])
			i += 2
		case c == ':' && i+1 < len(in) && (isWord(in[i+1]) || in[i+1] == '\''):
			i++
			if end := quotedEnd(in, i); end > 0 {
				i = end
			}
			for i < len(in) && isWord(in[i]) {
				i++
			}
			param()
		case c == ':' && i+1 < len(in) && (in[i+1] == '"' || in[i+1] == '{'):
			return "", false, false
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), n > 0, true
}

// quotedEnd is the end of the constant, quoted name or comment that begins at i; 0 if none does.
func quotedEnd(s string, i int) int {
	until := func(from int, mark string) int {
		if j := strings.Index(s[from:], mark); j >= 0 {
			return from + j + len(mark)
		}
		return len(s)
	}
	switch {
	case s[i] == '\'' || s[i] == '"':
		end := until(i+1, s[i:i+1])
		for end < len(s) && s[end] == s[i] {
			end = until(end+1, s[i:i+1])
		}
		return end
	case strings.HasPrefix(s[i:], "--"):
		if j := strings.IndexByte(s[i:], '\n'); j >= 0 {
			return i + j
		}
		return len(s)
	case strings.HasPrefix(s[i:], "/*"):
		return until(i+2, "*/")
	case s[i] == '$' && (i == 0 || !isWord(s[i-1])):
		j := i + 1
		for j < len(s) && isWord(s[j]) {
			j++
		}
		if j < len(s) && s[j] == '$' && (j == i+1 || s[i+1] > '9') {
			return until(j+1, s[i:j+1])
		}
	}
	return 0
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// wordAt is the word at an offset.
func wordAt(s string, at int) string {
	if at < 0 || at >= len(s) {
		return ""
	}
	end := at
	for end < len(s) && isWord(s[end]) {
		end++
	}
	return s[at:end]
}

// clauseWords are the words of SQL that begin statements and clauses.
var clauseWords = strings.Fields(`select from where insert into values conflict update set order group having limit offset returning between exists delete create join inner outer left right
	cross lateral union intersect except distinct with recursive alter table index view begin commit rollback explain analyze vacuum reindex truncate grant revoke refresh materialized declare
	nothing case when then else using collate interval extension function schema sequence trigger primary references default constraint unique`)

// misread is the finding about a text that doesn't parse; nil if its computed parts may be the reason, or a newer server.
func (c *checker) misread(f *failure, clean string, computed bool) *Finding {
	if f.deep {
		return nil
	}
	x := &Finding{Syntax: true, Line: max(1, f.line), Word: f.near(clean)}
	hint := ""
	before, line := tokenBefore(clean, f)
	for _, w := range []struct {
		text string
		line int
	}{{x.Word, x.Line}, {before, line}} {
		lower := strings.ToLower(w.text)
		if meant := text.Slip(lower, clauseWords); meant != "" && len(lower) > 3 && !slices.Contains(clauseWords, lower) {
			hint = text.Suggestion(strings.ToUpper(meant))
			x.Word, x.Line = w.text, w.line
			break
		}
	}
	if v := c.serverVersion(); hint == "" && (computed || v < 1 || v > newest) {
		return nil
	}
	x.Detail = fmt.Sprintf("PostgreSQL's parser rejects the SQL: %s.%s", f.message, hint)
	return x
}

// offset is where a failure is, -1 if that isn't known.
func (f *failure) offset(s string) int {
	if f.line < 1 || f.column < 1 {
		return -1
	}
	at, line, column := 0, 1, 1
	for i, r := range s {
		if at = i; line == f.line && column == f.column {
			return at
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return len(s)
}

// near is the word at a failure.
func (f *failure) near(s string) string {
	if at := f.offset(s); at >= 0 {
		return wordAt(s, at)
	}
	return ""
}

// tokenBefore is the word before the one of a failure, and its line.
func tokenBefore(s string, f *failure) (word string, line int) {
	at := f.offset(s)
	if at < 0 {
		return "", 0
	}
	end := len(strings.TrimRight(s[:at], " \t\n"))
	start := end
	for start > 0 && isWord(s[start-1]) {
		start--
	}
	return s[start:end], 1 + strings.Count(s[:start], "\n")
}
