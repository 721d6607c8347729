package ruletest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/templates/prometheus"
)

// random is one random test with the rules that it is about.
type random struct {
	groups   []prometheus.Group
	test     prometheus.TestGroup
	interval string
	alert    string
}

func pick[T any](r *rand.Rand, all ...T) T { return all[r.IntN(len(all))] }

// Samples lie beside the times of evaluations: up to Prometheus 2 a range includes its beginning, since 3 it doesn't.

// expressions that records and alerts are made of; %s is a selector.
var (
	selectors = []string{`up{job="app"}`, `up`, `requests_total{code=~"5.."}`, `requests_total`, `seconds_bucket`, `temp`, `job:errors:rate`}
	vectors   = []string{"%s", "rate(%s[2m])", "increase(%s[5m])", "sum by (job) (rate(%s[1m]))", "avg_over_time(%s[3m])", "max without (instance) (%s)", "count(%s)",
		"%s offset 1m", "changes(%s[4m])", "delta(%s[2m])", "sum(%s) / count(%s)", "abs(%s - 3)", "quantile_over_time(0.5, %s[3m])", "absent(%s)", "topk(1, %s)",
		"max_over_time(rate(%s[1m])[3m:30s])", "histogram_quantile(0.9, sum by (le) (rate(%s[2m])))", "histogram_count(hist)", "%s @ 60", "present_over_time(%s[90s])",
		"label_replace(%s, \"zone\", \"$1\", \"instance\", \"(.).*\")", "(%s > 1) or vector(7)", "predict_linear(%s[3m], 60)", "ALERTS{alertname=\"A\"} and on() %s", "time() - timestamp(%s)"}
	compares = []string{" > 0", " > 1", " == 1", " < 5", " >= 2", " != 0", " > bool 1", "", " unless up == 0"}
	shapes   = []string{"_ 0x40", "_ 1x40", "_ 0+1x40", "_ 0+7x30", "_ 1 1 0 0 1 _ _ 1 1x20", "_ 5 4 3 2 1 0 0 0 0x20", "_x5 1x20", "_ 1x9 stale 1x12", "_ 0+10x9 0+3x20", "_ -3+1x30", "_ NaN 1 2 3", "_ 1x6 _x20 2x9"}
	inputs   = []string{`up{job="app",instance="a"}`, `up{job="app",instance="b"}`, `up{job="db",instance="c"}`, `requests_total{job="app",code="500"}`, `requests_total{job="app",code="200"}`,
		`seconds_bucket{job="app",le="1"}`, `seconds_bucket{job="app",le="+Inf"}`, `temp{job="app",instance="a",room="x"}`}
	texts = []string{"", "{{ $value }}", "{{ $labels.instance }} of {{ .Labels.job }}", "{{ $externalLabels.site }}", "{{ $value | humanize }}", "{{ with query \"up\" }}{{ len . }}{{ end }}", "{{ $labels.nothing }}", "{{ .Fail }}", "plain"}
	times = []string{"0s", "1m", "4m", "5m", "7m30s", "10m", "90s", "11m"}
)

func expression(r *rand.Rand) string {
	return strings.ReplaceAll(pick(r, vectors...), "%s", pick(r, selectors...))
}

// generate makes one test. Its expectation is right or wrong, at random.
func generate(r *rand.Rand) random {
	out := random{interval: pick(r, "15s", "30s", "1m", "2m"), alert: "A"}
	record := prometheus.Group{Name: "r", Limit: pick(r, 0, 0, 0, 1), Rules: []prometheus.Rule{{Record: "job:errors:rate", Expr: expression(r)}}}
	if r.IntN(2) == 0 {
		record.Rules[0].Labels = map[string]string{"kind": "x"}
	}
	alerts := prometheus.Group{Name: "a"}
	for _, name := range []string{"A", "B"}[:1+r.IntN(2)] {
		rule := prometheus.Rule{Alert: name, Expr: expression(r) + pick(r, compares...), For: pick(r, "", "", "", "1m", "2m30s"), KeepFiringFor: pick(r, "", "", "2m")}
		if r.IntN(2) == 0 {
			rule.Labels = map[string]string{"severity": pick(r, "critical", pick(r, texts...))}
		}
		if r.IntN(2) == 0 {
			rule.Annotations = map[string]string{"summary": pick(r, texts...)}
		}
		alerts.Rules = append(alerts.Rules, rule)
	}
	out.groups = []prometheus.Group{record, alerts}
	if r.IntN(3) == 0 {
		out.groups = []prometheus.Group{alerts, record}
	}
	t := &out.test
	t.Name, t.Interval = "t", pick(r, "15s1ms", "59s3ms", "31s7ms", "43s1ms")
	for _, n := range r.Perm(len(inputs))[:2+r.IntN(6)] {
		t.InputSeries = append(t.InputSeries, prometheus.Series{Series: inputs[n], Values: pick(r, shapes...)})
	}
	if r.IntN(4) == 0 {
		t.InputSeries = append(t.InputSeries, prometheus.Series{Series: `hist{job="app"}`, Values: "_ {{schema:0 count:3 sum:5 buckets:[1 2]}}+{{schema:0 count:1 sum:1 buckets:[1]}}x10"})
	}
	if r.IntN(3) == 0 {
		t.ExternalLabels = map[string]string{"site": "north"}
	}
	at := pick(r, times...)
	if r.IntN(2) == 0 {
		c := prometheus.ExprCase{Expr: pick(r, `group(ALERTS{alertname="A",alertstate="firing"})`, `count(ALERTS)`, `count({__name__=~"job:.*"})`, `sum(ALERTS_FOR_STATE{alertname="A"})`), EvalTime: at}
		if r.IntN(3) > 0 {
			c.ExpSamples = []prometheus.Sample{{Labels: "{}", Value: float64(r.IntN(3))}}
		}
		t.PromQLExprTests = []prometheus.ExprCase{c}
	} else {
		t.AlertRuleTests = []prometheus.AlertCase{{EvalTime: at, AlertName: "A"}}
	}
	return out
}

// expect makes the test expect what happens, so that promtool accepts it only if it sees the same.
func expect(x *random) {
	out, err := Run(x.groups, &x.test, moment(x.interval), false)
	if err != nil || out.Err != nil || len(x.test.AlertRuleTests) == 0 {
		return
	}
	c := &x.test.AlertRuleTests[0]
	for _, a := range out.Alerts {
		if a.Firing {
			c.ExpAlerts = append(c.ExpAlerts, prometheus.ExpAlert{Labels: a.Labels, Annotations: a.Annotations})
		}
	}
}

// write writes the files of a test, in JSON, which is YAML.
func (x *random) write(t *testing.T, dir string) string {
	t.Helper()
	var groups, cases, exprs []any
	for _, g := range x.groups {
		var rules []any
		for _, r := range g.Rules {
			m := map[string]any{"expr": r.Expr}
			for k, v := range map[string]string{"record": r.Record, "alert": r.Alert, "for": r.For, "keep_firing_for": r.KeepFiringFor} {
				if v != "" {
					m[k] = v
				}
			}
			if r.Labels != nil {
				m["labels"] = r.Labels
			}
			if r.Annotations != nil {
				m["annotations"] = r.Annotations
			}
			rules = append(rules, m)
		}
		groups = append(groups, map[string]any{"name": g.Name, "limit": g.Limit, "rules": rules})
	}
	for _, c := range x.test.AlertRuleTests {
		var alerts []any
		for _, e := range c.ExpAlerts {
			alerts = append(alerts, map[string]any{"exp_labels": e.Labels, "exp_annotations": e.Annotations})
		}
		cases = append(cases, map[string]any{"eval_time": c.EvalTime, "alertname": c.AlertName, "exp_alerts": alerts})
	}
	for _, c := range x.test.PromQLExprTests {
		var samples []any
		for _, s := range c.ExpSamples {
			samples = append(samples, map[string]any{"labels": s.Labels, "value": s.Value})
		}
		exprs = append(exprs, map[string]any{"expr": c.Expr, "eval_time": c.EvalTime, "exp_samples": samples})
	}
	input := []any{}
	for _, s := range x.test.InputSeries {
		input = append(input, map[string]any{"series": s.Series, "values": s.Values})
	}
	order := []string{x.groups[0].Name, x.groups[1].Name}
	put := func(name string, v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	n := len(order)
	id := fmt.Sprintf("%p", x)[n:]
	rules := put("rules"+id+".json", map[string]any{"groups": groups})
	return put("test"+id+".json", map[string]any{"rule_files": []string{rules}, "evaluation_interval": x.interval, "group_eval_order": order, "tests": []any{
		map[string]any{"name": x.test.Name, "interval": x.test.Interval, "input_series": input, "external_labels": x.test.ExternalLabels, "alert_rule_test": cases, "promql_expr_test": exprs},
	}})
}

var verdict = regexp.MustCompile(`(?m)^Unit Testing:  (\S+)\n  (SUCCESS|FAILED)`)

// A server forgets nothing here: a sample that comes too late is refused, the same one twice is one.
func TestMemory(t *testing.T) {
	m := newMemory()
	all, err := load([]prometheus.Series{{Series: `b{x="1"}`, Values: "1 _ 3"}, {Series: "a", Values: "7"}, {Series: "a", Values: "8"}}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		s.until(m, time.Minute.Milliseconds())
	}
	if len(m.sorted) != 2 || m.sorted[0].samples[0].F() != 8 || len(m.sorted[1].samples) != 1 {
		t.Errorf("%d series, %v", len(m.sorted), m.sorted[0].samples)
	}
	a := m.sorted[0].labels
	if m.append(a, point{0, 8, nil}) != nil || m.append(a, point{0, 9, nil}) == nil || m.append(a, point{-1, 8, nil}) == nil || m.append(a, point{1, 8, nil}) != nil {
		t.Error("samples are accepted or refused otherwise than by Prometheus")
	}
}
