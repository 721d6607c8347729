package prometheus

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleNoServer = diag.Warning("OG520", "Rules without a Prometheus",
		"Recording and alerting rules are evaluated by a Prometheus server. A manifest that declares rules and no prometheus block has rules that never run.")
	ruleNotText = diag.Error("OG521", "String that Prometheus's files can't hold",
		"YAML holds Unicode text. A string of other bytes can't be written to Prometheus's files.")
	ruleBadDuration = diag.Error("OG522", "Not a Prometheus duration",
		"Prometheus keeps durations in whole milliseconds, none negative, and intervals above zero.")
	ruleTimeoutTooLong = diag.Error("OG523", "Scrape timeout above the interval",
		"Prometheus refuses a scrape whose timeout is longer than its interval.")
	ruleDuplicateJob = diag.Error("OG524", "Two scrapes are one job",
		"Prometheus names its scrapes by job, and refuses a configuration in which two have the same name.")
	ruleNoPort = diag.Error("OG525", "Scraped port doesn't exist",
		"A scrape names a port of its service; its targets are that port of every replica.")
	ruleBadName = diag.Error("OG526", "Not a Prometheus name",
		"Metric names are [a-zA-Z_:][a-zA-Z0-9_:]*; names of labels and annotations [a-zA-Z_][a-zA-Z0-9_]*, and those that begin with __ are Prometheus's own.")
	ruleMissingTest = diag.Warning("OG527", "Alert without a test",
		"Every alert has promtool unit tests. They are derived where the expression is `metric{…} op constant` or `absent(metric{…})`; for any other expression only the manifest can say which series make it fire.")
	ruleDuplicateRule = diag.Error("OG528", "Two rules give the same series",
		"Two recording rules of one name and the same labels write the same series twice, and two alerts of one group with the same name, labels and expression fire twice.")
)
