//go:build e2e

package enginetest

import (
	"os"
	"os/exec"
	"slices"
	"strings"
)

// kept is the repository below which an image that was there before the tests
// has its name as long as they run: they make, and remove, images of the same
// names.
const kept = "omegagen-e2e-kept/"

// keepImages gives the images that the engine has under the names of the
// manifests' kits other names. Those that a killed run has left under such names
// get their first back before. It returns the names that the kits have for images.
func keepImages(manifests map[string][]string) ([]string, error) {
	filters := []string{"image", "ls", "--format", "{{.Repository}}:{{.Tag}}"}
	for _, depth := range []string{"*", "*/*", "*/*/*"} {
		filters = append(filters, "--filter", "reference="+kept+depth)
	}
	out, err := Output(exec.Command("docker", filters...))
	if err != nil {
		return nil, err
	}
	for _, name := range strings.Fields(out) {
		if _, err := Output(exec.Command("docker", "tag", name, strings.TrimPrefix(name, kept))); err != nil {
			return nil, err
		}
	}
	var named []string
	for manifest, options := range manifests {
		dir, err := os.MkdirTemp(Work, "images-")
		if err != nil {
			return nil, err
		}
		k := &Kit{Dir: dir, Manifest: manifest, Options: options}
		if _, err := k.compile(); err != nil {
			return nil, err
		}
		images, err := k.Listed("images")
		if err != nil {
			return nil, err
		}
		named = append(named, images...)
	}
	slices.Sort(named)
	named = slices.Compact(named) // kits share images, and each is put back once
	for _, name := range named {
		if exec.Command("docker", "image", "inspect", name).Run() != nil {
			continue
		}
		for _, args := range [][]string{{"tag", name, kept + name}, {"image", "rm", name}} {
			if _, err := Output(exec.Command("docker", args...)); err != nil {
				return named, err
			}
		}
	}
	return named, nil
}

// restoreImages removes what has the kits' names, and gives them back to what
// had them before.
func restoreImages(named []string) {
	for _, name := range named {
		_ = exec.Command("docker", "image", "rm", "--force", name).Run()
		if exec.Command("docker", "tag", kept+name, name).Run() == nil {
			_ = exec.Command("docker", "image", "rm", kept+name).Run()
		}
	}
}
