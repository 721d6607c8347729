package advanced

import (
	"testing"

	"github.com/omegagen/omegagen/planner/internal/search/searchtest"
)

func TestSearchesAgree(t *testing.T) { searchtest.Agree(t, 3000, Reductions{}) }
