// Package alertmanager checks how a manifest's alerts are delivered: Check reads
// the rendered configuration back with Alertmanager's own package and compares it
// with the document that it was encoded from, and Manifest has that package
// read each receiver, route, inhibition and time, so that a mistake is reported
// where it is.
package alertmanager

import (
	"log/slog"

	"github.com/prometheus/alertmanager/featurecontrol"
	"github.com/prometheus/alertmanager/matcher/compat"

	"github.com/omegagen/omegagen/hcl/diag"
)

var (
	ruleBug = diag.Error("OG908", "Alertmanager's file does not round-trip (internal error)",
		"The generated configuration is parsed by Alertmanager's own package, and must match the manifest. This is a bug in omegagen; please report it.").In(diag.StageOutput)

	ruleRefused = diag.Error("OG585", "Alertmanager refuses the configuration",
		"Receivers, matchers, inhibitions and times are read by Alertmanager's own package, as the server reads them when it starts. One that it refuses keeps the server from starting, and a reload from happening.")
	ruleUnknownKey = diag.Error("OG586", "Unknown Alertmanager setting",
		"Receivers and `global` have Alertmanager's own keys. The server doesn't start with a key that its version doesn't know.")
	ruleUntold = diag.Warning("OG587", "Alert that nobody is told of",
		"An alert goes where the routing tree sends its labels: its name and severity, its own labels, and the external labels of Prometheus. A receiver without integrations notifies nobody. That is not reported of alerts that a route names by alertname, and of those with the severity none.")
	ruleUnreachedReceiver = diag.Warning("OG588", "Receiver without a route",
		"Only receivers that a route names are notified.")
	ruleUntakenRoute = diag.Warning("OG589", "Route that no alert takes",
		"A route whose matchers can't match any alert of the manifest is probably misspelt. Labels that may come from the series of an expression are taken to match.")
	ruleIdleInhibition = diag.Warning("OG590", "Inhibition that mutes nothing",
		"An inhibition mutes an alert that matches `target` while one that matches `source` fires, if both have the same values of the labels in `equal`.")
	ruleNoAlertmanager = diag.Warning("OG591", "Alerts without an Alertmanager",
		"Prometheus only evaluates alerts. Without an Alertmanager, which notifies people of them, they are visible only in Prometheus itself and in Grafana. Where the manifest has dashboards, on which they can be seen, it is only advice.")
	ruleBadTemplate = diag.Error("OG592", "Invalid notification template",
		"Templates, and the texts of receivers, are Go templates with the functions and fields of Alertmanager. A notification whose template fails is not sent.").AboutText()
)

// Matchers are read as by a server without feature flags: in UTF-8 or, where that fails, as before 0.27.
func init() { compat.InitFromFlags(slog.New(slog.DiscardHandler), featurecontrol.NoopFlags{}) }
