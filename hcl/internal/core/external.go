package core

import (
	"maps"
	"slices"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
)

var ruleExternalFile = diag.Error("OG147", "External secret or config",
	"Compose takes external secrets and configs from swarm mode, and refuses to start a service that has one otherwise. Give the value to a secret block with from = \"file\", or the content of a config in a file.")

// externalFiles reports secrets and configs in `compose` that only swarm mode has.
func externalFiles(b *lang.Block, v any) {
	top, _ := v.(map[string]any)
	for _, kind := range []string{"secrets", "configs"} {
		entries, _ := top[kind].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			m, _ := entries[name].(map[string]any)
			if external := m["external"]; external == nil || external == false || external == "false" {
				continue
			}
			at := b.Part("compose", kind, name, "external").Range
			if kind == "secrets" {
				b.Evaluation().Errorf(ruleExternalFile, at, "Compose refuses the external secret %q: only swarm mode has it. Write a block instead, which deploy.sh reads from a file: secret %q { from = \"file\", file = \"PATH\" }, each argument on a line of its own; services mount it with secrets = [secret.NAME].", name, name)
				continue
			}
			b.Evaluation().Errorf(ruleExternalFile, at, "Compose refuses the external config %q: only swarm mode has it. Write file = \"PATH\" instead, or, if it is confidential, a secret block with from = \"file\".", name)
		}
	}
}
