package alertmanager

import (
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// Config is alertmanager.yml.
type Config struct {
	Global        map[string]any  `yaml:"global,omitempty"`
	Route         Route           `yaml:"route"`
	InhibitRules  []InhibitRule   `yaml:"inhibit_rules,omitempty"`
	Receivers     []Receiver      `yaml:"receivers,spaced"`
	TimeIntervals []TimeIntervals `yaml:"time_intervals,omitempty"`
	Templates     []string        `yaml:"templates,omitempty"`
}

// Route is a node of the routing tree.
type Route struct {
	Receiver            string   `yaml:"receiver,omitempty"`
	Matchers            []string `yaml:"matchers,omitempty"`
	GroupBy             []string `yaml:"group_by,omitempty,flow"`
	GroupWait           string   `yaml:"group_wait,omitempty"`
	GroupInterval       string   `yaml:"group_interval,omitempty"`
	RepeatInterval      string   `yaml:"repeat_interval,omitempty"`
	MuteTimeIntervals   []string `yaml:"mute_time_intervals,omitempty,flow"`
	ActiveTimeIntervals []string `yaml:"active_time_intervals,omitempty,flow"`
	Continue            bool     `yaml:"continue,omitempty"`
	Routes              []Route  `yaml:"routes,omitempty"`
}

// InhibitRule mutes alerts while others fire.
type InhibitRule struct {
	SourceMatchers []string `yaml:"source_matchers"`
	TargetMatchers []string `yaml:"target_matchers"`
	Equal          []string `yaml:"equal,omitempty,flow"`
}

// Receiver has a list of settings for each kind of integration, by its key.
type Receiver struct {
	Name         string         `yaml:"name"`
	Integrations map[string]any `yaml:",inline"`
}

// TimeIntervals are the times that a name stands for.
type TimeIntervals struct {
	Name      string         `yaml:"name"`
	Intervals []TimeInterval `yaml:"time_intervals"`
}

// TimeInterval is the moments that satisfy each part that isn't empty.
type TimeInterval struct {
	Times       []TimeRange `yaml:"times,omitempty"`
	Weekdays    []string    `yaml:"weekdays,omitempty,flow"`
	DaysOfMonth []string    `yaml:"days_of_month,omitempty,flow"`
	Months      []string    `yaml:"months,omitempty,flow"`
	Years       []string    `yaml:"years,omitempty,flow"`
	Location    string      `yaml:"location,omitempty"`
}

// TimeRange is a part of a day.
type TimeRange struct {
	StartTime string `yaml:"start_time"`
	EndTime   string `yaml:"end_time"`
}

// NewConfig is the configuration of a server, which has a root route with a receiver.
func NewConfig(a *manifest.Alertmanager) *Config {
	c := &Config{Route: newRoute(a.Route)}
	if a.Global != nil {
		c.Global = a.Global.Plain()
	}
	for _, i := range a.Inhibits {
		c.InhibitRules = append(c.InhibitRules, InhibitRule{SourceMatchers: i.Source, TargetMatchers: i.Target, Equal: i.Equal})
	}
	for _, r := range a.Receivers {
		x := Receiver{Name: r.Name, Integrations: map[string]any{}}
		for _, i := range r.Integrations {
			key := i.Kind + "_configs"
			list, _ := x.Integrations[key].([]any)
			x.Integrations[key] = append(list, i.Plain())
		}
		c.Receivers = append(c.Receivers, x)
	}
	for _, t := range a.MuteTimes {
		x := TimeIntervals{Name: t.Name}
		for _, i := range t.Intervals {
			x.Intervals = append(x.Intervals, newInterval(i))
		}
		c.TimeIntervals = append(c.TimeIntervals, x)
	}
	if len(a.Templates) > 0 {
		c.Templates = []string{"templates/*.tmpl"} // relative to the file
	}
	return c
}

func newRoute(r *manifest.Route) Route {
	x := Route{Matchers: r.Matchers, GroupBy: r.GroupBy, Continue: r.Continue,
		GroupWait: duration(r.GroupWait), GroupInterval: duration(r.GroupInterval), RepeatInterval: duration(r.RepeatInterval),
		MuteTimeIntervals: names(r.Mute), ActiveTimeIntervals: names(r.Active)}
	if r.Receiver != nil {
		x.Receiver = r.Receiver.Name
	}
	for _, sub := range r.Routes {
		x.Routes = append(x.Routes, newRoute(sub))
	}
	return x
}

func newInterval(i *manifest.TimeInterval) TimeInterval {
	x := TimeInterval{Weekdays: i.Weekdays, DaysOfMonth: i.DaysOfMonth, Months: i.Months, Years: i.Years, Location: i.Location}
	for _, t := range i.Times {
		x.Times = append(x.Times, TimeRange{StartTime: t.Start, EndTime: t.End})
	}
	return x
}

func names(times []*manifest.MuteTime) []string {
	var out []string
	for _, t := range times {
		out = append(out, t.Name)
	}
	return out
}

// duration is empty for none. Alertmanager reads 0s, but no number without a unit.
func duration(d *time.Duration) string {
	switch {
	case d == nil:
		return ""
	case *d == 0:
		return "0s"
	}
	return text.Duration(*d)
}
