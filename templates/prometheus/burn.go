package prometheus

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/text"
)

// phase is a part of a test: how long it lasts, and which share of the events fails.
type phase struct {
	length time.Duration
	errors float64
}

// burnCase is one test of an alert about an objective.
type burnCase struct {
	name   string
	fires  bool
	phases []phase
}

// longestTest limits the time that a test simulates, because promtool evaluates all rules at each
// interval of it.
const longestTest = 2 * time.Hour

// burnCases are the tests of an alert: it fires while everything fails, and not without errors. Where that
// takes no longer than longestTest: no longer once the short windows are clean, and not while only
// the short window has errors.
func burnCases(b *manifest.Burn, step time.Duration) []burnCase {
	first := b.Conditions[0]
	slowest := first.Short
	for _, c := range b.Conditions {
		slowest = max(slowest, c.Short)
	}
	out := []burnCase{
		{"while everything fails", true, []phase{{10 * step, 1}}},
		{"without errors", false, []phase{{10 * step, 0}}},
	}
	if first.Short+slowest <= longestTest {
		out = append(out, burnCase{"once the short windows are clean", false, []phase{{first.Short, 1}, {slowest + first.Short, 0}}})
	}
	limit, _ := first.Limit(b.SLO).Float64()
	if brief := 1.2 * limit; brief < 1 && first.Long <= longestTest {
		out = append(out, burnCase{"while only the short window has errors", false, []phase{{first.Long, 0}, {first.Short, brief}}})
	}
	return out
}

// burn makes the tests of an alert about an objective.
func (t *tester) burn(a *manifest.Alert) []TestGroup {
	e, ok := t.events(a.Burn.SLO)
	if !ok {
		return nil
	}
	step := min(max(a.Burn.Conditions[0].Short/5/time.Second, 1)*time.Second, defaultStep)
	var out []TestGroup
	for _, c := range burnCases(a.Burn, step) {
		good, failed, at := counters(c.phases, step)
		g := TestGroup{Interval: text.Duration(step), InputSeries: []Series{{e.good, good}, {e.failed, failed}}}
		if e.total != "" {
			all, _, _ := counters([]phase{{at, 0}}, step)
			g.InputSeries[1] = Series{e.total, all}
		}
		g = t.group(g, a, text.Duration(at), c.fires, nil, false, nil)
		g.Name = a.Name + map[bool]string{true: " fires ", false: " stays silent "}[c.fires] + c.name
		out = append(out, g)
	}
	return out
}

// perStep is how many events a test has between two samples.
const perStep = 100_000

// counters are the values of the good and the failed events in promtool's notation, and how long
// they last.
func counters(phases []phase, step time.Duration) (good, failed string, at time.Duration) {
	var g, f strings.Builder
	goods, fails := 0, 0
	for i, p := range phases {
		n := int((p.length + step - 1) / step)
		at += time.Duration(n) * step
		bad := int(p.errors*perStep + 0.5)
		first := 0
		if i > 0 {
			first = 1 // the phase before ends with its last sample
			g.WriteByte(' ')
			f.WriteByte(' ')
		}
		write := func(b *strings.Builder, from, by int) {
			b.WriteString(strconv.Itoa(from+first*by) + "+" + strconv.Itoa(by) + "x" + strconv.Itoa(n-first))
		}
		write(&g, goods, perStep-bad)
		write(&f, fails, bad)
		goods, fails = goods+n*(perStep-bad), fails+n*bad
	}
	return g.String(), f.String(), at
}

// eventSeries are series that an objective counts: good events, and failed ones; or, if the
// total has series of its own, these.
type eventSeries struct{ good, failed, total string }

// events finds example series for an objective; false if none follow from its selectors.
func (t *tester) events(s *manifest.SLO) (eventSeries, bool) {
	good, ok1 := parseComparison(s.Good + " == 0")
	total, ok2 := parseComparison(s.Total + " == 0")
	if !ok1 || !ok2 {
		return eventSeries{}, false
	}
	g, ok := t.exampleLabels(good)
	if !ok {
		return eventSeries{}, false
	}
	out := eventSeries{good: quote.PromQLSelector(good.metric, g)}
	if !total.selects(good.metric, g) {
		all, ok := t.exampleLabels(total)
		out.total = quote.PromQLSelector(total.metric, all)
		return out, ok
	}
	for _, m := range good.matchers {
		for _, v := range violations(m) {
			f := maps.Clone(g)
			if f[m.Name] = v; v == "" {
				delete(f, m.Name)
			}
			if total.selects(good.metric, f) && !good.selects(good.metric, f) {
				out.failed = quote.PromQLSelector(good.metric, f)
				return out, true
			}
		}
	}
	return out, false
}

// selectors reports whether an objective has two different selectors; otherwise lint reports it.
func selectors(s *manifest.SLO) bool {
	_, ok1 := parseComparison(s.Good + " == 0")
	_, ok2 := parseComparison(s.Total + " == 0")
	return ok1 && ok2 && s.Good != s.Total
}

// violations are values to try of which a matcher may not accept some.
func violations(m *labels.Matcher) []string {
	out := []string{"500", "error", "1", "0", "failed", ""}
	switch m.Type {
	case labels.MatchNotEqual:
		return append([]string{m.Value}, out...)
	case labels.MatchNotRegexp:
		return append(regexpExamples(m.Value), out...)
	}
	return out
}
