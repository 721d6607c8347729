package prometheus_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/prometheus"
)

// A fix replaces the misspelled word and nothing else; where the word isn't in the source, there is none.
func TestFixes(t *testing.T) {
	const around = `system "s" {}
image "prometheus" { pull = "prom/prometheus:v3.5.0" }
image "app" { pull = "registry.example.org/app:1.0" }
service "app" {
  image = image.app
  port "metrics" { container = 9100 }
  scrape "metrics" {
    exports = { app_requests_total = "counter" }
  }
}
service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
    host      = 9090
  }
}
prometheus {
  service = service.prometheus
}
locals { metric = "app_request_total" }
`
	for block, want := range map[string]string{
		"criterion \"c\" {\n  promql {\n    expr = \"count(ups)\"\n    min  = 1\n  }\n}\n":                                             "count(up)",
		"criterion \"c\" {\n  promql {\n    min  = 1\n    expr = <<-EOT\n      count(\n        ups)\n    EOT\n  }\n}\n":                "        up)",
		"criterion \"c\" {\n  promql {\n    expr = \"count(${local.metric})\"\n    min  = 1\n  }\n}\n":                                 "",
		"alert \"A\" {\n  expr     = \"rate(app_requests_totl[5m]) > 1\"\n  severity = \"warning\"\n  summary  = \"x\"\n}\n":           "rate(app_requests_total[5m])",
		"alert \"A\" {\n  expr     = \"rate(${local.metric}[5m]) > 1\"\n  severity = \"warning\"\n  summary  = \"x\"\n}\n":             "",
		"record \"a:b\" {\n  expr = \"sum(rate(app_requests_total[5m]))\"\n}\nrecord \"a:c\" {\n  expr = \"a:bb + 1 + ${1 + 1}\"\n}\n": "",
	} {
		src := around + block
		m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "."})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		n := 0
		for _, d := range prometheus.Manifest(m) {
			if code := diag.Code(d); code != "OG561" && code != "OG562" {
				continue
			}
			n++
			e, _ := d.Extra.(diag.Extra)
			if e.Fix == "" {
				if want != "" {
					t.Errorf("no fix for %s", block)
				}
				continue
			}
			fixed := src[:d.Subject.Start.Byte] + e.Fix + src[d.Subject.End.Byte:]
			if want == "" || !strings.Contains(fixed, want) || strings.Count(fixed, "\n") != strings.Count(src, "\n") {
				t.Errorf("fixed %s:\n%s", block, fixed)
			}
			after, diags := loader.Load(loader.Input{FS: diagtest.Manifest(fixed), Dir: "."})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			for _, d := range prometheus.Manifest(after) {
				if code := diag.Code(d); code == "OG561" {
					t.Errorf("after the fix: %s", diagtest.Describe(d))
				}
			}
		}
		if n != 1 {
			t.Errorf("%d diagnostics for %s", n, block)
		}
	}
}
