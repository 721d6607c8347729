//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package image_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/loader/loadertest"
)

// A value that can't be evaluated is reported once, and in its place.
func TestOneMistake(t *testing.T) {
	loadertest.OneMistake(t, loadertest.Good(t, "hcl/internal/image", "testdata/model/*.hcl"))
}
