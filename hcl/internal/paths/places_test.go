package paths_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
)

// Each diagnostic is at what it is about.
func TestPlaces(t *testing.T) {
	diagtest.Places(t, "hcl/internal/paths", report, "testdata/errors/*.hcl")
}
