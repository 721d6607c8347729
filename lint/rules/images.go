package rules

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var unpinned = diag.Warning("OG802", "Image without a fixed version",
	"A reference without a tag, or with the tag latest, names another image tomorrow: the deployment that was reviewed is then not the one that runs. A tag such as :v3.5.0, or better a digest, keeps it fixed.")

var literalCredential = diag.Warning("OG803", "Credential written in the manifest",
	"A password, token or key that stands in an environment value is in every copy of the manifest, in the kit and in docker inspect. A secret block is made at deploy time, differs on every machine, and reaches the service as a file.")

// unpinnedImages warns of pulled images whose reference may move.
func unpinnedImages(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, i := range m.Images {
		if i.Built() {
			for _, s := range i.Stages {
				if s.FromStage == nil && moves(s.From) {
					diags = append(diags, unpinned.At(s.Range, "Stage %q starts from %q, which may be another image tomorrow. Name a version, as in %q, or a digest.", s.Name, s.From, repository(s.From)+":1.2.3"))
				}
			}
		} else if moves(i.Pull) {
			diags = append(diags, unpinned.At(i.Range, "%s pulls %q, which may be another image tomorrow. Name a version, as in %q, or a digest.", i.Address, i.Pull, repository(i.Pull)+":1.2.3"))
		}
	}
	return diags
}

// moves says whether an image reference has neither a digest nor a version.
func moves(ref string) bool {
	if ref == "" || ref == "scratch" || strings.Contains(ref, "@") || strings.Contains(ref, "$") {
		return false
	}
	tag := strings.TrimPrefix(ref, repository(ref))
	return tag == "" || tag == ":latest"
}

// repository is the reference without tag and digest.
func repository(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') {
		ref = ref[:i]
	}
	return ref
}

// credentialWords end the names of variables that hold credentials.
var credentialWords = []string{"PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY"}

// literalCredentials warns of environment values that look like credentials.
func literalCredentials(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		seen := map[string]bool{}
		for _, i := range s.Instances {
			for _, e := range i.Env {
				value, plain := e.Value.Plain()
				if !plain || value == "" || seen[e.Name] || !credential(e.Name) {
					continue
				}
				seen[e.Name] = true
				diags = append(diags, literalCredential.At(e.Range, "%s of %s holds its value in clear. Declare a secret block, and pass it by secret_env = { %s_FILE = secret.… }, or as ${secret.…} where the service has exposed = true and a reason.", e.Name, s.Address, e.Name))
			}
		}
	}
	return diags
}

func credential(name string) bool {
	name = strings.ToUpper(name)
	for _, w := range credentialWords {
		if name == w || strings.HasSuffix(name, "_"+w) {
			return true
		}
	}
	return false
}
