package grafana

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// builtinOptions are the options that Grafana assumes where a panel doesn't set them, as a pointer; nil
// for an unsupported type. What a panel has in common with them isn't written.
func builtinOptions(panelType string) any {
	options := newOptions(panelType)
	switch o := options.(type) {
	case *TimeSeriesOptions:
		o.Tooltip = tooltip("single", "none")
	case *BarGaugeOptions:
		o.Orientation, o.Legend.Placement = "auto", "" // the legend is always written
	case *TableOptions:
		o.Footer.Reducer = []string{}
	case *TextOptions:
		o.Content = "\x00" // Grafana's is a text of its own, so the content is always written
	case *PieChartOptions:
		o.Legend.Placement = ""
	}
	return options
}

// builtinField is what Grafana assumes for the custom field configuration of a type; nil for a type
// without one.
func builtinField(panelType string) any {
	field := newField(panelType)
	switch f := field.(type) {
	case *TimeSeriesField:
		f.FillOpacity, f.ShowPoints = 0, "auto"
	case *StateTimelineField:
		f.LineWidth = 0
	}
	return field
}

// differing is the part of a value that differs from a default, both behind pointers; nil if
// nothing does.
func differing(v, builtin any) (any, error) {
	if v == nil {
		return nil, nil
	}
	a, err := plain(v)
	if err != nil {
		return nil, err
	}
	b, err := plain(builtin)
	if err != nil {
		return nil, err
	}
	return subtract(a, b), nil
}

// plain is a value as decoded JSON.
func plain(v any) (any, error) {
	b, err := compact(v)
	if err != nil {
		return nil, err
	}
	var out any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	err = d.Decode(&out)
	return out, err
}

// subtract is what of a isn't in b, key by key; nil if nothing is left.
func subtract(a, b any) any {
	if reflect.DeepEqual(a, b) {
		return nil
	}
	x, ok1 := a.(map[string]any)
	y, ok2 := b.(map[string]any)
	if !ok1 || !ok2 {
		return a
	}
	out := map[string]any{}
	for k, v := range x {
		if other, ok := y[k]; !ok {
			out[k] = v
		} else if d := subtract(v, other); d != nil {
			out[k] = d
		}
	}
	return out
}

// MarshalJSON writes a panel without what Grafana assumes anyway.
func (p *Panel) MarshalJSON() ([]byte, error) {
	type bare Panel // without this method
	out := bare(*p)
	var err error
	if out.Options, err = differing(p.Options, builtinOptions(p.Type)); err != nil {
		return nil, err
	}
	if p.FieldConfig != nil {
		c := *p.FieldConfig
		if c.Defaults.Custom, err = differing(c.Defaults.Custom, builtinField(p.Type)); err != nil {
			return nil, err
		}
		out.FieldConfig = &c
	}
	return compact(&out)
}
