// Package lint holds every file of a kit against the program that will read
// it, and a manifest against rules that no single block can know.
package lint

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/compose"
	"github.com/omegagen/omegagen/lint/dockerfile"
	"github.com/omegagen/omegagen/lint/env"
	"github.com/omegagen/omegagen/lint/grafana"
	"github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/lint/rules"
	"github.com/omegagen/omegagen/lint/shell"
	"github.com/omegagen/omegagen/lint/sql"
)

// Manifest runs the rules that need no artifact.
func Manifest(m *manifest.Manifest) hcl.Diagnostics {
	diags := rules.Check(m)
	diags = append(diags, shell.Manifest(m)...)
	return append(diags, prometheus.Manifest(m)...)
}

// Texts keeps what is wrong with a text by itself, whatever else is wrong with
// the manifest: scripts, expressions, SQL and templates that don't parse. The
// other findings may be consequences where a manifest could not be read as a
// whole.
func Texts(diags hcl.Diagnostics) hcl.Diagnostics {
	return keep(diags, func(r *diag.Rule) bool { return r.OfText })
}

// Findings leaves out where files differ from what was meant.
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

// Prepare makes what the consumers' libraries make once in a process, so that
// it is there when the first file is checked. It may run beside anything.
func Prepare() { compose.Prepare() }

// consumer is the check of a kind of file. It is nil for what has none: text for
// people, the user's own files and our own record. Every kind must be decided
// upon here, which the linter exhaustive demands.
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
	case kit.Grafana:
		return grafana.Check
	case kit.Schema:
		return sql.Check
	case kit.DeployScript, kit.DeployRuntime:
		return shell.CheckScript
	case kit.DeployPlan:
		return shell.CheckPlan
	case kit.DeployPart:
		return shell.CheckPart
	case kit.DockerIgnore, kit.GitIgnore, kit.GitAttributes, kit.Sums, kit.Document, kit.LockFile, kit.Custom:
		return nil
	}
	panic(fmt.Sprintf("lint: no decision about files of kind %d", k))
}

// Check parses every file of a kit with its consumer's own library and
// compares what was read with what was meant. The files are checked side by
// side; the order of the result is that of the kit.
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
