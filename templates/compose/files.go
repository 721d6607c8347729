package compose

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// FilesLabel is the label that changes with the files of the kit that a
// container mounts. Compose makes a container anew when its service has changed,
// and doesn't look into what it mounts: without the label a server would go on
// with the configuration that it has read at its start.
const FilesLabel = "omegagen.files"

// initFolder is where the images of database servers look for files to begin
// with: they read them once, before there is any data. A container made anew
// would not look at them.
const initFolder = "/docker-entrypoint-initdb.d"

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

// digest sums up the files that an instance mounts, "" where it mounts none.
func (k kitFiles) digest(i *manifest.Instance) string {
	var files []string
	for _, m := range i.Mounts {
		if source := mounted(m); source != "" {
			files = append(files, k.paths.In(source)...)
		}
	}
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

// mounted is the path that a mount shows, "" where it is none of the kit's.
func mounted(m *manifest.Mount) string {
	source := m.Bind
	switch target := path.Clean(m.Target); {
	case target == initFolder || strings.HasPrefix(target, initFolder+"/"):
		return ""
	case m.Artifact != nil:
		source = m.Artifact.Path
	case m.Generated != "":
		source = m.Generated
	}
	if source == "" || m.Volume != nil || m.Tmpfs {
		return ""
	}
	return path.Clean(source)
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
