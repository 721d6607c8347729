package manifest_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// TestKitPath: a file of the kit yields to the user's, and what the manifest means stays the same.
func TestKitPath(t *testing.T) {
	m := &manifest.Manifest{Kept: manifest.KeptPaths{".gitignore", "Dockerfile.web", "deploy.sh"}}
	for path, want := range map[string]string{".gitignore": "", "Dockerfile.web": "deploy/Dockerfile.web", "Dockerfile.db": "Dockerfile.db", "docker-compose.yml": "docker-compose.yml", "deploy.sh": "deploy.sh"} {
		if got := m.KitPath(path); got != want {
			t.Errorf("%s is at %q, not %q", path, got, want)
		}
	}
	if m.Hash() != (&manifest.Manifest{}).Hash() {
		t.Error("the hash depends on files of the user")
	}
}
