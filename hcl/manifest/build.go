package manifest

import "github.com/hashicorp/hcl/v2"

// BuildContext is what a build knows under a name besides its context: stages,
// copies and mounts take it by that name, in the place of a stage or image.
type BuildContext struct {
	Name   string
	Source string // a folder from the kit's folder, or a URL such as docker-image://alpine:3.22; "" with Image
	Image  *Image // the declared image that it is, which must be ready before
	Range  hcl.Range
}

// Reference is what the image is run by: where it is pushed to, else its tag.
func (i *Image) Reference() string {
	if i.Push != "" {
		return i.Push
	}
	return i.Tag
}

// Names are all that the image is called, what it is run by first.
func (i *Image) Names() []string {
	if i.Push != "" && i.Push != i.Tag {
		return []string{i.Push, i.Tag}
	}
	return []string{i.Tag}
}
