package docs_test

import (
	"testing"

	"github.com/omegagen/omegagen/templates/planstest"
)

// The documents of the examples match their kits.
func TestGenerated(t *testing.T) { planstest.Documents(t) }
