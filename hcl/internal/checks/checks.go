// Package checks decodes what is checked and read after a deployment: success criteria, benchmarks and
// runbooks, and custom artifacts.
package checks

import (
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

var (
	ruleProbe = diag.Error("OG750", "Criterion without exactly one probe",
		"A success criterion has exactly one typed probe: http, tcp, grpc, sql, promql, container or command.")
	ruleAnswer = diag.Error("OG751", "Invalid expectation",
		"A probe states its expected answer exactly once: with `equals`, or with the bounds `min` and `max`.")
	rulePort = diag.Error("OG752", "Unreachable probe port",
		"A probe names a TCP port block of its service. deploy.sh runs on the host, so the port must be published there.")
	ruleHTTP = diag.Error("OG753", "Invalid HTTP request",
		"A path starts with a slash, a method is an upper-case word, and a header fits on one line.")
	ruleJSON = diag.Error("OG754", "Invalid JSON expectation",
		"`json` maps keys of the answer to strings, numbers, booleans or null; objects and lists may be nested.")
	rulePattern = diag.Error("OG755", "Invalid regular expression",
		"`matches` must be a POSIX extended regular expression.")
	ruleTarget = diag.Error("OG756", "Invalid benchmark target",
		"A benchmark's target is a comparison with a number and a unit: \"< 500ms\".")
	ruleTool = diag.Error("OG757", "Invalid tool in a check",
		"A tool is the name of a program, with an optional constraint on its version: \"docker >= 24\".")
	ruleEnvName = diag.Error("OG758", "Invalid environment variable in a check",
		"Names of environment variables consist of letters, digits and underscores.")
	ruleReserved = diag.Error("OG759", "Artifact path already in use",
		"An artifact's path must not equal, or lie below, the path of another file of the kit or of anything that deploy.sh writes. Letter case is ignored, because some file systems ignore it.")
	ruleTemplate = diag.Error("OG760", "Unreadable template",
		"An artifact's template is a UTF-8 file in the manifest's folder.")
	ruleCount = diag.Error("OG761", "Invalid count or status",
		"A container count lies between 0 and the service's number of replicas, an HTTP status between 100 and 599, an exit status between 0 and 255.")
	rulePromQL = diag.Error("OG762", "PromQL probe without Prometheus",
		"A promql probe queries the server of the `prometheus` block, on a port that is published on the host.")
)

// Package lists the blocks.
func Package() lang.Package {
	return lang.Package{
		Specs:  []*lang.BlockSpec{criterionSpec(), benchmarkSpec(), runbookSpec(), artifactSpec()},
		Finish: finish,
	}
}

func finish(p *lang.Evaluation) {
	for _, b := range p.Blocks("criterion") {
		finishCriterion(b)
	}
	finishArtifacts(p)
}
