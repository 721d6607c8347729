// Package checks decodes what is checked and read after a deployment: success
// criteria, benchmarks and runbooks, and the user's own artifacts.
package checks

import (
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

var (
	ruleProbe = diag.Error("OG750", "A criterion has exactly one probe",
		"A success criterion is one typed probe: http, tcp, grpc, sql, promql, container or command.")
	ruleAnswer = diag.Error("OG751", "What a probe expects",
		"A probe says what it expects of the answer, and once: `equals`, or a bound by `min` and `max`.")
	rulePort = diag.Error("OG752", "Probe of a port that isn't there",
		"A probe names a TCP port block of its service. deploy.sh runs on the host, so the port must be published there.")
	ruleHTTP = diag.Error("OG753", "Impossible HTTP request",
		"A path begins with a slash, a method is a word in capitals, a header is one line.")
	ruleJSON = diag.Error("OG754", "JSON fields are compared with scalars",
		"`json` maps the keys of the answer to strings, numbers, booleans or null; objects and lists nest.")
	rulePattern = diag.Error("OG755", "Not a regular expression",
		"`matches` is a POSIX extended regular expression.")
	ruleTarget = diag.Error("OG756", "Not a target",
		"A benchmark's target is a comparison with a number and a unit: \"< 500ms\".")
	ruleTool = diag.Error("OG757", "Not a tool",
		"A tool is the name of a program, with an optional constraint on its version: \"docker >= 24\".")
	ruleEnvName = diag.Error("OG758", "Not the name of an environment variable",
		"Names of environment variables hold letters, digits and underscores.")
	ruleReserved = diag.Error("OG759", "Artifact over another file of the kit",
		"An artifact's path must not be, or lie below, that of another file of the kit, nor what deploy.sh writes. Letter case makes no difference, for it makes none on some file systems.")
	ruleTemplate = diag.Error("OG760", "Template that cannot be read",
		"An artifact's template is a file of the manifest's folder, in UTF-8.")
	ruleCount = diag.Error("OG761", "Impossible count or status",
		"A count of containers lies between 0 and the service's replicas, an HTTP status between 100 and 599, an exit status between 0 and 255.")
	rulePromQL = diag.Error("OG762", "A promql probe needs a Prometheus",
		"The probe asks the server of the `prometheus` block, on a port that is published on the host.")
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{
		Specs:  []*lang.BlockSpec{criterionSpec(), benchmarkSpec(), runbookSpec(), artifactSpec()},
		Finish: finish,
	}
}

func finish(p *lang.Program) {
	for _, b := range p.Blocks("criterion") {
		finishCriterion(b)
	}
	finishArtifacts(p)
}
