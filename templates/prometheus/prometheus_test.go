package prometheus_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/internal/tooltest"
	lint "github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/templates/prometheus"
)

// Property tests draw the same cases in every run; make fuzz draws others.
func init() { _ = flag.Set("rapid.seed", "1") }

// service makes a service with replicas (0: not replicated) and ports.
func service(name string, replicas int, ports map[string]int) *manifest.Service {
	s := &manifest.Service{Origin: manifest.Origin{Address: "service." + name}, Name: name, Replicated: replicas > 0}
	for i := range max(replicas, 1) {
		inst := &manifest.Instance{Index: i, Name: name}
		if replicas > 0 {
			inst.Name = fmt.Sprintf("%s-%d", name, i+1)
		}
		for _, p := range sorted(ports) {
			inst.Ports = append(inst.Ports, &manifest.Port{Name: p, Container: ports[p]})
		}
		s.Instances = append(s.Instances, inst)
	}
	return s
}

func sorted(m map[string]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	for i := range out {
		for j := range i {
			if out[j] > out[i] {
				out[i], out[j] = out[j], out[i]
			}
		}
	}
	return out
}

func scrape(s *manifest.Service, port string, exports map[string]string) *manifest.Scrape {
	sc := &manifest.Scrape{Origin: manifest.Origin{Address: s.Address + ".scrape." + port}, Name: port, Job: s.Name, Service: s, Port: port}
	for _, name := range []string{"constellation_active_devices", "constellation_sync_latency_seconds", "constellation_sync_requests_total"} {
		if t := exports[name]; t != "" {
			sc.Exports = append(sc.Exports, manifest.Metric{Name: name, Type: t})
		}
	}
	s.Scrapes = append(s.Scrapes, sc)
	return sc
}

// sample is a small deployment: three replicas that are scraped, records that
// read each other, and an alert of each shape.
func sample() *manifest.Manifest {
	prom := service("prometheus", 0, map[string]int{"http": 9090})
	con := service("constellation", 3, map[string]int{"metrics": 9090, "rest": 8080})
	sc := scrape(con, "metrics", map[string]string{"constellation_sync_requests_total": "counter", "constellation_active_devices": "gauge", "constellation_sync_latency_seconds": "histogram"})
	sc.Path, sc.Interval, sc.Timeout = "/metrics", 10*time.Second, 5*time.Second
	m := &manifest.Manifest{
		System:   &manifest.System{Name: "exogenesis-omega"},
		Services: []*manifest.Service{con, prom},
		Prometheus: &manifest.Prometheus{
			Origin: manifest.Origin{Address: "prometheus"}, Service: prom, Port: "http",
			ScrapeInterval: 15 * time.Second, EvaluationInterval: 15 * time.Second, SelfScrape: true,
			ExternalLabels: []manifest.KeyValue{{Key: "cluster", Value: "omega-dev"}},
		},
		Runbooks: []*manifest.Runbook{{Name: "services_not_starting"}},
	}
	m.Records = []*manifest.Record{
		{Name: "a:constellation:ratio", Expr: "job:constellation_sync_requests:rate1m / 2"},
		{Name: "job:constellation_sync_requests:rate1m", Expr: "sum by (job) (rate(constellation_sync_requests_total[1m]))", Labels: []manifest.KeyValue{{Key: "team", Value: "omega"}}},
	}
	m.Alerts = []*manifest.Alert{
		{Name: "ConstellationDown", Expr: `up{job="constellation"} == 0`, For: time.Minute, Severity: "critical", Runbook: m.Runbooks[0],
			Summary:     "{{ $labels.instance }} of {{ $labels.job }} is down in {{ $externalLabels.cluster }}",
			Description: "Prometheus can't scrape it; up is {{ $value }}."},
		{Name: "ConstellationAbsent", Expr: `absent(up{job="constellation"})`, For: 5 * time.Minute, Severity: "critical", Summary: "No replica of {{ .Labels.job }} is known"},
		{Name: "TooManyDevices", Expr: "constellation_active_devices > 1e6", Severity: "warning", Summary: "{{ $value | humanize }} devices on {{ $labels.instance }}"},
		{Name: "FewRequests", Expr: `sum(rate(constellation_sync_requests_total[5m])) < 1`, For: 2 * time.Minute, Severity: "warning", Summary: "{{ printf \"%.1f\" $value }} requests/s",
			Tests: []*manifest.AlertTest{
				{Series: []manifest.KeyValue{{Key: `constellation_sync_requests_total{instance="a"}`, Value: "0x20"}}, At: 15 * time.Minute, Fires: true},
				{Series: []manifest.KeyValue{{Key: `constellation_sync_requests_total{instance="a"}`, Value: "0+600x20"}}, At: 15 * time.Minute},
			}},
		{Name: "DeclaredDown", Expr: `up{job=~"constel.*"} == 0`, For: time.Minute, Severity: "critical", Summary: "{{ $labels.instance }} is down",
			Tests: []*manifest.AlertTest{{Series: []manifest.KeyValue{{Key: `up{instance="a",job="constellation"}`, Value: "0x10"}, {Key: `up{instance="b",job="constellation"}`, Value: "1x10"}}, At: 5 * time.Minute, Fires: true}}},
		{Name: "Ratio", Expr: `constellation_active_devices{shard!="0", zone=~"eu-.+|us"} >= 0.05`, For: 90 * time.Second, Group: "devices", Summary: "{{ . }}"},
		{Name: "OtherGroup", Expr: "a:constellation:ratio < 1", Group: "devices", Summary: "x",
			Tests: []*manifest.AlertTest{{Series: []manifest.KeyValue{{Key: `constellation_sync_requests_total{job="c"}`, Value: "0x20"}}, At: 15 * time.Minute, Fires: true, Labels: []manifest.KeyValue{{Key: "job", Value: "c"}}}}},
	}
	for _, a := range m.Alerts {
		a.Address = "alert." + a.Name
	}
	for _, r := range m.Records {
		r.Address = "record." + r.Name
	}
	return m
}

// render renders and checks, and fails on any diagnostic.
func render(t interface{ Fatalf(string, ...any) }, m *manifest.Manifest) map[string]kit.Artifact {
	arts, diags := prometheus.Render(m)
	out := map[string]kit.Artifact{}
	for _, a := range arts {
		out[a.Path] = a
		diags = append(diags, lint.Check(m, a)...)
	}
	diags = append(diags, lint.Manifest(m)...)
	for _, d := range diags {
		t.Fatalf("%s %s: %s", diag.Code(d), d.Summary, d.Detail)
	}
	return out
}

// promtools are the versions of promtool to run: that of PROMTOOL (or PATH), and
// that of PROMTOOL_OTHER where given.
func promtools(t *testing.T) []string {
	t.Helper()
	out := []string{"promtool"}
	if p := os.Getenv("PROMTOOL"); p != "" {
		out[0] = p
	}
	if p := os.Getenv("PROMTOOL_OTHER"); p != "" {
		out = append(out, p)
	}
	tooltest.Need(t, out...)
	return out
}

// accept runs promtool over the files, which must pass without a warning.
func accept(t *testing.T, files map[string]kit.Artifact) {
	t.Helper()
	dir := t.TempDir()
	for path, a := range files {
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, a.Content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tool := range promtools(t) {
		for _, args := range [][]string{{"check", "config", kit.PrometheusConfigPath}, {"check", "rules", kit.PrometheusRulesPath}, {"test", "rules", kit.PrometheusTestsPath}} {
			if _, ok := files[args[2]]; !ok {
				continue
			}
			cmd := exec.Command(tool, args...)
			cmd.Dir = dir
			b, err := cmd.CombinedOutput()
			if err != nil || strings.Contains(strings.ToUpper(string(b)), "WARN") {
				t.Errorf("%s %s: %v\n%s", tool, strings.Join(args, " "), err, b)
			}
		}
	}
}

// An alert's runbook is in the file that the kit has it in.
func TestRunbookOfAlert(t *testing.T) {
	m := sample()
	for _, at := range []string{"RUNBOOK.md", "deploy/RUNBOOK.md"} {
		if rules := string(render(t, m)[kit.PrometheusRulesPath].Content); !strings.Contains(rules, "runbook: "+at+"#services_not_starting\n") {
			t.Errorf("not %s:\n%s", at, rules)
		}
		m.Kept = manifest.KeptPaths{kit.RunbookPath} // the user's own
	}
}

func TestPromtoolAcceptsSample(t *testing.T) {
	files := render(t, sample())
	if len(files) != 3 {
		t.Fatalf("%d files", len(files))
	}
	accept(t, files)
}

// TestTestsBite: the derived tests fail on rules that say something else.
func TestTestsBite(t *testing.T) {
	for old, changed := range map[string]string{
		`up{job="constellation"} == 0`:                "up{job=\"constellation\"} == 1",
		"absent(up{job=\"constellation\"})":           "absent(up{job=\"other\"})",
		"constellation_active_devices > 1e6":          "constellation_active_devices >= 1e6",
		"sum(rate(constellation_sync_requests_total[": "-1 - sum(rate(constellation_sync_requests_total[",
		"for: 1m30s": "for: 10m",
	} {
		files := render(t, sample())
		a := files[kit.PrometheusRulesPath]
		content := strings.ReplaceAll(string(a.Content), old, changed)
		if content == string(a.Content) {
			t.Fatalf("%s isn't in the rules", old)
		}
		a.Content = []byte(content)
		dir := t.TempDir()
		for path, f := range map[string][]byte{"rules.yml": a.Content, "rules_test.yml": files[kit.PrometheusTestsPath].Content} {
			if err := os.WriteFile(filepath.Join(dir, path), f, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(promtools(t)[0], "test", "rules", filepath.Join(dir, "rules_test.yml"))
		if b, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("%s instead of %s passes the tests:\n%s", changed, old, b)
		}
	}
}

// hostile are strings that break careless quoting.
var hostile = []string{
	"a\"b'c`d", "$(touch x)", "`id`", "${y}", "{{.}}", "$$", "$HOME", "line\nbreak", "ünï 日本 \u2028", "#c: d", "- x", "true", "0x10", "\t tab ", "\\n", "%{x}", "a: b", "...", "null", "~", "12:30", "!!str x", "&a *b", "\u0007", "}",
}

func TestHostileStrings(t *testing.T) {
	batches := []string{strings.Join(hostile, "")}
	for i := 0; i < len(hostile); i += 7 {
		batches = append(batches, strings.Join(hostile[i:min(i+7, len(hostile))], " "))
	}
	for _, s := range append(hostile, batches...) {
		m := sample()
		m.Prometheus.ExternalLabels[0].Value = s
		m.Records[1].Labels[0].Value = s
		m.Alerts[0].Expr = `up{job="constellation",l!=` + quote.PromQLString(s) + `} == 0`
		m.Alerts[1].Annotations = []manifest.KeyValue{{Key: "note", Value: s}}
		m.Alerts[2].Description, m.Alerts[3].Summary = s, s
		m.Alerts[4].Labels = []manifest.KeyValue{{Key: "team", Value: s}}
		m.Alerts[0].Group = s
		files := render(t, m)
		if strings.Contains(s, " ") {
			accept(t, files) // promtool takes its time: the batches, and some
		}
	}
}

// TestAnyString: whatever the strings, Prometheus reads them back.
func TestAnyString(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(hostile), rapid.String())).Draw(t, "parts")
		return strings.Join(parts, "")
	})
	rapid.Check(t, func(t *rapid.T) {
		m := sample()
		plain := func(name string) string {
			return strings.ReplaceAll(text.Draw(t, name), "{{", "{ {")
		}
		m.Prometheus.ExternalLabels[0].Value = text.Draw(t, "external")
		m.Alerts[0].Summary, m.Alerts[0].Description = plain("summary"), plain("description")
		m.Alerts[1].Annotations = []manifest.KeyValue{{Key: "note", Value: plain("annotation")}}
		m.Records[0].Labels = []manifest.KeyValue{{Key: "l", Value: text.Draw(t, "record")}}
		m.System.Name = text.Filter(func(s string) bool { return s != "" }).Draw(t, "system")
		if m.System.Name == "devices" {
			return
		}
		render(t, m)
	})
}

func TestWithoutServer(t *testing.T) {
	m := sample()
	m.Prometheus = nil
	arts, diags := prometheus.Render(m)
	if len(arts) != 0 || len(diags) != 1 || diag.Code(diags[0]) != "OG520" {
		t.Errorf("%d artifacts, %v", len(arts), diags)
	}
}

func TestDiagnostics(t *testing.T) {
	at := hcl.Range{Filename: "x.hcl"}
	for code, change := range map[string]func(*manifest.Manifest){
		"OG529": func(m *manifest.Manifest) { m.RuleGroups = []*manifest.RuleGroup{{Name: "none"}} },
		"OG521": func(m *manifest.Manifest) { m.Services[0].Scrapes[0].Path = "/\xff" },
		"OG522": func(m *manifest.Manifest) { m.Alerts[0].For = 1500 * time.Microsecond },
		"OG523": func(m *manifest.Manifest) { m.Services[0].Scrapes[0].Timeout = time.Minute },
		"OG524": func(m *manifest.Manifest) {
			other := service("other", 0, map[string]int{"m": 1})
			scrape(other, "m", nil).Job = "constellation"
			m.Services = append(m.Services, other)
		},
		"OG525": func(m *manifest.Manifest) { m.Services[0].Scrapes[0].Port = "nope" },
		"OG526": func(m *manifest.Manifest) {
			m.Alerts[0].Labels = []manifest.KeyValue{{Key: "a-b", Value: "x", Range: at}}
		},
		"OG527": func(m *manifest.Manifest) { m.Alerts[0].Expr = "sum(up) == 0" },
		"OG528": func(m *manifest.Manifest) {
			r := *m.Records[0]
			m.Records = append(m.Records, &r)
		},
	} {
		m := sample()
		change(m)
		_, diags := prometheus.Render(m)
		if len(diags) != 1 || diag.Code(diags[0]) != code {
			t.Errorf("%s: %v", code, diags)
		}
	}
}
