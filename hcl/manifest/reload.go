package manifest

import (
	"path"
	"strings"

	"github.com/omegagen/omegagen/hcl/images"
)

// Reload says that a service's running server reads files again when they change, instead of getting a
// new container. It has one of Signal, Command and HTTP, or none of them if the server looks for changes
// by itself.
type Reload struct {
	Origin
	Derived bool // from the image facts, not from the manifest
	// Files are the files and folders that are read again, relative to the kit's folder: each is in a
	// folder that the service mounts.
	Files   []string
	Check   []string // a command in the container that fails if the files are invalid; nil: none
	Signal  string
	Command []string // in the container
	HTTP    *ReloadRequest
	// Confirm is how the server shows after a signal that it has loaded the files; nil: by running on.
	Confirm *images.Reload
}

// ReloadRequest is a request to a port of the container that makes the server read its files again.
type ReloadRequest struct {
	Port   int
	Path   string
	Method string // GET | POST | PUT
}

// Covers reports whether a file of the kit is one of Files or in one of them.
func (r *Reload) Covers(file string) bool {
	if r == nil {
		return false
	}
	for _, f := range r.Files {
		if Inside(file, f) {
			return true
		}
	}
	return false
}

// Inside reports whether a clean path is the folder, or in it.
func Inside(file, folder string) bool {
	return folder == "." && !strings.HasPrefix(file, "../") && file != ".." && !path.IsAbs(file) ||
		file == folder || strings.HasPrefix(file, strings.TrimSuffix(folder, "/")+"/")
}

// Source is the path that a mount shows, relative to the kit's folder, "" if it shows none.
func (m *Mount) Source() string {
	source := m.Bind
	switch {
	case m.Volume != nil || m.Tmpfs || m.Anonymous:
		return ""
	case m.Artifact != nil:
		source = m.Artifact.Path
	case m.Generated != "":
		source = m.Generated
	}
	if source == "" {
		return ""
	}
	return path.Clean(source)
}
