package rules

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleSocketProbe = diag.Warning("OG804", "Readiness check over the Unix socket",
	"During its first initialization, the official PostgreSQL image listens only on the Unix socket. pg_isready or psql without a host uses that socket and succeeds too early; clients then connect over TCP and fail. A sql block in the healthcheck, or -h 127.0.0.1, checks what clients will use.")

// socketProbes reports database healthchecks that pass too early.
func socketProbes(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		if s.Healthcheck == nil {
			continue
		}
		var words []string
		switch t := s.Healthcheck.Test.(type) {
		case *manifest.CommandTest:
			words = t.Exec
		case *manifest.ShellTest:
			words = strings.Fields(t.Script)
		case *manifest.HTTPTest, *manifest.TCPTest, *manifest.SQLTest, *manifest.ImageTest: // it uses TCP, or isn't from the manifest
		}
		if asksSocket(words) {
			diags = append(diags, ruleSocketProbe.At(s.Healthcheck.Range, "The healthcheck of %s connects to the server over its Unix socket, which answers before the database is ready for clients. Write `sql { }` instead, or add -h 127.0.0.1.", s.Address))
		}
	}
	return diags
}

func asksSocket(words []string) bool {
	queries := false
	for _, w := range words {
		base := w[strings.LastIndexByte(w, '/')+1:]
		queries = queries || base == "pg_isready" || base == "psql"
		if strings.HasPrefix(w, "-h") || strings.HasPrefix(w, "--host") || strings.Contains(w, "host=") || strings.Contains(w, "postgres://") || strings.Contains(w, "postgresql://") {
			return false
		}
	}
	return queries
}
