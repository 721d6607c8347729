package env

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/env"
)

// The file contains the variables of its document, each with the placeholder,
// and no others.
func TestCheck(t *testing.T) {
	m := &manifest.Manifest{System: &manifest.System{}}
	doc := env.Example{Secrets: []env.Variable{{Secret: &manifest.Secret{EnvVar: "A"}}, {Secret: &manifest.Secret{EnvVar: "B"}}}}
	for content, fine := range map[string]bool{
		"# a comment\nA=CHANGE_ME_before_deploying\n\nB='CHANGE_ME_before_deploying'\n":         true,
		"A=CHANGE_ME_before_deploying\n":                                                        false,
		"A=CHANGE_ME_before_deploying\nB=x\n":                                                   false,
		"A=CHANGE_ME_before_deploying\nB=CHANGE_ME_before_deploying\nC=":                        false,
		"A=CHANGE_ME_before_deploying\nB=CHANGE_ME_before_deploying\nC=${C:?it is not given}\n": false,
	} {
		diags := Check(m, kit.Artifact{Path: kit.EnvExamplePath, Content: []byte(content), Doc: doc})
		if fine && len(diags) > 0 || !fine && (len(diags) != 1 || diag.Code(diags[0]) != "OG907") {
			t.Errorf("%q: %v", content, diags)
		}
	}
}
