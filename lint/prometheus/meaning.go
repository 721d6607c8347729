package prometheus

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/parser/posrange"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// at is the range of a part of the expression.
func (e *expression) at(p posrange.PositionRange) hcl.Range {
	return e.checker.inside(e.source, int(p.Start), int(p.End))
}

// variable reports whether a part of the expression comes from a variable of the dashboard.
func (e *expression) variable(p posrange.PositionRange) bool {
	for _, s := range e.replaced {
		if s.start < int(p.End) && int(p.Start) < s.end {
			return true
		}
	}
	return false
}

// several reports matchers that compare a variable with several values for equality.
func (e *expression) several(v *parser.VectorSelector) {
	for _, m := range v.LabelMatchers {
		if m.Type != labels.MatchEqual && m.Type != labels.MatchNotEqual {
			continue
		}
		if name := e.variables.severalIn(m.Value); name != "" {
			e.report(ruleOneValue.At(e.at(v.PosRange), "%s has the matcher %s, but $%s may hold several values, which Grafana inserts as (a|b): no series has that %s. Write %s%s\"%s\".", e.what, m, name, m.Name, m.Name, map[labels.MatchType]string{labels.MatchEqual: "=~", labels.MatchNotEqual: "!~"}[m.Type], m.Value))
		}
	}
}

// targetLabels reports matchers of labels that the series of a target don't have.
func (e *expression) targetLabels(v *parser.VectorSelector, metric string) {
	for _, m := range v.LabelMatchers {
		if m.Name == "__name__" || m.Matches("") || strings.Contains(m.Value, "$") && e.variables != nil {
			continue
		}
		if !e.u.ofTargets().lacking(m.Name) {
			continue
		}
		hint, _ := didYouMean(m.Name, targetLabels)
		e.report(ruleNoLabel.At(e.at(v.PosRange), "%s selects %s with %s, but its series have only the labels %s, so it selects nothing.%s", e.what, metric, m, text.List(targetLabels), hint))
	}
}

// window reports a range that is too short for two scrapes.
func (e *expression) window(n *parser.Call) {
	if !counterFunctions[n.Func.Name] && !gaugeFunctions[n.Func.Name] && n.Func.Name != "changes" || len(n.Args) == 0 {
		return
	}
	if sub, ok := n.Args[0].(*parser.SubqueryExpr); ok && sub.Step > 0 && sub.Range < 2*sub.Step && !e.variable(sub.PositionRange()) {
		e.report(ruleShortRange.At(e.at(n.PosRange), "%s uses %s() over a subquery of %s with a step of %s, which has less than two values. Use a shorter step.", e.what, n.Func.Name, text.Duration(sub.Range), text.Duration(sub.Step)))
		return
	}
	matrix, ok := n.Args[0].(*parser.MatrixSelector)
	if !ok {
		return
	}
	v, ok := matrix.VectorSelector.(*parser.VectorSelector)
	if !ok || e.u.records[v.Name] {
		return
	}
	interval, jobs := e.interval(v)
	if interval == 0 {
		return
	}
	written := posrange.PositionRange{Start: v.PosRange.End, End: matrix.EndPos}
	if e.variable(written) {
		if s := e.text[written.Start:written.End]; strings.Contains(s, "$__interval") || strings.Contains(s, "${__interval") {
			e.report(ruleShortRange.At(e.at(n.PosRange), "%s uses %s() over $__interval, which on a short time range is one scrape interval, so there is no second sample and no result. Use $__rate_interval.", e.what, n.Func.Name))
		}
		return
	}
	if matrix.Range < 2*interval {
		e.report(ruleShortRange.At(e.at(n.PosRange), "%s uses %s() over %s, but %s is scraped every %s: a range that short often contains less than two samples. Use at least %s, better %s.", e.what, n.Func.Name, text.Duration(matrix.Range), text.List(jobs), text.Duration(interval), text.Duration(2*interval), text.Duration(4*interval)))
	}
}

// interval is the shortest scrape interval of the jobs whose series a selector may read, and
// the names of these jobs.
func (e *expression) interval(v *parser.VectorSelector) (time.Duration, []string) {
	jobs := e.u.jobs
	if exporting := e.u.exports[e.metric(v)]; len(exporting) > 0 {
		jobs = exporting
	}
	var shortest time.Duration
	var names []string
	for _, j := range jobs {
		admitted := true
		for _, m := range v.LabelMatchers {
			if m.Name == "job" && !(strings.Contains(m.Value, "$") && e.variables != nil) {
				admitted = admitted && m.Matches(j.name)
			}
		}
		if !admitted || j.interval == 0 {
			continue
		}
		names = append(names, j.name)
		if shortest == 0 || j.interval < shortest {
			shortest = j.interval
		}
	}
	return shortest, names
}

// grouped reports labels by which an aggregation groups series that don't have them.
func (e *expression) grouped(n *parser.AggregateExpr) {
	if n.Without {
		return
	}
	inner := e.u.labelsOf(n.Expr, 0)
	for _, label := range n.Grouping {
		if inner.lacking(label) && !strings.Contains(label, "$") {
			hint, _ := didYouMean(label, inner.has)
			e.report(ruleNoLabel.At(e.at(n.PosRange), "%s groups by the label %q, which the series don't have%s: they all fall into one group.%s", e.what, label, has(inner), hint))
			return
		}
	}
}

// fraction reports a literal quantile that isn't between 0 and 1.
func (e *expression) fraction(arg parser.Expr, function string) {
	value, ok := literal(arg)
	if !ok || value >= 0 && value <= 1 || e.variable(arg.PositionRange()) {
		return
	}
	hint := ""
	if value > 1 && value <= 100 {
		hint = " For that percentile, write " + short(value/100) + "."
	}
	e.report(ruleNotAFraction.At(e.at(arg.PositionRange()), "%s uses %s() with %s, but a quantile is between 0 and 1.%s", e.what, function, short(value), hint))
}

// short is a number in few digits.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// literal is the value of a number, possibly in parentheses or with a sign.
func literal(e parser.Expr) (float64, bool) {
	switch e := e.(type) {
	case *parser.NumberLiteral:
		return e.Val, true
	case *parser.ParenExpr:
		return literal(e.Expr)
	case *parser.UnaryExpr:
		v, ok := literal(e.Expr)
		if e.Op == parser.SUB {
			v = -v
		}
		return v, ok
	}
	return 0, false
}

// alert checks what an alert's expression means.
func (c *checker) alert(a *manifest.Alert, e *expression, tree parser.Expr) {
	e.counters(tree)
	if compares, isBool := e.unfiltered(tree); isBool {
		c.report(ruleAlwaysFires.At(e.at(compares.PositionRange()), "%s compares with bool, which yields 0 where the comparison doesn't hold instead of nothing: the alert is active for 0, too. Remove bool.", a.Address))
	} else if compares != nil {
		c.report(ruleAlwaysFires.At(e.at(compares.PositionRange()), "The expression of %s compares nothing, so the alert is active whenever there is a result, whatever its value. Compare it, such as `… > 0`.", a.Address))
	}
	result := c.u.labelsOf(tree, 0)
	check := func(name, value string, at hcl.Range) {
		if at.Filename == "" {
			at = a.Range
		}
		for _, label := range templateLabels(value) {
			if result.lacking(label) {
				c.report(ruleNoLabel.At(at, "The %s of %s prints the label %q, which the result of its expression doesn't have%s, so nothing is printed there.", name, a.Address, label, has(result)))
				return
			}
			if meant := slipOf(label, result); meant != "" {
				c.report(ruleNoLabel.At(at, "The %s of %s prints the label %q, which no target sets.%s", name, a.Address, label, text.Suggestion(meant)))
				return
			}
		}
	}
	check("severity", a.Severity, a.SeverityRange)
	check("summary", a.Summary, a.SummaryRange)
	check("description", a.Description, a.DescriptionRange)
	for _, l := range a.Labels {
		check("label "+l.Key, l.Value, l.Range)
	}
	for _, l := range a.Annotations {
		check("annotation "+l.Key, l.Value, l.Range)
	}
}

// has says which labels a result has, if that is known.
func has(s labelSet) string {
	switch {
	case !s.closed:
		return ": it is aggregated away"
	case len(s.has) == 0:
		return ": it has none"
	}
	return ": it has " + text.List(s.has)
}

var (
	actionForm = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	labelForm  = regexp.MustCompile(`(?:\$labels|\.Labels)\.([A-Za-z_][A-Za-z0-9_]*)`)
	legendForm = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}`)
	oneBrace   = regexp.MustCompile(`(?:^|[^{$])\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}(?:[^}]|$)`)
)

// templateLabels are the labels that a template of Prometheus prints.
func templateLabels(s string) []string {
	var out []string
	for _, action := range actionForm.FindAllString(s, -1) {
		for _, m := range labelForm.FindAllStringSubmatch(action, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

// legend reports labels of a legend that the series don't have.
func (c *checker) legend(p *manifest.Panel, t manifest.Target, tree parser.Expr) {
	at := t.At
	if at.Filename == "" {
		at = p.Range
	}
	result := c.u.labelsOf(tree, 0)
	if m := oneBrace.FindStringSubmatch(t.Legend); m != nil && (slices.Contains(targetLabels, m[1]) || slices.Contains(result.has, m[1])) {
		c.report(ruleNoLabel.At(at, "The legend %q of %s has {%s} in single braces, which Grafana prints as is. Write {{%s}}.", t.Legend, p.Address, m[1], m[1]))
	}
	for _, m := range legendForm.FindAllStringSubmatch(t.Legend, -1) {
		if m[1] != "__name__" && result.lacking(m[1]) {
			c.report(ruleNoLabel.At(at, "The legend %q of %s prints the label %q, which the result of the query doesn't have%s.", t.Legend, p.Address, m[1], has(result)))
			return
		}
		if meant := slipOf(m[1], result); meant != "" {
			c.report(ruleNoLabel.At(at, "The legend %q of %s prints the label %q, which no target sets.%s", t.Legend, p.Address, m[1], text.Suggestion(meant)))
			return
		}
	}
}

// unfiltered is the part of an alert's expression because of which it has a result whatever the
// values are, and whether that is a comparison with bool; nil if the expression filters.
func (e *expression) unfiltered(tree parser.Expr) (part parser.Expr, isBool bool) {
	switch n := tree.(type) {
	case *parser.ParenExpr:
		return e.unfiltered(n.Expr)
	case *parser.StepInvariantExpr:
		return e.unfiltered(n.Expr)
	case *parser.UnaryExpr:
		return e.unfiltered(n.Expr)
	case *parser.AggregateExpr:
		return e.unfiltered(n.Expr)
	case *parser.SubqueryExpr:
		return e.unfiltered(n.Expr)
	case *parser.MatrixSelector:
		return e.unfiltered(n.VectorSelector)
	case *parser.BinaryExpr:
		return e.unfilteredBinary(n)
	case *parser.Call:
		for _, a := range n.Args {
			if t := a.Type(); t == parser.ValueTypeVector || t == parser.ValueTypeMatrix {
				if n.Func.Name == "absent" || n.Func.Name == "absent_over_time" {
					return nil, false
				}
				part, isBool = e.unfiltered(a)
				if part == nil || isBool {
					return part, isBool
				}
				return n, false
			}
		}
		return nil, false // vector(1), time(): meant
	case *parser.VectorSelector:
		metric := e.metric(n)
		if synthetic[metric] || e.kind(metric) != "" {
			return n, false
		}
	}
	return nil, false // a number, or the mere presence of a series
}

func (e *expression) unfilteredBinary(n *parser.BinaryExpr) (part parser.Expr, isBool bool) {
	l, lBool := e.unfiltered(n.LHS)
	r, rBool := e.unfiltered(n.RHS)
	vector := func(e parser.Expr) bool { return e.Type() == parser.ValueTypeVector }
	switch {
	case n.Op == parser.LOR:
		if l != nil {
			return l, lBool
		}
		if c, ok := n.RHS.(*parser.Call); ok && c.Func.Name == "vector" {
			return c, false // it is there whatever the other side is
		}
		return r, rBool
	case n.Op.IsSetOperator(), n.Op.IsComparisonOperator() && !n.ReturnBool:
		return nil, false
	case vector(n.LHS) && l == nil, vector(n.RHS) && r == nil:
		return nil, false
	case n.ReturnBool:
		return n, true
	case lBool:
		return l, true
	case rBool:
		return r, true
	case l == nil && r == nil:
		return nil, false
	}
	return n, false
}

// counters reports counters that an alert compares with a number.
func (e *expression) counters(tree parser.Expr) {
	parser.Inspect(tree, func(node parser.Node, _ []parser.Node) error {
		n, ok := node.(*parser.BinaryExpr)
		if !ok || n.Op != parser.GTR && n.Op != parser.GTE {
			return nil
		}
		if _, ok := literal(n.RHS); !ok {
			return nil
		}
		if v := summed(n.LHS); v != nil && e.kind(e.metric(v)) == "counter" {
			e.report(ruleCounterCompared.At(e.at(n.PositionRange()), "%s compares the counter %q with a number: once above, it stays there until a restart, and so does the alert. Compare its growth, such as increase(%s[5m]).", e.what, e.metric(v), e.metric(v)))
		}
		return nil
	})
}

// summed is the selector that an expression only aggregates; nil if it does more.
func summed(e parser.Expr) *parser.VectorSelector {
	switch e := e.(type) {
	case *parser.ParenExpr:
		return summed(e.Expr)
	case *parser.AggregateExpr:
		if e.Op == parser.COUNT || e.Op == parser.GROUP || e.Op == parser.COUNT_VALUES {
			return nil
		}
		return summed(e.Expr)
	case *parser.VectorSelector:
		return e
	}
	return nil
}
