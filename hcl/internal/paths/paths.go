// Package paths gives the paths of a manifest their meaning: they are relative to the manifest's
// folder, the kit refers to them as seen from its own, and what is missing is an error.
package paths

import (
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

var (
	rulePath = diag.Error("OG170", "Missing file or folder",
		"Relative paths are relative to the manifest's folder, and must exist when the kit is built, unless an action makes them (made_by = action.x) or, for a bind, Docker is to create a folder there (create = true).")
	ruleKind = diag.Error("OG171", "Not the expected kind of file",
		"A build context is a folder, while a Dockerfile, an env_file and the like are files.")
)

// Use is a path in an argument.
type Use struct {
	Argument string
	Use      manifest.PathUse
	Path     string
	Range    hcl.Range
	// Made: an action makes it, Docker creates it, or it may be missing.
	Made bool
}

// Resolve is the path as the kit refers to it. A path that is missing is reported.
func Resolve(b *lang.Block, u Use) string {
	p := b.Evaluation()
	if !isRelative(u.Path, u.Use) {
		if path.IsAbs(u.Path) || u.Use != manifest.ContextPath && strings.HasPrefix(u.Path, "~/") {
			add(b, u, u.Path)
		}
		return u.Path
	}
	if makes(p, u.Path) {
		return u.Path
	}
	if in := p.InKit(path.Clean(u.Path)); in != "" && makes(p, in) {
		return in
	}
	out := FromKit(p, u.Path)
	add(b, u, out)
	clean := path.Clean(u.Path)
	if manifest.HasParameter(clean) || u.Made || u.Use == manifest.KeyPath {
		return out
	}
	found := p.Look(clean)
	switch {
	case found == lang.Missing && generated(p, clean):
		return clean
	case found == lang.Missing && p.InKit(clean) == ".": // it is made with the kit
	case found == lang.Missing:
		p.Errorf(rulePath, u.Range, "There is no %q. Paths are relative to the manifest's folder, %s. %s", u.Path, p.Dir(), advice(u.Use))
	case u.Use == manifest.ContextPath && found == lang.RegularFile:
		p.Errorf(ruleKind, u.Range, "%q is a file, but a build context is a folder. Name the folder that contains it.", u.Path)
	case (u.Use == manifest.DockerfilePath || u.Use == manifest.ComposePath) && found == lang.Folder:
		p.Errorf(ruleKind, u.Range, "%q is a folder, but %s is a file. Name the file in it.", u.Path, u.Argument)
	}
	return out
}

func advice(use manifest.PathUse) string {
	made := "Correct the path; or, if an action makes it during the deployment, add made_by = action.NAME."
	if use == manifest.BindPath {
		return "Correct the path; or add create = true if Docker is to create a folder there, or made_by = action.NAME if an action makes it."
	}
	return made
}

func add(b *lang.Block, u Use, out string) {
	m := b.Evaluation().Manifest
	m.Paths = append(m.Paths, &manifest.UsedPath{Origin: manifest.Origin{Address: b.Address(), Range: u.Range},
		Argument: u.Argument, Use: u.Use, Written: u.Path, Path: out, Made: u.Made})
}

// FromKit is a path as seen from the kit's folder. Absolute paths and URLs stay as they are, and so does
// what the kit itself contains.
func FromKit(p *lang.Evaluation, name string) string {
	place := p.Kit()
	switch {
	case place.Back == "" || place.Back == "." || !isRelative(name, manifest.ContextPath) || makes(p, name):
		return name
	case manifest.HasParameter(name): // its value may contain slashes
		return place.Back + "/" + strings.TrimPrefix(name, "./")
	}
	return p.FromKit(path.Clean(name))
}

// isRelative reports whether a path is looked up in the manifest's folder.
func isRelative(name string, use manifest.PathUse) bool {
	switch {
	case name == "", path.IsAbs(name), beginsWithParameter(name):
		return false
	case len(name) > 2 && name[1] == ':' && (name[2] == '\\' || name[2] == '/'): // of Windows
		return false
	case use == manifest.ContextPath:
		return !manifest.RemoteContext(name)
	case use == manifest.BindPath || use == manifest.ComposePath:
		return name != "~" && !strings.HasPrefix(name, "~/") // Compose expands it
	}
	return true
}

// Made reports whether artifacts make a file of the kit, or files in a folder, to which a path refers
// as in the kit's own folder.
func Made(p *lang.Evaluation, name string) bool { return makes(p, name) }

// makes reports whether a path is that of an artifact, or of a folder with some.
func makes(p *lang.Evaluation, name string) bool {
	name = path.Clean(name)
	for _, b := range p.Blocks("artifact") {
		if file := path.Clean(b.Name); file == name || strings.HasPrefix(file, name+"/") {
			return true
		}
	}
	return false
}

// generated reports whether the kit has a generated file at a path as seen from its folder, or a folder
// with some.
func generated(p *lang.Evaluation, name string) bool {
	for _, e := range kit.Reserved() {
		if e.Block == "" || len(p.Blocks(e.Block)) == 0 {
			continue
		}
		if e.Path == name || strings.HasPrefix(e.Path, name+"/") || e.Folder && strings.HasPrefix(name, e.Path+"/") {
			return true
		}
	}
	return false
}

// beginsWithParameter reports whether the first part of a string is a parameter.
func beginsWithParameter(s string) bool {
	first := ""
	part := func(kind string) func(string) string {
		return func(t string) string {
			if first == "" && t != "" {
				first = kind
			}
			return t
		}
	}
	manifest.MapParameters(s, part("text"), part("parameter"))
	return first == "parameter"
}
