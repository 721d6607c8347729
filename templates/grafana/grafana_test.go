package grafana_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	lint "github.com/omegagen/omegagen/lint/grafana"
	"github.com/omegagen/omegagen/templates/grafana"
)

// Property tests draw the same cases in every run; make fuzz draws others.
func init() { _ = flag.Set("rapid.seed", "1") }

func float(f float64) *big.Rat { return new(big.Rat).SetFloat64(f) }

// sample has a panel of every type, a collapsed row, panels outside of rows
// and a variable of every type.
func sample() *manifest.Manifest {
	prom := &manifest.Service{Origin: manifest.Origin{Address: "service.prometheus"}, Name: "prometheus",
		Instances: []*manifest.Instance{{Name: "prometheus", Ports: []*manifest.Port{{Name: "http", Container: 9090}}}}}
	graf := &manifest.Service{Origin: manifest.Origin{Address: "service.grafana"}, Name: "grafana", Instances: []*manifest.Instance{{Name: "grafana"}}}
	every := &manifest.Row{Title: "Every type"}
	for _, typ := range grafana.Types {
		p := &manifest.Panel{Origin: manifest.Origin{Address: "panel." + typ}, Title: "A " + typ, Type: typ, Description: "What a " + typ + " shows", Unit: "reqps",
			Targets: []manifest.Target{{Expr: "up", Legend: "{{instance}}"}, {Expr: "up == 0"}}}
		switch typ {
		case "text":
			p.Targets, p.Content, p.Unit = nil, "# Hello", ""
		case "logs", "heatmap":
		default:
			p.Overrides = overridden(typ)
		}
		every.Panels = append(every.Panels, p)
	}
	d := &manifest.Dashboard{
		Origin: manifest.Origin{Address: "dashboard.constellation-overview"}, UID: "constellation-overview",
		Title: "Exogenesis Omega - Constellation Overview", Description: "How the constellation does", Tags: []string{"omega"},
		Rows: []*manifest.Row{
			{Panels: []*manifest.Panel{
				{Title: "Replicas up", Type: "stat", Unit: "short", Targets: []manifest.Target{{Expr: `sum(up{job="constellation"})`, Instant: true}},
					Thresholds: []manifest.Threshold{{Color: "green", Value: float(3)}, {Color: "red"}, {Color: "orange", Value: float(1)}}},
				{Title: "Load", Type: "gauge", Unit: "percentunit", Min: float(0), Max: float(1), Targets: []manifest.Target{{Expr: "up"}}},
				{Title: "Wide", Type: "timeseries", Width: 20, Height: 6, Stack: true, Targets: []manifest.Target{{Expr: "up"}}},
			}},
			{Title: "Traffic", Panels: []*manifest.Panel{
				{Title: "Sync requests", Type: "timeseries", Unit: "reqps", Description: "Requests a second", Targets: []manifest.Target{
					{Expr: "sum by (instance) (rate(constellation_sync_requests_total[$__rate_interval]))", Legend: "{{instance}}"}},
					Thresholds: []manifest.Threshold{{Color: "red", Value: float(100)}},
					Options:    map[string]any{"legend": map[string]any{"displayMode": "table", "calcs": []any{"mean", "max"}, "width": big.NewRat(200, 1)}}},
				{Title: "b", Type: "timeseries", Targets: []manifest.Target{{Expr: "up"}}},
				{Title: "c", Type: "timeseries", Targets: []manifest.Target{{Expr: "up"}}},
			}},
			{Title: "Hidden", Collapsed: true, Panels: []*manifest.Panel{
				{Title: "d", Type: "timeseries", Targets: []manifest.Target{{Expr: "up"}}},
				{Title: "e", Type: "stat", Targets: []manifest.Target{{Expr: "up"}}},
			}},
			every,
		},
		Variables: []*manifest.DashboardVariable{
			{Name: "instance", Type: "query", Query: `label_values(up{job="constellation"}, instance)`, Multi: true, IncludeAll: true, Label: "Instance"},
			{Name: "env", Type: "custom", Query: "dev, prod", Default: "prod"},
			{Name: "filter", Type: "textbox", Default: "x"},
			{Name: "window", Type: "interval", Query: "1m,5m,1h"},
		},
	}
	return &manifest.Manifest{
		System:     &manifest.System{Name: "exogenesis-omega"},
		Services:   []*manifest.Service{graf, prom},
		Prometheus: &manifest.Prometheus{Service: prom, Port: "http", ScrapeInterval: 15 * time.Second},
		Grafana:    &manifest.Grafana{Service: graf},
		Dashboards: []*manifest.Dashboard{d},
	}
}

// overridden has each property that a type of panel has.
func overridden(typ string) []*manifest.Override {
	two, stack := 2, false
	o := &manifest.Override{Origin: manifest.Origin{Address: "panel." + typ + ".override"}, By: manifest.ByRegexp, Series: "/a|b/i", DisplayName: "c", Unit: "s", Decimals: &two,
		Min: float(0), Max: big.NewRat(3, 2), Color: "red", Thresholds: []manifest.Threshold{{Color: "blue"}, {Color: "#ff0000", Value: float(1)}}}
	switch typ {
	case "timeseries":
		o.Axis, o.Stack, o.Hidden = manifest.RightAxis, &stack, true
	case "barchart":
		o.Axis, o.Hidden = manifest.LeftAxis, true
	case "table", "piechart", "histogram", "state-timeline", "status-history":
		o.Hidden = true
	}
	return []*manifest.Override{o, {By: manifest.ByName, Series: "a", Color: "green"}}
}

func render(t interface{ Fatalf(string, ...any) }, m *manifest.Manifest) []kit.Artifact {
	arts, diags := grafana.Render(m)
	for _, a := range arts {
		diags = append(diags, lint.Check(m, a)...)
	}
	for _, d := range diags {
		t.Fatalf("%s %s: %s", diag.Code(d), d.Summary, d.Detail)
	}
	return arts
}

// schema is the JSON Schema of Grafana 11.6's dashboards.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("../../lint/grafana/testdata/dashboard-11.6.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(s *jsonschema.Schema, a kit.Artifact) error {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.Content))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

func TestSchemaAcceptsSample(t *testing.T) {
	s := schema(t)
	dashboards := 0
	for _, a := range render(t, sample()) {
		if strings.HasSuffix(a.Path, ".json") {
			dashboards++
			if err := valid(s, a); err != nil {
				t.Errorf("%s: %v", a.Path, err)
			}
		}
	}
	if dashboards != 1 {
		t.Errorf("%d dashboards", dashboards)
	}
}

// TestLayout: lines are full where widths are free, rows follow each other,
// and a collapsed row takes one unit.
func TestLayout(t *testing.T) {
	var d grafana.Dashboard
	for _, a := range render(t, sample()) {
		if strings.HasSuffix(a.Path, ".json") {
			if err := json.Unmarshal(a.Content, &d); err != nil {
				t.Fatal(err)
			}
		}
	}
	at := map[string]grafana.GridPos{}
	for _, p := range d.Panels {
		at[p.Title] = p.GridPos
		if p.Panels != nil {
			for _, in := range *p.Panels {
				at[in.Title] = in.GridPos
			}
		}
	}
	for title, want := range map[string]grafana.GridPos{
		"Replicas up":   {H: 5, W: 12, X: 0, Y: 0},
		"Load":          {H: 5, W: 12, X: 12, Y: 0},
		"Wide":          {H: 6, W: 20, X: 0, Y: 5},
		"Traffic":       {H: 1, W: 24, X: 0, Y: 11},
		"Sync requests": {H: 8, W: 12, X: 0, Y: 12},
		"c":             {H: 8, W: 24, X: 0, Y: 20},
		"Hidden":        {H: 1, W: 24, X: 0, Y: 28},
		"d":             {H: 8, W: 16, X: 0, Y: 29},
		"e":             {H: 8, W: 8, X: 16, Y: 29},
		"Every type":    {H: 1, W: 24, X: 0, Y: 29},
	} {
		if at[title] != want {
			t.Errorf("%s stands at %+v, want %+v", title, at[title], want)
		}
	}
}

// TestAnyString: whatever the strings, the files are read back equal and fit
// the schema.
func TestAnyString(t *testing.T) {
	s := schema(t)
	hostile := []string{"a\"b'c`d", "$(touch x)", "${y}", "{{.}}", "$$", "line\nbreak", "ünï 日本 \u2028", "</script>", "\\n", "\x00", "true", "#", "- x"}
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(hostile), rapid.String())).Draw(t, "parts"), "")
	})
	rapid.Check(t, func(t *rapid.T) {
		m := sample()
		draw := func(name string) string { return text.Draw(t, name) }
		d := m.Dashboards[0]
		d.Title, d.Description, d.Tags = "x"+draw("title"), draw("description"), []string{draw("tag")}
		p := d.Rows[1].Panels[0]
		p.Title, p.Description, p.Unit = draw("panel"), draw("panel description"), "suffix:"+draw("unit")
		p.Targets[0].Expr, p.Targets[0].Legend = draw("expr"), draw("legend")
		p.Thresholds[0].Color = draw("color")
		p.Overrides = []*manifest.Override{{By: manifest.ByName, Series: p.Targets[0].Legend, DisplayName: "n" + draw("name"), Color: draw("own color"), Unit: "suffix:" + draw("own unit")}}
		d.Rows[1].Title = draw("row")
		d.Variables[0].Query, d.Variables[1].Query, d.Variables[2].Default, d.Variables[0].Label = draw("query"), draw("custom"), draw("textbox"), draw("label")
		for _, every := range d.Rows[3].Panels {
			every.Content = draw("content")
		}
		m.Grafana.Folder = "f" + draw("folder")
		m.System.Name = "s" + draw("system")
		for _, a := range render(t, m) {
			if strings.HasSuffix(a.Path, ".json") {
				if err := valid(s, a); err != nil {
					t.Fatalf("%v", err)
				}
			}
		}
	})
}

// TestAnyLayout: panels of any sizes never overlap.
func TestAnyLayout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := sample()
		d := m.Dashboards[0]
		d.Rows = nil
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			r := &manifest.Row{Title: rapid.SampledFrom([]string{"", "row"}).Draw(t, "title"), Collapsed: rapid.Bool().Draw(t, "collapsed")}
			for range rapid.IntRange(0, 9).Draw(t, "panels") {
				r.Panels = append(r.Panels, &manifest.Panel{
					Title: "p", Type: rapid.SampledFrom(grafana.Types).Draw(t, "type"),
					Width: rapid.IntRange(0, 24).Draw(t, "width"), Height: rapid.IntRange(0, 12).Draw(t, "height"),
				})
			}
			d.Rows = append(d.Rows, r)
		}
		render(t, m)
	})
}

func TestDiagnostics(t *testing.T) {
	for code, change := range map[string]func(*manifest.Manifest){
		"OG540": func(m *manifest.Manifest) { m.Grafana = nil },
		"OG541": func(m *manifest.Manifest) { m.Prometheus = nil },
		"OG542": func(m *manifest.Manifest) { m.Dashboards[0].UID = strings.Repeat("x", 41) },
		"OG543": func(m *manifest.Manifest) {
			other := *m.Dashboards[0]
			other.Title = "Another"
			m.Dashboards = append(m.Dashboards, &other)
		},
		"OG544": func(m *manifest.Manifest) { m.Dashboards[0].Title = "exogenesis-omega" },
		"OG545": func(m *manifest.Manifest) { m.Dashboards[0].Title = "" },
		"OG546": func(m *manifest.Manifest) { m.Dashboards[0].Rows[0].Panels[0].Type = "graph" },
		"OG547": func(m *manifest.Manifest) {
			m.Dashboards[0].Rows[1].Panels[0].Options = map[string]any{"legend": map[string]any{"colour": "red"}}
		},
		"OG549": func(m *manifest.Manifest) { m.Grafana.Folder = "\xff" },
		"OG550": func(m *manifest.Manifest) { m.Dashboards[0].Rows[0].Panels[0].Unit = "Seconds" },
		"OG551": func(m *manifest.Manifest) {
			m.Dashboards[0].Rows[0].Panels[0].Overrides = []*manifest.Override{{By: manifest.ByName, Series: "a"}}
		},
		"OG552": func(m *manifest.Manifest) {
			p := m.Dashboards[0].Rows[0].Panels[0]
			p.Targets[0].Legend, p.Overrides = "a", []*manifest.Override{{By: manifest.ByName, Series: "b", Color: "red"}}
		},
		"OG548": func(m *manifest.Manifest) { m.Dashboards[0].Rows[0].Panels[2].Width = 25 },
	} {
		m := sample()
		change(m)
		arts, diags := grafana.Render(m)
		if len(diags) != 1 || diag.Code(diags[0]) != code {
			t.Errorf("%s: %v", code, diags)
		}
		for _, a := range arts {
			for _, d := range lint.Check(m, a) {
				t.Errorf("%s: %s", code, d.Detail)
			}
		}
	}
}

// TestAlertmanagerSource: the Alertmanager is a data source of its own, whose UID differs from the Prometheus's.
func TestAlertmanagerSource(t *testing.T) {
	service := &manifest.Service{Origin: manifest.Origin{Address: "service.alerts"}, Name: "alerts",
		Instances: []*manifest.Instance{{Name: "alerts", Ports: []*manifest.Port{{Name: "peers", Container: 9094}, {Name: "web", Container: 9999}}}}}
	for _, c := range []struct {
		alertmanager     *manifest.Alertmanager
		uid, address, is string
	}{
		{&manifest.Alertmanager{Service: service, Port: "web"}, "", "http://alerts:9999", "alertmanager"},
		{&manifest.Alertmanager{URL: "https://alerts.example.org/team$a/"}, "", "https://alerts.example.org/team$a", "alertmanager"},
		{&manifest.Alertmanager{Service: service, Port: "web"}, "alertmanager", "http://alerts:9999", "alertmanager-1"},
	} {
		m := sample()
		m.Alertmanager, m.Grafana.DatasourceUID = c.alertmanager, c.uid
		found := map[string]grafana.Datasource{}
		for _, a := range render(t, m) {
			if doc, ok := a.Doc.(*grafana.Datasources); ok {
				found[doc.Datasources[0].Type] = doc.Datasources[0]
			}
		}
		d := found["alertmanager"]
		if d.URL != c.address || d.UID != c.is || d.IsDefault || d.JSONData != (grafana.AlertmanagerData{Implementation: "prometheus"}) {
			t.Errorf("%+v", d)
		}
		if p, ok := found["prometheus"].JSONData.(grafana.PrometheusData); !ok || p.AlertmanagerUID != d.UID || !found["prometheus"].IsDefault {
			t.Errorf("%+v", found["prometheus"])
		}
	}
}

func TestReplacement(t *testing.T) {
	m := sample()
	m.Dashboards[0].Rows[0].Panels[0].Type = "singlestat"
	_, diags := grafana.Render(m)
	if len(diags) != 1 || diags[0].Extra.(diag.Extra).Fix != `"stat"` {
		t.Errorf("%v", diags)
	}
}
