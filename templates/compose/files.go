package compose

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"sort"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/artifact"
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

// filesDigest sums up the kit's files that an instance mounts, "" where it
// mounts none.
func filesDigest(i *manifest.Instance, kit []artifact.Artifact) string {
	if len(i.Mounts) == 0 {
		return ""
	}
	var lines []string
	for _, a := range kit {
		for _, m := range i.Mounts {
			if mounts(m, a.Path) {
				lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256(a.Content), a.Path))
				break
			}
		}
	}
	if len(lines) == 0 {
		return ""
	}
	sort.Strings(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:8])
}

// mounts reports whether a mount shows a file of the kit, by itself or in its
// folder.
func mounts(m *manifest.Mount, file string) bool {
	source := m.Bind
	switch target := path.Clean(m.Target); {
	case target == initFolder || strings.HasPrefix(target, initFolder+"/"):
		return false
	case m.Artifact != nil:
		source = m.Artifact.Path
	case m.Generated != "":
		source = m.Generated
	case m.Volume != nil || m.Tmpfs:
		return false
	}
	source = path.Clean(source)
	return source == "." || source == file || strings.HasPrefix(file, source+"/")
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
