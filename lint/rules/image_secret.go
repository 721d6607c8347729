package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/credential"
)

var ruleExposedSecret = diag.Warning("OG849", "Exposed secret although the image reads a file",
	"`docker inspect` shows the environment, and every process in the container inherits it. exposed = true is for programs that can't read a secret from a file; this service's image has a variable that accepts a file path.")

// exposedSecrets reports secrets in the environment that the image could read from a
// file.
func (r *running) exposedSecrets() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, i := range r.s.Instances {
		for _, e := range i.Env {
			if len(e.Value) != 1 || e.Value[0].Secret == nil || !isCredential(r.s, e.Name) || r.f.Family == "" || r.mentions(i, e.Name) {
				continue
			}
			form, _ := r.f.FileForm(e.Name)
			if _, _, both := r.set(i, form); form != "" && !both {
				secret := e.Value[0].Secret.Address
				diags = append(diags, ruleExposedSecret.At(e.Range, "%s exposes %s to anyone who can inspect the container, although %s can read it from a file. Write secret_env = { %s = %s }; it then doesn't need exposed.", e.Name, secret, r.s.Image.Tag, form, secret))
			}
		}
	}
	return diags
}

// isCredential reports whether a variable of a service holds a credential: by its
// name, or because its image reads one there.
func isCredential(s *manifest.Service, name string) bool {
	return credential.Named(name) || readsPassword(s, name)
}

// readsPassword reports whether the image of a service reads a credential from a
// variable.
func readsPassword(s *manifest.Service, name string) bool {
	f := s.Running()
	return f != nil && slices.Contains(f.PasswordEnv, name) && !strings.HasSuffix(name, "_USER") && !strings.HasSuffix(name, "_URL") &&
		!strings.HasSuffix(name, "_NAME") && !strings.HasSuffix(name, "ACCESS_KEY") && name != "NEO4J_AUTH"
}

// secretRemedy says how to pass a secret instead of a variable's value: as a
// file if the image reads one, as the variable if it doesn't, and both if that
// is unknown.
func secretRemedy(s *manifest.Service, name string) string {
	f := s.Running()
	form, known := f.FileForm(name)
	switch {
	case form != "":
		return fmt.Sprintf("Declare a secret block and pass it with secret_env = { %s = secret.… }.", form)
	case known && slices.Contains(f.PasswordEnv, name):
		return fmt.Sprintf("Declare a secret block and pass it as %s = secret.… with exposed = true and a reason: %s can't read it from a file.", name, s.Image.Tag)
	}
	return fmt.Sprintf("Declare a secret block and pass it with secret_env = { %s_FILE = secret.… } if the program reads that variable, or as ${secret.…} with exposed = true and a reason.", name)
}
