// Package monitoring decodes the blocks of a deployment's monitoring: the
// Prometheus, Alertmanager and Grafana servers, recording and alerting rules with their
// unit tests, and dashboards.
package monitoring

import (
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

var (
	ruleTwice = diag.Error("OG500", "Duplicate label or annotation",
		"The arguments severity, summary, description and runbook of an alert set a label and annotations of these names, so `labels` and `annotations` can't set them too.")
	ruleNoQuery = diag.Error("OG501", "Panel without a query",
		"A panel shows the results of `expr` or of its `query` blocks; only text panels have none.")
	ruleNoExpr = diag.Error("OG502", "Argument without its expression",
		"`legend` and `instant` of a panel belong to its `expr`; a `query` block has its own.")
	ruleText = diag.Error("OG503", "Text and query in one panel",
		"A text panel has `content` and no query; every other panel has queries and no `content`.")
	rulePort = diag.Error("OG504", "Unknown server port",
		"`port` must name the TCP port block of the service on which the server's HTTP interface listens.")
	ruleVariable = diag.Error("OG505", "Dashboard variable without values",
		"A variable of the type query, custom or interval gets its values from `query`; only one that is named like a label of all targets (instance, job, service) has values without it.")
	ruleVariableName = diag.Error("OG506", "Reserved variable name",
		"Each dashboard has a generated variable `datasource`, and names that start with __ are reserved by Grafana.")
	ruleWhichServer = diag.Error("OG507", "Unclear Alertmanager",
		"Alerts are sent to an Alertmanager of the system (`service`), which this block configures, or to an external one (`url`), which has its own configuration.")
	ruleNoRoute = diag.Error("OG508", "Alertmanager without a route",
		"Alertmanager starts only with a root route that names a receiver: it takes the alerts that no other route takes.")
	ruleRetention = diag.Error("OG514", "Invalid retention",
		"Prometheus reads a retention time such as 15d or 1y6w, and a size in bytes such as 512MB or 10GB.")
	ruleNoTargets = diag.Error("OG515", "Scrape without targets",
		"A scrape in the prometheus block has `targets`, `dns` or `file` blocks; the targets of services are their own `scrape` blocks.")
	ruleTarget = diag.Error("OG516", "Invalid target",
		"A target is HOST:PORT, without a scheme and a path, unless relabelling makes an address of it. Files with targets end in .json, .yml or .yaml.")
	ruleFlag = diag.Error("OG517", "Flag of a newer server",
		"Prometheus doesn't start with a flag that its version doesn't know.")
	ruleJob = diag.Error("OG518", "Invalid scrape of the server",
		"A scrape requires a valid path, metrics and types, and a timeout that isn't longer than its interval.")
	ruleTimes = diag.Error("OG519", "Invalid time of a dashboard",
		"Grafana reads the refresh interval and the range of a dashboard by its own notation, and silently takes another time for what it can't read.")
	ruleSettings = diag.Error("OG509", "Invalid setting of a server",
		"Blocks in `receiver` and `global` have Alertmanager's own keys, `http` and `remote_write` Prometheus's, each once. A secret is the whole value of a key, because the server reads it from a file of its own.")
	ruleNoRepository = diag.Error("OG510", "Runbook path without a repository",
		"A path in `runbook_url` is that of a file in the repository in the system's `source`; its address follows only for servers that are known: GitHub, GitLab and Bitbucket.")
	ruleObjective = diag.Error("OG511", "Invalid objective",
		"An objective is the share of events that must be good: a number between 0 and 1, such as 0.999, or a percentage, such as \"99.9%\". With 1 or 100% nothing may ever fail, so there is no budget that could burn.")
	ruleSLOWindow = diag.Error("OG512", "Window of an objective too short",
		"The alerts compare windows that are parts of the objective's: the shortest is its 8,640th part (5 minutes of 30 days), and must contain four scrapes.")
	ruleSLORetention = diag.Warning("OG513", "Window of an objective longer than the retention",
		"Prometheus deletes samples after its retention, 15 days by default. The error budget is then that of a shorter time than the objective's window.")
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{
		Specs:  []*lang.BlockSpec{prometheusSpec(), alertmanagerSpec(), grafanaSpec(), ruleGroupSpec(), recordSpec(), alertSpec(), sloSpec(), dashboardSpec()},
		Finish: finish,
	}
}
