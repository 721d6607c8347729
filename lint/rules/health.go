package rules

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleSocketProbe = diag.Warning("OG804", "Readiness is asked over the Unix socket",
	"The official PostgreSQL image runs its first initialisation behind the Unix socket alone. pg_isready or psql without a host asks that socket and says ready too early; clients then connect over TCP and fail. A sql healthcheck block, or -h 127.0.0.1, asks what clients will use.")

// socketProbes warns of database healthchecks that pass too early.
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
		case *manifest.HTTPTest, *manifest.TCPTest, *manifest.SQLTest, *manifest.ImageTest: // asks over TCP, or isn't the manifest's
		}
		if asksSocket(words) {
			diags = append(diags, ruleSocketProbe.At(s.Healthcheck.Range, "The healthcheck of %s asks the server over its Unix socket, where it answers before the database is ready for clients. Write `sql { }` instead, or add -h 127.0.0.1.", s.Address))
		}
	}
	return diags
}

func asksSocket(words []string) bool {
	asks := false
	for _, w := range words {
		base := w[strings.LastIndexByte(w, '/')+1:]
		asks = asks || base == "pg_isready" || base == "psql"
		if strings.HasPrefix(w, "-h") || strings.HasPrefix(w, "--host") || strings.Contains(w, "host=") || strings.Contains(w, "postgres://") || strings.Contains(w, "postgresql://") {
			return false
		}
	}
	return asks
}
