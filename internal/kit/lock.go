package kit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sort"
	"strings"
)

// Lock is the content of the lock file: what the kit was generated from, and its files.
type Lock struct {
	FormatVersion string   `json:"format_version"`
	Tool          string   `json:"omegagen_version"`
	System        string   `json:"system"`
	Model         string   `json:"model_sha256"`    // of the resolved model, see manifest.Hash
	Paths         string   `json:"paths,omitempty"` // the folder that the manifest's paths are relative to: PathsOfManifest, or "" for the kit's
	Files         []Locked `json:"files"`           // by path, the lock itself left out
}

// PathsOfManifest says that paths of the manifest are relative to its folder.
const PathsOfManifest = "manifest"

// Locked is one file of the kit with the addresses from which it was generated. A file's checksum is
// recorded once: in SHA256SUMS for files that run, here for the others.
type Locked struct {
	Path       string   `json:"path"`
	SHA256     string   `json:"sha256,omitempty"` // "" where SHA256SUMS has it
	Executable bool     `json:"executable,omitempty"`
	Sources    []string `json:"sources"`
}

// NewLock creates the lock file for all other files of a kit.
func NewLock(system, model, version string, files []Artifact) Artifact {
	l := Lock{FormatVersion: "2.0", Tool: version, System: system, Model: model, Paths: PathsOfManifest, Files: []Locked{}}
	for _, a := range files {
		src := a.Sources
		if src == nil {
			src = []string{}
		}
		sum := ""
		if !a.Kind.Runs() && a.Kind != Sums {
			sum = Sum(a.Content)
		}
		l.Files = append(l.Files, Locked{a.Path, sum, a.Executable, src})
	}
	sort.Slice(l.Files, func(i, j int) bool { return l.Files[i].Path < l.Files[j].Path })
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(l); err != nil { // a struct of strings always encodes
		panic(err)
	}
	return Artifact{Kind: LockFile, Path: LockPath, Content: b.Bytes(), Doc: &l, Sources: []string{"system." + system}}
}

// ParseLock reads a lock file of any version of omegagen. Unknown keys are ignored.
func ParseLock(content []byte) (*Lock, error) {
	var l Lock
	if err := json.Unmarshal(content, &l); err != nil {
		return nil, err
	}
	return &l, nil
}

// SameLock reports whether two lock files differ at most in the version of omegagen that wrote them.
func SameLock(a, b []byte) bool { return withoutVersion(a) == withoutVersion(b) }

// withoutVersion drops the line of a lock file that names the tool's version.
func withoutVersion(lock []byte) string {
	lines := strings.Split(string(lock), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, `  "omegagen_version": `) {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

// Sum is the SHA-256 of b in hex.
func Sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
