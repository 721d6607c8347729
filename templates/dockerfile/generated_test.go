package dockerfile_test

import (
	"testing"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/dockerfile"
	"github.com/omegagen/omegagen/templates/kittest"
)

// The files that this package renders match the kits of the examples.
func TestGenerated(t *testing.T) {
	kittest.Compare(t, dockerfile.Render, kit.Dockerfile, kit.DockerIgnore)
}

// The manifests with every attribute are rendered as kittest/testdata has them.
func TestRendered(t *testing.T) {
	kittest.Rendered(t, dockerfile.Render, "image")
}
