package prometheus

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
)

// Tests is rules_test.yml, for `promtool test rules`.
type Tests struct {
	RuleFiles          []string    `yaml:"rule_files"`
	EvaluationInterval string      `yaml:"evaluation_interval"`
	GroupEvalOrder     []string    `yaml:"group_eval_order,omitempty"`
	Tests              []TestGroup `yaml:"tests,spaced"`
}

// TestGroup is one test: series, and the expected alerts.
type TestGroup struct {
	Name            string            `yaml:"name"`
	Interval        string            `yaml:"interval"`
	InputSeries     []Series          `yaml:"input_series"`
	ExternalLabels  map[string]string `yaml:"external_labels,omitempty"`
	AlertRuleTests  []AlertCase       `yaml:"alert_rule_test,omitempty"`
	PromQLExprTests []ExprCase        `yaml:"promql_expr_test,omitempty"`

	// Alert is what is tested, and Test the declared test; nil of a derived one.
	Alert *manifest.Alert     `yaml:"-"`
	Test  *manifest.AlertTest `yaml:"-"`
}

// Series is one series in promtool's notation.
type Series struct {
	Series string `yaml:"series"`
	Values string `yaml:"values"`
}

// AlertCase is the alerts that fire at a time, in full: labels and
// annotations.
type AlertCase struct {
	EvalTime  string     `yaml:"eval_time"`
	AlertName string     `yaml:"alertname"`
	ExpAlerts []ExpAlert `yaml:"exp_alerts"`
}

// ExpAlert is one firing alert.
type ExpAlert struct {
	Labels      map[string]string `yaml:"exp_labels"`
	Annotations map[string]string `yaml:"exp_annotations,omitempty"`
}

// ExprCase is the result of an expression at a time.
type ExprCase struct {
	Expr       string   `yaml:"expr"`
	EvalTime   string   `yaml:"eval_time"`
	ExpSamples []Sample `yaml:"exp_samples"`
}

// Sample is one value with its labels.
type Sample struct {
	Labels string  `yaml:"labels"`
	Value  float64 `yaml:"value"`
}

// GroupsInOrder are the groups of a manifest's rules as the tests evaluate them: each after those whose records
// it reads.
func GroupsInOrder(m *manifest.Manifest) []Group {
	rules, _ := newRules(m)
	var out []Group
	for _, name := range groupOrder(m) {
		for _, g := range rules.Groups {
			if g.Name == name {
				out = append(out, g)
			}
		}
	}
	if out == nil {
		return rules.Groups
	}
	return out
}

// defaultStep is the interval between the samples of a test. It must be shorter than
// Prometheus's lookback of 5 minutes, or the series would have gaps.
const defaultStep = time.Minute

// newTests makes the tests of every alert: the declared ones, or else those derived
// from its expression.
func newTests(m *manifest.Manifest, cfg *Config) (*Tests, hcl.Diagnostics) {
	t := &tester{m: m, cfg: cfg, evaluation: m.Prometheus.Evaluation()}
	t.prepare()
	tests := &Tests{
		RuleFiles:          []string{"../" + kit.PrometheusRulesPath},
		EvaluationInterval: cfg.Global.EvaluationInterval,
		GroupEvalOrder:     groupOrder(m),
	}
	var untested *manifest.SLO
	for _, a := range sortedAlerts(m) {
		groups := t.declared(a)
		if len(a.Tests) == 0 {
			groups = t.derived(a)
		}
		if a.Burn != nil {
			groups = t.burn(a)
			if len(groups) == 0 && a.Burn.SLO != untested && selectors(a.Burn.SLO) {
				untested = a.Burn.SLO
				t.diags = append(t.diags, ruleMissingTest.At(a.Burn.SLO.GoodRange, "The alerts of %s have no tests, because no example of a failed event follows from `good` and `total`. Select good events by comparing a label, such as code!~\"5..\".", a.Address))
			}
			tests.Tests = append(tests.Tests, groups...)
			continue
		}
		if len(groups) == 0 {
			t.diags = append(t.diags, ruleMissingTest.At(a.ExprRange, "%s has no test, and none can be derived from its expression. Add a `test` block with series that make it fire, and one with series that don't.", a.Address))
		}
		tests.Tests = append(tests.Tests, groups...)
	}
	return tests, append(t.diags, t.durations.diags...)
}

type tester struct {
	m          *manifest.Manifest
	cfg        *Config
	evaluation time.Duration
	durations  durations
	diags      hcl.Diagnostics

	records map[string]bool // names of recording rules
	example example         // targets for example series
}

// declared renders the test blocks of an alert.
func (t *tester) declared(a *manifest.Alert) []TestGroup {
	c, simple := parseComparison(a.Expr)
	var out []TestGroup
	for _, test := range a.Tests {
		step := test.Interval
		if step == 0 {
			step = defaultStep
		}
		rng := test.Range
		if rng.Filename == "" {
			rng = a.Range
		}
		at := "0s"
		if test.At != 0 {
			at = t.durations.format(test.At, rng, "at")
		}
		g := TestGroup{Interval: t.durations.format(step, rng, "interval")}
		for _, s := range test.Series {
			g.InputSeries = append(g.InputSeries, Series{Series: s.Key, Values: s.Value})
		}
		var firing []firing
		known := false
		if simple && test.Fires {
			firing, known = t.outcome(a, c, test, step)
		}
		g.Test = test
		out = append(out, t.group(g, a, at, test.Fires, firing, known, test.Labels))
	}
	return out
}

// derived makes a test that fires and one that doesn't.
func (t *tester) derived(a *manifest.Alert) []TestGroup {
	c, ok := parseComparison(a.Expr)
	if !ok || t.recorded(c.metric) {
		return nil
	}
	labels, ok := t.exampleLabels(c)
	if !ok {
		return nil
	}
	// The alert fires at the first evaluation that is `for` after the first one; one
	// more step covers evaluations that don't coincide with it.
	steps := (a.For+defaultStep-1)/defaultStep + max(1, (t.evaluation+defaultStep-1)/defaultStep)
	if steps > maxValues {
		return nil
	}
	at := text.Duration(steps * defaultStep)
	group := func(value float64) TestGroup {
		return TestGroup{Interval: text.Duration(defaultStep), InputSeries: []Series{{
			Series: quote.PromQLSelector(c.metric, labels),
			Values: strconv.FormatFloat(value, 'f', -1, 64) + "x" + strconv.FormatInt(int64(steps), 10),
		}}}
	}
	if c.absent {
		fires := TestGroup{Interval: text.Duration(defaultStep), InputSeries: []Series{}}
		f := []firing{{labels: absentLabels(c), value: 1}}
		return []TestGroup{
			t.group(fires, a, at, true, f, true, nil),
			t.group(group(1), a, at, false, nil, true, nil),
		}
	}
	yes, no := examples(c)
	f := []firing{{metric: c.metric, labels: labels, value: yes}}
	return []TestGroup{
		t.group(group(yes), a, at, true, f, true, nil),
		t.group(group(no), a, at, false, nil, true, nil),
	}
}

func (t *tester) recorded(metric string) bool { return t.records[metric] }

// examples are a value for which a comparison holds and one for which it doesn't, as
// close to the constant as short numbers allow.
func examples(c comparison) (yes, no float64) {
	step := 1.0
	if a := math.Abs(c.constant); a > 0 && a < 1 || a+1 == a {
		step = a
	}
	switch c.op {
	case "==":
		return c.constant, c.constant + step
	case "!=":
		return c.constant + step, c.constant
	case "<":
		return c.constant - step, c.constant
	case "<=":
		return c.constant, c.constant + step
	case ">":
		return c.constant + step, c.constant
	default:
		return c.constant, c.constant - step
	}
}

// firing is one series for which an alert's expression has a value.
type firing struct {
	metric string
	labels map[string]string
	value  float64
}

// group completes a test. If the firing alerts are known, the test expects them in
// full; otherwise it expects, in the ALERTS series, that the alert fires.
func (t *tester) group(g TestGroup, a *manifest.Alert, at string, fires bool, alerts []firing, known bool, extra []manifest.KeyValue) TestGroup {
	g.Alert = a
	verb := "fires"
	if !fires {
		verb = "stays silent"
	}
	g.Name = a.Name + " " + verb + " at " + at
	if g.InputSeries == nil {
		g.InputSeries = []Series{}
	}
	expected := []ExpAlert{}
	if fires && known {
		for _, f := range alerts {
			e, ok := t.expected(a, f, extra)
			if !ok {
				known = false
				break
			}
			expected = append(expected, e)
		}
	}
	if t.readsExternalLabels(a) {
		g.ExternalLabels = t.cfg.Global.ExternalLabels
	}
	if !fires || known {
		g.AlertRuleTests = []AlertCase{{EvalTime: at, AlertName: a.Name, ExpAlerts: expected}}
		return g
	}
	selector := map[string]string{"alertname": a.Name, "alertstate": "firing"}
	for _, l := range extra {
		selector[l.Key] = l.Value
	}
	g.PromQLExprTests = []ExprCase{{
		Expr:       "group(" + quote.PromQLSelector("ALERTS", selector) + ")",
		EvalTime:   at,
		ExpSamples: []Sample{{Labels: "{}", Value: 1}},
	}}
	return g
}

// expected is the alert that a series makes fire; false if expand doesn't support one
// of its templates.
func (t *tester) expected(a *manifest.Alert, f firing, extra []manifest.KeyValue) (ExpAlert, bool) {
	data := expansion{Labels: map[string]string{}, ExternalLabels: t.cfg.Global.ExternalLabels, Value: f.value}
	e := ExpAlert{Labels: map[string]string{}}
	for k, v := range f.labels {
		if v != "" {
			data.Labels[k], e.Labels[k] = v, v
		}
	}
	if f.metric != "" {
		data.Labels["__name__"] = f.metric
	}
	for k, v := range alertLabels(a) {
		text, ok := expand(v, data)
		if !ok {
			return e, false
		}
		delete(e.Labels, k)
		if text != "" {
			e.Labels[k] = text
		}
	}
	for _, l := range extra {
		e.Labels[l.Key] = l.Value
	}
	for k, v := range alertAnnotations(t.m, a) {
		text, ok := expand(v, data)
		if !ok || text == "" {
			return e, false
		}
		if e.Annotations == nil {
			e.Annotations = map[string]string{}
		}
		e.Annotations[k] = text
	}
	return e, true
}

// readsExternalLabels reports whether a template of the alert names them.
func (t *tester) readsExternalLabels(a *manifest.Alert) bool {
	for _, texts := range []map[string]string{alertLabels(a), alertAnnotations(t.m, a)} {
		for _, v := range texts {
			if strings.Contains(v, "xternalLabels") {
				return true
			}
		}
	}
	return false
}

// groupOrder lists the groups such that a group comes after those whose records it
// reads; nil for a single group.
func groupOrder(m *manifest.Manifest) []string {
	rules, _ := newRules(m)
	if len(rules.Groups) < 2 {
		return nil
	}
	writer := map[string]string{}
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Record != "" {
				writer[r.Record] = g.Name
			}
		}
	}
	all := make([]string, len(rules.Groups))
	reads := map[string][]string{}
	for i, g := range rules.Groups {
		all[i] = g.Name
		for _, r := range g.Rules {
			for _, n := range names(r.Expr) {
				if w := writer[n]; w != "" && w != g.Name {
					reads[g.Name] = append(reads[g.Name], w)
				}
			}
		}
	}
	return inOrder(all, func(g string) []string { return reads[g] })
}
