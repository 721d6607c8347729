package manifest

import (
	"slices"
	"strings"
	"time"
)

// AlertmanagerPeerPort is the port by which replicas of an Alertmanager agree on who notifies, over TCP and UDP:
// the default of its --cluster.listen-address.
const AlertmanagerPeerPort = 9094

// Alertmanager is the server that Prometheus sends alerts to. Either Service or URL is set: an
// external server has its own configuration, so the other fields are then empty.
type Alertmanager struct {
	Origin
	Service    *Service
	Port       string // name of its HTTP port; default: that of 9093, or the first port
	URL        string // of an external server
	ConfigPath string // in the container; default /etc/alertmanager
	Global     *Settings
	Receivers  []*Receiver
	Route      *Route    // the root
	Watchdog   *Receiver // of the alert Watchdog, whose route is the first one; nil: none
	Inhibits   []*Inhibit
	MuteTimes  []*MuteTime
	Templates  []*NotificationTemplate
	At         Ranges // of url
}

// NotificationTemplate is a file of named templates for the texts of receivers.
type NotificationTemplate struct {
	Origin
	Name    string
	Content string
}

// Receiver is who is notified, and how.
type Receiver struct {
	Origin
	Name         string
	Integrations []*Integration // in source order
}

// Integration is one way to notify a receiver.
type Integration struct {
	Settings
	Kind string // a key of Alertmanager's receivers without "_configs": webhook, email, …
}

// Settings are keys of Alertmanager's own format.
type Settings struct {
	Origin
	// Values are as Passthrough.Value, but a value may be a *Secret: the path of its file is written.
	Values map[string]any
	At     Ranges // of keys, by path: http_config.proxy_url
}

// Route is a node of the routing tree: which alerts it takes, and where it sends them.
type Route struct {
	Origin
	Receiver       *Receiver // nil: that of the parent
	Matchers       []string  // in Alertmanager's notation; none in the root
	GroupBy        []string  // nil: as in the parent
	GroupWait      *time.Duration
	GroupInterval  *time.Duration
	RepeatInterval *time.Duration
	Continue       bool
	Mute, Active   []*MuteTime
	Routes         []*Route // in source order
	At             Ranges   // of arguments
}

// Inhibit mutes alerts while another one fires.
type Inhibit struct {
	Origin
	Source, Target []string // matchers
	Equal          []string // labels
	At             Ranges   // of arguments
}

// MuteTime is a named set of time intervals.
type MuteTime struct {
	Origin
	Name      string
	Intervals []*TimeInterval // in source order
}

// TimeInterval is the times that satisfy each of its parts that isn't empty, in Alertmanager's notation.
type TimeInterval struct {
	Origin
	Times                                []TimeRange
	Weekdays, DaysOfMonth, Months, Years []string
	Location                             string // "": UTC
}

// TimeRange is a part of a day.
type TimeRange struct {
	Start, End string // HH:MM
}

// Secrets are those in the settings of the server's receivers, each once, in order of name.
func (a *Alertmanager) Secrets() []*Secret {
	var lists []*Settings
	if a.Global != nil {
		lists = append(lists, a.Global)
	}
	for _, r := range a.Receivers {
		for _, i := range r.Integrations {
			lists = append(lists, &i.Settings)
		}
	}
	return secretsIn(lists)
}

func secretsIn(lists []*Settings) []*Secret {
	var out []*Secret
	seen := map[*Secret]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case *Secret:
			if !seen[v] {
				seen[v] = true
				out = append(out, v)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	for _, s := range lists {
		walk(s.Values)
	}
	slices.SortFunc(out, func(a, b *Secret) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Plain is the values with secrets replaced by the paths of their files.
func (s *Settings) Plain() map[string]any { return plain(s.Values).(map[string]any) }

func plain(v any) any {
	switch v := v.(type) {
	case *Secret:
		return v.Mount()
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = plain(x)
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, x := range v {
			out = append(out, plain(x))
		}
		return out
	}
	return v
}
