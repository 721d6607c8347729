package yaml_test

import (
	"testing"

	"github.com/omegagen/omegagen/templates/planstest"
)

// The rendered kits of the examples match those in generated.
func TestGenerated(t *testing.T) { planstest.Kits(t) }
