package monitoring

import (
	"slices"
	"time"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

const watchdogName = "Watchdog"

// watchdog adds the route of the alert that always fires, before all others.
func watchdog(b *lang.Block, a *manifest.Alertmanager) {
	wait, group, repeat := time.Duration(0), time.Minute, 5*time.Minute
	a.Route.Routes = slices.Insert(a.Route.Routes, 0, &manifest.Route{
		Origin:   manifest.Origin{Address: a.Address + ".watchdog", Range: b.AttrRange("watchdog")},
		Receiver: a.Watchdog, Matchers: []string{"alertname=" + watchdogName}, GroupBy: []string{"alertname"},
		GroupWait: &wait, GroupInterval: &group, RepeatInterval: &repeat,
	})
}

// watchdogAlert adds the alert, unless the manifest has one of that name.
func watchdogAlert(m *manifest.Manifest) {
	named := func(a *manifest.Alert) bool { return a.Name == watchdogName }
	if m.Prometheus == nil || m.Alertmanager == nil || m.Alertmanager.Watchdog == nil || slices.ContainsFunc(m.Alerts, named) {
		return
	}
	at := m.Alertmanager.Range
	group := ""
	if m.System != nil {
		group = m.System.Name
	}
	m.Alerts = append(m.Alerts, &manifest.Alert{
		Origin: manifest.Origin{Address: "alertmanager.watchdog", Range: at}, Name: watchdogName, Expr: "vector(1)", Group: group, Severity: "none",
		Summary:     "Alerts are evaluated and delivered",
		Description: "This alert always fires. When its notifications stop, Prometheus, Alertmanager or the way to the receiver has failed.",
		Tests:       []*manifest.AlertTest{{Series: []manifest.KeyValue{{Key: "up", Value: "1x1"}}, Interval: time.Minute, At: time.Minute, Fires: true, Range: at}},
		ExprRange:   at, SeverityRange: at, SummaryRange: at, DescriptionRange: at, KeepRange: at,
	})
}
