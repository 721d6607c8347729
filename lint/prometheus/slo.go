package prometheus

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// slo checks what an objective counts: two selectors of counters, the good events among all.
func (c *checker) slo(s *manifest.SLO) {
	good := c.events(s, "good", s.Good, s.GoodRange)
	total := c.events(s, "total", s.Total, s.TotalRange)
	if good == nil || total == nil {
		return
	}
	invalid := func(at hcl.Range, format string, args ...any) {
		c.report(ruleBadEvents.At(at, "%s: "+format, append([]any{s.Address}, args...)...))
	}
	switch {
	case sameMatchers(good, total):
		invalid(s.GoodRange, "`good` and `total` select the same series, so every event is good. Select the good ones with a label, such as code!~\"5..\".")
		return
	case strings.HasSuffix(good.Name, "_bucket") && !strings.HasSuffix(total.Name, "_bucket") && !comparesOne(good, "le"):
		invalid(s.GoodRange, "a histogram's buckets contain each other, so their sum counts events several times. Select one, such as %s{le=\"0.5\"}.", good.Name)
		return
	}
	for _, m := range total.LabelMatchers {
		if m.Name != model.MetricNameLabel && m.Name != "le" && !hasMatcher(good, m) {
			invalid(s.GoodRange, "`total` selects only the events with %s, but `good` also counts others, so there may be more good events than events. Add %s to `good`.", m, m)
			return
		}
	}
}

// events parses a selector of a counter; nil if it is none, which is reported.
func (c *checker) events(s *manifest.SLO, name, expr string, at hcl.Range) *parser.VectorSelector {
	before := len(c.diags)
	src := source{text: expr, at: at, what: s.Address}
	tree := c.expression(src, nil)
	if tree == nil || len(c.diags) > before {
		return nil
	}
	v, ok := tree.(*parser.VectorSelector)
	if !ok || v.Name == "" || v.OriginalOffset != 0 || v.Timestamp != nil || v.StartOrEnd != 0 || v.OriginalOffsetExpr != nil {
		c.report(ruleBadEvents.At(at, "`%s` of %s isn't the name of a counter with matchers. Write such as requests_total{code=\"200\"}, without rate(): the rates over the windows of the alerts are computed from it.", name, s.Address))
		return nil
	}
	e := &expression{checker: c, source: src}
	switch kind := e.kind(v.Name); {
	case kind == "counter" || kind == "bucket" || kind == "untyped":
	case kind == "histogram":
		c.report(ruleBadEvents.At(at, "`%s` of %s is the histogram %s. Its number of events is %s_count, and those below a limit are %s_bucket{le=\"…\"}.", name, s.Address, v.Name, v.Name, v.Name))
		return nil
	case kind != "":
		c.report(ruleBadEvents.At(at, "`%s` of %s is %s, a %s, but only a counter counts events.", name, s.Address, v.Name, kind))
		return nil
	case !slices.ContainsFunc([]string{"_total", "_count", "_bucket"}, func(end string) bool { return strings.HasSuffix(v.Name, end) }):
		c.report(ruleBadEvents.At(at, "`%s` of %s is %s, which no scrape declares as a counter, and its name doesn't end in _total, _count or _bucket. Add it to `exports` of its scrape as \"counter\" if it is one.", name, s.Address, v.Name))
		return nil
	}
	shortest := s.Window
	for _, a := range c.m.Alerts {
		if a.Burn != nil && a.Burn.SLO == s {
			for _, r := range a.Burn.Conditions {
				shortest = min(shortest, r.Short)
			}
		}
	}
	if interval, jobs := e.interval(v); interval > 0 && shortest < 2*interval {
		c.report(ruleShortRange.At(at, "%s looks at windows of %s, but %s is scraped every %s: a window that short often contains less than two samples. Use a longer `window`.", s.Address, text.Duration(shortest), text.List(jobs), text.Duration(interval)))
	}
	return v
}

func hasMatcher(v *parser.VectorSelector, m *labels.Matcher) bool {
	return slices.ContainsFunc(v.LabelMatchers, func(o *labels.Matcher) bool { return o.String() == m.String() })
}

// comparesOne reports whether a selector compares a label with one value.
func comparesOne(v *parser.VectorSelector, label string) bool {
	return slices.ContainsFunc(v.LabelMatchers, func(m *labels.Matcher) bool { return m.Name == label && m.Type == labels.MatchEqual })
}

func sameMatchers(a, b *parser.VectorSelector) bool {
	all := func(a, b *parser.VectorSelector) bool {
		return !slices.ContainsFunc(a.LabelMatchers, func(m *labels.Matcher) bool { return !hasMatcher(b, m) })
	}
	return all(a, b) && all(b, a)
}
