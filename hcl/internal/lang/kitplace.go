package lang

import (
	"io/fs"
	"path"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// KitPlace relates the folder of the kit to that of the manifest, as clean paths with forward slashes,
// relative where both folders are on one volume.
type KitPlace struct {
	Path string // the kit's folder as seen from the manifest's
	Back string // the manifest's folder as seen from the kit's
	// Kept are paths of the kit at which the user has files of their own.
	Kept manifest.KeptPaths
}

// FileKind is what there is at a path.
type FileKind uint8

const (
	OtherFile   FileKind = iota // something else, or unknown
	Missing                     // nothing
	RegularFile                 // or a symbolic link to one
	Folder                      // or a symbolic link to one
)

// Dir is the manifest's folder as diagnostics show it.
func (p *Evaluation) Dir() string { return p.in.Dir }

// Kit is the place of the kit's folder.
func (p *Evaluation) Kit() KitPlace { return p.in.Kit }

// Look is what there is at a clean path relative to the manifest's folder.
func (p *Evaluation) Look(path string) FileKind {
	if p.in.Look == nil {
		return OtherFile
	}
	return p.in.Look(path)
}

// Read is the text of a file at a clean path relative to the manifest's folder; nil if it isn't to be had.
func (p *Evaluation) Read(path string) []byte {
	if p.in.Read == nil {
		return nil
	}
	return p.in.Read(path)
}

// Folder is the manifest's folder; nil if there is none.
func (p *Evaluation) Folder() fs.FS { return p.in.FS }

// Ignored reports whether git ignores a file of the manifest's folder.
func (p *Evaluation) Ignored(path string) bool { return p.in.Ignored != nil && p.in.Ignored(path) }

// InKit is a clean path, relative to the manifest's folder, as a path in the kit's folder; "" if it
// leads elsewhere.
func (p *Evaluation) InKit(name string) string {
	folder := p.in.Kit.Path
	switch {
	case folder == "" || folder == ".":
		if name == ".." || strings.HasPrefix(name, "../") {
			return ""
		}
		return name
	case name == folder:
		return "."
	}
	in, _ := strings.CutPrefix(name, folder+"/")
	if in == name {
		return ""
	}
	return in
}

// FromKit is a clean relative path as seen from the kit's folder.
func (p *Evaluation) FromKit(name string) string {
	if in := p.InKit(name); in != "" {
		return in
	}
	return path.Join(p.in.Kit.Back, name)
}
