package prometheus

import (
	"strconv"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// Prometheus's parsers take time quadratic in the nesting depth of an expression, and
// deep nesting overflows their stack and that of Go's templates. So input that is
// larger than any real use is refused before it is parsed.
const (
	maxExpr    = 10_000  // bytes outside of strings
	maxActions = 1_000   // actions of a template
	maxValues  = 100_000 // values of a test's series
)

// LargeExpr reports whether an expression is too large to be parsed.
func LargeExpr(expr string) bool {
	if len(expr) <= maxExpr {
		return false
	}
	outside := 0
	words(expr, func(i parser.Item) { outside += len(i.Val) })
	return outside > maxExpr
}

// LargeSeries reports whether a series of a unit test is too long to be parsed:
// `0x10` stands for eleven values.
func LargeSeries(series, values string) bool {
	if LargeExpr(series + " " + values) {
		return true
	}
	count := 0
	for i, part := range strings.Split(values, "x") {
		if i > 0 {
			digits := part[:len(part)-len(strings.TrimLeft(part, "0123456789"))]
			n, err := strconv.Atoi(digits)
			if err != nil && digits != "" {
				return true
			}
			if count += n; count > maxValues {
				return true
			}
		}
	}
	return false
}

// LargeTemplate reports whether a template has too many actions to be parsed.
func LargeTemplate(text string) bool { return strings.Count(text, "{{") > maxActions }

// large reports whether any part of a rule is too large.
func (r Rule) large() bool {
	if LargeExpr(r.Expr) {
		return true
	}
	for _, texts := range []map[string]string{r.Labels, r.Annotations} {
		for _, t := range texts {
			if LargeTemplate(t) {
				return true
			}
		}
	}
	return false
}

// Large reports whether some rule is too large to be parsed.
func (r *Rules) Large() bool {
	for _, g := range r.Groups {
		for _, rule := range g.Rules {
			if rule.large() {
				return true
			}
		}
	}
	return false
}
