package prometheus

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/parser/posrange"

	"github.com/omegagen/omegagen/internal/text"
)

// expression is one parsed expression under check.
type expression struct {
	*checker
	source
	variables grafanaVariables
	replaced  []span // ranges of substituted variables
}

func (e *expression) check(tree parser.Expr) {
	parser.Inspect(tree, func(node parser.Node, path []parser.Node) error {
		switch n := node.(type) {
		case *parser.VectorSelector:
			e.selector(n)
		case *parser.Call:
			e.call(n)
			e.window(n)
		case *parser.AggregateExpr:
			e.grouped(n)
			if n.Op == parser.QUANTILE {
				e.fraction(n.Param, "quantile")
			}
		}
		return nil
	})
}

// metric is the name that a selector matches; "" if it matches none, or one
// from a variable.
func (e *expression) metric(v *parser.VectorSelector) string {
	for _, s := range e.replaced {
		if s.start == int(v.PosRange.Start) {
			return ""
		}
	}
	for _, m := range v.LabelMatchers {
		if m.Name == model.MetricNameLabel && m.Type == labels.MatchEqual && !strings.Contains(m.Value, "$") {
			return m.Value
		}
	}
	return ""
}

func (e *expression) selector(v *parser.VectorSelector) {
	at := func(pos posrange.PositionRange) (int, int) { return int(pos.Start), int(pos.End) }
	for _, m := range v.LabelMatchers {
		if e.variables == nil || m.Name == model.MetricNameLabel {
			continue
		}
		for _, name := range e.variables.inText(m.Value) {
			hint, _ := didYouMean(name, e.variables.names())
			start, end := at(v.PosRange)
			e.report(ruleDoubtfulVariable.At(e.checker.inside(e.source, start, end), "%s matches the label %s against $%s, which is not a variable of its dashboard.%s Declare it, or remove it.", e.what, m.Name, name, hint))
		}
	}
	e.several(v)
	metric := e.metric(v)
	if synthetic[metric] {
		e.targetLabels(v, metric)
	}
	if metric == "ALERTS" || metric == "ALERTS_FOR_STATE" {
		e.alertName(v)
		return
	}
	if e.u.records[metric] {
		return
	}
	if strings.Contains(metric, ":") {
		e.unrecorded(v, metric)
		return
	}
	candidates := e.jobs(v)
	if candidates == nil || metric == "" {
		return
	}
	e.exported(v, metric, candidates)
}

// jobs are the jobs whose series a selector's matchers admit. It reports
// matchers of job, instance and service that match no target, and then returns
// nil.
func (e *expression) jobs(v *parser.VectorSelector) []*job {
	if len(e.u.jobs) == 0 && e.m.Prometheus == nil {
		return nil
	}
	candidates := e.u.jobs
	for _, label := range []string{"job", "service", "instance"} {
		for _, m := range v.LabelMatchers {
			if m.Name != label || m.Matches("") || strings.Contains(m.Value, "$") && e.variables != nil {
				continue
			}
			from := candidates
			if m.Name == "job" && m.Type == labels.MatchEqual {
				from = e.u.byName[m.Value]
			}
			var left []*job
			for _, j := range from {
				if j.admits(m) {
					left = append(left, j)
				}
			}
			if len(left) == 0 {
				e.unknownLabel(v, m, candidates)
				return nil
			}
			candidates = left
		}
	}
	return candidates
}

// admits reports whether a target of the job has a label that m matches.
func (j *job) admits(m *labels.Matcher) bool {
	switch m.Name {
	case "job":
		return m.Matches(j.name)
	case "service":
		return j.open || m.Matches(j.service)
	}
	if j.open {
		return true
	}
	for _, t := range j.targets {
		if m.Matches(t) {
			return true
		}
	}
	return false
}

func (e *expression) unknownLabel(v *parser.VectorSelector, m *labels.Matcher, candidates []*job) {
	rng := e.checker.inside(e.source, int(v.PosRange.Start), int(v.PosRange.End))
	if m.Name == "job" {
		names := jobNames(candidates)
		hint, _ := didYouMean(m.Value, names)
		jobs := "The jobs are " + text.List(names) + "."
		if len(names) == 0 {
			jobs = "The manifest has no scrapes."
		}
		e.report(ruleUnknownJob.At(rng, "%s reads series with %s, but no scrape has that name.%s %s", e.what, m, hint, jobs))
		return
	}
	set := map[string]bool{}
	for _, j := range candidates {
		if m.Name == "service" {
			set[j.service] = true
			continue
		}
		for _, t := range j.targets {
			set[t] = true
		}
	}
	hint, _ := didYouMean(m.Value, keys(set))
	e.report(ruleUnknownTarget.At(rng, "%s reads series with %s, but no target of %s has that label.%s They have %s.", e.what, m, text.List(jobNames(candidates)), hint, text.List(keys(set))))
}

// unrecorded reports a name with a colon, which by convention is a recording
// rule, that no record defines.
func (e *expression) unrecorded(v *parser.VectorSelector, metric string) {
	rng := e.nameRange(v, metric)
	hint, fix := didYouMean(metric, slices.DeleteFunc(keys(e.u.records), func(r string) bool { return strings.Contains(e.what, strconv.Quote(r)) || e.what == "record."+r }))
	d := ruleUnknownMetric.At(rng, "%s reads %q, but no record defines it.%s Declare `record %q`, or correct the name.", e.what, metric, hint, metric)
	if v.Name != "" {
		d = e.checker.fixed(d, metric, fix)
	}
	e.report(d)
}

// nameRange is where a selector names its metric.
func (e *expression) nameRange(v *parser.VectorSelector, metric string) hcl.Range {
	start := int(v.PosRange.Start)
	if v.Name == "" {
		return e.checker.inside(e.source, start, int(v.PosRange.End))
	}
	return e.checker.inside(e.source, start, start+len(metric))
}

// hintBudget bounds the names compared in one run, so that a large manifest
// full of mistakes is still checked in linear time.
const hintBudget = 500_000

// exported reports a metric that none of the jobs exports.
func (e *expression) exported(v *parser.VectorSelector, metric string, candidates []*job) {
	if !e.u.declared {
		return
	}
	if len(candidates) == len(e.u.jobs) && len(e.u.exports[metric]) > 0 {
		return
	}
	sure := true
	for _, j := range candidates {
		has, known := j.has(metric)
		if has {
			return
		}
		sure = sure && known
	}
	if len(candidates) == 1 && !sure {
		return // the only possible job declares no metrics
	}
	rng := e.nameRange(v, metric)
	hint, fix := "", ""
	if e.compared < hintBudget {
		known := e.u.known(candidates)
		e.compared += len(known)
		hint, fix = didYouMean(metric, known)
	}
	if base, ok := strings.CutSuffix(metric, "_bucket"); ok && hint == "" || strings.HasPrefix(fix, base) {
		for _, j := range candidates {
			if t := j.metrics[base]; ok && t != "" && t != "histogram" {
				hint, fix = " "+base+" is exported as a "+t+", which has no buckets.", ""
			}
		}
	}
	rule := ruleUnknownMetric
	if !sure {
		rule = ruleDoubtfulMetric
	}
	d := rule.At(rng, "%s reads the metric %q, which no record defines and %s.%s Correct the name, or add it to `exports` of its scrape.", e.what, metric, noJob(candidates), hint)
	if v.Name != "" {
		d = e.checker.fixed(d, metric, fix)
	}
	e.report(d)
}

// noJob says that none of the jobs exports something.
func noJob(jobs []*job) string {
	names := jobNames(jobs)
	if len(names) == 1 {
		return "the job " + names[0] + " doesn't export"
	}
	return "none of the jobs " + text.List(names) + " exports"
}

func (e *expression) alertName(v *parser.VectorSelector) {
	for _, m := range v.LabelMatchers {
		if m.Name != "alertname" || m.Matches("") || e.variables != nil && strings.Contains(m.Value, "$") {
			continue
		}
		found := false
		for name := range e.u.alerts {
			found = found || m.Matches(name)
		}
		if !found {
			hint, _ := didYouMean(m.Value, keys(e.u.alerts))
			e.report(ruleUnknownAlert.At(e.checker.inside(e.source, int(v.PosRange.Start), int(v.PosRange.End)), "%s reads the alerts with %s, but no alert has that name.%s", e.what, m, hint))
		}
	}
}

// counterFunctions and gaugeFunctions require a range of one type of metric.
var (
	counterFunctions = map[string]bool{"rate": true, "irate": true, "increase": true, "resets": true}
	gaugeFunctions   = map[string]bool{"delta": true, "idelta": true, "deriv": true, "predict_linear": true}
)

// call checks the functions that depend on a metric's type.
func (e *expression) call(n *parser.Call) {
	if n.Func.Name == "histogram_quantile" && len(n.Args) == 2 {
		e.fraction(n.Args[0], n.Func.Name)
		e.quantile(n)
		return
	}
	if n.Func.Name == "quantile_over_time" && len(n.Args) == 2 {
		e.fraction(n.Args[0], n.Func.Name)
	}
	if !counterFunctions[n.Func.Name] && !gaugeFunctions[n.Func.Name] || len(n.Args) == 0 {
		return
	}
	matrix, ok := n.Args[0].(*parser.MatrixSelector)
	if !ok {
		return
	}
	v, ok := matrix.VectorSelector.(*parser.VectorSelector)
	if !ok {
		return
	}
	metric := e.metric(v)
	rng := e.checker.inside(e.source, int(n.PosRange.Start), int(n.PosRange.End))
	switch kind := e.kind(metric); {
	case kind == "gauge" && counterFunctions[n.Func.Name]:
		e.report(ruleRateOfGauge.At(rng, "%s uses %s() on %q, which is a gauge: every decrease would count as a restart. Use delta() or deriv(), or avg_over_time().", e.what, n.Func.Name, metric))
	case (kind == "counter" || kind == "bucket") && gaugeFunctions[n.Func.Name]:
		e.report(ruleRateOfGauge.At(rng, "%s uses %s() on %q, which is a counter: a restart would count as a decrease. Use rate() or increase().", e.what, n.Func.Name, metric))
	}
}

// kind is the declared type of a metric, "" if jobs disagree or don't declare
// it.
func (e *expression) kind(metric string) string {
	kind := ""
	for _, j := range e.u.exports[metric] {
		k := j.metrics[metric]
		if kind != "" && k != kind {
			return ""
		}
		kind = k
	}
	return kind
}

// quantile checks that histogram_quantile gets buckets, with le, over a range.
func (e *expression) quantile(n *parser.Call) {
	rng := e.checker.inside(e.source, int(n.PosRange.Start), int(n.PosRange.End))
	parser.Inspect(n.Args[1], func(node parser.Node, path []parser.Node) error {
		v, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		metric := e.metric(v)
		if metric == "" || e.u.records[metric] {
			return nil
		}
		kind := e.kind(metric)
		switch {
		case kind == "histogram":
			e.report(ruleBadQuantile.At(rng, "%s uses histogram_quantile() on %q, but the buckets of this histogram are %q. Use those.", e.what, metric, metric+"_bucket"))
			return nil
		case kind != "" && kind != "bucket":
			e.report(ruleBadQuantile.At(rng, "%s uses histogram_quantile() on %q, which is a %s: only a histogram's %s has buckets.", e.what, metric, kind, "NAME_bucket"))
			return nil
		case !strings.HasSuffix(metric, "_bucket"):
			return nil // possibly a native histogram
		}
		rated, lost := overRange(path)
		if lost {
			e.report(ruleBadQuantile.At(rng, "%s uses histogram_quantile() on an aggregation that drops the label le, which the buckets require. Add le to its `by (…)`, or remove it from its `without (…)`.", e.what))
		}
		if !rated {
			e.report(ruleQuantileWithoutRate.At(rng, "%s uses histogram_quantile() on %q without rate(): a quantile since the process started. Wrap it in rate(…[5m]).", e.what, metric))
		}
		return nil
	})
}

// overRange reports whether a path to a selector passes through rate() or a
// similar function, and an aggregation that drops le.
func overRange(path []parser.Node) (rated, lost bool) {
	for _, p := range path {
		switch p := p.(type) {
		case *parser.Call:
			rated = rated || counterFunctions[p.Func.Name] || p.Func.Name == "delta" || strings.HasSuffix(p.Func.Name, "_over_time")
		case *parser.AggregateExpr:
			if p.Op == parser.TOPK || p.Op == parser.BOTTOMK || p.Op == parser.LIMITK || p.Op == parser.LIMIT_RATIO {
				continue // these keep all labels
			}
			keeps := p.Without
			for _, g := range p.Grouping {
				if g == "le" {
					keeps = !p.Without
				}
			}
			lost = lost || !keeps
		}
	}
	return rated, lost
}
