package quote

import (
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// PromQLString is s as a double-quoted PromQL string literal on one line: a
// label's value in a selector or a series. Bytes that aren't UTF-8 become
// U+FFFD, since a label's value must be UTF-8.
func PromQLString(s string) string {
	const hex = "0123456789abcdef"
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
		case r < ' ' || r == 0x7f:
			b.WriteString(`\x`)
			b.WriteByte(hex[r>>4])
			b.WriteByte(hex[r&15])
		case r == 0x85 || r == 0x2028 || r == 0x2029 || r == utf8.RuneError:
			// Some line readers end a line at the first three; Prometheus's rejects a plain U+FFFD as an encoding
			// error.
			b.WriteString(`\u`)
			for shift := 12; shift >= 0; shift -= 4 {
				b.WriteByte(hex[r>>shift&15])
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// PromQLSelector is a metric's name with equality matchers, sorted by label:
// `up{instance="a:1",job="x"}`. The name stands bare where PromQL of every
// version can read it so, else as a matcher of __name__.
func PromQLSelector(metric string, labels map[string]string) string {
	names := make([]string, 0, len(labels))
	for n := range labels {
		names = append(names, n)
	}
	sort.Strings(names)
	var parts []string
	if !PromQLMetricName(metric) {
		parts = append(parts, "__name__="+PromQLString(metric))
		metric = ""
	}
	for _, n := range names {
		parts = append(parts, n+"="+PromQLString(labels[n]))
	}
	if len(parts) == 0 {
		return metric
	}
	return metric + "{" + strings.Join(parts, ",") + "}"
}

// PromQLMatcher is a matcher of a label that has one of some values, at least one: `job="a"`, `job=~"a|b\\.c"`.
func PromQLMatcher(label string, values []string) string {
	if len(values) == 1 {
		return label + "=" + PromQLString(values[0])
	}
	alternatives := make([]string, len(values))
	for i, v := range values {
		alternatives[i] = regexp.QuoteMeta(v)
	}
	return label + "=~" + PromQLString(strings.Join(alternatives, "|"))
}

// PromQLMetricName reports whether s is a metric's name in every version of
// Prometheus: [a-zA-Z_:][a-zA-Z0-9_:]*.
func PromQLMetricName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c == '_' || c == ':' || c|0x20 >= 'a' && c|0x20 <= 'z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

// PromQLLabelName reports whether s is a label's name in every version of
// Prometheus: [a-zA-Z_][a-zA-Z0-9_]*.
func PromQLLabelName(s string) bool {
	return PromQLMetricName(s) && !strings.Contains(s, ":")
}

// PromQLUnquote is the value of one PromQL string literal, and whether it is one. Literals with
// escapes other than those of PromQLString are rejected: they are left to Prometheus's own parser.
func PromQLUnquote(literal string) (string, bool) {
	if len(literal) < 2 || literal[0] != literal[len(literal)-1] || !strings.ContainsRune("\"'`", rune(literal[0])) {
		return "", false
	}
	quote, body := literal[0], literal[1:len(literal)-1]
	if !utf8.ValidString(body) || strings.ContainsRune(body, utf8.RuneError) {
		return "", false
	}
	if quote == '`' {
		return body, !strings.ContainsAny(body, "`\r")
	}
	if !strings.Contains(body, `\`) {
		return body, !strings.ContainsAny(body, string(quote)+"\n")
	}
	var b strings.Builder
	for i := 0; i < len(body); i++ {
		c := body[i]
		switch {
		case c == quote || c == '\n':
			return "", false
		case c != '\\':
			b.WriteByte(c)
			continue
		}
		i++
		if i == len(body) {
			return "", false
		}
		switch body[i] {
		case '\\', quote:
			b.WriteByte(body[i])
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'x', 'u':
			n := 2
			if body[i] == 'u' {
				n = 4
			}
			if i+n >= len(body) {
				return "", false
			}
			v, err := strconv.ParseUint(body[i+1:i+1+n], 16, 16)
			if err != nil || n == 2 && v >= utf8.RuneSelf || !utf8.ValidRune(rune(v)) {
				return "", false
			}
			b.WriteRune(rune(v))
			i += n
		default:
			return "", false
		}
	}
	return b.String(), true
}
