package grafana

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
)

func histogramFacts() facts {
	return facts{jobs: []manifest.Scraped{
		{Name: "api", Exports: []manifest.Metric{{Name: "api_seconds", Type: "histogram"}, {Name: "both", Type: "histogram"}}},
		{Name: "db", Exports: []manifest.Metric{{Name: "both", Type: "gauge"}}},
		{Name: "own.x", Open: true},
	}}
}

// A histogram's name stands for the percentiles by the labels of the legend, or for the buckets in a heatmap.
func TestDistributions(t *testing.T) {
	known := histogramFacts()
	for _, c := range []struct{ kind, expr, legend, want string }{
		{"timeseries", `api_seconds`, "", "p50 histogram_quantile(0.5, sum by (le) (rate(api_seconds_bucket[$__rate_interval])))\n" +
			"p95 histogram_quantile(0.95, sum by (le) (rate(api_seconds_bucket[$__rate_interval])))\n" +
			"p99 histogram_quantile(0.99, sum by (le) (rate(api_seconds_bucket[$__rate_interval])))"},
		{"stat", `api_seconds{route=~"$route",x!="{y}"}`, "{{route}} {{ route }} {{le}}", "{{route}} {{ route }} {{le}} p50 histogram_quantile(0.5, sum by (le, route) (rate(api_seconds_bucket{route=~\"$route\",x!=\"{y}\"}[$__rate_interval])))\n" +
			"{{route}} {{ route }} {{le}} p95 histogram_quantile(0.95, sum by (le, route) (rate(api_seconds_bucket{route=~\"$route\",x!=\"{y}\"}[$__rate_interval])))\n" +
			"{{route}} {{ route }} {{le}} p99 histogram_quantile(0.99, sum by (le, route) (rate(api_seconds_bucket{route=~\"$route\",x!=\"{y}\"}[$__rate_interval])))"},
		{"heatmap", `api_seconds`, "x", "{{le}} sum by (le) (increase(api_seconds_bucket[$__rate_interval]))"},
		{"timeseries", `api_seconds_bucket`, "", " api_seconds_bucket"},
		{"timeseries", `both`, "", " both"}, // a gauge, too
		{"timeseries", `rate(api_seconds[5m])`, "", " rate(api_seconds[5m])"},
		{"timeseries", `api_seconds offset 1d`, "", " api_seconds offset 1d"},
		{"timeseries", `other`, "", " other"},
		{"timeseries", `{`, "", " {"},
	} {
		p := &manifest.Panel{Type: c.kind, Targets: []manifest.Target{{Expr: c.expr, Legend: c.legend}}}
		var got []string
		for _, q := range known.distributions(p).Targets {
			got = append(got, q.Legend+" "+q.Expr)
			if parse(q.Expr) == nil && c.expr != "{" {
				t.Errorf("%s isn't PromQL", q.Expr)
			}
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s %s:\n%s", c.kind, c.expr, strings.Join(got, "\n"))
		}
		if len(p.Targets) != 1 {
			t.Error("the manifest is changed")
		}
	}
}

// A variable without a query has the values of its label in the jobs that the panels read.
func TestValuesOf(t *testing.T) {
	known := histogramFacts()
	known.records = map[string]bool{"job:x": true}
	for exprs, want := range map[string]string{
		`rate(api_seconds_count[5m])`:        `label_values(up{job="api"}, instance)`,
		`api_seconds;both{job="db"}`:         `label_values(up{job=~"api|db"}, instance)`,
		`both{job="db"};other`:               `label_values(up{job=~"db|own\\.x"}, instance)`,
		`up`:                                 `label_values(up, instance)`,
		`both{job="db"};other{job="own.x"}`:  `label_values(up{job=~"db|own\\.x"}, instance)`,
		`up{job="db"}`:                       `label_values(up{job="db"}, instance)`,
		`job:x`:                              `label_values(up, instance)`,
		`topk($n, up{job="api"})`:            `label_values(up, instance)`,
		`api_seconds{instance=~"$instance"}`: `label_values(up{job="api"}, instance)`,
	} {
		row := &manifest.Row{}
		for _, e := range strings.Split(exprs, ";") {
			row.Panels = append(row.Panels, &manifest.Panel{Targets: []manifest.Target{{Expr: e}}})
		}
		if got := known.valuesOf("instance", &manifest.Dashboard{Rows: []*manifest.Row{row}}); got != want {
			t.Errorf("%s: %s", exprs, got)
		}
	}
	if got := known.valuesOf("job", &manifest.Dashboard{Rows: []*manifest.Row{{Panels: []*manifest.Panel{{Targets: []manifest.Target{{Expr: "up"}}}}}}}); got != "label_values(up, job)" {
		t.Error(got)
	}
}
