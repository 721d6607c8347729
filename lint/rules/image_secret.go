package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleShownThough = diag.Warning("OG849", "Secret in the environment of an image that reads a file",
	"`docker inspect` shows the environment, and every process of the container inherits it. exposed = true is for programs that can't read a secret from a file; the image of this service has a variable that takes a file's path.")

// shown looks for secrets in the environment that the image would read from a
// file.
func (r *running) shown() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, i := range r.s.Instances {
		for _, e := range i.Env {
			if len(e.Value) != 1 || e.Value[0].Secret == nil || !isCredential(r.s, e.Name) || r.f.Family == "" || r.mentions(i, e.Name) {
				continue
			}
			form, _ := r.f.FileForm(e.Name)
			if _, _, both := r.set(i, form); form != "" && !both {
				secret := e.Value[0].Secret.Address
				diags = append(diags, ruleShownThough.At(e.Range, "%s shows %s to everyone who may inspect the container, and %s reads it from a file. Write secret_env = { %s = %s }; exposed is then needless for it.", e.Name, secret, r.s.Image.Tag, form, secret))
			}
		}
	}
	return diags
}

// isCredential says whether a variable of a service holds a credential: by its
// name, or because its image is known to take one there.
func isCredential(s *manifest.Service, name string) bool {
	if credential(name) {
		return true
	}
	f := s.Running()
	return f != nil && slices.Contains(f.PasswordEnv, name) && !strings.HasSuffix(name, "_USER") && !strings.HasSuffix(name, "_URL") &&
		!strings.HasSuffix(name, "_NAME") && !strings.HasSuffix(name, "ACCESS_KEY") && name != "NEO4J_AUTH"
}

// secretRemedy says how a service is given a secret in place of a variable's
// value: by a file where its image is known to read one, by the variable where
// it is known not to, and with both where that isn't known.
func secretRemedy(s *manifest.Service, name string) string {
	f := s.Running()
	form, known := f.FileForm(name)
	switch {
	case form != "":
		return fmt.Sprintf("Declare a secret block, and pass it by secret_env = { %s = secret.… }.", form)
	case known && slices.Contains(f.PasswordEnv, name):
		return fmt.Sprintf("Declare a secret block, and pass it as %s = secret.… with exposed = true and a reason: %s takes no secret from a file for it.", name, s.Image.Tag)
	}
	return fmt.Sprintf("Declare a secret block, and pass it by secret_env = { %s_FILE = secret.… } where the program reads that, or as ${secret.…} where the service has exposed = true and a reason.", name)
}
