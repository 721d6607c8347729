package exporter_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/internal/exporter"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/tooltest"
	lint "github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/templates/prometheus"
)

// load reads the manifest with every preset.
func load(t *testing.T) *manifest.Manifest {
	t.Helper()
	return compile(t, "testdata/all.hcl")
}

func compile(t *testing.T, file string) *manifest.Manifest {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(string(src)), Dir: "."})
	for _, d := range append(diags, lint.Manifest(m)...) {
		t.Error(diagtest.Describe(d))
	}
	return m
}

// TestPresets checks each preset as part of a manifest without any mistake: it has a service, a scrape with
// its record, alerts and a dashboard. The lint has parsed each expression and found each metric in a record.
func TestPresets(t *testing.T) {
	m := load(t)
	for _, p := range exporter.All() {
		var job *manifest.Scrape
		for _, s := range m.Services {
			for _, x := range s.Scrapes {
				if len(x.Exports) > 0 && x.Exports[0].Name == p.Record()[0].Name && len(x.Exports) == len(p.Record()) {
					job = x
				}
			}
		}
		if job == nil && p.Kind != "blackbox" {
			t.Errorf("%s: no scrape with its record", p.Kind)
		}
		alerts, panels := 0, 0
		for _, a := range m.Alerts {
			if a.Group == p.Kind {
				alerts++
			}
			if a.Severity == "" || a.Summary == "" || a.Description == "" {
				t.Errorf("%s lacks a severity, a summary or a description", a.Address)
			}
		}
		for _, d := range m.Dashboards {
			if d.UID == "exporter-"+p.Kind {
				for _, r := range d.Rows {
					panels += len(r.Panels)
				}
			}
		}
		if alerts < 2 || panels < 3 {
			t.Errorf("%s: %d alerts, %d panels", p.Kind, alerts, panels)
		}
	}
}

// TestAlerts has promtool read all rules and run their tests: each alert has a test in which it fires, and one in which
// it doesn't.
func TestAlerts(t *testing.T) {
	m := load(t)
	files, diags := prometheus.Render(m)
	for _, d := range diags {
		t.Error(diagtest.Describe(d)) // such as an alert without a test
	}
	tooltest.Need(t, "promtool")
	dir := t.TempDir()
	var tests []prometheus.TestGroup
	for _, f := range files {
		name := filepath.Join(dir, f.Path)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Content, 0o644); err != nil {
			t.Fatal(err)
		}
		if doc, ok := f.Doc.(*prometheus.Tests); ok {
			tests = doc.Tests
		}
		args := map[string][]string{"prometheus.yml": {"check", "config"}, "rules.yml": {"check", "rules"}, "rules_test.yml": {"test", "rules"}}[filepath.Base(name)]
		defer func() {
			if out, err := exec.Command("promtool", append(args, name)...).CombinedOutput(); err != nil {
				t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
			}
		}()
	}
	fires, rests := map[string]bool{}, map[string]bool{}
	for _, g := range tests {
		for _, a := range g.AlertRuleTests {
			if len(a.ExpAlerts) > 0 {
				fires[a.AlertName] = true
			} else {
				rests[a.AlertName] = true
			}
		}
		for _, e := range g.PromQLExprTests {
			name := alertOf(e.Expr)
			if len(e.ExpSamples) > 0 {
				fires[name] = true
			} else {
				rests[name] = true
			}
		}
	}
	for _, a := range m.Alerts {
		if !fires[a.Name] || !rests[a.Name] {
			t.Errorf("%s: tested firing %v, and not firing %v", a.Address, fires[a.Name], rests[a.Name])
		}
	}
}

// alertOf is the alert that a test's expression is about.
func alertOf(expr string) string {
	_, rest, _ := strings.Cut(expr, `alertname="`)
	name, _, _ := strings.Cut(rest, `"`)
	return name
}

// selectors are those of every alert and panel of a preset that select series of a job, by what they belong to.
func selectors(t *testing.T, m *manifest.Manifest, kind string) map[string][]*parser.VectorSelector {
	t.Helper()
	out := map[string][]*parser.VectorSelector{}
	add := func(what, expr string) {
		expr = strings.NewReplacer("$__rate_interval", "1m", "$__interval", "1m").Replace(expr)
		tree, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		parser.Inspect(tree, func(n parser.Node, _ []parser.Node) error {
			if s, ok := n.(*parser.VectorSelector); ok {
				out[what] = append(out[what], s)
			}
			return nil
		})
	}
	for _, a := range m.Alerts {
		if a.Group == kind {
			add(a.Address, a.Expr)
		}
	}
	for _, d := range m.Dashboards {
		for _, r := range d.Rows {
			for _, p := range r.Panels {
				for _, q := range p.Targets {
					if d.UID == "exporter-"+kind {
						add(p.Address, q.Expr)
					}
				}
			}
		}
	}
	return out
}

// satisfies reports whether a scraped series satisfies a selector, apart from the labels that Prometheus adds.
func satisfies(s *parser.VectorSelector, series labels.Labels) bool {
	for _, m := range s.LabelMatchers {
		if m.Name != "job" && m.Name != "instance" && !m.Matches(series.Get(m.Name)) {
			return false
		}
	}
	return true
}

// An exporter's diagnostics are at its block, and nothing of a preset's file shows.
func TestRanges(t *testing.T) {
	src, err := os.ReadFile("testdata/all.hcl")
	if err != nil {
		t.Fatal(err)
	}
	m := load(t)
	lines := bytes.Split(src, []byte("\n"))
	at := func(what string, r hcl.Range) {
		if r.Filename != "main.hcl" || r.Start.Line < 1 || !bytes.Contains(lines[r.Start.Line-1], []byte("exporter \"")) {
			t.Errorf("%s is at %v", what, r)
		}
	}
	for _, a := range m.Alerts {
		at(a.Address, a.Range)
		at(a.Address+".expr", a.ExprRange)
		at(a.Address+".summary", a.SummaryRange)
	}
	overview := false
	for _, d := range m.Dashboards {
		if d.UID == "overview" { // of the whole system: the dashboards of exporters don't replace it
			overview = true
			continue
		}
		at(d.Address, d.Range)
	}
	if !overview {
		t.Error("a system whose only dashboards are those of exporters has no overview")
	}
	for _, s := range m.Services {
		if strings.HasSuffix(s.Name, "-exporter") {
			at(s.Address, s.Range)
		}
	}
}

// What watches the host mounts it read-only, and has no capabilities but those that reading takes.
func TestHostIsOnlyRead(t *testing.T) {
	found := 0
	for _, s := range load(t).Services {
		if s.Name != "node-exporter" && s.Name != "cadvisor-exporter" {
			continue
		}
		for _, i := range s.Instances {
			for _, m := range i.Mounts {
				found++
				if !m.ReadOnly {
					t.Errorf("%s writes to %s", s.Name, m.Bind)
				}
			}
		}
		if !s.Hardening.DropCaps || slices.ContainsFunc(s.Hardening.CapAdd, func(c string) bool { return c != "DAC_READ_SEARCH" && c != "SYSLOG" }) {
			t.Errorf("%s has more privileges than it requires: %+v", s.Name, s.Hardening)
		}
		if s.Compose["privileged"] != nil {
			t.Errorf("%s is privileged", s.Name)
		}
	}
	if found != 6 {
		t.Errorf("%d mounts", found)
	}
}
