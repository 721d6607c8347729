package grafana_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	lint "github.com/omegagen/omegagen/lint/grafana"
	"github.com/omegagen/omegagen/templates/grafana"
)

func sample() *manifest.Manifest {
	s := &manifest.Service{Name: "prometheus", Instances: []*manifest.Instance{{Name: "prometheus"}}}
	return &manifest.Manifest{
		System:       &manifest.System{Name: "x"},
		Prometheus:   &manifest.Prometheus{Service: s},
		Alertmanager: &manifest.Alertmanager{Service: s},
		Grafana:      &manifest.Grafana{Service: s, Folder: "a$b"},
		Dashboards: []*manifest.Dashboard{{UID: "d", Title: "T", Rows: []*manifest.Row{{Title: "r", Panels: []*manifest.Panel{
			{Title: "one", Type: "stat", Targets: []manifest.Target{{Expr: "up"}}},
			{Title: "two", Type: "stat", Targets: []manifest.Target{{Expr: "up"}}},
		}}}}},
	}
}

// TestCheckBites: each change of a file that matters to Grafana is reported.
func TestCheckBites(t *testing.T) {
	m := sample()
	arts, diags := grafana.Render(m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	for _, c := range []struct{ path, old, new string }{
		{"grafana/dashboards/d.json", `"title": "one"`, `"title": "other"`},
		{"grafana/dashboards/d.json", `"type": "stat"`, `"type": "graph"`},
		{"grafana/dashboards/d.json", `"editorMode"`, `"editorMood"`},
		{"grafana/dashboards/d.json", `"pluginVersion": "11.6.0"`, `"pluginVersion": "11.5.0"`},
		{"grafana/dashboards/d.json", `"x": 12`, `"x": 11`},
		{"grafana/dashboards/d.json", `"id": 3`, `"id": 2`},
		{"grafana/provisioning/datasources/prometheus.yml", "isDefault: true", "isDefault: false"},
		{"grafana/provisioning/datasources/prometheus.yml", "uid: prometheus", "id: prometheus"},
		{"grafana/provisioning/datasources/prometheus.yml", "timeInterval:", "interval:"},
		{"grafana/provisioning/datasources/alertmanager.yml", "handleGrafanaManagedAlerts: false", "handleGrafanaManagedAlerts: true"},
		{"grafana/provisioning/datasources/alertmanager.yml", "handleGrafanaManagedAlerts: false", "handleGrafanaManagedAlerts: none"},
		{"grafana/provisioning/datasources/alertmanager.yml", "implementation: prometheus", "implementation: mimir"},
		{"grafana/provisioning/datasources/alertmanager.yml", "type: alertmanager", "type: prometheus"},
		{"grafana/provisioning/dashboards/dashboards.yml", "a$$b", "a$b"},
		{"grafana/provisioning/dashboards/dashboards.yml", "path:", "paths:"},
	} {
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
			if d := lint.Check(m, a); len(d) != 1 {
				t.Errorf("%s instead of %s: %v", c.new, c.old, d)
			}
		}
		if !found {
			t.Errorf("no file %s", c.path)
		}
	}
}

// TestCheckPanels: errors in the document itself are reported too.
func TestCheckPanels(t *testing.T) {
	for name, change := range map[string]func(d *grafana.Dashboard){
		"overlap":  func(d *grafana.Dashboard) { d.Panels[2].GridPos.X = 3 },
		"off grid": func(d *grafana.Dashboard) { d.Panels[2].GridPos.W = 13 },
		"ids":      func(d *grafana.Dashboard) { d.Panels[2].ID = 1 },
		"source":   func(d *grafana.Dashboard) { d.Panels[1].Datasource = &grafana.DatasourceRef{UID: "x"} },
		"refs":     func(d *grafana.Dashboard) { d.Panels[1].Targets = append(d.Panels[1].Targets, d.Panels[1].Targets[0]) },
	} {
		m := sample()
		arts, _ := grafana.Render(m)
		for _, a := range arts {
			if d, ok := a.Doc.(*grafana.Dashboard); ok {
				change(d)
				a.Content, _ = grafana.Encode(d)
				if diags := lint.Check(m, a); len(diags) != 1 {
					t.Errorf("%s: %v", name, diags)
				}
			}
		}
	}
}
