package prometheus

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/lint/internal/ruletest"
	"github.com/omegagen/omegagen/templates/prometheus"
)

var ruleFailedTest = diag.Error("OG597", "Alert test fails",
	"The tests of alerts are evaluated when the kit is built, as promtool does: by Prometheus's engine, over the series of the test, with the records and the other rules that the alert reads. Tests that would take many thousands of evaluations, and those that are derived from the expression, are left to promtool.")

var ruleUnreadSeries = diag.Warning("OG598", "Test series that the alert doesn't read",
	"A series in a test of an alert matters only if the alert's expression selects its metric, directly or through records. Otherwise its name is probably misspelt, and a test that expects silence passes whatever the alert does.")

// mostEvaluations bounds the evaluations of rules for one test and for all tests together, so that a build doesn't wait for them.
const (
	mostEvaluations    = 5_000
	mostEvaluationsAll = 50_000
)

// failedTests evaluates the declared tests, and reports those that fail.
func failedTests(m *manifest.Manifest, doc *prometheus.Tests) (diags hcl.Diagnostics) {
	interval, err := model.ParseDuration(doc.EvaluationInterval)
	if err != nil || interval <= 0 {
		return nil
	}
	groups := prometheus.GroupsInOrder(m)
	if (&prometheus.Rules{Groups: groups}).Large() {
		return nil // Manifest reports it
	}
	old := maybeBeforeThree(m)
	spent := 0
	for i := range doc.Tests {
		t := &doc.Tests[i]
		if t.Test == nil || slices.ContainsFunc(t.InputSeries, func(s prometheus.Series) bool { return prometheus.LargeSeries(s.Series, s.Values) }) {
			continue
		}
		needed := ruletest.Needed(groups, t.Alert.Name, t)
		n := ruletest.Evaluations(needed, t, time.Duration(interval))
		if n > mostEvaluations || spent+n > mostEvaluationsAll {
			continue
		}
		spent += n
		out, err := ruletest.Run(needed, t, time.Duration(interval), false)
		if err == nil && !out.Passed && old {
			var other ruletest.Outcome
			if other, err = ruletest.Run(needed, t, time.Duration(interval), true); other.Passed {
				continue
			}
		}
		if err != nil || out.Passed {
			continue // what can't be read has another report
		}
		diags = append(diags, ruleFailedTest.At(blamed(t, out), "%s", failure(t, out)))
	}
	if len(diags) > 0 && reported(m)() {
		return nil // it may be a consequence
	}
	return diags
}

// unreadSeries reports series of an alert's tests that the alert doesn't read.
func (c *checker) unreadSeries(a *manifest.Alert) {
	reads := map[string]bool{}
	for _, l := range append(append([]manifest.KeyValue{{Value: a.Summary}, {Value: a.Description}}, a.Labels...), a.Annotations...) {
		if strings.Contains(l.Value, "query") {
			return
		}
	}
	if !c.u.reads(a.Expr, reads) || len(reads) == 0 {
		return
	}
	for _, t := range a.Tests {
		for _, s := range t.Series {
			if prometheus.LargeSeries(s.Key, s.Value) {
				continue
			}
			l, _, err := promQL.ParseSeriesDesc(s.Key + " " + s.Value)
			name := l.Get(model.MetricNameLabel)
			if err != nil || name == "" || reads[name] {
				continue
			}
			at := s.Range
			if at.Filename == "" {
				at = t.Range
			}
			hint, _ := text.DidYouMean(name, slices.Sorted(maps.Keys(reads)))
			c.report(ruleUnreadSeries.At(at, "The test of %s has the series %s, but the alert reads only %s: the test shows nothing about it.%s", a.Address, name, text.List(slices.Sorted(maps.Keys(reads))), hint))
		}
	}
}

// reads collects the names that an expression selects, directly or through records; false if they can't be listed.
func (u *universe) reads(expr string, names map[string]bool) bool {
	if prometheus.LargeExpr(expr) {
		return false
	}
	e, err := promQL.ParseExpr(expr)
	if err != nil {
		return false
	}
	known := true
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		v, ok := n.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		name := v.Name
		for _, m := range v.LabelMatchers {
			if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual {
				name = m.Value
			}
		}
		if name == "" || strings.HasPrefix(name, "ALERTS") {
			known = false
			return nil
		}
		if names[name] {
			return nil
		}
		names[name] = true
		for _, r := range u.recorded[name] {
			known = u.reads(r.Expr, names) && known
		}
		return nil
	})
	return known
}

// maybeBeforeThree reports whether the server may be older than Prometheus 3, whose ranges don't include their beginning.
func maybeBeforeThree(m *manifest.Manifest) bool {
	if m.Prometheus == nil || m.Prometheus.Service == nil || m.Prometheus.Service.Image == nil {
		return true
	}
	ref := m.Prometheus.Service.Image.Reference()
	f := images.FamilyOf(ref)
	r, _ := images.Parse(ref)
	return f == nil || f.Name != "prometheus" || !strings.HasPrefix(strings.TrimPrefix(r.Tag, "v"), "3.")
}

// blamed is the argument of the alert that a failing test contradicts: a test says what its author expects. A test that
// looks too early, or expects other labels, is blamed itself.
func blamed(t *prometheus.TestGroup, out ruletest.Outcome) hcl.Range {
	at := t.Test.Range
	if at.Filename == "" {
		at = t.Alert.Range
	}
	if (out.Err != nil || !t.Test.Fires || len(out.Alerts) == 0) && t.Alert.ExprRange.Filename != "" {
		return t.Alert.ExprRange
	}
	return at
}

// failure says why a test fails.
func failure(t *prometheus.TestGroup, out ruletest.Outcome) string {
	when := text.Duration(t.Test.At)
	if t.Test.Range.Filename != "" {
		when += fmt.Sprintf(" (line %d)", t.Test.Range.Start.Line)
	}
	var firing, pending []string
	for _, a := range out.Alerts {
		if a.Firing {
			firing = append(firing, labelText(a.Labels))
		} else {
			pending = append(pending, labelText(a.Labels))
		}
	}
	switch {
	case out.Err != nil:
		return "The test of " + t.Alert.Address + " can't be evaluated: " + out.Err.Error() + "."
	case !t.Test.Fires:
		return "The test expects that " + t.Alert.Address + " stays silent at " + when + ", but it fires, with " + strings.Join(firing, " and ") + ". Correct the expression or the series."
	case len(firing) > 0:
		return "The test expects other labels of " + t.Alert.Address + " at " + when + ": it fires with " + strings.Join(firing, " and ") + ". Correct the expression, the labels or the series."
	case len(pending) > 0:
		return "The test expects that " + t.Alert.Address + " fires at " + when + ", but it is still pending: its condition must hold for " + text.Duration(t.Alert.For) + ". Test it later, or begin the series earlier."
	}
	return "The test expects that " + t.Alert.Address + " fires at " + when + ", but its expression has no result then, or not long enough. Correct the expression or the series."
}

func labelText(l map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(l)) {
		parts = append(parts, k+"="+quoteLabel(l[k]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func quoteLabel(v string) string { return "\"" + strings.ReplaceAll(v, "\"", "\\\"") + "\"" }
