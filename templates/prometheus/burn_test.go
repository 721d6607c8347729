package prometheus_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/kit"
)

const objectives = `
system "shop" {}
image "any" {
  pull = "example/any:1"
}
image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}
service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
}
service "web" {
  image = image.any
  port "metrics" {
    container = 9100
  }
  scrape "metrics" {
    exports = { requests_total = "counter", latency_seconds = "histogram", answered = "counter" }
  }
}
prometheus {
  service             = service.prometheus
  retention           = "35d"
  scrape_interval     = "30s"
  evaluation_interval = "1m"
}
slo "failures" {
  objective = 0.999
  good      = "requests_total{code!~\"5..|429\"}"
  total     = "requests_total"
}
slo "of_one_route" {
  objective   = "95%"
  window      = "14d"
  good        = "requests_total{route=\"/a\",code=\"200\"}"
  total       = "requests_total{route=\"/a\"}"
  description = "The {{ $labels.slo }}."
}
slo "latency" {
  objective = 0.9
  window    = "20d"
  good      = "latency_seconds_bucket{le=\"0.5\"}"
  total     = "latency_seconds_count"
}
slo "half" {
  objective = 0.5
  good      = "latency_seconds_bucket{le=\"0.5\"}"
  total     = "latency_seconds_bucket{le=\"+Inf\"}"
}
slo "other" {
  objective = "99.99%"
  good      = "answered{job=\"web\"}"
  total     = "requests_total{job=\"web\"}"
}
`

func renderObjectives(t *testing.T) map[string]kit.Artifact {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(objectives)}}, Dir: "."})
	for _, d := range diags {
		t.Fatalf("%s %s: %s", diag.Code(d), d.Summary, d.Detail)
	}
	return render(t, m)
}

// TestObjectives: promtool accepts the rules of objectives of each kind, and their tests pass.
func TestObjectives(t *testing.T) {
	files := renderObjectives(t)
	accept(t, files)
	rules := string(files[kit.PrometheusRulesPath].Content)
	for _, want := range []string{"rate5m{slo=\\\"failures\\\"} > 14.4 * 0.001", "rate6h{slo=\\\"failures\\\"} > 6 * 0.001", "rate3d{slo=\\\"failures\\\"} > 1 * 0.001 and slo:error_ratio:rate6h", "rate2m20s{slo=\\\"of_one_route\\\"} > 14.4 * 0.05"} {
		if !strings.Contains(rules, want) {
			t.Errorf("the rules don't contain %s", want)
		}
	}
	for _, not := range []string{"HalfErrorBudgetBurn", "14.4 * 0.1"} { // not even 100 % errors are that many times the budget
		if strings.Contains(rules, not) {
			t.Errorf("the rules contain %s", not)
		}
	}
}

// TestObjectiveTestsBite: rules that burn, recover or count otherwise fail the tests.
func TestObjectiveTestsBite(t *testing.T) {
	files := renderObjectives(t)
	for old, changed := range map[string]string{
		" and slo:error_ratio:rate5m{slo=\\\"failures\\\"} > 14.4 * 0.001": "",
		"slo:error_ratio:rate1h{slo=\\\"failures\\\"} > 14.4 * 0.001 and ": "",
		"rate(requests_total{code!~\\\"5..|429\\\"}[":                      "rate(requests_total[",
		" > 1 * 0.001": " < 1 * 0.001",
	} {
		content := strings.ReplaceAll(string(files[kit.PrometheusRulesPath].Content), old, changed)
		if content == string(files[kit.PrometheusRulesPath].Content) {
			t.Errorf("%s isn't in the rules", old)
			continue
		}
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "tests"), 0o755); err != nil {
			t.Fatal(err)
		}
		for path, f := range map[string][]byte{kit.PrometheusRulesPath: []byte(content), kit.PrometheusTestsPath: files[kit.PrometheusTestsPath].Content} {
			full := filepath.Join(dir, filepath.FromSlash(path))
			if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(full, f, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(promtools(t)[0], "test", "rules", kit.PrometheusTestsPath)
		cmd.Dir = dir
		if b, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%q instead of %q passes the tests:\n%s", changed, old, b)
		}
	}
}
