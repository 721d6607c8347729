package prometheus

import (
	"math"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/internal/quote"
)

var promQL = parser.NewParser(parser.Options{})

// comparison is an expression of one of the two forms whose tests can be derived:
// `metric{…} op constant` and `absent(metric{…})`.
type comparison struct {
	metric   string
	matchers []*labels.Matcher // of labels other than the name
	absent   bool
	op       string // == != < <= > >=; "" with absent
	constant float64
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

// selects reports whether c selects a series with these labels.
func (c comparison) selects(metric string, labels map[string]string) bool {
	if metric != c.metric {
		return false
	}
	for _, m := range c.matchers {
		if !m.Matches(labels[m.Name]) {
			return false
		}
	}
	return true
}

// equality reports whether a matcher compares a label with one value.
func equality(m *labels.Matcher) bool { return m.Type == labels.MatchEqual }

// parseComparison parses an expression of one of the two forms, and returns false for
// any other.
func parseComparison(expr string) (comparison, bool) {
	var c comparison
	if LargeExpr(expr) {
		return c, false
	}
	tree, err := promQL.ParseExpr(expr)
	if err != nil {
		return c, false
	}
	switch tree := bare(tree).(type) {
	case *parser.Call:
		c.absent = tree.Func.Name == "absent"
		return c, c.absent && c.selector(bare(tree.Args[0]))
	case *parser.BinaryExpr:
		n, ok := bare(tree.RHS).(*parser.NumberLiteral)
		if !ok || !tree.Op.IsComparisonOperator() || tree.ReturnBool || math.IsNaN(n.Val) || math.IsInf(n.Val, 0) {
			return c, false
		}
		c.op, c.constant = tree.Op.String(), n.Val
		return c, c.selector(bare(tree.LHS))
	}
	return c, false
}

// bare is an expression without the parentheses around it.
func bare(e parser.Expr) parser.Expr {
	for {
		p, ok := e.(*parser.ParenExpr)
		if !ok {
			return e
		}
		e = p.Expr
	}
}

// selector parses `metric` or `metric{a="b",…}`, without modifiers.
func (c *comparison) selector(e parser.Expr) bool {
	s, ok := e.(*parser.VectorSelector)
	if !ok || !quote.PromQLMetricName(s.Name) ||
		s.OriginalOffset != 0 || s.OriginalOffsetExpr != nil || s.Timestamp != nil || s.StartOrEnd != 0 || s.Anchored || s.Smoothed {
		return false
	}
	c.metric = s.Name
	named := 0
	for _, m := range s.LabelMatchers {
		switch {
		case m.Name == model.MetricNameLabel:
			named++
		case !quote.PromQLLabelName(m.Name):
			return false
		default:
			c.matchers = append(c.matchers, m)
		}
	}
	return named == 1
}

// words calls visit with each word of an expression outside strings and comments, up
// to the first one that is not valid in PromQL.
func words(expr string, visit func(parser.Item)) {
	lexer := parser.Lex(expr)
	for {
		var i parser.Item
		switch lexer.NextItem(&i); i.Typ {
		case parser.EOF, parser.ERROR:
			return
		case parser.STRING, parser.COMMENT:
		default:
			visit(i)
		}
	}
}

// names lists the names in an expression, which include every metric that it reads.
func names(expr string) []string {
	var out []string
	words(expr, func(i parser.Item) {
		if quote.PromQLMetricName(i.Val) {
			out = append(out, i.Val)
		}
	})
	return out
}
