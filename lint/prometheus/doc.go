// Package prometheus checks the monitoring of a manifest: Check reads the
// rendered files back with Prometheus's own packages and holds them against
// the documents that they were encoded from, and Manifest checks every PromQL
// expression of a manifest against the jobs, metrics and rules that it
// declares.
package prometheus

import (
	"log/slog"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/omegagen/omegagen/hcl/diag"
)

var (
	ruleBug = diag.Error("OG903", "Prometheus doesn't read what was meant",
		"A file for Prometheus is parsed by Prometheus's own packages before it is written, and must mean what the manifest says. This is a bug of omegagen; please report it.").In(diag.StageOutput)

	ruleBadExpr = diag.Error("OG560", "Not a PromQL expression",
		"Every expression of a record, an alert, a panel, a variable or a criterion is parsed by Prometheus's parser.").AboutText()
	ruleUnknownMetric = diag.Error("OG561", "Nobody exports this metric",
		"A metric that an expression reads is exported by a scrape (`exports`), is a recording rule, or is one that Prometheus makes itself.")
	ruleDoubtfulMetric = diag.Warning("OG562", "No declared export has this metric",
		"Some jobs say what they export and others don't. The metric is none of those that are declared; if it comes from a job without `exports`, list it there.")
	ruleUnknownJob = diag.Error("OG563", "No such job",
		"The job label of a series is the name of a scrape: the service's label, or label-scrape where a service has several.")
	ruleUnknownTarget = diag.Error("OG564", "No such target",
		"The labels instance and service of a series come from the targets of its job: NAME:PORT of each replica, and the service's label.")
	ruleRateOfGauge = diag.Warning("OG565", "Function doesn't fit the metric's type",
		"rate, irate, increase and resets are for counters: over a gauge every fall counts as a restart. delta, idelta and deriv are for gauges.")
	ruleBadQuantile = diag.Error("OG566", "histogram_quantile can't work on this",
		"histogram_quantile reads the buckets of a histogram (NAME_bucket), and needs their label le: an aggregation over them must keep it.")
	ruleQuantileWithoutRate = diag.Warning("OG567", "Quantile over the whole life of the process",
		"Buckets are counters since the process began. Without rate() histogram_quantile gives the quantile over all that time, which hardly changes.")
	ruleBadTemplate = diag.Error("OG568", "Not a Prometheus template",
		"Labels and annotations of alerts are Go templates that Prometheus expands. They are parsed as Prometheus does.")
	ruleBadSeries = diag.Error("OG569", "Not a series of a unit test",
		"A test's series are selectors with equality, such as up{job=\"x\"}, and its values promtool's notation, such as 0x10 or 0+1x10.")
	ruleUnknownVariable = diag.Error("OG570", "No such dashboard variable",
		"A panel's expression may use the variables of its dashboard, and Grafana's own ($__rate_interval, $__interval, $__range).")
	ruleUnknownAlert = diag.Error("OG571", "No such alert",
		"ALERTS has a series for each alert that is pending or firing, under its name.")
	ruleWrongResult = diag.Error("OG572", "Expression has the wrong type",
		"A rule's expression yields an instant vector or a scalar. A panel may show a range of them, never a range vector or a string.")
	ruleUnreachable = diag.Warning("OG573", "No network between two servers",
		"Prometheus scrapes its targets, and Grafana asks Prometheus, over networks that their containers share.")
	ruleTooLarge = diag.Error("OG575", "Larger than Prometheus can parse",
		"Prometheus's parsers take time in the square of how deep an expression nests. Expressions have at most 10,000 bytes outside of strings, templates at most 1,000 actions.")
	ruleDoubtfulVariable = diag.Warning("OG574", "Text that looks like a variable",
		"Grafana leaves a $name that it doesn't know as it stands, so that the matcher matches nothing.")
)

var discard = slog.New(slog.DiscardHandler)

// promQL is stateless; functions and syntax are those of a server without
// feature flags.
var promQL = parser.NewParser(parser.Options{})
