package service_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/loader/loadertest"
)

// Each attribute reaches its field of the model, and its place is kept.
func TestModel(t *testing.T) { loadertest.Model(t, "Services") }
