package grafana

import "encoding/json"

// The options of each type of panel, as Grafana 11.6 saves them. Fields with omitempty
// are omitted unless the manifest sets them.

// Legend is the legend below or next to a panel.
type Legend struct {
	Calcs       []string `json:"calcs"`
	DisplayMode string   `json:"displayMode"`
	IsVisible   *bool    `json:"isVisible,omitempty"`
	Placement   string   `json:"placement"`
	ShowLegend  bool     `json:"showLegend"`
	SortBy      string   `json:"sortBy,omitempty"`
	SortDesc    *bool    `json:"sortDesc,omitempty"`
	Values      []string `json:"values,omitempty"`
	Width       *float64 `json:"width,omitempty"`
}

// Tooltip is what the tooltip shows.
type Tooltip struct {
	HideZeros bool     `json:"hideZeros"`
	MaxHeight *float64 `json:"maxHeight,omitempty"`
	MaxWidth  *float64 `json:"maxWidth,omitempty"`
	Mode      string   `json:"mode"`
	Sort      string   `json:"sort"`
}

// ReduceOptions select the value that represents a series.
type ReduceOptions struct {
	Calcs  []string `json:"calcs"`
	Fields string   `json:"fields"`
	Limit  *int     `json:"limit,omitempty"`
	Values bool     `json:"values"`
}

// TextSize overrides the sizes of texts.
type TextSize struct {
	PercentSize *float64 `json:"percentSize,omitempty"`
	TitleSize   *float64 `json:"titleSize,omitempty"`
	ValueSize   *float64 `json:"valueSize,omitempty"`
}

// TimeSeriesOptions are those of a timeseries panel.
type TimeSeriesOptions struct {
	Legend      Legend   `json:"legend"`
	Orientation string   `json:"orientation,omitempty"`
	Timezone    []string `json:"timezone,omitempty"`
	Tooltip     Tooltip  `json:"tooltip"`
}

// StatOptions are those of a stat panel.
type StatOptions struct {
	ColorMode              string        `json:"colorMode"`
	GraphMode              string        `json:"graphMode"`
	JustifyMode            string        `json:"justifyMode"`
	Orientation            string        `json:"orientation"`
	PercentChangeColorMode string        `json:"percentChangeColorMode"`
	ReduceOptions          ReduceOptions `json:"reduceOptions"`
	ShowPercentChange      bool          `json:"showPercentChange"`
	Text                   *TextSize     `json:"text,omitempty"`
	TextMode               string        `json:"textMode"`
	WideLayout             bool          `json:"wideLayout"`
}

// GaugeOptions are those of a gauge panel.
type GaugeOptions struct {
	MinVizHeight         int           `json:"minVizHeight"`
	MinVizWidth          int           `json:"minVizWidth"`
	Orientation          string        `json:"orientation"`
	ReduceOptions        ReduceOptions `json:"reduceOptions"`
	ShowThresholdLabels  bool          `json:"showThresholdLabels"`
	ShowThresholdMarkers bool          `json:"showThresholdMarkers"`
	Sizing               string        `json:"sizing"`
	Text                 *TextSize     `json:"text,omitempty"`
}

// BarGaugeOptions are those of a bargauge panel.
type BarGaugeOptions struct {
	DisplayMode   string        `json:"displayMode"`
	Legend        Legend        `json:"legend"`
	MaxVizHeight  int           `json:"maxVizHeight"`
	MinVizHeight  int           `json:"minVizHeight"`
	MinVizWidth   int           `json:"minVizWidth"`
	NamePlacement string        `json:"namePlacement"`
	Orientation   string        `json:"orientation"`
	ReduceOptions ReduceOptions `json:"reduceOptions"`
	ShowUnfilled  bool          `json:"showUnfilled"`
	Sizing        string        `json:"sizing"`
	Text          *TextSize     `json:"text,omitempty"`
	ValueMode     string        `json:"valueMode"`
}

// TableOptions are those of a table panel.
type TableOptions struct {
	CellHeight    string        `json:"cellHeight"`
	Footer        TableFooter   `json:"footer"`
	FrameIndex    *int          `json:"frameIndex,omitempty"`
	ShowHeader    bool          `json:"showHeader"`
	ShowTypeIcons *bool         `json:"showTypeIcons,omitempty"`
	SortBy        []TableSortBy `json:"sortBy,omitempty"`
}

// TableFooter is the last line of a table.
type TableFooter struct {
	CountRows        bool     `json:"countRows"`
	EnablePagination *bool    `json:"enablePagination,omitempty"`
	Fields           any      `json:"fields"` // "" or a list of names
	Reducer          []string `json:"reducer"`
	Show             bool     `json:"show"`
}

// TableSortBy sorts a table by a column.
type TableSortBy struct {
	Desc        bool   `json:"desc"`
	DisplayName string `json:"displayName"`
}

// TextOptions are those of a text panel.
type TextOptions struct {
	Code    TextCode `json:"code"`
	Content string   `json:"content"`
	Mode    string   `json:"mode"`
}

// TextCode is how a text panel shows code.
type TextCode struct {
	Language        string `json:"language"`
	ShowLineNumbers bool   `json:"showLineNumbers"`
	ShowMiniMap     bool   `json:"showMiniMap"`
}

// HeatmapOptions are those of a heatmap panel.
type HeatmapOptions struct {
	Calculate    bool              `json:"calculate"`
	CellGap      int               `json:"cellGap"`
	CellRadius   *float64          `json:"cellRadius,omitempty"`
	CellValues   HeatmapCellValues `json:"cellValues"`
	Color        HeatmapColor      `json:"color"`
	Exemplars    HeatmapExemplars  `json:"exemplars"`
	FilterValues HeatmapFilter     `json:"filterValues"`
	Legend       HeatmapLegend     `json:"legend"`
	RowsFrame    HeatmapRows       `json:"rowsFrame"`
	ShowValue    string            `json:"showValue,omitempty"`
	Tooltip      HeatmapTooltip    `json:"tooltip"`
	YAxis        HeatmapAxis       `json:"yAxis"`
}

// HeatmapCellValues is the unit of the cells.
type HeatmapCellValues struct {
	Decimals *int   `json:"decimals,omitempty"`
	Unit     string `json:"unit,omitempty"`
}

// HeatmapColor is the color scale.
type HeatmapColor struct {
	Exponent float64  `json:"exponent"`
	Fill     string   `json:"fill"`
	Max      *float64 `json:"max,omitempty"`
	Min      *float64 `json:"min,omitempty"`
	Mode     string   `json:"mode"`
	Reverse  bool     `json:"reverse"`
	Scale    string   `json:"scale"`
	Scheme   string   `json:"scheme"`
	Steps    int      `json:"steps"`
}

// HeatmapExemplars is the color of exemplars.
type HeatmapExemplars struct {
	Color string `json:"color"`
}

// HeatmapFilter hides cells at or below a value.
type HeatmapFilter struct {
	LE float64 `json:"le"`
}

// HeatmapLegend is the scale below the map.
type HeatmapLegend struct {
	Show bool `json:"show"`
}

// HeatmapRows is the naming of the data's buckets.
type HeatmapRows struct {
	Layout string `json:"layout"`
}

// HeatmapTooltip is what the tooltip shows.
type HeatmapTooltip struct {
	Mode           string `json:"mode"`
	ShowColorScale bool   `json:"showColorScale"`
	YHistogram     bool   `json:"yHistogram"`
}

// HeatmapAxis is the axis of the buckets.
type HeatmapAxis struct {
	AxisPlacement string      `json:"axisPlacement"`
	Decimals      *int        `json:"decimals,omitempty"`
	Max           json.Number `json:"max,omitempty"`
	Min           json.Number `json:"min,omitempty"`
	Reverse       bool        `json:"reverse"`
	Unit          string      `json:"unit,omitempty"`
}

// HistogramOptions are those of a histogram panel.
type HistogramOptions struct {
	BucketCount  *int     `json:"bucketCount,omitempty"`
	BucketOffset float64  `json:"bucketOffset"`
	BucketSize   *float64 `json:"bucketSize,omitempty"`
	Combine      bool     `json:"combine"`
	Legend       Legend   `json:"legend"`
	Tooltip      Tooltip  `json:"tooltip"`
}

// PieChartOptions are those of a piechart panel.
type PieChartOptions struct {
	DisplayLabels []string      `json:"displayLabels"`
	Legend        Legend        `json:"legend"`
	PieType       string        `json:"pieType"`
	ReduceOptions ReduceOptions `json:"reduceOptions"`
	Tooltip       Tooltip       `json:"tooltip"`
}

// StateTimelineOptions are those of a state-timeline panel.
type StateTimelineOptions struct {
	AlignValue  string   `json:"alignValue"`
	Legend      Legend   `json:"legend"`
	MergeValues bool     `json:"mergeValues"`
	PerPage     *int     `json:"perPage,omitempty"`
	RowHeight   float64  `json:"rowHeight"`
	ShowValue   string   `json:"showValue"`
	Timezone    []string `json:"timezone,omitempty"`
	Tooltip     Tooltip  `json:"tooltip"`
}

// StatusHistoryOptions are those of a status-history panel.
type StatusHistoryOptions struct {
	ColWidth  float64  `json:"colWidth"`
	Legend    Legend   `json:"legend"`
	PerPage   *int     `json:"perPage,omitempty"`
	RowHeight float64  `json:"rowHeight"`
	ShowValue string   `json:"showValue"`
	Timezone  []string `json:"timezone,omitempty"`
	Tooltip   Tooltip  `json:"tooltip"`
}

// BarChartOptions are those of a barchart panel.
type BarChartOptions struct {
	BarRadius           float64   `json:"barRadius"`
	BarWidth            float64   `json:"barWidth"`
	ColorByField        string    `json:"colorByField,omitempty"`
	FullHighlight       bool      `json:"fullHighlight"`
	GroupWidth          float64   `json:"groupWidth"`
	Legend              Legend    `json:"legend"`
	Orientation         string    `json:"orientation"`
	ShowValue           string    `json:"showValue"`
	Stacking            string    `json:"stacking"`
	Text                *TextSize `json:"text,omitempty"`
	Tooltip             Tooltip   `json:"tooltip"`
	XField              string    `json:"xField,omitempty"`
	XTickLabelMaxLength *int      `json:"xTickLabelMaxLength,omitempty"`
	XTickLabelRotation  int       `json:"xTickLabelRotation"`
	XTickLabelSpacing   int       `json:"xTickLabelSpacing"`
}

// LogsOptions are those of a logs panel.
type LogsOptions struct {
	DedupStrategy           string `json:"dedupStrategy"`
	EnableInfiniteScrolling bool   `json:"enableInfiniteScrolling"`
	EnableLogDetails        bool   `json:"enableLogDetails"`
	PrettifyLogMessage      bool   `json:"prettifyLogMessage"`
	ShowCommonLabels        bool   `json:"showCommonLabels"`
	ShowLabels              bool   `json:"showLabels"`
	ShowTime                bool   `json:"showTime"`
	SortOrder               string `json:"sortOrder"`
	WrapLogMessage          bool   `json:"wrapLogMessage"`
}

func legend(placement string, show bool) Legend {
	return Legend{Calcs: []string{}, DisplayMode: "list", Placement: placement, ShowLegend: show}
}

func tooltip(mode, sort string) Tooltip { return Tooltip{Mode: mode, Sort: sort} }

func reduce() ReduceOptions { return ReduceOptions{Calcs: []string{"lastNotNull"}} }

// newOptions are the defaults of a type's options, as a pointer; nil for an unsupported
// type.
func newOptions(panelType string) any {
	switch panelType {
	case "timeseries":
		return &TimeSeriesOptions{Legend: legend("bottom", true), Tooltip: tooltip("multi", "desc")}
	case "stat":
		return &StatOptions{ColorMode: "value", GraphMode: "area", JustifyMode: "auto", Orientation: "auto",
			PercentChangeColorMode: "standard", ReduceOptions: reduce(), TextMode: "auto", WideLayout: true}
	case "gauge":
		return &GaugeOptions{MinVizHeight: 75, MinVizWidth: 75, Orientation: "auto", ReduceOptions: reduce(), ShowThresholdMarkers: true, Sizing: "auto"}
	case "bargauge":
		return &BarGaugeOptions{DisplayMode: "gradient", Legend: legend("bottom", false), MaxVizHeight: 300, MinVizHeight: 16, MinVizWidth: 8,
			NamePlacement: "auto", Orientation: "horizontal", ReduceOptions: reduce(), ShowUnfilled: true, Sizing: "auto", ValueMode: "color"}
	case "table":
		return &TableOptions{CellHeight: "sm", Footer: TableFooter{Fields: "", Reducer: []string{"sum"}}, ShowHeader: true}
	case "text":
		return &TextOptions{Code: TextCode{Language: "plaintext"}, Mode: "markdown"}
	case "heatmap":
		return &HeatmapOptions{CellGap: 1,
			Color:     HeatmapColor{Exponent: 0.5, Fill: "dark-orange", Mode: "scheme", Scale: "exponential", Scheme: "Oranges", Steps: 64},
			Exemplars: HeatmapExemplars{Color: "rgba(255,0,255,0.7)"}, FilterValues: HeatmapFilter{LE: 1e-9}, Legend: HeatmapLegend{Show: true},
			RowsFrame: HeatmapRows{Layout: "auto"}, Tooltip: HeatmapTooltip{Mode: "single"}, YAxis: HeatmapAxis{AxisPlacement: "left"}}
	case "histogram":
		return &HistogramOptions{Legend: legend("bottom", true), Tooltip: tooltip("single", "none")}
	case "piechart":
		return &PieChartOptions{DisplayLabels: []string{}, Legend: legend("right", true), PieType: "pie", ReduceOptions: reduce(), Tooltip: tooltip("single", "none")}
	case "state-timeline":
		return &StateTimelineOptions{AlignValue: "left", Legend: legend("bottom", true), MergeValues: true, RowHeight: 0.9, ShowValue: "auto", Tooltip: tooltip("single", "none")}
	case "status-history":
		return &StatusHistoryOptions{ColWidth: 0.9, Legend: legend("bottom", true), RowHeight: 0.9, ShowValue: "auto", Tooltip: tooltip("single", "none")}
	case "barchart":
		return &BarChartOptions{BarWidth: 0.97, GroupWidth: 0.7, Legend: legend("bottom", true), Orientation: "auto", ShowValue: "auto", Stacking: "none", Tooltip: tooltip("single", "none")}
	case "logs":
		return &LogsOptions{DedupStrategy: "none", EnableLogDetails: true, SortOrder: "Descending"}
	}
	return nil
}
