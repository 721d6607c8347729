package grafana

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// newDashboard makes the document of a dashboard.
func newDashboard(m *manifest.Manifest, d *manifest.Dashboard) (*Dashboard, hcl.Diagnostics) {
	out := &Dashboard{
		Annotations: Annotations{List: []Annotation{{
			BuiltIn: 1, Datasource: DatasourceRef{Type: "grafana", UID: "-- Grafana --"}, Enable: true, Hide: true,
			IconColor: "rgba(0, 211, 255, 1)", Name: "Annotations & Alerts", Type: "dashboard",
		}}},
		Description:   d.Description,
		Editable:      true,
		GraphTooltip:  1,
		Links:         []Link{},
		Refresh:       d.Refresh,
		SchemaVersion: SchemaVersion,
		Tags:          append([]string{}, d.Tags...),
		Time:          TimeRange{From: or(d.From, "now-1h"), To: or(d.To, "now")},
		Timezone:      or(d.Timezone, "browser"),
		Title:         d.Title,
		UID:           d.UID,
		Version:       1,
	}
	out.Templating.List = append(out.Templating.List, datasourceVariable(m))
	for _, v := range d.Variables {
		out.Templating.List = append(out.Templating.List, variable(v))
	}
	var diags hcl.Diagnostics
	out.Panels, diags = rows(d)
	return out, diags
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// rows places the panels. A row with a title takes a separate line; the panels of a
// collapsed row are inside it, and the next row starts right below it.
func rows(d *manifest.Dashboard) ([]*Panel, hcl.Diagnostics) {
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
			doc, pd := newPanel(p)
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
	no, none := false, ""
	return Variable{
		Current:    &VariableOption{Text: StringOrList{String: "Prometheus"}, Value: StringOrList{String: DatasourceUID(m)}},
		IncludeAll: &no, Label: "Data source", Multi: &no, Name: "datasource",
		Options: []VariableValue{}, Query: VariableQuery{Query: "prometheus"}, Refresh: 1, Regex: &none, Type: "datasource",
	}
}

func variable(v *manifest.DashboardVariable) Variable {
	out := Variable{Label: v.Label, Name: v.Name, Options: []VariableValue{}, Query: VariableQuery{Query: v.Query}, Type: v.Type}
	chosen := v.Default
	switch v.Type {
	case "query":
		none := ""
		out.Datasource = &datasource
		out.Query = VariableQuery{QueryType: queryType(v.Query), Query: v.Query, RefID: "PrometheusVariableQueryEditor-VariableQuery"}
		out.Refresh, out.Regex, out.Sort = 2, &none, 1
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
		out.IncludeAll, out.Multi = &v.IncludeAll, &v.Multi
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
