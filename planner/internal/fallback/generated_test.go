package fallback_test

import (
	"testing"

	"github.com/omegagen/omegagen/templates/planstest"
)

// The plans of the examples match their kits.
func TestGenerated(t *testing.T) { planstest.Documents(t) }
