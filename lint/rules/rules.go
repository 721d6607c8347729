// Package rules checks what a manifest means as a whole: mistakes that each
// block allows and that only their agreement, or the words of a script, show.
// Each rule has one code, one paragraph of documentation, a good and a bad
// case in testdata.
//
// A rule warns where a person who reads the manifest alone could tell that
// something is wrong. Where that takes a guess, it is silent.
package rules

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Check runs every rule. The order of the result is the order of the rules,
// and within one the model's.
func Check(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, rule := range []func(*manifest.Manifest) hcl.Diagnostics{
		unused, literalCredentials, socketProbes, openPorts, addresses, ports, placeholders,
		ofImages, healthTools, memoryTargets, guessedNumbers, deadActions, homeFolders, scripts,
		unknownImages, restarts,
	} {
		diags = append(diags, rule(m)...)
	}
	return diags
}
