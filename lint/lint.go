// Package lint validates each generated file with its consumer's parser and
// runs whole-manifest rules.
package lint

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/alertmanager"
	"github.com/omegagen/omegagen/lint/compose"
	"github.com/omegagen/omegagen/lint/dockerfile"
	"github.com/omegagen/omegagen/lint/env"
	"github.com/omegagen/omegagen/lint/grafana"
	"github.com/omegagen/omegagen/lint/kubernetes"
	"github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/lint/rules"
	"github.com/omegagen/omegagen/lint/shell"
	"github.com/omegagen/omegagen/lint/sql"
)

// Manifest runs the rules that don't require artifacts.
func Manifest(m *manifest.Manifest) hcl.Diagnostics {
	diags := rules.Check(m)
	diags = append(diags, shell.Manifest(m)...)
	diags = append(diags, prometheus.Manifest(m)...)
	return append(diags, alertmanager.Manifest(m)...)
}

// Texts keeps the findings that concern a text alone, whatever else is wrong
// with the manifest: scripts, expressions, SQL and templates that don't parse.
// Other findings may be consequences of a manifest that could not be read
// completely.
func Texts(diags hcl.Diagnostics) hcl.Diagnostics {
	return keep(diags, func(r *diag.Rule) bool { return r.OfText })
}

// Findings removes the internal errors: files that don't round-trip.
func Findings(diags hcl.Diagnostics) hcl.Diagnostics {
	return keep(diags, func(r *diag.Rule) bool { return r.Stage != diag.StageOutput })
}

func keep(diags hcl.Diagnostics, want func(*diag.Rule) bool) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range diags {
		if want(diag.RuleOf(d)) {
			out = append(out, d)
		}
	}
	return out
}

// Prepare does the one-time initialization of the consumers' libraries, so that
// the first check doesn't wait for it. It may run in parallel with anything.
func Prepare() { compose.Prepare() }

// consumer is the check for a kind of file, nil if it has none: text for
// people, the user's own files and our own records. Every kind must be listed
// here, which the linter exhaustive enforces.
func consumer(k kit.Kind) func(*manifest.Manifest, kit.Artifact) hcl.Diagnostics {
	switch k {
	case kit.Compose:
		return compose.Check
	case kit.Dockerfile:
		return dockerfile.Check
	case kit.EnvExample:
		return env.Check
	case kit.Prometheus, kit.RuleTests:
		return prometheus.Check
	case kit.Alertmanager:
		return alertmanager.Check
	case kit.Grafana:
		return grafana.Check
	case kit.Kubernetes:
		return kubernetes.Check
	case kit.Schema:
		return sql.Check
	case kit.DeployScript, kit.DeployRuntime:
		return shell.CheckScript
	case kit.DeployPlan:
		return shell.CheckPlan
	case kit.DeployPart:
		return shell.CheckPart
	case kit.DeploySchema, kit.DockerIgnore, kit.GitIgnore, kit.GitAttributes, kit.Sums, kit.Document, kit.LockFile, kit.Custom, kit.Mounted:
		return nil
	}
	panic(fmt.Sprintf("lint: no consumer is chosen for files of kind %d", k))
}

// Check parses every file of a kit with its consumer's own library and compares
// the result with the model. The files are checked in parallel; the result is
// in the kit's order.
func Check(m *manifest.Manifest, files []kit.Artifact) hcl.Diagnostics {
	found := make([]hcl.Diagnostics, len(files))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i, a := range files {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer wg.Done()
			if check := consumer(a.Kind); check != nil {
				found[i] = check(m, a)
			}
			<-slots
		}()
	}
	wg.Wait()
	var diags hcl.Diagnostics
	for _, d := range found {
		diags = append(diags, d...)
	}
	return diags
}
