package prometheus

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// example is the data for example series: the labels of every target, and the jobs
// that export a metric.
type example struct {
	targets   []map[string]string
	byJob     map[string][]map[string]string
	exporters map[string]map[string]bool // metric → jobs
}

// prepare indexes the records and the data for example series.
func (t *tester) prepare() {
	t.records = map[string]bool{}
	for _, r := range t.m.Records {
		t.records[r.Name] = true
	}
	t.example.byJob, t.example.exporters = map[string][]map[string]string{}, map[string]map[string]bool{}
	for _, s := range scrapes(t.m) {
		for _, e := range s.Exports {
			if t.example.exporters[e.Name] == nil {
				t.example.exporters[e.Name] = map[string]bool{}
			}
			t.example.exporters[e.Name][s.Job] = true
		}
	}
	for _, j := range t.m.Prometheus.Jobs {
		for _, e := range j.Exports {
			if t.example.exporters[e.Name] == nil {
				t.example.exporters[e.Name] = map[string]bool{}
			}
			t.example.exporters[e.Name][j.Name] = true
		}
	}
	for _, j := range t.cfg.ScrapeConfigs {
		for _, s := range j.StaticConfigs {
			for _, target := range s.Targets {
				labels := map[string]string{"job": j.JobName, "instance": target}
				for k, v := range s.Labels {
					labels[k] = v
				}
				t.example.targets = append(t.example.targets, labels)
				t.example.byJob[j.JobName] = append(t.example.byJob[j.JobName], labels)
			}
		}
	}
}

// exampleLabels are labels of a series that a comparison selects: those of the first
// scraped target that its matchers accept, and for each other label a value that they
// accept. A job that exports the metric is preferred.
func (t *tester) exampleLabels(c comparison) (map[string]string, bool) {
	exporters, targets := t.example.exporters[c.metric], t.example.targets
	for _, m := range c.matchers {
		if m.Name == "job" && equality(m) {
			targets = t.example.byJob[m.Value]
		}
	}
	for _, exporting := range []bool{true, false} {
		if exporting && len(exporters) == 0 {
			continue
		}
		for _, target := range targets {
			if exporters[target["job"]] != exporting || !admitted(c, target) {
				continue
			}
			if labels, ok := complete(c, target); ok {
				return labels, true
			}
		}
	}
	return complete(c, nil)
}

// admitted reports whether the matchers accept a target's labels.
func admitted(c comparison, target map[string]string) bool {
	for _, m := range c.matchers {
		if v, ok := target[m.Name]; ok && !m.Matches(v) {
			return false
		}
	}
	return true
}

// complete adds the labels that the matchers require to a target's labels.
func complete(c comparison, target map[string]string) (map[string]string, bool) {
	labels := map[string]string{}
	for k, v := range target {
		labels[k] = v
	}
	for _, m := range c.matchers {
		if _, ok := labels[m.Name]; ok {
			continue
		}
		for _, v := range candidates(c, m.Name) {
			labels[m.Name] = v
			if c.selects(c.metric, labels) || admits(c, m.Name, v) {
				break
			}
			delete(labels, m.Name)
		}
	}
	return labels, c.selects(c.metric, labels)
}

// admits reports whether all matchers of a label accept a value.
func admits(c comparison, label, value string) bool {
	for _, m := range c.matchers {
		if m.Name == label && !m.Matches(value) {
			return false
		}
	}
	return true
}

// candidates are values to try for a label, the most likely first.
func candidates(c comparison, label string) []string {
	var out []string
	for _, m := range c.matchers {
		if m.Name != label {
			continue
		}
		switch m.Type.String() {
		case "=":
			out = append(out, m.Value)
		case "=~":
			out = append(out, regexpExamples(m.Value)...)
		}
	}
	return append(out, "a", "1", "500", "")
}

// regexpExamples are texts that a simple regular expression is likely to match.
func regexpExamples(re string) []string {
	var out []string
	for _, alt := range strings.Split(strings.Trim(re, "()"), "|") {
		out = append(out, strings.NewReplacer(`\.`, ".", ".+", "1", ".*", "1", ".", "0").Replace(alt), alt)
	}
	return out
}

// absentLabels are the labels of absent()'s result: each label that has exactly one
// equality matcher.
func absentLabels(c comparison) map[string]string {
	labels := map[string]string{}
	seen := map[string]bool{}
	for _, m := range c.matchers {
		if equality(m) && !seen[m.Name] {
			labels[m.Name] = m.Value
			seen[m.Name] = true
		} else {
			delete(labels, m.Name)
		}
	}
	return labels
}

// constantSeries is the constant value of a declared test's series, as in `0x10`.
var constantSeries = regexp.MustCompile(`^\s*([+-]?[0-9]+(?:\.[0-9]+)?)(?:[+-]0)?x([0-9]+)\s*$`)

// outcome determines which series of a declared test make an alert fire, if each is
// constant during the test.
func (t *tester) outcome(a *manifest.Alert, c comparison, test *manifest.AlertTest, step time.Duration) ([]firing, bool) {
	lastEvaluation := test.At / t.evaluation * t.evaluation
	if t.recorded(c.metric) || lastEvaluation < a.For {
		return nil, false
	}
	var out []firing
	selected := false
	for _, s := range test.Series {
		series, ok := parseComparison(s.Key + " == 0")
		values := constantSeries.FindStringSubmatch(s.Value)
		if !ok || values == nil {
			return nil, false
		}
		labels := map[string]string{}
		for _, m := range series.matchers {
			if !equality(m) || labels[m.Name] != "" {
				return nil, false
			}
			labels[m.Name] = m.Value
		}
		value, err1 := strconv.ParseFloat(values[1], 64)
		count, err2 := strconv.Atoi(values[2])
		if err1 != nil || err2 != nil || count > 1e6 || time.Duration(count)*step < test.At {
			return nil, false
		}
		if !c.selects(series.metric, labels) {
			continue
		}
		selected = true
		if !c.absent && c.holds(value) {
			out = append(out, firing{metric: series.metric, labels: labels, value: value})
		}
	}
	if c.absent && !selected {
		out = append(out, firing{labels: absentLabels(c), value: 1})
	}
	return out, len(out) > 0
}
