package manifest

import "github.com/hashicorp/hcl/v2"

// BuildContext is a named context of a build: stages, copies and mounts use it by that name, in place
// of a stage or image.
type BuildContext struct {
	Name   string
	Source string // a folder from the kit's folder, or a URL such as docker-image://alpine:3.22; "" with Image
	Image  *Image // the declared image that it is, which must be ready first
	Range  hcl.Range
}

// Reference is the name by which the image is run: where it is pushed to, otherwise its tag.
func (i *Image) Reference() string {
	if i.Push != "" {
		return i.Push
	}
	return i.Tag
}

// Names are all names of the image; the first is the one by which it is run.
func (i *Image) Names() []string {
	if i.Push != "" && i.Push != i.Tag {
		return []string{i.Push, i.Tag}
	}
	return []string{i.Tag}
}

// Assumed is the reference of a pulled image whose facts are assumed: with the default of each parameter in it.
func (i *Image) Assumed() string {
	if i.Default != "" {
		return i.Default
	}
	return i.Pull
}
