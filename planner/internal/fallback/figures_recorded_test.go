package fallback_test

import (
	"testing"

	"github.com/omegagen/omegagen/planner/internal/figurestest"
)

func TestRecordedPlans(t *testing.T) { figurestest.Plans(t) }
