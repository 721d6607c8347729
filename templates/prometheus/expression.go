package prometheus

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/internal/quote"
)

// comparison is an expression of the two shapes whose tests can be derived:
// `metric{…} op constant`, and `absent(metric{…})`.
type comparison struct {
	metric   string
	matchers []matcher
	absent   bool
	op       string // == != < <= > >=; "" with absent
	constant float64
}

// matcher is a condition on one label.
type matcher struct {
	label, op, value string // op: = != =~ !~
	re               *regexp.Regexp
}

// matches reports whether the label may have the value.
func (m matcher) matches(value string) bool {
	switch m.op {
	case "=":
		return value == m.value
	case "!=":
		return value != m.value
	case "=~":
		return m.re.MatchString(value)
	}
	return !m.re.MatchString(value)
}

// holds reports whether the comparison is true of a value.
func (c comparison) holds(v float64) bool {
	switch c.op {
	case "==":
		return v == c.constant
	case "!=":
		return v != c.constant
	case "<":
		return v < c.constant
	case "<=":
		return v <= c.constant
	case ">":
		return v > c.constant
	case ">=":
		return v >= c.constant
	}
	return false
}

// selects reports whether a series of these labels is one that c reads.
func (c comparison) selects(metric string, labels map[string]string) bool {
	if metric != c.metric {
		return false
	}
	for _, m := range c.matchers {
		if !m.matches(labels[m.label]) {
			return false
		}
	}
	return true
}

// parseComparison reads an expression of one of the two shapes, and reports
// false for every other one. It reads less than PromQL has, and nothing that
// PromQL reads otherwise.
func parseComparison(expr string) (comparison, bool) {
	p := &tokens{list: scan(expr)}
	var c comparison
	if p.is("absent") && p.isAt(1, "(") {
		p.next()
		p.next()
		c.absent = true
	}
	if !c.selector(p) {
		return c, false
	}
	if c.absent {
		return c, p.take(")") && p.end()
	}
	switch t := p.next(); t.text {
	case "==", "!=", "<", "<=", ">", ">=":
		c.op = t.text
	default:
		return c, false
	}
	sign := ""
	if p.take("-") {
		sign = "-"
	}
	t := p.next()
	v, err := strconv.ParseFloat(sign+t.text, 64)
	c.constant = v
	return c, t.kind == number && err == nil && p.end()
}

// selector reads `metric` or `metric{a="b",…}`.
func (c *comparison) selector(p *tokens) bool {
	t := p.next()
	if t.kind != word || !quote.PromQLMetricName(t.text) || keyword[strings.ToLower(t.text)] {
		return false
	}
	c.metric = t.text
	if !p.take("{") {
		return true
	}
	for !p.take("}") {
		name, op, value := p.next(), p.next(), p.next()
		if name.kind != word || !quote.PromQLLabelName(name.text) || name.text == "__name__" || value.kind != literal {
			return false
		}
		m := matcher{label: name.text, op: op.text, value: value.text}
		switch op.text {
		case "=", "!=":
		case "=~", "!~":
			re, err := regexp.Compile("^(?s:" + m.value + ")$")
			if err != nil {
				return false
			}
			m.re = re
		default:
			return false
		}
		c.matchers = append(c.matchers, m)
		if !p.take(",") && !p.is("}") {
			return false
		}
	}
	return true
}

// keyword are PromQL's words that can't be, or aren't plainly, a metric.
var keyword = map[string]bool{
	"and": true, "or": true, "unless": true, "atan2": true, "bool": true, "by": true, "without": true,
	"on": true, "ignoring": true, "group_left": true, "group_right": true, "offset": true,
	"inf": true, "nan": true, "start": true, "end": true, "step": true,
	"smoothed": true, "anchored": true, "fill": true, "fill_left": true, "fill_right": true,
	"sum": true, "avg": true, "count": true, "min": true, "max": true, "group": true, "stddev": true, "stdvar": true,
	"topk": true, "bottomk": true, "count_values": true, "quantile": true, "limitk": true, "limit_ratio": true,
	"range": true,
}

// names lists the words of an expression outside of strings and comments:
// every metric that it reads is among them.
func names(expr string) []string {
	var out []string
	for _, t := range scan(expr) {
		if t.kind == word {
			out = append(out, t.text)
		}
	}
	return out
}

type tokenKind uint8

const (
	end     tokenKind = iota
	word              // a name
	literal           // a string; text is its value
	number            // a decimal number
	sign              // all else, and what can't be read
)

type token struct {
	kind tokenKind
	text string
}

// tokens is a list that is read from front to back, with ends behind it.
type tokens struct {
	list []token
	pos  int
}

func (p *tokens) next() token {
	if p.pos >= len(p.list) {
		return token{}
	}
	p.pos++
	return p.list[p.pos-1]
}

func (p *tokens) isAt(offset int, text string) bool {
	i := p.pos + offset
	return i < len(p.list) && p.list[i].kind != literal && p.list[i].text == text
}

func (p *tokens) is(text string) bool { return p.isAt(0, text) }

func (p *tokens) take(text string) bool {
	if p.is(text) {
		p.pos++
		return true
	}
	return false
}

func (p *tokens) end() bool { return p.pos == len(p.list) }

// scan cuts an expression into tokens. A word or digit that touches a number
// (`5m`, `0x1f`) makes both one sign, which no shape has.
func scan(expr string) []token {
	var out []token
	for i := 0; i < len(expr); {
		c := expr[i]
		n := 1
		t := token{kind: sign, text: expr[i : i+1]}
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
			continue
		case c == '#':
			if n = strings.IndexAny(expr[i:], "\r\n"); n < 0 {
				n = len(expr) - i
			}
			i += n
			continue
		case c == '"' || c == '\'' || c == '`':
			if n = stringLength(expr[i:]); n == 0 {
				return append(out, token{kind: sign, text: expr[i:]}) // it never ends
			}
			t.text = expr[i : i+n]
			if v, ok := quote.PromQLUnquote(t.text); ok {
				t = token{kind: literal, text: v}
			}
		case wordByte(c) && !digit(c):
			n = span(expr[i:], wordByte)
			t = token{kind: word, text: expr[i : i+n]}
		case digit(c) || c == '.':
			n = numberLength(expr[i:])
			t = token{kind: number, text: expr[i : i+n]}
			if more := span(expr[i+n:], func(c byte) bool { return wordByte(c) || c == '.' }); more > 0 {
				n += more
				t = token{kind: sign, text: expr[i : i+n]}
			}
		case i+1 < len(expr) && (expr[i+1] == '=' && strings.IndexByte("=!<>", c) >= 0 || expr[i+1] == '~' && strings.IndexByte("=!", c) >= 0):
			n = 2
			t.text = expr[i : i+2]
		}
		out = append(out, t)
		i += n
	}
	return out
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func wordByte(c byte) bool {
	return c == '_' || c == ':' || c|0x20 >= 'a' && c|0x20 <= 'z' || digit(c)
}

// span is how many bytes at the beginning of s are such.
func span(s string, such func(byte) bool) int {
	n := 0
	for n < len(s) && such(s[n]) {
		n++
	}
	return n
}

// stringLength is the length of the string literal that s begins with; 0 when
// it has no end.
func stringLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == s[0]:
			return i + 1
		case s[i] == '\\' && s[0] != '`':
			i++
		}
	}
	return 0
}

// numberLength is the length of the decimal number that s begins with.
func numberLength(s string) int {
	n := span(s, digit)
	if n < len(s) && s[n] == '.' {
		n += 1 + span(s[n+1:], digit)
	}
	e := n
	if e < len(s) && s[e]|0x20 == 'e' {
		e++
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if d := span(s[e:], digit); d > 0 {
			n = e + d
		}
	}
	return n
}
