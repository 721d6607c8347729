//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package prometheus_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	lint "github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/templates/prometheus"
)

// TestLarge: what would stall Prometheus's parsers, or exhaust the stack, is
// rejected by separate rules.
func TestLarge(t *testing.T) {
	const n = 1_000_000
	for name, change := range map[string]func(*manifest.Manifest){
		"nesting": func(m *manifest.Manifest) { m.Records[0].Expr = strings.Repeat("(", n) + "1" + strings.Repeat(")", n) },
		"chain":   func(m *manifest.Manifest) { m.Alerts[0].Expr = strings.Repeat("up+", n) + "up" },
		"templates": func(m *manifest.Manifest) {
			m.Alerts[0].Summary = strings.Repeat("{{if $value}}", n) + strings.Repeat("{{end}}", n)
		},
		"series": func(m *manifest.Manifest) {
			m.Alerts[0].Tests = []*manifest.AlertTest{{Series: []manifest.KeyValue{{Key: "up", Value: "0x99999999999999999999"}}}}
		},
		"values": func(m *manifest.Manifest) {
			m.Alerts[0].Tests = []*manifest.AlertTest{{Series: []manifest.KeyValue{{Key: "up", Value: "0x60000 1+2x50000"}}}}
		},
	} {
		m := sample()
		change(m)
		if d := lint.Manifest(m); len(d) != 1 || diag.Code(d[0]) != "OG575" {
			t.Errorf("%s: %v", name, d)
		}
		arts, _ := prometheus.Render(m)
		for _, a := range arts {
			if d := lint.Check(m, a); len(d) > 0 {
				t.Errorf("%s: %v", name, d)
			}
		}
	}
	m := sample()
	m.Alerts[0].Expr = `up{job=~"` + strings.Repeat("host|", n/20) + `x"} == 0`
	if d := lint.Manifest(m); len(d) > 0 && diag.Code(d[0]) == "OG575" {
		t.Errorf("a long string: %s", diag.Code(d[0]))
	}
}
