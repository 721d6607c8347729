package database_test

import (
	"testing"

	"github.com/omegagen/omegagen/templates/kittest"
)

// The models of the examples match those that their kits were made from.
func TestModels(t *testing.T) { kittest.Models(t) }
