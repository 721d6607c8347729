package quote

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxSQLName is the length in bytes to which PostgreSQL truncates identifiers (NAMEDATALEN - 1). It
// truncates with a mere notice, so that two names may become equal.
const maxSQLName = 63

var (
	errSQLNul  = errors.New("PostgreSQL can't store the character U+0000")
	errSQLUTF8 = errors.New("it isn't valid UTF-8")
)

// SQLIdent writes a name as a PostgreSQL identifier, in double quotes unless it is a plain lower-case
// word that isn't a keyword. A name that the server can't store exactly (empty, longer than 63 bytes,
// U+0000) is an error.
func SQLIdent(name string) (string, error) {
	switch {
	case name == "":
		return "", errors.New("a name can't be empty")
	case len(name) > maxSQLName:
		return "", fmt.Errorf("the name is %d bytes long; PostgreSQL would truncate it to %d", len(name), maxSQLName)
	}
	if err := sqlText(name); err != nil {
		return "", err
	}
	if plainSQLName(name) && !sqlKeywords[name] {
		return name, nil
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`, nil
}

// SQLLiteral writes s as a string constant that means s whatever the server's
// standard_conforming_strings is. Backslashes and control characters are written as escapes of an
// E-string, so that the constant is on one line.
func SQLLiteral(s string) (string, error) {
	if err := sqlText(s); err != nil {
		return "", err
	}
	var b strings.Builder
	escaped := false
	b.Grow(len(s) + 2)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\'':
			b.WriteString("''")
		case c == '\\':
			b.WriteString(`\\`)
			escaped = true
		case c == '\n':
			b.WriteString(`\n`)
			escaped = true
		case c == '\r':
			b.WriteString(`\r`)
			escaped = true
		case c == '\t':
			b.WriteString(`\t`)
			escaped = true
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
			escaped = true
		default:
			b.WriteByte(c)
		}
	}
	if escaped {
		return "E'" + b.String() + "'", nil
	}
	return "'" + b.String() + "'", nil
}

// SQLDollar writes body as a dollar-quoted string constant, for the bodies of functions and DO blocks.
// The tag is empty unless the body requires another one. A body with a carriage return becomes an
// ordinary constant: otherwise an editor might change it.
func SQLDollar(body string) (string, error) {
	if err := sqlText(body); err != nil {
		return "", err
	}
	if strings.ContainsRune(body, '\r') {
		return SQLLiteral(body)
	}
	for n := 0; ; n++ {
		tag := "$$"
		switch {
		case n == 1:
			tag = "$body$"
		case n > 1:
			tag = fmt.Sprintf("$body%d$", n)
		}
		// The scanner ends the constant at the first occurrence, which may
		// straddle the body's end ("…$" + "$$").
		if strings.Index(body+tag, tag) == len(body) {
			return tag + body + tag, nil
		}
	}
}

func sqlText(s string) error {
	if strings.IndexByte(s, 0) >= 0 {
		return errSQLNul
	}
	if !utf8.ValidString(s) {
		return errSQLUTF8
	}
	return nil
}

func plainSQLName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c == '_' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}
