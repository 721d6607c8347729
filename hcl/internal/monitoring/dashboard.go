package monitoring

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func dashboardSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "dashboard",
		Doc:    "A dashboard of Grafana's. Rows and panels keep their order; ids and places are computed.",
		Labels: lang.Name1("Its uid, unless `uid` is given."),
		Attrs: []lang.Attr{
			{Name: "uid", Type: lang.String, Doc: "Stable uid, at most 40 letters, digits, _ and -. Default: the label."},
			{Name: "title", Type: lang.String, Doc: "Default: the label."},
			{Name: "description", Type: lang.String, Doc: "What it answers."},
			{Name: "tags", Type: lang.Strings, Doc: "Tags to find it by."},
			{Name: "refresh", Type: lang.String, Default: `"30s"`, Doc: "How often it refreshes; \"\" for never."},
			{Name: "from", Type: lang.String, Default: `"now-1h"`, Doc: "Begin of the time range."},
			{Name: "to", Type: lang.String, Default: `"now"`, Doc: "End of the time range."},
			{Name: "timezone", Type: lang.String, Default: `"browser"`, Doc: "browser, utc, or a name such as \"Europe/Berlin\"."},
		},
		Blocks: []*lang.BlockSpec{rowSpec(), panelSpec(), variableSpec()},
		Declare: func(b *lang.Block) any {
			d := &manifest.Dashboard{Origin: b.Origin()}
			b.Program().Manifest.Dashboards = append(b.Program().Manifest.Dashboards, d)
			b.Export("uid", labelled(b, "uid"))
			b.Export("title", labelled(b, "title"))
			return d
		},
		Decode: decodeDashboard,
	}
}

// labelled evaluates an attribute whose default is the label.
func labelled(b *lang.Block, name string) func() (cty.Value, error) {
	return func() (cty.Value, error) {
		v, ok := b.Value(name, cty.String)
		switch {
		case !ok:
			return cty.NilVal, nil
		case v.IsNull():
			return cty.StringVal(b.Name), nil
		}
		return v, nil
	}
}

func rowSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "row", Repeat: true,
		Doc:    "A row of panels below a title.",
		Labels: []lang.Label{{Name: "title", Syntax: lang.Free, Doc: "Its title."}},
		Attrs: []lang.Attr{
			{Name: "title", Type: lang.String, Doc: "Its title, where the label won't do."},
			{Name: "collapsed", Type: lang.Bool, Default: "false", Doc: "It is closed at first, and its panels aren't loaded."},
		},
		Blocks: []*lang.BlockSpec{panelSpec()},
	}
}

func panelSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "panel", Repeat: true,
		Doc:    "A panel. Panels stand side by side in order; in a line those without a width share what is free.",
		Labels: []lang.Label{{Name: "title", Syntax: lang.Free, Doc: "Its title."}},
		Attrs: []lang.Attr{
			{Name: "title", Type: lang.String, Doc: "Its title, where the label won't do."},
			{Name: "type", Type: lang.String, Default: `"timeseries"`, Doc: "timeseries, stat, gauge, bargauge, table, text, heatmap, histogram, piechart, state-timeline, status-history, barchart or logs."},
			{Name: "description", Type: lang.String, Doc: "What it shows."},
			{Name: "unit", Type: lang.String, Doc: "Grafana's name of the unit, such as s, bytes, reqps, percentunit, short."},
			{Name: "expr", Type: lang.String, Doc: "The one query, in PromQL."},
			{Name: "legend", Type: lang.String, Doc: "How the series of `expr` are called, such as \"{{instance}}\"."},
			{Name: "instant", Type: lang.Bool, Default: "false", Doc: "`expr` is asked for the last value alone."},
			{Name: "width", Type: lang.Int, Doc: "Of 24 units. Default: by type, stretched to fill the line."},
			{Name: "height", Type: lang.Int, Doc: "In units of about 30 pixels. Default: by type."},
			{Name: "min", Type: lang.Number, Doc: "Low end of the scale."},
			{Name: "max", Type: lang.Number, Doc: "High end of the scale."},
			{Name: "decimals", Type: lang.Int, Doc: "Digits behind the point."},
			{Name: "stack", Type: lang.Bool, Default: "false", Doc: "Series are piled up."},
			{Name: "content", Type: lang.String, Doc: "Markdown of a text panel."},
			{Name: "options", Type: lang.Any, Doc: "Further options of the panel's type, as Grafana 11 names them."},
		},
		Blocks: []*lang.BlockSpec{
			{
				Type: "query", Repeat: true,
				Doc: "A query, where there are several.",
				Attrs: []lang.Attr{
					{Name: "expr", Type: lang.String, Required: true, Doc: "The query, in PromQL."},
					{Name: "legend", Type: lang.String, Doc: "How its series are called."},
					{Name: "instant", Type: lang.Bool, Default: "false", Doc: "It is asked for the last value alone."},
				},
			},
			{
				Type: "threshold", Repeat: true,
				Doc: "A colour from a value on.",
				Attrs: []lang.Attr{
					{Name: "color", Type: lang.String, Required: true, Doc: "A colour such as \"red\" or \"#ff0000\"."},
					{Name: "value", Type: lang.Number, Doc: "Where it begins; without one it is the colour below all others."},
				},
			},
		},
	}
}

func variableSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "variable",
		Doc:    "A variable of the dashboard, for its expressions: $name.",
		Labels: []lang.Label{{Name: "name", Syntax: lang.Name, Doc: "Its name."}},
		Attrs: []lang.Attr{
			{Name: "type", Type: lang.String, Default: `"query"`, Values: []string{"query", "custom", "textbox", "interval"}, Doc: "Where its values come from."},
			{Name: "label", Type: lang.String, Doc: "What it is called above the dashboard. Default: its name."},
			{Name: "query", Type: lang.String, Doc: "query: a query such as label_values(up, job). custom and interval: values between commas."},
			{Name: "multi", Type: lang.Bool, Default: "false", Doc: "Several values can be chosen."},
			{Name: "include_all", Type: lang.Bool, Default: "false", Doc: "All values can be chosen at once."},
			{Name: "default", Type: lang.String, Doc: "The value at first."},
		},
	}
}

func decodeDashboard(b *lang.Block) {
	d := b.Ref.(*manifest.Dashboard)
	d.UID, d.Title = b.Name, b.Name
	if b.Has("uid") {
		d.UID = b.String("uid")
	}
	if b.Has("title") {
		d.Title = b.String("title")
	}
	d.Description = b.String("description")
	d.Tags = b.Strings("tags")
	d.Refresh, d.From, d.To, d.Timezone = b.String("refresh"), b.String("from"), b.String("to"), b.String("timezone")
	var loose *manifest.Row // panels outside of rows, since the last row
	for _, kid := range b.Blocks() {
		switch kid.Type {
		case "row":
			d.Rows = append(d.Rows, decodeRow(kid))
			loose = nil
		case "panel":
			if loose == nil {
				loose = &manifest.Row{Origin: b.Origin()}
				d.Rows = append(d.Rows, loose)
			}
			loose.Panels = append(loose.Panels, decodePanel(kid))
		case "variable":
			d.Variables = append(d.Variables, decodeVariable(kid))
		}
	}
}

// title is the attribute, or else the label.
func title(b *lang.Block) string {
	if b.Has("title") {
		return b.String("title")
	}
	return b.Labels[0]
}

func decodeRow(b *lang.Block) *manifest.Row {
	r := &manifest.Row{Origin: b.Origin(), Title: title(b), Collapsed: b.Bool("collapsed")}
	for _, p := range b.Blocks("panel") {
		r.Panels = append(r.Panels, decodePanel(p))
	}
	return r
}

func decodePanel(b *lang.Block) *manifest.Panel {
	p := &manifest.Panel{
		Origin:      b.Origin(),
		Title:       title(b),
		Type:        b.String("type"),
		TypeRange:   b.AttrRange("type"),
		Description: b.String("description"),
		Unit:        b.String("unit"),
		UnitRange:   b.AttrRange("unit"),
		Width:       b.Int("width"),
		Height:      b.Int("height"),
		Min:         b.Number("min"),
		Max:         b.Number("max"),
		Stack:       b.Bool("stack"),
		Content:     b.String("content"),
	}
	if b.Has("decimals") {
		n := b.Int("decimals")
		p.Decimals = &n
	}
	if v := b.Any("options"); v != nil {
		options, ok := v.(map[string]any)
		if !ok {
			b.Invalid("options", "must be a map of the panel's options")
		}
		p.Options = options
	}
	if b.Has("expr") {
		p.Targets = append(p.Targets, manifest.Target{Expr: b.Filled("expr"), Legend: b.String("legend"), Instant: b.Bool("instant"), Range: b.AttrRange("expr")})
	} else {
		for _, name := range []string{"legend", "instant"} {
			if b.Given(name) {
				b.Program().Errorf(ruleNoExpr, b.AttrRange(name), "%s has `%s`, but no `expr` that it belongs to. Write `expr`, or move it into the query block.", b.Address(), name)
			}
		}
	}
	for _, q := range b.Blocks("query") {
		p.Targets = append(p.Targets, manifest.Target{Expr: q.Filled("expr"), Legend: q.String("legend"), Instant: q.Bool("instant"), Range: q.AttrRange("expr")})
	}
	for _, t := range b.Blocks("threshold") {
		p.Thresholds = append(p.Thresholds, manifest.Threshold{Color: t.String("color"), Value: t.Number("value")})
	}
	checkText(b, p)
	return p
}

// checkText holds panels with text apart from those with queries.
func checkText(b *lang.Block, p *manifest.Panel) {
	if b.Failed("type") {
		return
	}
	switch {
	case p.Type == "text" && len(p.Targets) > 0:
		b.Program().Errorf(ruleText, p.Targets[0].Range, "%s is a text panel, which shows no query. Remove it, or choose another type.", b.Address())
	case p.Type != "text" && b.Given("content"):
		b.Program().Errorf(ruleText, b.AttrRange("content"), "%s is a %s panel, which shows no text. Write `type = \"text\"`, or remove `content`.", b.Address(), p.Type)
	case p.Type != "text" && len(p.Targets) == 0:
		b.Program().Errorf(ruleNoQuery, b.Range, "%s asks for nothing. Write `expr`, or a `query` block.", b.Address())
	}
}

func decodeVariable(b *lang.Block) *manifest.DashboardVariable {
	v := &manifest.DashboardVariable{
		Origin:     b.Origin(),
		Name:       b.Name,
		Type:       b.String("type"),
		Label:      b.String("label"),
		Query:      b.String("query"),
		Multi:      b.Bool("multi"),
		IncludeAll: b.Bool("include_all"),
		Default:    b.String("default"),
	}
	if v.Name == "datasource" || strings.HasPrefix(v.Name, "__") {
		b.Program().Errorf(ruleVariableName, b.LabelRange(), "A dashboard's variable can't be called %q. Give it another name.", v.Name)
	}
	if strings.TrimSpace(v.Query) == "" && v.Type != "textbox" && !b.Failed("type", "query") {
		b.Program().Errorf(ruleVariable, b.Range, "%s has no `query` to take its values from. Write one.", b.Address())
	}
	return v
}
