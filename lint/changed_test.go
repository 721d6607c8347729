package lint_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates"
)

// A file that differs from its document never passes: one change to each kind
// of file, and the rule that reports it.
func TestChangedFiles(t *testing.T) {
	m, diags := loader.Load(loader.Input{FS: os.DirFS(filepath.Join("..", "examples", "constellation")), Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	files, diags := templates.Files(m)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	planned, diags := templates.Planned(m, planner.Plans(m, planner.Options{}), files, "test")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	byPath := map[string]kit.Artifact{}
	for _, a := range append(planned, files...) {
		byPath[a.Path] = a
	}
	for _, test := range []struct{ path, old, new, code string }{
		{"docker-compose.yml", "\nservices:", "\nversion: \"3\"\nservices:", "OG411"},
		{"docker-compose.yml", "restart: unless-stopped", "restart: always", "OG901"},
		{"Dockerfile.constellation", "\nUSER ", "\nUSER x", "OG902"},
		{"prometheus/prometheus.yml", "scrape_interval: ", "scrape_interval: 1", "OG903"},
		{"grafana/dashboards/constellation-overview.json", "\"title\": \"", "\"title\": \"x", "OG904"},
		{"grafana/provisioning/datasources/prometheus.yml", "name: ", "name: x", "OG904"},
		{"grafana/provisioning/dashboards/dashboards.yml", "name: ", "name: x", "OG904"},
		{"init-db.sql", "text", "bigint", "OG905"},
		{"deploy.sh", "while ", "while (", "OG906"},
		{"deploy/runtime.sh", "main() {", "main( {", "OG906"},
		{"deploy/plan.sh", "title='", "title='x", "OG906"},
		{"deploy/plan.sh", "script sh actions/", "script sh actions/x", "OG906"},
		{"deploy/actions/verify_alerts/validate.sh", "curl -", "curl --", "OG906"},
		{"prometheus-tests/rules_test.yml", "eval_time: ", "eval_time: 1", "OG903"},
	} {
		a := byPath[test.path]
		if !bytes.Contains(a.Content, []byte(test.old)) {
			t.Errorf("%s has no %q to change", test.path, test.old)
			continue
		}
		if d := lint.Check(m, []kit.Artifact{a}); d.HasErrors() {
			t.Errorf("%s as it was rendered: %v", test.path, d)
		}
		a.Content = bytes.Replace(a.Content, []byte(test.old), []byte(test.new), 1)
		codes := map[string]bool{}
		for _, d := range lint.Check(m, []kit.Artifact{a}) {
			codes[diag.Code(d)] = true
		}
		if !codes[test.code] {
			t.Errorf("%s with %q for %q: %v, not %s", test.path, test.new, test.old, codes, test.code)
		}
	}
}
