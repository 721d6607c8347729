// Package ruletest evaluates tests of rules as `promtool test rules` does: with Prometheus's own engine
// and templates, over series that are held in memory.
package ruletest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/templates/prometheus"
)

// Outcome is what became of a test.
type Outcome struct {
	Passed bool
	// Alerts are those of the tested names when the test looks at them: their labels, and their state.
	Alerts []Alert
	// Err is why an expression failed; nil: none did.
	Err error
}

// Alert is an alert that is pending or firing.
type Alert struct {
	Labels      map[string]string // without alertname
	Annotations map[string]string
	Firing      bool
}

// parsing is stateless, and that of a server without feature flags.
var parsing = parser.NewParser(parser.Options{})

// sampleLimit is that of promtool.
const sampleLimit = 10000

// Evaluations is how often rules are evaluated for a test.
func Evaluations(groups []prometheus.Group, test *prometheus.TestGroup, interval time.Duration) int {
	n := 0
	for _, g := range groups {
		n += len(g.Rules)
	}
	return n * (1 + int(lastTime(test)/interval))
}

// Run evaluates one test over the groups of rules, in their order, every interval. An error is one of the
// test or the rules themselves, which have another report. With closed, a range includes its beginning, as up to
// Prometheus 2.
func Run(groups []prometheus.Group, test *prometheus.TestGroup, interval time.Duration, closed bool) (out Outcome, err error) {
	step, err := model.ParseDuration(test.Interval)
	if err != nil {
		return out, err
	}
	pending, err := load(test.InputSeries, time.Duration(step))
	if err != nil {
		return out, err
	}
	ctx := context.Background()
	data := newMemory()
	lookback := 5 * time.Minute
	if closed {
		lookback += time.Millisecond
	}
	engine := promql.NewEngine(promql.EngineOpts{
		LookbackDelta: lookback,
		MaxSamples:    sampleLimit, Timeout: 100 * time.Second, EnableAtModifier: true, EnableNegativeOffset: true, Parser: parsing,
		NoStepSubqueryIntervalFn: func(int64) int64 { return interval.Milliseconds() },
	})
	defer func() { err = errors.Join(err, engine.Close()) }()
	e := &evaluator{engine: engine, data: data, external: test.ExternalLabels}
	var all []*rule
	for _, g := range groups {
		for _, r := range g.Rules {
			if closed {
				r.Expr = widened(r.Expr)
			}
			all = append(all, newRule(r, g.Limit))
		}
	}
	out.Passed = true
	last := lastTime(test)
	for ts := time.Unix(0, 0).UTC(); ts.Sub(time.Unix(0, 0)) <= last; ts = ts.Add(interval) {
		now := ts.Sub(time.Unix(0, 0))
		for _, s := range pending {
			s.until(data, now.Milliseconds())
		}
		for _, r := range all {
			if err := e.eval(ctx, r, ts); err != nil {
				return Outcome{Err: fmt.Errorf("%s%s: %w", r.Record, r.Alert, err)}, nil
			}
		}
		for _, c := range test.AlertRuleTests {
			if at := moment(c.EvalTime); now <= at && at < now+interval {
				out.look(all, c)
			}
		}
		for _, c := range test.PromQLExprTests {
			if at := moment(c.EvalTime); test.Alert != nil && now <= at && at < now+interval {
				out.gather(all, test.Alert.Name)
			}
		}
	}
	for _, c := range test.PromQLExprTests {
		if closed {
			c.Expr = widened(c.Expr)
		}
		if ok, err := e.holds(ctx, c); err != nil || !ok {
			out.Passed = false
			out.Err = errors.Join(out.Err, err)
		}
	}
	return out, nil
}

// widened is an expression whose ranges begin a millisecond earlier, the resolution of samples.
func widened(expr string) string {
	e, err := parsing.ParseExpr(expr)
	if err != nil {
		return expr
	}
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		switch n := n.(type) {
		case *parser.MatrixSelector:
			n.Range += time.Millisecond
		case *parser.SubqueryExpr:
			n.Range += time.Millisecond
		}
		return nil
	})
	return e.String()
}

// moment reads the time of a case; the file's writer made it.
func moment(s string) time.Duration {
	d, err := model.ParseDuration(s)
	if err != nil {
		return 0
	}
	return time.Duration(d)
}

func lastTime(test *prometheus.TestGroup) time.Duration {
	var last time.Duration
	for _, c := range test.AlertRuleTests {
		last = max(last, moment(c.EvalTime))
	}
	for _, c := range test.PromQLExprTests {
		last = max(last, moment(c.EvalTime))
	}
	return last
}

// source is a test's series that isn't loaded whole.
type source struct {
	labels labels.Labels
	points []point
}

// until loads what is not later than a time.
func (s *source) until(m *memory, t int64) {
	for len(s.points) > 0 && s.points[0].t <= t {
		// A sample that a rule has already written stays.
		_ = m.append(s.labels, s.points[0])
		s.points = s.points[1:]
	}
}

// load reads a test's series; the later of two with the same labels counts.
func load(all []prometheus.Series, step time.Duration) ([]*source, error) {
	var out []*source
	at := map[string]*source{}
	for _, s := range all {
		l, values, err := parsing.ParseSeriesDesc(s.Series + " " + s.Values)
		if err != nil {
			return nil, err
		}
		key := string(l.Bytes(nil))
		if at[key] == nil {
			at[key] = &source{labels: l}
			out = append(out, at[key])
		}
		at[key].points = nil
		for n, v := range values {
			if !v.Omitted {
				at[key].points = append(at[key].points, point{(time.Duration(n) * step).Milliseconds(), v.Value, v.Histogram})
			}
		}
	}
	return out, nil
}

// gather notes the alerts of a name, and returns the firing ones.
func (o *Outcome) gather(all []*rule, name string) (firing []string) {
	for _, r := range all {
		if r.Alert != name {
			continue
		}
		for _, key := range r.order {
			a := r.active[key]
			if a.firing {
				firing = append(firing, a.labels.String()+a.annotations.String())
			}
			l := a.labels.Map()
			delete(l, labels.AlertName)
			o.Alerts = append(o.Alerts, Alert{l, a.annotations.Map(), a.firing})
		}
	}
	sort.Slice(o.Alerts, func(i, j int) bool {
		return labels.Compare(labels.FromMap(o.Alerts[i].Labels), labels.FromMap(o.Alerts[j].Labels)) < 0
	})
	return firing
}

// look compares the alerts of a name with those that are expected.
func (o *Outcome) look(all []*rule, c prometheus.AlertCase) {
	got := o.gather(all, c.AlertName)
	var want []string
	for _, e := range c.ExpAlerts {
		l := labels.NewBuilder(labels.FromMap(e.Labels)).Set(labels.AlertName, c.AlertName).Labels()
		want = append(want, l.String()+labels.FromMap(e.Annotations).String())
	}
	sort.Strings(got)
	sort.Strings(want)
	o.Passed = o.Passed && slices.Equal(got, want)
}

// holds compares the result of an expression with the expected samples.
func (e *evaluator) holds(ctx context.Context, c prometheus.ExprCase) (bool, error) {
	result, err := e.query(ctx, c.Expr, time.Unix(0, 0).Add(moment(c.EvalTime)))
	if err != nil {
		return false, err
	}
	var got, want []string
	for _, s := range result {
		got = append(got, sample(s.Metric, s.F))
	}
	for _, s := range c.ExpSamples {
		l, err := parsing.ParseMetric(s.Labels)
		if err != nil {
			return false, err
		}
		want = append(want, sample(l, s.Value))
	}
	sort.Strings(got)
	sort.Strings(want)
	return slices.Equal(got, want), nil
}

func sample(l labels.Labels, v float64) string { return fmt.Sprintf("%s %v", l, v) }

// Needed are the groups with only those rules that an alert, and the expressions of a test, read: directly or through
// other rules. Expressions that may read any series keep all.
func Needed(groups []prometheus.Group, alert string, test *prometheus.TestGroup) []prometheus.Group {
	need := map[string]bool{} // names of records; alerts as ALERTS{name}
	all := false
	read := func(expr string) {
		e, err := parsing.ParseExpr(expr)
		if err != nil {
			all = true
			return
		}
		parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
			if v, ok := n.(*parser.VectorSelector); ok {
				name := v.Name
				for _, m := range v.LabelMatchers {
					if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
						name = m.Value
					}
				}
				all = all || name == "" || strings.HasPrefix(name, "ALERTS") && !readsOwn(v, alert)
				need[name] = true
			}
			return nil
		})
	}
	for _, c := range test.PromQLExprTests {
		read(c.Expr)
	}
	kept := map[*prometheus.Rule]bool{}
	for changed := true; changed && !all; {
		changed = false
		for g := range groups {
			for i := range groups[g].Rules {
				r := &groups[g].Rules[i]
				if !kept[r] && (r.Alert == alert && alert != "" || r.Record != "" && need[r.Record]) {
					kept[r], changed = true, true
					read(r.Expr)
				}
			}
		}
	}
	if all {
		return groups
	}
	var out []prometheus.Group
	for g := range groups {
		group := groups[g]
		group.Rules = nil
		for i := range groups[g].Rules {
			if kept[&groups[g].Rules[i]] {
				group.Rules = append(group.Rules, groups[g].Rules[i])
			}
		}
		if len(group.Rules) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// readsOwn reports whether a selector of ALERTS selects only an alert of that name.
func readsOwn(v *parser.VectorSelector, alert string) bool {
	return slices.ContainsFunc(v.LabelMatchers, func(m *labels.Matcher) bool {
		return m.Name == labels.AlertName && m.Type == labels.MatchEqual && m.Value == alert
	})
}
