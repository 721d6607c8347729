// Package lint holds every file of a kit against the program that will read
// it, and a manifest against rules that no single block can know.
package lint

import (
	"runtime"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/compose"
	"github.com/omegagen/omegagen/lint/dockerfile"
	"github.com/omegagen/omegagen/lint/env"
	"github.com/omegagen/omegagen/lint/grafana"
	"github.com/omegagen/omegagen/lint/prometheus"
	"github.com/omegagen/omegagen/lint/rules"
	"github.com/omegagen/omegagen/lint/shell"
	"github.com/omegagen/omegagen/lint/sql"
	"github.com/omegagen/omegagen/templates/artifact"
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

// consumer is the check of a file by its path: nil where the file is text for
// people, the user's own, or our own record.
func consumer(path string) func(*manifest.Manifest, artifact.Artifact) hcl.Diagnostics {
	switch path {
	case "docker-compose.yml":
		return compose.Check
	case ".env.example", ".gitignore":
		return env.Check
	case "deploy.sh":
		return shell.Check
	}
	dir, name, _ := strings.Cut(path, "/")
	switch {
	case strings.HasPrefix(path, "Dockerfile."):
		return dockerfile.Check
	case dir == "prometheus" && name != "":
		return prometheus.Check
	case dir == "grafana" && name != "":
		return grafana.Check
	case strings.HasPrefix(path, "init-db") && strings.HasSuffix(path, ".sql"):
		return sql.Check
	}
	return nil
}

// Check parses every file of a kit with its consumer's own library and
// compares what was read with what was meant. The files are checked side by
// side; the order of the result is that of the kit.
func Check(m *manifest.Manifest, kit []artifact.Artifact) hcl.Diagnostics {
	found := make([]hcl.Diagnostics, len(kit))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i, a := range kit {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer wg.Done()
			if check := consumer(a.Path); check != nil {
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
