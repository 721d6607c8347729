package grafana

import "encoding/json"

// FieldConfig is how the values of a panel are shown.
type FieldConfig struct {
	Defaults  FieldDefaults `json:"defaults"`
	Overrides []Override    `json:"overrides"`
}

// FieldDefaults are for all fields.
type FieldDefaults struct {
	Custom     any         `json:"custom,omitempty"` // by type of panel, behind a pointer
	Decimals   *int        `json:"decimals,omitempty"`
	Mappings   []Mapping   `json:"mappings,omitempty"`
	Max        json.Number `json:"max,omitempty"`
	Min        json.Number `json:"min,omitempty"`
	Thresholds *Thresholds `json:"thresholds,omitempty"`
	Unit       string      `json:"unit,omitempty"`
}

// Mapping shows values as texts.
type Mapping struct {
	Options map[string]MappingResult `json:"options"` // by value
	Type    string                   `json:"type"`    // value
}

// MappingResult is what is shown for a value.
type MappingResult struct {
	Color string `json:"color"`
	Index int    `json:"index"`
	Text  string `json:"text"`
}

// Thresholds are steps in ascending order; the first one has no value.
type Thresholds struct {
	Mode  string `json:"mode"`
	Steps []Step `json:"steps"`
}

// Step is the color from a value on; null is minus infinity.
type Step struct {
	Color string       `json:"color"`
	Value *json.Number `json:"value"`
}

// HideFrom hides series from parts of a panel.
type HideFrom struct {
	Legend  bool `json:"legend"`
	Tooltip bool `json:"tooltip"`
	Viz     bool `json:"viz"`
}

// Mode is an object with one mode.
type Mode struct {
	Mode string `json:"mode"`
}

// Scale is the scale of an axis.
type Scale struct {
	Type string `json:"type"`
}

// Stacking stacks series.
type Stacking struct {
	Group string `json:"group"`
	Mode  string `json:"mode"`
}

// TimeSeriesField is how a timeseries panel draws.
type TimeSeriesField struct {
	AxisBorderShow    bool     `json:"axisBorderShow"`
	AxisCenteredZero  bool     `json:"axisCenteredZero"`
	AxisColorMode     string   `json:"axisColorMode"`
	AxisLabel         string   `json:"axisLabel"`
	AxisPlacement     string   `json:"axisPlacement"`
	BarAlignment      int      `json:"barAlignment"`
	BarWidthFactor    float64  `json:"barWidthFactor"`
	DrawStyle         string   `json:"drawStyle"`
	FillOpacity       int      `json:"fillOpacity"`
	GradientMode      string   `json:"gradientMode"`
	HideFrom          HideFrom `json:"hideFrom"`
	InsertNulls       bool     `json:"insertNulls"`
	LineInterpolation string   `json:"lineInterpolation"`
	LineWidth         int      `json:"lineWidth"`
	PointSize         int      `json:"pointSize"`
	ScaleDistribution Scale    `json:"scaleDistribution"`
	ShowPoints        string   `json:"showPoints"`
	SpanNulls         bool     `json:"spanNulls"`
	Stacking          Stacking `json:"stacking"`
	ThresholdsStyle   Mode     `json:"thresholdsStyle"`
}

// TableField is how a table draws its cells.
type TableField struct {
	Align       string      `json:"align"`
	CellOptions CellOptions `json:"cellOptions"`
	Inspect     bool        `json:"inspect"`
}

// CellOptions is a kind of cell.
type CellOptions struct {
	Type string `json:"type"`
}

// HeatmapField is how a heatmap draws.
type HeatmapField struct {
	HideFrom          HideFrom `json:"hideFrom"`
	ScaleDistribution Scale    `json:"scaleDistribution"`
}

// HistogramField is how a histogram draws.
type HistogramField struct {
	FillOpacity  int      `json:"fillOpacity"`
	GradientMode string   `json:"gradientMode"`
	HideFrom     HideFrom `json:"hideFrom"`
	LineWidth    int      `json:"lineWidth"`
	Stacking     Stacking `json:"stacking"`
}

// PieChartField is how a pie chart draws.
type PieChartField struct {
	HideFrom HideFrom `json:"hideFrom"`
}

// StateTimelineField is how a state timeline draws.
type StateTimelineField struct {
	AxisPlacement string   `json:"axisPlacement"`
	FillOpacity   int      `json:"fillOpacity"`
	HideFrom      HideFrom `json:"hideFrom"`
	InsertNulls   bool     `json:"insertNulls"`
	LineWidth     int      `json:"lineWidth"`
	SpanNulls     bool     `json:"spanNulls"`
}

// StatusHistoryField is how a status history draws.
type StatusHistoryField struct {
	AxisPlacement string   `json:"axisPlacement"`
	FillOpacity   int      `json:"fillOpacity"`
	HideFrom      HideFrom `json:"hideFrom"`
	LineWidth     int      `json:"lineWidth"`
}

// BarChartField is how a bar chart draws.
type BarChartField struct {
	AxisBorderShow    bool     `json:"axisBorderShow"`
	AxisCenteredZero  bool     `json:"axisCenteredZero"`
	AxisColorMode     string   `json:"axisColorMode"`
	AxisLabel         string   `json:"axisLabel"`
	AxisPlacement     string   `json:"axisPlacement"`
	FillOpacity       int      `json:"fillOpacity"`
	GradientMode      string   `json:"gradientMode"`
	HideFrom          HideFrom `json:"hideFrom"`
	LineWidth         int      `json:"lineWidth"`
	ScaleDistribution Scale    `json:"scaleDistribution"`
	ThresholdsStyle   Mode     `json:"thresholdsStyle"`
}

// newField is the default of a type's custom field configuration, behind a
// pointer; nil for a type without one.
func newField(panelType string) any {
	switch panelType {
	case "timeseries":
		return &TimeSeriesField{AxisColorMode: "text", AxisPlacement: "auto", BarWidthFactor: 0.6, DrawStyle: "line", FillOpacity: 10,
			GradientMode: "none", LineInterpolation: "linear", LineWidth: 1, PointSize: 5, ScaleDistribution: Scale{"linear"},
			ShowPoints: "never", Stacking: Stacking{"A", "none"}, ThresholdsStyle: Mode{"off"}}
	case "table":
		return &TableField{Align: "auto", CellOptions: CellOptions{"auto"}}
	case "heatmap":
		return &HeatmapField{ScaleDistribution: Scale{"linear"}}
	case "histogram":
		return &HistogramField{FillOpacity: 80, GradientMode: "none", LineWidth: 1, Stacking: Stacking{"A", "none"}}
	case "piechart":
		return &PieChartField{}
	case "state-timeline":
		return &StateTimelineField{AxisPlacement: "auto", FillOpacity: 70}
	case "status-history":
		return &StatusHistoryField{AxisPlacement: "auto", FillOpacity: 70, LineWidth: 1}
	case "barchart":
		return &BarChartField{AxisColorMode: "text", AxisPlacement: "auto", FillOpacity: 80, GradientMode: "none", LineWidth: 1,
			ScaleDistribution: Scale{"linear"}, ThresholdsStyle: Mode{"off"}}
	}
	return nil
}

// coloredByThresholds reports whether the color of a type's values is that of their threshold; the
// others have one color per series.
func coloredByThresholds(panelType string) bool {
	switch panelType {
	case "stat", "gauge", "bargauge", "table", "state-timeline", "status-history":
		return true
	}
	return false
}
