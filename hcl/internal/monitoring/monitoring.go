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
		"A variable of the type query, custom or interval gets its values from `query`.")
	ruleVariableName = diag.Error("OG506", "Reserved variable name",
		"Each dashboard has a generated variable `datasource`, and names that start with __ are reserved by Grafana.")
	ruleWhichServer = diag.Error("OG507", "Unclear Alertmanager",
		"Alerts are sent to an Alertmanager of the system (`service`), which this block configures, or to an external one (`url`), which has its own configuration.")
	ruleNoRoute = diag.Error("OG508", "Alertmanager without a route",
		"Alertmanager starts only with a root route that names a receiver: it takes the alerts that no other route takes.")
	ruleSettings = diag.Error("OG509", "Invalid Alertmanager setting",
		"Blocks in `receiver` and `global` have Alertmanager's own keys, each once. A secret is the whole value of a key, because Alertmanager reads it from a file of its own.")
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{
		Specs:  []*lang.BlockSpec{prometheusSpec(), alertmanagerSpec(), grafanaSpec(), ruleGroupSpec(), recordSpec(), alertSpec(), dashboardSpec()},
		Finish: finish,
	}
}
