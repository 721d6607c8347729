package prometheus

import "github.com/omegagen/omegagen/hcl/diag"

var (
	ruleNoServer = diag.Warning("OG520", "Rules without Prometheus",
		"A Prometheus server evaluates recording and alerting rules. Without a prometheus block, they never run.")
	ruleNotText = diag.Error("OG521", "Invalid text for Prometheus",
		"YAML files contain Unicode text. A string with other bytes cannot be written to Prometheus's files.")
	ruleBadDuration = diag.Error("OG522", "Invalid Prometheus duration",
		"Prometheus durations are whole milliseconds and not negative; intervals are greater than zero.")
	ruleTimeoutTooLong = diag.Error("OG523", "Scrape timeout longer than the interval",
		"Prometheus refuses a scrape whose timeout is longer than its interval.")
	ruleDuplicateJob = diag.Error("OG524", "Duplicate scrape job",
		"Prometheus names its scrapes by job, and refuses a configuration in which two have the same name.")
	ruleNoPort = diag.Error("OG525", "Unknown scrape port",
		"A scrape names a port of its service; its targets are that port of every replica.")
	ruleBadName = diag.Error("OG526", "Invalid Prometheus name",
		"Metric names are [a-zA-Z_:][a-zA-Z0-9_:]*; names of labels and annotations [a-zA-Z_][a-zA-Z0-9_]*, and those that start with __ are reserved.")
	ruleMissingTest = diag.Warning("OG527", "Alert without a test",
		"Every alert has promtool unit tests. omegagen derives them if the expression is `metric{…} op constant` or `absent(metric{…})`; for any other expression, only the manifest can state which series make the alert fire.")
	ruleEmptyGroup = diag.Warning("OG529", "Rule group without rules",
		"The settings of a rule_group apply to the records and alerts whose `group` is its name; those without `group` are in the group with the system's name.")
	ruleDuplicateRule = diag.Error("OG528", "Duplicate rule",
		"Two recording rules with the same name and labels write the same series twice, and two alerts of one group with the same name, labels and expression fire twice.")
)
