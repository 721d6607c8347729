// Package templates renders a manifest and its plans into the files of a kit,
// in memory. Each kind of file has a package below; this one puts them
// together.
package templates

import "github.com/omegagen/omegagen/templates/artifact"

// Artifact is one file of the kit.
type Artifact = artifact.Artifact
