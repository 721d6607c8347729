package monitoring

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// errorRatio is the series of the share of errors over a window.
func errorRatio(window time.Duration) string { return "slo:error_ratio:rate" + span(window) }

const budgetRemaining = "slo:error_budget:remaining"

// slowInterval is how often the rules over long windows are evaluated; less than Prometheus's
// lookback of 5 minutes, so that their series have no gaps.
const slowInterval = 2 * time.Minute

// sloRules adds the records and alerts of an objective.
func sloRules(m *manifest.Manifest, s *manifest.SLO) {
	page, ticket := scaled(s, pageRates), scaled(s, ticketRates)
	windows := []time.Duration{s.Window}
	for _, r := range append(slices.Clone(page), ticket...) {
		windows = append(windows, r.Long, r.Short)
	}
	slices.Sort(windows)
	fast, slow := "slo-"+s.Name, "slo-"+s.Name+"-long"
	group := func(window time.Duration) string {
		if window > time.Hour {
			return slow
		}
		return fast
	}
	label := []manifest.KeyValue{{Key: "slo", Value: s.Name, Range: s.Range}}
	record := func(name, expr, group string) {
		m.Records = append(m.Records, &manifest.Record{Origin: s.Origin, Name: name, Expr: expr, Labels: label, Group: group, ExprRange: s.GoodRange, SLO: s})
	}
	for _, w := range slices.Compact(windows) {
		record(errorRatio(w), ratio(s, w), group(w))
	}
	record(budgetRemaining, fmt.Sprintf("1 - %s{slo=%s} / %s", errorRatio(s.Window), strconv.Quote(s.Name), text.Number(s.Budget())), group(s.Window))
	if interval := m.Prometheus.EvaluationInterval; group(s.Window) == slow && interval < slowInterval {
		m.RuleGroups = append(m.RuleGroups, &manifest.RuleGroup{Origin: s.Origin, Name: slow, Interval: slowInterval, At: manifest.Ranges{"interval": s.Range}})
	}
	burnAlert(m, s, "Burn", s.PageSeverity, page, "so fast that somebody must act now")
	burnAlert(m, s, "SlowBurn", s.TicketSeverity, ticket, "faster than it is refilled")
}

// ratio is the share of events that were not good. Without events there is none; without good
// events, perhaps because none was ever counted, it is 1.
func ratio(s *manifest.SLO, window time.Duration) string {
	w := span(window)
	return fmt.Sprintf("1 - ((sum(rate(%s[%s])) or vector(0)) / (sum(rate(%s[%s])) > 0))", s.Good, w, s.Total, w)
}

func burnAlert(m *manifest.Manifest, s *manifest.SLO, kind, severity string, rates []manifest.BurnRate, how string) {
	if len(rates) == 0 {
		return
	}
	var conditions []string
	for _, r := range rates {
		side := func(window time.Duration) string {
			return fmt.Sprintf("%s{slo=%s} > %s * %s", errorRatio(window), strconv.Quote(s.Name), text.Number(r.Factor), text.Number(s.Budget()))
		}
		conditions = append(conditions, "("+side(r.Long)+" and "+side(r.Short)+")")
	}
	percent := text.Number(new(big.Rat).Mul(s.Objective, big.NewRat(100, 1))) + " %"
	description := fmt.Sprintf("{{ $value | humanizePercentage }} of the events fail; the objective is that %s are good over %s.", percent, span(s.Window))
	if s.Description != "" {
		description += " " + s.Description
	}
	m.Alerts = append(m.Alerts, &manifest.Alert{
		Origin: s.Origin, Name: camel(s.Name) + "ErrorBudget" + kind,
		Expr: strings.Join(conditions, " or "), ExprRange: s.GoodRange,
		Severity: severity, Group: "slo-" + s.Name,
		Summary:     "The error budget of " + s.Name + " burns " + how,
		Description: description,
		Labels:      s.Labels, Runbook: s.Runbook,
		Burn:          &manifest.Burn{SLO: s, Conditions: rates},
		SeverityRange: s.Range, SummaryRange: s.Range, DescriptionRange: s.DescriptionRange, KeepRange: s.Range,
	})
}

// camel is a name in camel case: http_requests becomes HttpRequests.
func camel(name string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// objectives is the generated dashboard of the objectives.
func objectives(m *manifest.Manifest, s *manifest.SLO) *manifest.Dashboard {
	d := &manifest.Dashboard{
		Origin: s.Origin, UID: "objectives", Title: "Objectives", Description: "How much of the error budgets is left, and how fast it burns.",
		Refresh: "1m", From: "now-7d", To: "now", Timezone: "browser",
	}
	taken := func(o *manifest.Dashboard) bool { return o.UID == d.UID || o.Title == d.Title }
	if slices.ContainsFunc(m.Dashboards, taken) {
		d.UID, d.Title = "error-budgets", "Error budgets"
	}
	return d
}

// sloRow are the panels of an objective.
func sloRow(s *manifest.SLO) *manifest.Row {
	of := "{slo=" + strconv.Quote(s.Name) + "}"
	query := func(expr, legend string) manifest.Target {
		return manifest.Target{Expr: expr, Legend: legend, Range: s.Range}
	}
	panel := func(title, kind, unit, description string, targets ...manifest.Target) *manifest.Panel {
		return &manifest.Panel{
			Origin: manifest.Origin{Address: s.Address, Range: s.Range}, Title: title, Type: kind, Unit: unit, Description: description, Targets: targets,
			TypeRange: s.Range, UnitRange: s.Range, OptionsRange: s.Range,
		}
	}
	percent := text.Number(new(big.Rat).Mul(s.Objective, big.NewRat(100, 1)))
	left := panel("Error budget left", "stat", "percentunit", "Of the errors that "+percent+" % over "+span(s.Window)+" allows, the share that is left.", query(budgetRemaining+of, "left"))
	left.Max = one
	left.Thresholds = []manifest.Threshold{{Color: "red"}, {Color: "orange", Value: new(big.Rat)}, {Color: "green", Value: big.NewRat(1, 4)}}
	history := panel("Error budget over time", "timeseries", "percentunit", "Below zero the objective is missed.", query(budgetRemaining+of, "left"))
	history.Max = one
	history.Thresholds = []manifest.Threshold{{Color: "red"}, {Color: "green", Value: new(big.Rat)}}
	burn := panel("Burn rate", "timeseries", "", "How many times faster than allowed the budget burns: with 1, nothing is left at the end of "+span(s.Window)+".")
	burn.Min = new(big.Rat)
	for _, r := range append(scaled(s, pageRates), scaled(s, ticketRates)...) {
		burn.Targets = append(burn.Targets, query(errorRatio(r.Long)+of+" / "+text.Number(s.Budget()), span(r.Long)))
	}
	if rates := scaled(s, pageRates); len(rates) > 0 {
		burn.Thresholds = []manifest.Threshold{{Color: "green"}, {Color: "red", Value: rates[0].Factor}}
	}
	return &manifest.Row{Origin: manifest.Origin{Address: s.Address, Range: s.Range}, Title: "Objective " + s.Name + ": " + percent + " %", Panels: []*manifest.Panel{left, history, burn}}
}
