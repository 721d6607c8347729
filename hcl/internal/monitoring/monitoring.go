// Package monitoring decodes the blocks of a deployment's monitoring: the
// Prometheus and the Grafana servers, recording and alerting rules with their
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
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{
		Specs:  []*lang.BlockSpec{prometheusSpec(), grafanaSpec(), recordSpec(), alertSpec(), dashboardSpec()},
		Finish: finish,
	}
}
