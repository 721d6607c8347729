package grafana

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
)

// percentiles are shown of a histogram.
var percentiles = []struct{ name, share string }{{"p50", "0.5"}, {"p95", "0.95"}, {"p99", "0.99"}}

// legendLabel is a label in a legend.
var legendLabel = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}`)

// distributions returns a panel whose queries of nothing but a histogram, which has no series of that name, are those
// of its percentiles, or of its buckets in a heatmap.
func (f facts) distributions(p *manifest.Panel) *manifest.Panel {
	var targets []manifest.Target
	found := false
	for _, t := range p.Targets {
		v, ok := parse(t.Expr).(*parser.VectorSelector)
		if !ok || !f.histogram(v.Name) || v.OriginalOffset != 0 || v.Timestamp != nil {
			targets = append(targets, t)
			continue
		}
		found = true
		buckets := v.Name + "_bucket" + strings.TrimPrefix(v.String(), v.Name)
		targets = append(targets, distribution(t, buckets, p.Type == "heatmap")...)
	}
	if !found {
		return p
	}
	out := *p
	out.Targets = targets
	return &out
}

// distribution is the queries of a histogram's buckets.
func distribution(t manifest.Target, buckets string, heatmap bool) []manifest.Target {
	if heatmap {
		t.Expr, t.Legend = fmt.Sprintf("sum by (le) (increase(%s[$__rate_interval]))", buckets), "{{le}}"
		return []manifest.Target{t}
	}
	by := []string{"le"}
	for _, m := range legendLabel.FindAllStringSubmatch(t.Legend, -1) {
		if m[1] != "__name__" && !slices.Contains(by, m[1]) {
			by = append(by, m[1])
		}
	}
	var out []manifest.Target
	for _, c := range percentiles {
		q := t
		q.Expr = fmt.Sprintf("histogram_quantile(%s, sum by (%s) (rate(%s[$__rate_interval])))", c.share, strings.Join(by, ", "), buckets)
		q.Legend = strings.TrimSpace(t.Legend + " " + c.name)
		out = append(out, q)
	}
	return out
}

// histogram reports whether a metric is exported, and only as a histogram.
func (f facts) histogram(name string) bool {
	found := false
	for _, j := range f.jobs {
		for _, x := range j.Exports {
			if x.Name == name {
				if x.Type != "histogram" {
					return false
				}
				found = true
			}
		}
	}
	return found
}

// valuesOf is the query of a variable for the values of a label that all targets have: those of the jobs that a
// dashboard's panels read, or of all. Prometheus has the series up even of a target that is down.
func (f facts) valuesOf(label string, d *manifest.Dashboard) string {
	read := map[string]bool{}
	for _, r := range d.Rows {
		for _, p := range r.Panels {
			for _, t := range p.Targets {
				f.reads(t.Expr, read)
			}
		}
	}
	var names []string
	for _, j := range f.jobs {
		if read[j.Name] {
			names = append(names, j.Name)
		}
	}
	if names = slices.Compact(names); len(names) == 0 || len(names) == len(f.jobs) {
		return "label_values(up, " + label + ")"
	}
	return fmt.Sprintf("label_values(up{%s}, %s)", quote.PromQLMatcher("job", names), label)
}

// reads notes which jobs' series a query reads; all, if it can't be told.
func (f facts) reads(expr string, read map[string]bool) {
	tree := parse(expr)
	if tree == nil {
		for _, j := range f.jobs {
			read[j.Name] = true
		}
		return
	}
	parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
		v, ok := n.(*parser.VectorSelector)
		if !ok || f.records[v.Name] {
			return nil
		}
		for _, j := range f.candidates(v) {
			read[j.Name] = true
		}
		return nil
	})
}
