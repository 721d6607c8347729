package grafana_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	prometheuslint "github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/templates/grafana"
)

const servers = `system "shop" {}
image "api" {
  pull = "example.org/api:1.0.0"
}
image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}
image "grafana" {
  pull = "grafana/grafana:12.0.2"
}
service "api" {
  image = image.api
  port "http" {
    container = 8080
  }
  scrape "metrics" {
    port     = "http"
    interval = "1m"
    exports = {
      http_requests_total            = "counter"
      http_request_duration_seconds  = "histogram"
      mail_failures_total            = "counter"
      promhttp_handler_requests_total = "counter"
      queue_length                   = "gauge"
    }
  }
}
service "prometheus" {
  image = image.prometheus
}
service "grafana" {
  image = image.grafana
}
prometheus {
  service = service.prometheus
}
`

// overviewOf compiles a manifest, whose generated dashboard must satisfy the schema, Grafana's types and, as it is
// written, all rules about PromQL. It returns the queries of each panel by title; nil without the dashboard.
func overviewOf(t *testing.T, src string) map[string][]string {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var out map[string][]string
	for _, a := range render(t, m) {
		doc, ok := a.Doc.(*grafana.Dashboard)
		if !ok || doc.UID != "overview" {
			continue
		}
		bare := *doc
		bare.Annotations.List = []grafana.Annotation{} // the schema has only the keys of all annotations
		content, err := grafana.Encode(&bare)
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(schema(t), kit.Artifact{Content: content}); err != nil {
			t.Error(err)
		}
		if err := read(a.Content); err != nil {
			t.Error(err)
		}
		out = map[string][]string{"": {doc.Title}}
		written := &manifest.Row{}
		for _, p := range doc.Panels {
			panel := &manifest.Panel{Title: p.Title, Type: p.Type}
			for _, q := range p.Targets {
				out[p.Title] = append(out[p.Title], q.Expr)
				panel.Targets = append(panel.Targets, manifest.Target{Expr: q.Expr, Legend: q.LegendFormat})
				if ranged := strings.Contains(q.Expr, "$__rate_interval") && strings.Contains(q.Expr, `job="api"`); ranged && q.Interval != "1m" {
					t.Errorf("%s has the step %q", q.Expr, q.Interval)
				}
			}
			written.Panels = append(written.Panels, panel)
		}
		for _, d := range m.Dashboards {
			if d.UID == "overview" {
				d.Rows = append(d.Rows, written) // a model of this test's
			}
		}
	}
	for _, d := range prometheuslint.Manifest(m) {
		if code := diag.Code(d); code != "OG591" {
			t.Error(diagtest.Describe(d))
		}
	}
	return out
}

// TestOverview: a system without a dashboard gets one, as far as it says what its jobs export.
func TestOverview(t *testing.T) {
	const show = "grafana {\n  service = service.grafana\n}\n"
	got := overviewOf(t, servers+show)
	of := `{job="api",instance=~"$instance"`
	sorted := `{instance=~"$instance",job="api"`
	for title, want := range map[string]string{
		"":             "Overview",
		"Targets down": `count(up{instance=~"$instance"} == 0) or vector(0)`,
		"Targets":      `up{instance=~"$instance"}`,
		"Requests":     "sum(rate(http_requests_total" + of + "}[$__rate_interval]))",
		"Errors": "sum(rate(http_requests_total" + of + `,code=~"5.."}[$__rate_interval]) or rate(http_requests_total` + of + `,status=~"5.."}[$__rate_interval]) or rate(http_requests_total` + of + `,status_code=~"5.."}[$__rate_interval]))` +
			"\nsum(rate(mail_failures_total" + of + "}[$__rate_interval]))",
		"Duration": "histogram_quantile(0.5, sum by (le) (rate(http_request_duration_seconds_bucket" + sorted + "}[$__rate_interval])))" +
			"\nhistogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket" + sorted + "}[$__rate_interval])))" +
			"\nhistogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket" + sorted + "}[$__rate_interval])))",
		"Alerts firing": "", "Up": "", "Processors": "",
	} {
		if queries := strings.Join(got[title], "\n"); queries != want {
			t.Errorf("%s:\n%s", title, queries)
		}
	}
	for src, want := range map[string]string{
		servers + show + "dashboard \"d\" {\n  panel \"p\" {\n    expr = \"up\"\n  }\n}\n":                                                                                        "",
		servers + strings.Replace(show, "}", "  overview = false\n}", 1):                                                                                                          "",
		servers + strings.Replace(show, "}", "  folder = \"Overview\"\n}", 1):                                                                                                     "System overview",
		strings.Replace(servers, "= image.grafana", "= image.grafana\n  mount \"/var/lib/grafana/dashboards\" {\n    volume = volume.own\n  }", 1) + show + "volume \"own\" {}\n": "",
	} {
		title := ""
		if got := overviewOf(t, src); got != nil {
			title = got[""][0]
		}
		if title != want {
			t.Errorf("%q instead of %q of\n%s", title, want, strings.TrimPrefix(src, servers))
		}
	}
	counted := overviewOf(t, strings.Replace(servers, "http_requests_total            = \"counter\"", "", 1)+show)
	if q := counted["Requests"]; len(q) != 1 || q[0] != "sum(rate(http_request_duration_seconds_count"+of+"}[$__rate_interval]))" {
		t.Errorf("without a counter of requests: %s", q)
	}
	watched := overviewOf(t, servers+show+`
alert "Watchdog" {
  expr     = "vector(1)"
  severity = "none"
  summary  = "Alerts are evaluated"
}
alert "Down" {
  expr     = "up == 0"
  severity = "critical"
  summary  = "Down"
}
`)
	if q := watched["Alerts firing"]; len(q) != 1 || q[0] != `count(ALERTS{alertstate="firing",alertname!="Watchdog"}) or vector(0)` {
		t.Errorf("alerts: %s", q)
	}
	watching := overviewOf(t, strings.Replace(servers, `system "shop" {}`, "system \"shop\" {\n  exporter \"node\" {}\n}", 1)+show)
	for _, title := range []string{"Processors", "Load by processor", "Memory available", "Fullest file system", "Busiest disk"} {
		if len(watching[title]) != 1 {
			t.Errorf("%s of hosts: %s", title, watching[title])
		}
	}
}
