package compose

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// FilesLabel is a label that changes with the files of the kit that a container
// mounts. Compose recreates a container if its service has changed, but ignores the
// content of its mounts: without the label, a server would continue with the
// configuration that it read at its start.
const FilesLabel = "omegagen.files"

// kitFiles are the other files of a kit.
type kitFiles struct {
	paths  kit.Paths
	byPath map[string]kit.Artifact
}

func newKitFiles(files []kit.Artifact) kitFiles {
	k := kitFiles{byPath: make(map[string]kit.Artifact, len(files))}
	for _, a := range files {
		k.paths, k.byPath[a.Path] = append(k.paths, a.Path), a
	}
	slices.Sort(k.paths)
	k.paths = slices.Compact(k.paths)
	return k
}

// digest is a checksum of the files that an instance mounts, except those that its server reads only at
// its first start, or again when they change; "" if there are none.
func (k kitFiles) digest(i *manifest.Instance, reload *manifest.Reload) string {
	var files []string
	for _, m := range i.Mounts {
		if source := m.Source(); source != "" && !m.FirstStart {
			files = append(files, k.paths.In(source)...)
		}
	}
	files = slices.DeleteFunc(files, reload.Covers)
	if len(files) == 0 {
		return ""
	}
	slices.Sort(files)
	h := sha256.New()
	for _, f := range slices.Compact(files) {
		fmt.Fprintf(h, "%x  %s\n", sha256.Sum256(k.byPath[f].Content), f)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// label adds a label to the manifest's own ones, a map or a list of NAME=VALUE.
func label(labels any, name, value string) any {
	switch v := labels.(type) {
	case []any:
		return append(append([]any{}, v...), name+"="+value)
	case map[string]any:
		out := map[string]any{name: value}
		for k, x := range v {
			out[k] = x
		}
		return out
	}
	return labels
}
