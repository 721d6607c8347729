package grafana

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// Panel is a panel, or a row of panels. Only a row has Collapsed and Panels, which
// are its panels if it is collapsed (otherwise they follow it).
type Panel struct {
	Collapsed     *bool          `json:"collapsed,omitempty"`
	Datasource    *DatasourceRef `json:"datasource,omitempty"`
	Description   string         `json:"description,omitempty"`
	FieldConfig   *FieldConfig   `json:"fieldConfig,omitempty"`
	GridPos       GridPos        `json:"gridPos"`
	ID            int            `json:"id"`
	Options       any            `json:"options,omitempty"` // by type, behind a pointer
	Panels        *[]*Panel      `json:"panels,omitempty"`
	PluginVersion string         `json:"pluginVersion,omitempty"`
	Targets       []Target       `json:"targets,omitempty"`
	Title         string         `json:"title"`
	Type          string         `json:"type"`
}

// UnmarshalJSON reads a panel strictly: its options and custom field configuration
// into the structs of its type, with Grafana's defaults where it has none. Unknown keys are errors.
func (p *Panel) UnmarshalJSON(b []byte) error {
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return err
	}
	*p = Panel{}
	if head.Type != "row" {
		if p.Options = builtinOptions(head.Type); p.Options == nil {
			return fmt.Errorf("unsupported panel type %q", head.Type)
		}
		p.FieldConfig = &FieldConfig{Defaults: FieldDefaults{Custom: builtinField(head.Type)}}
	}
	type plain Panel // without this method
	return strict(b, (*plain)(p))
}

// strict decodes JSON; unknown keys are errors.
func strict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// Types are the panel types, in alphabetical order.
var Types = []string{"barchart", "bargauge", "gauge", "heatmap", "histogram", "logs", "piechart", "stat", "state-timeline", "status-history", "table", "text", "timeseries"}

// Replacement is the successor of a panel type that Grafana has removed, or "" if s
// isn't such a type.
func Replacement(s string) string {
	return map[string]string{
		"graph": "timeseries", "graph-old": "timeseries", "singlestat": "stat", "grafana-singlestat-panel": "stat",
		"table-old": "table", "heatmap-old": "heatmap", "grafana-piechart-panel": "piechart",
		"natel-discrete-panel": "state-timeline", "flant-statusmap-panel": "status-history", "briangann-gauge-panel": "gauge",
	}[s]
}

// datasource is the variable with the data source of all panels.
var datasource = DatasourceRef{Type: "prometheus", UID: "${datasource}"}

// newPanel makes a panel; its position and id are set later.
func newPanel(p *manifest.Panel, known facts) (*Panel, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	p, up := complete(known.distributions(p), known)
	options := newOptions(p.Type)
	if options == nil {
		if r := Replacement(p.Type); r != "" {
			return nil, hcl.Diagnostics{ruleBadPanel.Fix(where(p.TypeRange, p.Range), `"`+r+`"`, "%s is of the type %q, which current versions of Grafana no longer have. Write %q.", p.Address, p.Type, r)}
		}
		return nil, hcl.Diagnostics{ruleBadPanel.At(where(p.TypeRange, p.Range), "%s has the unsupported type %q. Use one of %s.", p.Address, p.Type, strings.Join(Types, ", "))}
	}
	out := &Panel{
		Description:   p.Description,
		Datasource:    &datasource,
		FieldConfig:   fieldConfig(p),
		Options:       options,
		PluginVersion: PluginVersion,
		Title:         p.Title,
		Type:          p.Type,
	}
	out.FieldConfig.Overrides, diags = overrides(p)
	if up && (coloredByThresholds(p.Type) || p.Type == "timeseries") {
		out.FieldConfig.Defaults.Mappings = []Mapping{{Type: "value", Options: map[string]MappingResult{
			"0": {Color: "red", Index: 0, Text: "Down"}, "1": {Color: "green", Index: 1, Text: "Up"},
		}}}
	}
	switch o := options.(type) {
	case *TextOptions:
		o.Content = p.Content
	case *BarChartOptions:
		if p.Stack {
			o.Stacking = "normal"
		}
	case *HeatmapOptions:
		o.YAxis.Unit, o.YAxis.Min, o.YAxis.Max, o.YAxis.Decimals = p.Unit, exact(p.Min), exact(p.Max), p.Decimals
	}
	for i, t := range p.Targets {
		doc := target(p, i, t)
		doc.Interval = known.minStep(t.Expr, doc.Instant)
		out.Targets = append(out.Targets, doc)
	}
	if u := misspelt(p.Unit); u != "" {
		diags = append(diags, ruleBadUnit.Fix(where(p.UnitRange, p.Range), `"`+u+`"`, "%s has the unit %q, which Grafana would print as is. Its ID for that unit is %q.", p.Address, p.Unit, u))
	}
	if len(p.Options) > 0 {
		if err := merge(out.Options, p.Options); err != nil {
			diags = append(diags, ruleBadOptions.At(optionsAt(p), "The options of %s, a panel of type %s, are invalid: %s.", p.Address, p.Type, err))
			out.Options = newOptions(p.Type)
		}
	}
	return out, diags
}

// where is the first range that is set.
func where(ranges ...hcl.Range) hcl.Range {
	for _, r := range ranges {
		if r.Filename != "" {
			return r
		}
	}
	return hcl.Range{}
}

// merge sets options from plain data: it replaces JSON keys, and merges objects key
// by key.
func merge(options any, data map[string]any) error {
	b, err := compact(plainJSON(data))
	if err != nil {
		return err
	}
	if err := strict(b, options); err != nil {
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// plainJSON converts numbers of the model to JSON's.
func plainJSON(v any) any {
	switch v := v.(type) {
	case *big.Rat:
		return exact(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plainJSON(e)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = plainJSON(e)
		}
		return out
	}
	return v
}

func target(p *manifest.Panel, i int, t manifest.Target) Target {
	out := Target{EditorMode: "code", Expr: t.Expr, LegendFormat: t.Legend, RefID: refID(i)}
	if out.LegendFormat == "" {
		out.LegendFormat = "__auto"
	}
	switch p.Type {
	case "table", "barchart", "piechart":
		out.Instant = true // one row, bar or slice per series: its last value
	default:
		out.Instant = t.Instant
	}
	switch p.Type {
	case "table", "barchart":
		out.Format = "table"
	case "heatmap":
		out.Format = "heatmap"
	}
	return out
}

// refID names queries A … Z, AA …
func refID(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return refID(i/26-1) + string(rune('A'+i%26))
}

func fieldConfig(p *manifest.Panel) *FieldConfig {
	c := &FieldConfig{Overrides: []Override{}}
	if p.Type == "text" || p.Type == "logs" {
		return c
	}
	d := &c.Defaults
	d.Custom = newField(p.Type)
	if p.Type == "heatmap" {
		return c // its axis has the unit
	}
	d.Decimals, d.Min, d.Max, d.Unit = p.Decimals, exact(p.Min), exact(p.Max), p.Unit
	if len(p.Thresholds) > 0 || coloredByThresholds(p.Type) {
		// Written even where it is one step: Grafana's own thresholds are red from 80 on.
		d.Thresholds = &Thresholds{Mode: "absolute", Steps: steps(p.Thresholds)}
	}
	switch f := d.Custom.(type) {
	case *TimeSeriesField:
		if p.Stack {
			f.Stacking.Mode, f.FillOpacity = "normal", 30
		}
		if len(p.Thresholds) > 0 {
			f.ThresholdsStyle.Mode = "dashed"
		}
	case *HistogramField:
		if p.Stack {
			f.Stacking.Mode = "normal"
		}
	}
	return c
}

// steps sorts thresholds, and puts one without a value first, as Grafana requires.
func steps(thresholds []manifest.Threshold) []Step {
	base := "green"
	var above []manifest.Threshold
	for _, t := range thresholds {
		if t.Value == nil {
			base = t.Color
			continue
		}
		above = append(above, t)
	}
	sort.SliceStable(above, func(i, j int) bool { return above[i].Value.Cmp(above[j].Value) < 0 })
	out := []Step{{Color: base}}
	for _, t := range above {
		value := exact(t.Value)
		out = append(out, Step{t.Color, &value})
	}
	return out
}

// exact is a number with all of its digits; "" if it is nil.
func exact(r *big.Rat) json.Number {
	if r == nil {
		return ""
	}
	return json.Number(text.Number(r))
}

// optionsAt is the range of a panel's options, or of the panel if it is not known.
func optionsAt(p *manifest.Panel) hcl.Range {
	if p.OptionsRange.Filename != "" {
		return p.OptionsRange
	}
	return p.Range
}
