package templates

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sort"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/artifact"
)

// LockPath is the path of the lock file in a kit.
const LockPath = "omegagen.lock.json"

// Lock is the content of the lock file: what the kit was made from, and what
// it consists of.
type Lock struct {
	FormatVersion string     `json:"format_version"`
	Tool          string     `json:"omegagen_version"`
	System        string     `json:"system"`
	Model         string     `json:"model_sha256"` // of the resolved model, see manifest.Hash
	Files         []LockFile `json:"files"`        // by path, the lock itself left out
}

// LockFile is one file of the kit with the addresses that it came from.
type LockFile struct {
	Path       string   `json:"path"`
	SHA256     string   `json:"sha256"`
	Executable bool     `json:"executable,omitempty"`
	Sources    []string `json:"sources"`
}

// renderLock makes the lock file of all other files.
func renderLock(m *manifest.Manifest, version string, kit []artifact.Artifact) artifact.Artifact {
	l := Lock{FormatVersion: "1.0", Tool: version, System: m.System.Name, Model: m.Hash(), Files: []LockFile{}}
	for _, a := range kit {
		h := sha256.Sum256(a.Content)
		src := a.Sources
		if src == nil {
			src = []string{}
		}
		l.Files = append(l.Files, LockFile{a.Path, hex.EncodeToString(h[:]), a.Executable, src})
	}
	sort.Slice(l.Files, func(i, j int) bool { return l.Files[i].Path < l.Files[j].Path })
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(l); err != nil { // a struct of strings always encodes
		panic(err)
	}
	return artifact.Artifact{Path: LockPath, Content: b.Bytes(), Doc: &l, Sources: []string{"system." + m.System.Name}}
}
