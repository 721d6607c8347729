package grafana

import (
	"math"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/hcl/manifest"
)

var promQL = parser.NewParser(parser.Options{})

// largest is the longest expression that is parsed; a longer one is shown as it is written.
const largest = 2000

// parse parses a query of a panel, with a duration for Grafana's variables of time; nil if it has
// other variables outside of strings, or isn't PromQL.
func parse(expr string) parser.Expr {
	if len(expr) > largest {
		return nil
	}
	for _, name := range []string{"$__rate_interval", "$__interval", "$__range"} {
		expr = strings.ReplaceAll(expr, name, "5m")
	}
	tree, err := promQL.ParseExpr(expr)
	if err != nil {
		return nil
	}
	return tree
}

// ofVariable is the value of a matcher that a variable of the dashboard sets.
var ofVariable = regexp.MustCompile(`^\$\{?[A-Za-z_]`)

// shape is an expression in canonical form, whatever the ranges of its rates are and which of the series
// somebody looks at.
func shape(e parser.Expr) string {
	tree := parse(e.String()) // a copy, because ranges are changed
	if tree == nil {
		return ""
	}
	parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
		switch n := n.(type) {
		case *parser.MatrixSelector:
			n.Range = 1
		case *parser.VectorSelector:
			n.LabelMatchers = slices.DeleteFunc(n.LabelMatchers, func(m *labels.Matcher) bool { return ofVariable.MatchString(m.Value) })
		}
		return nil
	})
	return tree.String()
}

// metric is the name that a plain selector selects; "" for any other expression.
func metric(e parser.Expr) string {
	if v, ok := e.(*parser.VectorSelector); ok {
		return v.Name
	}
	return ""
}

// limit is what an alert compares with: the values from which, or below which, it is active.
type limit struct {
	shape, metric string
	matchers      []*labels.Matcher
	value         *big.Rat
	above         bool // active above the value; otherwise below it
	color         string
}

// facts are what panels take from the rest of the manifest.
type facts struct {
	limits   []limit
	targets  map[string]int // of each job
	jobs     []manifest.Scraped
	interval time.Duration   // of jobs without one of their own; 0 without a server
	records  map[string]bool // names of recorded series
}

func newFacts(m *manifest.Manifest) facts {
	f := facts{limits: limits(m), targets: map[string]int{}, jobs: m.Scraped(), records: map[string]bool{}}
	if m.Prometheus != nil {
		f.interval = m.Prometheus.Interval()
	}
	for _, r := range m.Records {
		f.records[r.Name] = true
	}
	for _, s := range m.Services {
		for _, sc := range s.Scrapes {
			f.targets[sc.Job] += len(s.Instances)
		}
	}
	return f
}

// targetsOf is how many targets the sum of a plain `up` adds up; 0 if it isn't known.
func (f facts) targetsOf(tree parser.Expr) int {
	a, ok := tree.(*parser.AggregateExpr)
	if !ok || len(a.Grouping) > 0 || a.Without || metric(a.Expr) != "up" {
		return 0
	}
	for _, m := range a.Expr.(*parser.VectorSelector).LabelMatchers {
		if m.Name == "job" && m.Type == labels.MatchEqual && len(a.Expr.(*parser.VectorSelector).LabelMatchers) == 2 {
			return f.targets[m.Value]
		}
	}
	return 0
}

// limits are those of the alerts that compare an expression with a number.
func limits(m *manifest.Manifest) []limit {
	var out []limit
	for _, a := range m.Alerts {
		tree := parse(a.Expr)
		b, ok := tree.(*parser.BinaryExpr)
		if !ok || b.ReturnBool {
			continue
		}
		n, ok := b.RHS.(*parser.NumberLiteral)
		if !ok || math.IsNaN(n.Val) || math.IsInf(n.Val, 0) {
			continue
		}
		l := limit{shape: shape(b.LHS), metric: metric(b.LHS), value: new(big.Rat).SetFloat64(n.Val), color: "orange"}
		if v, ok := b.LHS.(*parser.VectorSelector); ok {
			l.matchers = v.LabelMatchers
		}
		if r, ok := new(big.Rat).SetString(n.String()); ok {
			l.value = r // the number as it is written
		}
		if a.Severity == "critical" || a.Severity == "page" {
			l.color = "red"
		}
		switch {
		case b.Op == parser.GTR, b.Op == parser.GTE:
			l.above = true
		case b.Op == parser.LSS, b.Op == parser.LTE:
		case b.Op == parser.EQLC && n.Val == 0: // as of up: 1 is well
			l.value = big.NewRat(1, 1)
		default:
			continue
		}
		out = append(out, l)
	}
	return out
}

// of reports whether an alert is about what a query shows: the same expression, or the same metric of
// series that both select.
func (l limit) of(tree parser.Expr) bool {
	if shape(tree) == l.shape {
		return true
	}
	v, ok := tree.(*parser.VectorSelector)
	if !ok || l.metric == "" || v.Name != l.metric {
		return false
	}
	for _, m := range v.LabelMatchers {
		for _, o := range l.matchers {
			if m.Name == o.Name && m.Type == labels.MatchEqual && o.Type == labels.MatchEqual && m.Value != o.Value {
				return false
			}
		}
	}
	return true
}

// thresholds are those of the first alert about one of a panel's queries; nil if there is none.
func thresholds(trees []parser.Expr, all []limit) []manifest.Threshold {
	for _, tree := range trees {
		for _, l := range all {
			if !l.of(tree) {
				continue
			}
			if l.above {
				return []manifest.Threshold{{Color: "green"}, {Color: l.color, Value: l.value}}
			}
			return []manifest.Threshold{{Color: l.color}, {Color: "green", Value: l.value}}
		}
	}
	return nil
}

// isUp reports whether a query shows which things are up: series that are 1 or 0.
func isUp(tree parser.Expr) bool {
	name := metric(tree)
	return name == "up" || strings.HasSuffix(name, "_up")
}

// countsUp reports whether a query adds up which things are up.
func countsUp(tree parser.Expr) bool {
	a, ok := tree.(*parser.AggregateExpr)
	return ok && (a.Op == parser.SUM || a.Op == parser.MIN || a.Op == parser.MAX || a.Op == parser.AVG) && isUp(a.Expr)
}

// every reports whether a panel has queries and all satisfy a condition.
func every(trees []parser.Expr, is func(parser.Expr) bool) bool {
	for _, t := range trees {
		if !is(t) {
			return false
		}
	}
	return len(trees) > 0
}

// never negative are the functions and the ends of metrics' names whose values aren't below zero.
var (
	countingFunctions = map[string]bool{"rate": true, "irate": true, "increase": true, "changes": true, "resets": true, "count_over_time": true, "histogram_quantile": true}
	countingNames     = []string{"_total", "_bytes", "_seconds", "_bucket", "_count", "_up", "_ratio", "_info"}
)

// neverNegative reports whether a query's values can't be below zero: nothing is subtracted, and all that it
// reads only counts or measures.
func neverNegative(tree parser.Expr) bool {
	found, negative := false, false
	parser.Inspect(tree, func(n parser.Node, path []parser.Node) error {
		switch n := n.(type) {
		case *parser.UnaryExpr:
			negative = true
		case *parser.BinaryExpr:
			negative = negative || n.Op == parser.SUB
		case *parser.NumberLiteral:
			negative = negative || n.Val < 0
		case *parser.Call:
			negative = negative || !countingFunctions[n.Func.Name] && !strings.HasSuffix(n.Func.Name, "_over_time")
		case *parser.VectorSelector:
			known := n.Name == "up"
			for _, end := range countingNames {
				known = known || strings.HasSuffix(n.Name, end)
			}
			found, negative = true, negative || !known
		}
		return nil
	})
	return found && !negative
}

// unitOf is the unit of a query by the names of its metric and functions; "" if they don't tell.
func unitOf(tree parser.Expr) string {
	name, rated, ratio := "", false, false
	parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
		switch n := n.(type) {
		case *parser.Call:
			switch n.Func.Name {
			case "rate", "irate":
				rated = true
			case "histogram_quantile":
				rated = false
			}
		case *parser.BinaryExpr:
			ratio = true
		case *parser.VectorSelector:
			name = n.Name
		}
		return nil
	})
	if ratio || strings.Contains(name, "timestamp") {
		return ""
	}
	base, counter := strings.CutSuffix(name, "_total")
	bucket, isBucket := strings.CutSuffix(base, "_bucket")
	ends := func(s string) bool { return strings.HasSuffix(base, s) }
	switch {
	case isBucket && strings.HasSuffix(bucket, "_seconds"):
		if c, ok := tree.(*parser.Call); ok && c.Func.Name == "histogram_quantile" {
			return "s"
		}
		return ""
	case counter && rated && ends("_bytes"):
		return "Bps"
	case counter && rated && strings.Contains(base, "requests"):
		return "reqps"
	case counter && rated && !ends("_seconds"):
		return "ops"
	case rated:
		return ""
	case ends("_bytes"):
		return "bytes"
	case ends("_seconds"):
		return "s"
	case ends("_ratio"):
		return "percentunit"
	case ends("_celsius"):
		return "celsius"
	}
	return ""
}

// complete returns a panel with what its author left to the queries: thresholds of the alerts, the colors
// and names of up and down, the unit, and a scale from zero.
func complete(p *manifest.Panel, known facts) (*manifest.Panel, bool) {
	var trees []parser.Expr
	for _, t := range p.Targets {
		if tree := parse(t.Expr); tree != nil {
			trees = append(trees, tree)
		}
	}
	if len(trees) == 0 || len(trees) < len(p.Targets) {
		return p, false
	}
	out := *p
	up := every(trees, isUp)
	if len(out.Thresholds) == 0 {
		switch {
		case len(trees) == 1 && countsUp(trees[0]) && trees[0].(*parser.AggregateExpr).Op == parser.SUM && known.targetsOf(trees[0]) > 1:
			whole := big.NewRat(int64(known.targetsOf(trees[0])), 1)
			out.Thresholds = []manifest.Threshold{{Color: "red"}, {Color: "orange", Value: big.NewRat(1, 1)}, {Color: "green", Value: whole}}
		case up || every(trees, countsUp):
			out.Thresholds = []manifest.Threshold{{Color: "red"}, {Color: "green", Value: big.NewRat(1, 1)}}
		default:
			out.Thresholds = thresholds(trees, known.limits)
		}
	}
	if out.Unit == "" && p.Type != "table" && p.Type != "heatmap" {
		out.Unit = unitOf(trees[0])
		for _, t := range trees {
			if unitOf(t) != out.Unit {
				out.Unit = ""
				break
			}
		}
	}
	if out.Min == nil && p.Type == "timeseries" && every(trees, neverNegative) {
		out.Min = new(big.Rat)
	}
	return &out, up
}
