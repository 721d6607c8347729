package grafana

import (
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// minStep is the shortest step of a query whose series are scraped more rarely than others: Grafana makes
// $__rate_interval four times as long, so that it contains two scrapes, and asks for no more points than there
// are. It is "" if the step of the data source is long enough, or the jobs aren't known.
// (An instant query has no steps, but ranges.)
func (f facts) minStep(expr string, instant bool) string {
	tree := parse(expr)
	moving := strings.Contains(expr, "$__rate_interval") || strings.Contains(expr, "$__interval")
	if tree == nil || f.interval == 0 || instant && !moving {
		return ""
	}
	var longest, shortest time.Duration // of what ranges, and of what plain selectors read
	ranges, unknown := map[parser.Node]bool{}, false
	parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
		switch n := n.(type) {
		case *parser.MatrixSelector:
			ranges[n.VectorSelector] = true
		case *parser.VectorSelector:
			low, high := f.intervals(n)
			switch {
			case moving && ranges[n]:
				longest = max(longest, high)
			case low == 0:
				unknown = true
			case shortest == 0 || low < shortest:
				shortest = low
			}
		}
		return nil
	})
	step := longest
	if step == 0 && !unknown {
		step = shortest
	}
	if step <= f.interval {
		return ""
	}
	return text.OneUnit(step) // Grafana's browser part reads no sum such as 1m30s
}

// intervals are the shortest and the longest interval of the jobs whose series a selector reads; 0 if they
// aren't known. Where only jobs that don't say what they export may have the series, it may be the fastest.
func (f facts) intervals(v *parser.VectorSelector) (low, high time.Duration) {
	if v.Name == "" || f.records[v.Name] {
		return 0, 0
	}
	for _, j := range f.candidates(v) {
		if low == 0 || j.Interval < low {
			low = j.Interval
		}
		high = max(high, j.Interval)
	}
	if len(f.exporting(v.Name)) == 0 {
		high = low
	}
	return low, high
}

// candidates are the jobs whose series a selector may read: those that export the metric; if none is known to, those
// that don't say what they export.
func (f facts) candidates(v *parser.VectorSelector) []manifest.Scraped {
	jobs := f.exporting(v.Name)
	if len(jobs) == 0 {
		jobs = slices.Clone(f.jobs)
		jobs = slices.DeleteFunc(jobs, func(j manifest.Scraped) bool { return !j.Open })
	}
	return slices.DeleteFunc(jobs, func(j manifest.Scraped) bool { return !admits(v, j.Name) })
}

// exporting are the jobs that are known to have a series.
func (f facts) exporting(series string) []manifest.Scraped {
	var out []manifest.Scraped
	for _, j := range f.jobs {
		generated := series == "up" || strings.HasPrefix(series, "scrape_")
		if generated || slices.ContainsFunc(j.Exports, func(x manifest.Metric) bool { return slices.Contains(x.Series(), series) }) {
			out = append(out, j)
		}
	}
	return out
}

// admits reports whether a selector may read series of a job. A variable may hold any job.
func admits(v *parser.VectorSelector, job string) bool {
	for _, m := range v.LabelMatchers {
		if m.Name == "job" && !strings.Contains(m.Value, "$") && !m.Matches(job) {
			return false
		}
	}
	return true
}
