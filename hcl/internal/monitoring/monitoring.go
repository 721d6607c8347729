// Package monitoring decodes the blocks of a deployment's monitoring: the
// Prometheus and the Grafana servers, recording and alerting rules with their
// unit tests, and dashboards.
package monitoring

import (
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

var (
	ruleTwice = diag.Error("OG500", "Label or annotation given twice",
		"The attributes severity, summary, description and runbook of an alert are written as a label and as annotations of these names, so `labels` and `annotations` can't have them too.")
	ruleNoQuery = diag.Error("OG501", "Panel without a query",
		"A panel shows what `expr` or its `query` blocks ask for; only text panels have none.")
	ruleNoExpr = diag.Error("OG502", "Attribute of a missing expression",
		"`legend` and `instant` of a panel belong to its `expr`; a `query` block has its own.")
	ruleText = diag.Error("OG503", "Text panels show text",
		"A text panel has `content` and no query; every other panel has queries and no `content`.")
	rulePort = diag.Error("OG504", "Server without that port",
		"`port` names the TCP port block of the service where the server's HTTP interface listens.")
	ruleVariable = diag.Error("OG505", "Dashboard variable without values",
		"A variable of the type query, custom or interval takes its values from `query`.")
	ruleVariableName = diag.Error("OG506", "Reserved variable name",
		"Each dashboard has a variable `datasource` of its own, and names that begin with __ are Grafana's.")
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{
		Specs:  []*lang.BlockSpec{prometheusSpec(), grafanaSpec(), recordSpec(), alertSpec(), dashboardSpec()},
		Finish: finish,
	}
}
