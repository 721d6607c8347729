package alertmanager_test

import (
	"testing"

	"github.com/omegagen/omegagen/templates/alertmanager"
	"github.com/omegagen/omegagen/templates/kittest"
)

// The manifest with every attribute is rendered as kittest/testdata has it.
func TestRendered(t *testing.T) { kittest.Rendered(t, alertmanager.Render, "monitoring") }
