package custom_test

import (
	"testing"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/custom"
	"github.com/omegagen/omegagen/templates/kittest"
)

// The files that this package renders match the kits of the examples.
func TestGenerated(t *testing.T) { kittest.Compare(t, custom.Render, kit.Custom) }
