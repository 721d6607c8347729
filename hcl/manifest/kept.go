package manifest

import (
	"slices"

	"github.com/omegagen/omegagen/internal/kit"
)

// KeptPaths are paths of files that the kit leaves to the user, sorted.
type KeptPaths []string

// KitPath is where the kit has one of its files: its own path, unless the user has a file there. "" if the kit
// goes without it.
func (m *Manifest) KitPath(path string) string {
	if !slices.Contains(m.Kept, path) {
		return path
	}
	other, ok := kit.Elsewhere(path)
	if !ok {
		return path
	}
	return other
}
