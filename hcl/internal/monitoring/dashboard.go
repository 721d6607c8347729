package monitoring

import (
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func dashboardSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "dashboard",
		Doc:    "A Grafana dashboard. Rows and panels keep their order; their ids and positions are computed.",
		Labels: lang.Name1("The uid, unless `uid` is set."),
		Attrs: []lang.Attr{
			{Name: "uid", Type: lang.String, Doc: "A stable uid of at most 40 letters, digits, _ and -. Default: the label."},
			{Name: "title", Type: lang.String, Doc: "The title. Default: the label."},
			{Name: "description", Type: lang.String, Doc: "What the dashboard shows."},
			{Name: "tags", Type: lang.Strings, Doc: "The tags."},
			{Name: "refresh", Type: lang.String, Default: `"30s"`, Doc: "The refresh interval; \"\" means never."},
			{Name: "from", Type: lang.String, Default: `"now-1h"`, Doc: "The start of the time range."},
			{Name: "to", Type: lang.String, Default: `"now"`, Doc: "The end of the time range."},
			{Name: "timezone", Type: lang.String, Default: `"browser"`, Doc: "browser, utc, or a name such as \"Europe/Berlin\"."},
		},
		Blocks: []*lang.BlockSpec{rowSpec(), panelSpec(), variableSpec()},
		Declare: func(b *lang.Block) any {
			d := &manifest.Dashboard{Origin: b.Origin()}
			b.Evaluation().Manifest.Dashboards = append(b.Evaluation().Manifest.Dashboards, d)
			b.Export("uid", labelled(b, "uid"))
			b.Export("title", labelled(b, "title"))
			return d
		},
		Decode: decodeDashboard,
	}
}

// labelled evaluates an argument whose default is the label.
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
		Labels: []lang.Label{{Name: "title", Syntax: lang.Free, Doc: "The title."}},
		Attrs: []lang.Attr{
			{Name: "title", Type: lang.String, Doc: "The title, if it differs from the label."},
			{Name: "collapsed", Type: lang.Bool, Default: "false", Doc: "Whether the row is collapsed initially, so that its panels aren't loaded."},
		},
		Blocks: []*lang.BlockSpec{panelSpec()},
	}
}

func panelSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "panel", Repeat: true,
		Doc:    "A panel. Panels are placed next to each other, in order; those without a width share the remaining space of their line.",
		Labels: []lang.Label{{Name: "title", Syntax: lang.Free, Doc: "The title."}},
		Attrs: []lang.Attr{
			{Name: "title", Type: lang.String, Doc: "The title, if it differs from the label."},
			{Name: "type", Type: lang.String, Default: `"timeseries"`, Doc: "timeseries, stat, gauge, bargauge, table, text, heatmap, histogram, piechart, state-timeline, status-history, barchart or logs."},
			{Name: "description", Type: lang.String, Doc: "What the panel shows."},
			{Name: "unit", Type: lang.String, Doc: "The unit by Grafana's name, such as s, bytes, reqps, percentunit, short."},
			{Name: "expr", Type: lang.String, Doc: "The only query, in PromQL. Of a histogram that a scrape exports, its name (with matchers) is enough: the 50th, 95th and 99th percentile are shown, by the labels in `legend`; in a heatmap, the buckets."},
			{Name: "legend", Type: lang.String, Doc: "The legend of the series of `expr`, such as \"{{instance}}\"."},
			{Name: "instant", Type: lang.Bool, Default: "false", Doc: "Whether `expr` is queried only for the last value."},
			{Name: "width", Type: lang.Int, Doc: "The width, of 24 units. Default: by type, stretched to fill the line."},
			{Name: "height", Type: lang.Int, Doc: "The height, in units of about 30 pixels. Default: by type."},
			{Name: "min", Type: lang.Number, Doc: "The minimum of the scale."},
			{Name: "max", Type: lang.Number, Doc: "The maximum of the scale."},
			{Name: "decimals", Type: lang.Int, Doc: "The number of decimals."},
			{Name: "stack", Type: lang.Bool, Default: "false", Doc: "Whether series are stacked."},
			{Name: "content", Type: lang.String, Doc: "The Markdown of a text panel."},
			{Name: "options", Type: lang.Any, Doc: "Additional options of the panel type, with Grafana 11's names."},
		},
		Blocks: []*lang.BlockSpec{
			{
				Type: "query", Repeat: true,
				Doc: "A query, for a panel with several.",
				Attrs: []lang.Attr{
					{Name: "expr", Type: lang.String, Required: true, Doc: "The query, in PromQL, or a histogram as in the panel's `expr`."},
					{Name: "legend", Type: lang.String, Doc: "The legend of its series."},
					{Name: "instant", Type: lang.Bool, Default: "false", Doc: "Whether only the last value is queried."},
				},
			},
			thresholdSpec(), overrideSpec(),
		},
	}
}

func variableSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "variable",
		Doc:    "A dashboard variable, used as $name in expressions.",
		Labels: []lang.Label{{Name: "name", Syntax: lang.Name, Doc: "The name."}},
		Attrs: []lang.Attr{
			{Name: "type", Type: lang.String, Default: `"query"`, Values: []string{"query", "custom", "textbox", "interval"}, Doc: "The source of its values."},
			{Name: "label", Type: lang.String, Doc: "The name shown above the dashboard. Default: the name."},
			{Name: "query", Type: lang.String, Doc: "query: a query such as label_values(up, job). custom and interval: values separated by commas. A variable named instance, job or service doesn't need one: it has the values of that label of the jobs that the panels read."},
			{Name: "multi", Type: lang.Bool, Doc: "Whether several values can be selected. Default: only if the variable needs no `query`."},
			{Name: "include_all", Type: lang.Bool, Doc: "Whether all values can be selected at once. Default: only if the variable needs no `query`."},
			{Name: "default", Type: lang.String, Doc: "The initial value."},
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
	checkTimes(b, d)
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

// title is the argument, or otherwise the label.
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
		UnitRange:   b.AttrRange("unit"), OptionsRange: b.AttrRange("options"),
		Width:   b.Int("width"),
		Height:  b.Int("height"),
		Min:     b.Number("min"),
		Max:     b.Number("max"),
		Stack:   b.Bool("stack"),
		Content: b.String("content"),
	}
	p.Decimals = decodeDecimals(b)
	if v := b.Any("options"); v != nil {
		options, ok := v.(map[string]any)
		if !ok {
			b.Invalid("options", "must be a map of the panel's options")
		}
		p.Options = options
	}
	if b.Has("expr") {
		p.Targets = append(p.Targets, manifest.Target{Expr: b.Filled("expr"), Legend: b.String("legend"), Instant: b.Bool("instant"), Range: b.AttrRange("expr"), At: b.AttrRange("legend")})
	} else {
		for _, name := range []string{"legend", "instant"} {
			if b.Given(name) {
				b.Evaluation().Errorf(ruleNoExpr, b.AttrRange(name), "%s has `%s`, but no `expr` to apply it to. Add `expr`, or move it into the query block.", b.Address(), name)
			}
		}
	}
	for _, q := range b.Blocks("query") {
		p.Targets = append(p.Targets, manifest.Target{Expr: q.Filled("expr"), Legend: q.String("legend"), Instant: q.Bool("instant"), Range: q.AttrRange("expr"), At: q.AttrRange("legend")})
	}
	p.Thresholds = decodeThresholds(b)
	for _, o := range b.Blocks("override") {
		p.Overrides = append(p.Overrides, decodeOverride(o))
	}
	checkText(b, p)
	return p
}

// checkText checks that text panels have text and other panels have queries.
func checkText(b *lang.Block, p *manifest.Panel) {
	if b.Failed("type") {
		return
	}
	switch {
	case p.Type == "text" && len(p.Targets) > 0:
		b.Evaluation().Errorf(ruleText, p.Targets[0].Range, "%s is a text panel, which shows no query. Remove the query, or choose another type.", b.Address())
	case p.Type != "text" && b.Given("content"):
		b.Evaluation().Errorf(ruleText, b.AttrRange("content"), "%s is a %s panel, which shows no text. Write `type = \"text\"`, or remove `content`.", b.Address(), p.Type)
	case p.Type != "text" && len(p.Targets) == 0:
		b.Evaluation().Errorf(ruleNoQuery, b.Range, "%s has no query. Add `expr`, or a `query` block.", b.Address())
	}
}

// labelsOfTargets are those that the series of every target have.
var labelsOfTargets = []string{"instance", "job", "service"}

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
		b.Evaluation().Errorf(ruleVariableName, b.LabelRange(), "%q is a reserved name for a dashboard variable. Choose another name.", v.Name)
	}
	if strings.TrimSpace(v.Query) == "" && v.Type == "query" && slices.Contains(labelsOfTargets, v.Name) && !b.Given("query") {
		v.Multi, v.IncludeAll = v.Multi || !b.Given("multi"), v.IncludeAll || !b.Given("include_all")
	} else if strings.TrimSpace(v.Query) == "" && v.Type != "textbox" && !b.Failed("type", "query") {
		b.Evaluation().Errorf(ruleVariable, b.Range, "%s has no `query` from which to get its values. Add one.", b.Address())
	}
	return v
}

var (
	refreshForm = regexp.MustCompile(`^(?:\d+(?:ms|[smhdwMy]))?$`)
	timeForm    = regexp.MustCompile(`^(?:now(?:[+-]\d+[smhdwMyQ])*(?:/f?[smhdwMyQ])?|\d{10,13}|\d{4}-\d\d-\d\d.*)$`)
)

// checkTimes checks the times of a dashboard, which Grafana takes for never and for the last hours if it can't read
// them.
func checkTimes(b *lang.Block, d *manifest.Dashboard) {
	p := b.Evaluation()
	if d.Refresh != "auto" && !refreshForm.MatchString(d.Refresh) {
		p.Errorf(ruleTimes, b.AttrRange("refresh"), "Grafana can't read the refresh interval %q: it takes a number and a unit, such as \"30s\", \"auto\", or \"\" for never.", d.Refresh)
	}
	for _, t := range []struct{ name, value string }{{"from", d.From}, {"to", d.To}} {
		if t.value != "" && !timeForm.MatchString(t.value) {
			p.Errorf(ruleTimes, b.AttrRange(t.name), "Grafana can't read the time %q: it takes one like \"now\", \"now-6h\" or \"now/d\", or a date such as \"2026-01-31\".", t.value)
		}
	}
}
