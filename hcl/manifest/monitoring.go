package manifest

import (
	"math/big"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Where Grafana's containers mount the kit's folders for them.
const (
	GrafanaDatasourcesTarget = "/etc/grafana/provisioning/datasources"
	GrafanaProvidersTarget   = "/etc/grafana/provisioning/dashboards"
	GrafanaDashboardsTarget  = "/var/lib/grafana/dashboards"
)

// Prometheus is the server and its global settings.
type Prometheus struct {
	Origin
	Service            *Service
	Port               string        // name of its HTTP port; default: that of 9090, or the first port
	ScrapeInterval     time.Duration // default 15s
	ScrapeTimeout      time.Duration // 0: the server's default
	EvaluationInterval time.Duration // default: ScrapeInterval
	ExternalLabels     []KeyValue
	Retention          string
	RetentionSize      string
	Flags              []Flag      // by name
	Jobs               []*Job      // by name
	RemoteWrites       []*Settings // in source order; Prometheus's own keys
	ConfigPath         string      // in the container; default /etc/prometheus
	SelfScrape         bool        // default true
	RunbookURL         string      // where RUNBOOK.md is published, absolute; "" if nowhere
	At                 Ranges      // of flags, under flags.NAME
}

// Grafana is the server that the dashboards are provisioned into.
type Grafana struct {
	Origin
	Service       *Service
	Port          string // name of its HTTP port; default: that of 3000, or the first port
	Folder        string // of the dashboards; default: the system's name
	DatasourceUID string // stable
	Overview      bool   // a manifest without dashboards gets one
}

// RuleGroup has the settings of a group of rules.
type RuleGroup struct {
	Origin
	Name     string
	Interval time.Duration // 0: that of the server
	Limit    int           // of the series that a rule yields; 0: none
	At       Ranges        // of arguments
}

// Record is a recording rule.
type Record struct {
	Origin
	Name      string
	Expr      string
	Labels    []KeyValue
	Group     string // default: the system's name
	ExprRange hcl.Range
	SLO       *SLO // the objective that the rule measures; nil for a declared rule
}

// Alert is an alerting rule with its unit tests.
type Alert struct {
	Origin
	Name          string
	Expr          string
	For           time.Duration
	KeepFiringFor time.Duration
	KeepSet       bool // KeepFiringFor is the alert's own, not a default
	Severity      string
	Summary       string // a Prometheus template
	Description   string // a Prometheus template
	Labels        []KeyValue
	Annotations   []KeyValue
	Runbook       *Runbook // nil: none
	RunbookURL    string   // of the runbook's section, if RUNBOOK.md is published
	Group         string
	Tests         []*AlertTest
	ExprRange     hcl.Range
	Burn          *Burn // what the alert watches of an objective; nil for a declared alert

	// Of the arguments; the header if they are absent.
	SeverityRange, SummaryRange, DescriptionRange, KeepRange hcl.Range
}

// SLO is an objective: the share of good events among all, over a window.
type SLO struct {
	Origin
	Name                             string
	Objective                        *big.Rat // between 0 and 1, exclusive
	Window                           time.Duration
	Good, Total                      string // selectors of counters
	GoodRange, TotalRange            hcl.Range
	PageSeverity, TicketSeverity     string
	Description                      string
	Runbook                          *Runbook // nil: none
	Labels                           []KeyValue
	Dashboard                        *Dashboard // that has its panels
	DescriptionRange, ObjectiveRange hcl.Range
}

// Budget is the share of events that may fail.
func (s *SLO) Budget() *big.Rat { return new(big.Rat).Sub(big.NewRat(1, 1), s.Objective) }

// Burn is when an alert about an objective fires: under any of its conditions.
type Burn struct {
	SLO        *SLO
	Conditions []BurnRate
}

// BurnRate is that the errors of two windows are more than Factor times the budget: the long one
// shows that much of the budget is gone, the short one that it still burns.
type BurnRate struct {
	Factor      *big.Rat
	Long, Short time.Duration
}

// Limit is the share of errors above which the budget burns faster than Factor.
func (b BurnRate) Limit(s *SLO) *big.Rat { return new(big.Rat).Mul(b.Factor, s.Budget()) }

// AlertTest is one promtool unit test of an alert.
type AlertTest struct {
	Series   []KeyValue    // series, values in promtool's notation
	Interval time.Duration // default 1m
	At       time.Duration
	Fires    bool
	Labels   []KeyValue // further labels expected of the firing alert
	Range    hcl.Range
}

// Dashboard is one Grafana dashboard. Rows keep their source order.
type Dashboard struct {
	Origin
	UID         string // default: the label
	Title       string
	Description string
	Tags        []string
	Refresh     string // default "30s"
	From, To    string // default now-1h, now
	Timezone    string
	Rows        []*Row
	Variables   []*DashboardVariable
}

// DashboardVariable is a template variable of a dashboard.
type DashboardVariable struct {
	Origin
	Name       string
	Label      string
	Type       string // query | custom | textbox | interval
	Query      string // "" of the type query: the values of the label of the variable's name
	Multi      bool
	IncludeAll bool
	Default    string
}

// Row is a row of panels in source order.
type Row struct {
	Origin
	Title     string
	Collapsed bool
	Panels    []*Panel
}

// Panel is one panel.
type Panel struct {
	Origin
	Title         string
	TypeRange     hcl.Range // of the attribute, as UnitRange
	UnitRange     hcl.Range
	Type          string // timeseries | stat | gauge | bargauge | table | text | heatmap | histogram | piechart | state-timeline | status-history | barchart | logs
	Description   string
	Unit          string
	Width, Height int // grid units; 0: computed
	Min, Max      *big.Rat
	Decimals      *int
	Targets       []Target // in order
	Thresholds    []Threshold
	Overrides     []*Override // in order
	Stack         bool
	Content       string         // text
	OptionsRange  hcl.Range      // of the attribute
	Options       map[string]any // further panel options, as Passthrough.Value
}

// SeriesMatch is how an override says which series it is about.
type SeriesMatch string

// The ways; ByName is the default.
const (
	ByName   SeriesMatch = "name"
	ByRegexp SeriesMatch = "regexp"
)

// Axis is the side of a panel on which the axis of a series is.
type Axis string

// The sides.
const (
	LeftAxis  Axis = "left"
	RightAxis Axis = "right"
)

// Override is how a panel shows some of its series, where that differs from the others.
type Override struct {
	Origin
	By          SeriesMatch
	Series      string    // a name or a regular expression
	SeriesRange hcl.Range // of the label
	DisplayName string
	Unit        string
	Decimals    *int
	Min, Max    *big.Rat
	Color       string
	Axis        Axis  // "": the panel's
	Stack       *bool // nil: as the panel
	Hidden      bool
	Thresholds  []Threshold
	Ranges      Ranges // of the arguments
}

// Target is one query of a panel.
type Target struct {
	Expr    string
	Legend  string
	Instant bool
	Range   hcl.Range // of Expr
	At      hcl.Range // of Legend
}

// Threshold is one step of a panel's thresholds.
type Threshold struct {
	Color string
	Value *big.Rat // nil: the base
}
