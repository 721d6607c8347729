package sql

import "strings"

// The renderer only tokenizes SQL: enough to end statements, to add parentheses where
// they are needed and to find the names in a text. lint/sql and its parser decide
// whether the text is valid SQL.

type tokenKind uint8

const (
	tokWord        tokenKind = iota // unquoted, folded to lower case in text
	tokQuoted                       // "quoted" identifier, unquoted in text
	tokString                       // any string constant
	tokNumber                       // or parameter
	tokPunct                        // one character: ( ) [ ] , ; . or an operator's
	tokLineComment                  // -- to the end of the line
	tokBlockComment
)

type token struct {
	kind       tokenKind
	text       string
	start, end int
}

// lex splits SQL into tokens. Unterminated strings and comments reach to the
// end of the text. It takes linear time.
func lex(s string) []token {
	var out []token
	for i := 0; i < len(s); {
		kind, end := scan(s, i)
		if end < 0 {
			i++ // white space
			continue
		}
		t := token{kind: kind, text: s[i:end], start: i, end: end}
		switch kind {
		case tokWord:
			t.text = strings.ToLower(t.text)
		case tokQuoted:
			t.text = strings.ReplaceAll(strings.Trim(t.text, `"`), `""`, `"`)
		case tokString, tokNumber, tokPunct, tokLineComment, tokBlockComment:
		}
		out = append(out, t)
		i = end
	}
	return out
}

// scan finds the kind and end of the token at i, or -1 at white space.
func scan(s string, i int) (tokenKind, int) {
	c := s[i]
	switch {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v':
		return 0, -1
	case strings.HasPrefix(s[i:], "--"):
		if n := strings.IndexByte(s[i:], '\n'); n >= 0 {
			return tokLineComment, i + n
		}
		return tokLineComment, len(s)
	case strings.HasPrefix(s[i:], "/*"):
		return tokBlockComment, blockComment(s, i)
	case c == '\'':
		return tokString, quoted(s, i, false)
	case c == '"':
		return tokQuoted, quoted(s, i, false)
	case c == '$':
		if end := dollar(s, i); end > 0 {
			return tokString, end
		}
		if i+1 < len(s) && digit(s[i+1]) {
			return tokNumber, span(s, i+1, digit)
		}
	case (c == 'e' || c == 'E') && i+1 < len(s) && s[i+1] == '\'':
		return tokString, quoted(s, i+1, true)
	case wordStart(c):
		return tokWord, span(s, i, wordPart)
	case digit(c):
		return tokNumber, span(s, i, func(c byte) bool { return wordPart(c) || c == '.' })
	}
	return tokPunct, i + 1
}

func quoted(s string, i int, escapes bool) int {
	q := s[i]
	for i++; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] == q && i+1 < len(s) && s[i+1] == q:
			i++
		case s[i] == q:
			return i + 1
		}
	}
	return len(s)
}

// dollar returns the end of a dollar-quoted string, or 0 where none begins.
func dollar(s string, i int) int {
	j := i + 1
	if j < len(s) && wordStart(s[j]) {
		j = span(s, j, func(c byte) bool { return wordPart(c) && c != '$' })
	}
	if j >= len(s) || s[j] != '$' {
		return 0
	}
	tag := s[i : j+1]
	if n := strings.Index(s[j+1:], tag); n >= 0 {
		return j + 1 + n + len(tag)
	}
	return len(s)
}

func blockComment(s string, i int) int {
	depth := 0
	for ; i+1 < len(s); i++ {
		switch s[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

func span(s string, i int, ok func(byte) bool) int {
	for i < len(s) && ok(s[i]) {
		i++
	}
	return i
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
func wordStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
func wordPart(c byte) bool { return wordStart(c) || digit(c) || c == '$' }

// significant drops comments.
func significant(tokens []token) []token {
	out := make([]token, 0, len(tokens))
	for _, t := range tokens {
		if t.kind != tokLineComment && t.kind != tokBlockComment {
			out = append(out, t)
		}
	}
	return out
}

// statement removes the semicolons at the end of a statement, and white space and
// comments after them.
func statement(s string) string {
	tokens := significant(lex(s))
	end := len(s)
	for n := len(tokens); n > 0 && tokens[n-1].text == ";" && tokens[n-1].kind == tokPunct; n-- {
		end = tokens[n-1].start
	}
	return fragment(s[:end])
}

// script ends SQL text of any number of statements with a semicolon.
func script(s string) string {
	tokens := significant(lex(s))
	s = strings.Trim(s, "\n")
	if n := len(tokens); n == 0 || tokens[n-1].kind == tokPunct && tokens[n-1].text == ";" {
		return s
	}
	return fragment(s) + ";"
}

// fragment is a piece of SQL that other text may follow: a comment at its end can't
// include that text.
func fragment(s string) string {
	s = strings.TrimSpace(s)
	if tokens := lex(s); len(tokens) > 0 && tokens[len(tokens)-1].kind == tokLineComment {
		return s + "\n"
	}
	return s
}

// operand is an expression for a position that accepts only part of the grammar, such
// as DEFAULT: in parentheses unless it is a single constant, name, call or cast.
func operand(s string) string {
	depth := 0
	prev := ""
	tokens := lex(s)
	for i, t := range tokens {
		switch {
		case t.kind == tokLineComment || t.kind == tokBlockComment:
			return "(" + fragment(s) + ")"
		case t.kind == tokPunct && (t.text == "(" || t.text == "["):
			depth++
		case t.kind == tokPunct && (t.text == ")" || t.text == "]"):
			depth--
		case depth > 0:
		case t.kind == tokPunct && t.text == "-" && i == 0 && len(tokens) == 2 && tokens[1].kind == tokNumber:
		case t.kind == tokPunct && (t.text == ":" || t.text == "."):
		case t.kind != tokPunct && (prev == "" || prev == ":" || prev == "."):
		default:
			return "(" + fragment(s) + ")"
		}
		if depth < 0 {
			return "(" + fragment(s) + ")"
		}
		prev = t.text
	}
	return strings.TrimSpace(s)
}

// mentions collects the names in a text.
func mentions(into map[string]bool, texts ...string) {
	for _, s := range texts {
		for _, t := range lex(s) {
			if t.kind == tokWord || t.kind == tokQuoted {
				into[t.text] = true
			}
		}
	}
}

// EachToken calls f for the words (in lower case), names, constants and
// punctuation marks of SQL text, comments left out, while f returns true. A
// string constant is "'".
func EachToken(text string, f func(token string) bool) {
	for i := 0; i < len(text); {
		kind, end := scan(text, i)
		if end < 0 {
			i++
			continue
		}
		t := text[i:end]
		i = end
		switch kind {
		case tokLineComment, tokBlockComment:
			continue
		case tokString, tokQuoted:
			t = "'"
		case tokWord:
			t = strings.ToLower(t)
		case tokNumber, tokPunct:
		}
		if !f(t) {
			return
		}
	}
}

// StatementText is one statement without the semicolon at its end.
func StatementText(s string) string { return statement(s) }
