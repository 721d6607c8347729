package grafana

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// newDashboard makes the document of a dashboard.
func newDashboard(m *manifest.Manifest, d *manifest.Dashboard) (*Dashboard, hcl.Diagnostics) {
	known := newFacts(m)
	out := &Dashboard{
		Annotations:   Annotations{List: annotations(m)},
		Links:         links(m, d),
		Description:   d.Description,
		Editable:      true,
		GraphTooltip:  1,
		Refresh:       d.Refresh,
		SchemaVersion: SchemaVersion,
		Tags:          slices.Clone(d.Tags),
		Time:          TimeRange{From: or(d.From, "now-1h"), To: or(d.To, "now")},
		Timezone:      or(d.Timezone, "browser"),
		Title:         d.Title,
		UID:           d.UID,
	}
	out.Templating.List = append(out.Templating.List, datasourceVariable(m))
	for _, v := range d.Variables {
		if v.Type == "query" && v.Query == "" {
			own := *v
			own.Query = known.valuesOf(v.Name, d)
			v = &own
		}
		out.Templating.List = append(out.Templating.List, variable(v))
	}
	var diags hcl.Diagnostics
	out.Panels, diags = rows(d, known)
	return out, diags
}

// annotations mark when alerts fire, if there are any.
func annotations(m *manifest.Manifest) []Annotation {
	if m.Prometheus == nil || len(m.Alerts) == 0 {
		return []Annotation{}
	}
	return []Annotation{{
		Datasource: datasource, Enable: true, Expr: `ALERTS{alertstate="firing"}`, IconColor: "red", Name: "Alerts",
		Step: "60s", TagKeys: "severity,instance", TitleFormat: "{{alertname}}",
	}}
}

// links lead to the runbook, if it is published, and to the other dashboards.
func links(m *manifest.Manifest, d *manifest.Dashboard) []Link {
	var out []Link
	add := func(title, address, icon string, dashboard bool) {
		out = append(out, Link{Icon: icon, KeepTime: dashboard, Tags: []string{}, TargetBlank: !dashboard, Title: title, Type: "link", URL: address})
	}
	if p := m.Prometheus; p != nil && p.RunbookURL != "" && len(m.Runbooks) > 0 {
		add("Runbook", p.RunbookURL, "doc", false)
	}
	for _, o := range m.Dashboards {
		if o != d && o.UID != d.UID && ValidUID(o.UID) {
			add(o.Title, "/d/"+o.UID, "dashboard", true)
		}
	}
	return out
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// rows places the panels. A row with a title takes a separate line; the panels of a
// collapsed row are inside it, and the next row starts right below it.
func rows(d *manifest.Dashboard, known facts) ([]*Panel, hcl.Diagnostics) {
	panels := []*Panel{}
	var diags hcl.Diagnostics
	id, y := 0, 0
	number := func(p *Panel) {
		id++
		p.ID = id
	}
	for _, r := range d.Rows {
		var header *Panel
		if r.Title != "" || r.Collapsed {
			header = &Panel{Collapsed: &r.Collapsed, GridPos: GridPos{H: 1, W: gridWidth, Y: y}, Panels: &[]*Panel{}, Title: r.Title, Type: "row"}
			number(header)
			panels = append(panels, header)
			y++
		}
		var in []*Panel
		var sources []*manifest.Panel
		for _, p := range r.Panels {
			doc, pd := newPanel(p, known)
			diags = append(append(diags, pd...), checkSize(p)...)
			if doc == nil {
				continue
			}
			number(doc)
			in, sources = append(in, doc), append(sources, p)
		}
		below := place(in, sources, y)
		if r.Collapsed {
			*header.Panels = append(*header.Panels, in...)
			continue
		}
		panels = append(panels, in...)
		y = below
	}
	return panels, diags
}

// datasourceVariable lets users choose another Prometheus for the dashboard.
func datasourceVariable(m *manifest.Manifest) Variable {
	return Variable{
		Current: &VariableOption{Text: StringOrList{String: "Prometheus"}, Value: StringOrList{String: DatasourceUID(m)}},
		Label:   "Data source", Name: "datasource", Query: VariableQuery{Query: "prometheus"}, Refresh: 1, Type: "datasource",
	}
}

func variable(v *manifest.DashboardVariable) Variable {
	out := Variable{Label: v.Label, Name: v.Name, Query: VariableQuery{Query: v.Query}, Type: v.Type}
	chosen := v.Default
	switch v.Type {
	case "query":
		out.Datasource = &datasource
		out.Query = VariableQuery{QueryType: queryType(v.Query), Query: v.Query, RefID: "PrometheusVariableQueryEditor-VariableQuery"}
		out.Refresh, out.Sort = 2, 1
	case "custom", "interval":
		values := split(v.Query)
		if chosen == "" && len(values) > 0 && !v.IncludeAll {
			chosen = values[0]
		}
		for _, s := range values {
			out.Options = append(out.Options, VariableValue{Selected: s == chosen, Text: s, Value: s})
		}
		if v.Type == "interval" {
			out.Refresh = 2
		}
	case "textbox":
		out.Query.Query = or(v.Query, chosen)
		chosen = out.Query.Query
		out.Options = []VariableValue{{Selected: true, Text: chosen, Value: chosen}}
	}
	if v.Type == "query" || v.Type == "custom" {
		out.IncludeAll, out.Multi = v.IncludeAll, v.Multi
	}
	text := chosen
	if chosen == "" && v.IncludeAll {
		text, chosen = "All", "$__all"
	}
	if chosen != "" || v.Type == "textbox" {
		out.Current = &VariableOption{Text: StringOrList{String: text}, Value: StringOrList{String: chosen}}
		if v.Multi {
			out.Current = &VariableOption{Text: StringOrList{List: []string{text}}, Value: StringOrList{List: []string{chosen}}}
		}
	}
	return out
}

// queryType is the number that Grafana's Prometheus plugin gives to a kind of
// query: label names, label values, metric names, the result of a query, or
// anything else.
func queryType(query string) int {
	for i, prefix := range []string{"label_names(", "label_values(", "metrics(", "query_result("} {
		if strings.HasPrefix(strings.TrimSpace(query), prefix) {
			return i
		}
	}
	return 5
}

// split splits a list of values at its commas.
func split(s string) []string {
	var out []string
	for _, v := range strings.Split(s, ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}
