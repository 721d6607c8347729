package prometheus_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	lint "github.com/omegagen/omegagen/lint/prometheus"
)

// FuzzManifest: no expression, template, series or query makes the checks
// panic.
func FuzzManifest(f *testing.F) {
	for _, s := range []string{"up", `up{job="x"} == 0`, "rate(x[$__interval])", "${a}{b=\"$c\"}", "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))", "label_values(up, x)", "{{ $labels.x }}", "$", "\"", "${", "[$x", "offset $x", "ALERTS{alertname=\"A\"}", "{__name__=~\"$x\"}", "$\u00fc", "a:b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := sample()
		m.Services[0].Scrapes[0].Exports = []manifest.Metric{{Name: "x", Type: "histogram"}}
		m.Records[0].Expr, m.Alerts[0].Expr, m.Alerts[0].Summary = s, s, s
		m.Alerts[0].Tests = []*manifest.AlertTest{{Series: []manifest.KeyValue{{Key: s, Value: "0x1"}, {Key: "up", Value: s}}}}
		m.Dashboards = []*manifest.Dashboard{{
			Rows:      []*manifest.Row{{Panels: []*manifest.Panel{{Targets: []manifest.Target{{Expr: s}}}}}},
			Variables: []*manifest.DashboardVariable{{Name: "a", Type: "query", Query: s}, {Name: "i", Type: "interval"}},
		}}
		m.Criteria = []*manifest.Criterion{{Probe: &manifest.PromQLProbe{Expr: s}}}
		lint.Manifest(m)
	})
}
