// Package env reads .env.example as Compose does and compares it with the
// variables that docker-compose.yml interpolates.
package env

import (
	"bytes"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/env"
)

var ruleBug = diag.Error("OG907", ".env.example does not round-trip (internal error)",
	"Compose doesn't read the generated file as the model describes it. This is a bug in omegagen.").In(diag.StageOutput)

// Check parses the file and compares names and values with its document.
func Check(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	doc, ok := a.Doc.(env.Example)
	if !ok {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "%s has no document to compare with. Please report this.", a.Path)}
	}
	got, err := dotenv.ParseWithLookup(bytes.NewReader(a.Content), func(string) (string, bool) { return "", false })
	if err != nil {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "Compose can't read %s: %s. Please report this.", a.Path, err)}
	}
	want := map[string]bool{}
	for _, v := range doc.Secrets {
		want[v.Secret.EnvVar] = true
		if got[v.Secret.EnvVar] != env.Placeholder {
			return hcl.Diagnostics{ruleBug.At(v.Secret.Range, "In %s, %s is %q. Please report this.", a.Path, v.Secret.EnvVar, got[v.Secret.EnvVar])}
		}
	}
	if len(got) != len(want) {
		return hcl.Diagnostics{ruleBug.At(m.System.Range, "%s contains %d variables instead of %d. Please report this.", a.Path, len(got), len(want))}
	}
	return nil
}
