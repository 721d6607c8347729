package prometheus_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	lint "github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/templates/prometheus"
)

func sample() *manifest.Manifest {
	s := &manifest.Service{Name: "web", Instances: []*manifest.Instance{{Name: "web-1", Ports: []*manifest.Port{{Name: "m", Container: 80}}}}}
	s.Scrapes = []*manifest.Scrape{{Job: "web", Service: s, Port: "m"}}
	return &manifest.Manifest{
		System:     &manifest.System{Name: "x"},
		Services:   []*manifest.Service{s},
		Prometheus: &manifest.Prometheus{Service: s, ExternalLabels: []manifest.KeyValue{{Key: "a", Value: "b$c"}}},
		Records:    []*manifest.Record{{Name: "r", Expr: "sum(up)", Group: "g"}},
		Alerts:     []*manifest.Alert{{Name: "A", Expr: "up == 0", Group: "g", Summary: "{{ $labels.job }}"}},
	}
}

// TestCheckBites: each change of a file that matters to Prometheus is reported.
func TestCheckBites(t *testing.T) {
	for _, c := range []struct{ path, old, new string }{
		{kit.PrometheusConfigPath, "web-1:80", "web-2:80"},
		{kit.PrometheusConfigPath, "b$$c", "b$c"},
		{kit.PrometheusConfigPath, "job_name: web", "job_name: wep"},
		{kit.PrometheusConfigPath, "job_name: web", "job: web"},
		{kit.PrometheusConfigPath, "service: web", "service: wep"},
		{kit.PrometheusConfigPath, "/metrics", "/metric"},
		{kit.PrometheusConfigPath, "scrape_interval: 15s", "scrape_interval: 16s"},
		{kit.PrometheusConfigPath, "scrape_interval: 15s", "scrape_interval: 15"},
		{kit.PrometheusConfigPath, "rules.yml", "rule.yml"},
		{kit.PrometheusRulesPath, "sum(up)", "sum(down)"},
		{kit.PrometheusRulesPath, "sum(up)", "sum(up"},
		{kit.PrometheusRulesPath, "record: r", "record: s"},
		{kit.PrometheusRulesPath, "alert: A", "alerts: A"},
		{kit.PrometheusRulesPath, "$labels.job }}", "$labels.job }"},
		{kit.PrometheusRulesPath, "$labels.job", "$labels.bob"},
		{kit.PrometheusRulesPath, "name: g", "name: h"},
		{kit.PrometheusTestsPath, `values: "0x2"`, `values: "1x2"`},
		{kit.PrometheusTestsPath, "interval: 1m", "interval: 2m"},
		{kit.PrometheusTestsPath, "alertname: A", "alertname: B"},
		{kit.PrometheusTestsPath, "alertname: A", "alert: A"},
		{kit.PrometheusTestsPath, "exp_labels", "labels"},
		{kit.PrometheusTestsPath, "eval_time: 2m", "eval_time: 3m"},
		{kit.PrometheusTestsPath, "summary: web", "summary: wep"},
	} {
		m := sample()
		m.Alerts[0].For = 60e9
		arts, diags := prometheus.Render(m)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		found := false
		for _, a := range arts {
			if a.Path != c.path {
				continue
			}
			found = true
			if d := lint.Check(m, a); len(d) > 0 {
				t.Fatal(d)
			}
			changed := strings.Replace(string(a.Content), c.old, c.new, 1)
			if changed == string(a.Content) {
				t.Fatalf("%s isn't in %s:\n%s", c.old, a.Path, changed)
			}
			a.Content = []byte(changed)
			if d := lint.Check(m, a); len(d) != 1 || diag.Code(d[0]) != "OG903" {
				t.Errorf("%s instead of %s: %v", c.new, c.old, d)
			}
		}
		if !found {
			t.Errorf("no file %s", c.path)
		}
	}
}

// TestVersion2: Prometheus before 3 reads a dollar sign verbatim.
func TestVersion2(t *testing.T) {
	for tag, want := range map[string]string{"prom/prometheus:v2.53.3": "b$c", "prom/prometheus:v3.5.0@sha256:00": "b$$c", "registry:5000/prometheus": "b$$c"} {
		m := sample()
		m.Prometheus.Service.Image = &manifest.Image{Tag: tag}
		arts, _ := prometheus.Render(m)
		if !strings.Contains(string(arts[0].Content), "a: "+want+"\n") {
			t.Errorf("%s:\n%s", tag, arts[0].Content)
		}
		if d := lint.Check(m, arts[0]); len(d) > 0 {
			t.Errorf("%s: %v", tag, d)
		}
	}
}

// TestOldServer: keep_firing_for needs 2.42.0 of Prometheus; of another image no version is known.
func TestOldServer(t *testing.T) {
	for tag, want := range map[string]bool{"prom/prometheus:v2.37.0": true, "prom/prometheus:v2.42.0": false, "prom/prometheus:v3.5.0": false, "registry:5000/prometheus:v2.37.0": false} {
		m := sample()
		m.Prometheus.Service.Image = &manifest.Image{Tag: tag, Pull: tag}
		m.Alerts[0].KeepFiringFor = 60e9
		found := false
		for _, d := range lint.Manifest(m) {
			found = found || diag.Code(d) == "OG576"
		}
		if found != want {
			t.Errorf("%s: %v", tag, found)
		}
	}
}
