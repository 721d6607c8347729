package core_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/loader/loadertest"
)

// Each attribute reaches its field of the model, and its place is kept.
func TestModel(t *testing.T) {
	loadertest.Model(t, "System", "Networks", "Volumes", "Parameters", "Secrets")
}

// A value that can't be evaluated is reported once, and in its place.
func TestOneMistake(t *testing.T) {
	loadertest.OneMistake(t, loadertest.Good(t, "hcl/internal/core", "testdata/model/*.hcl"))
}
