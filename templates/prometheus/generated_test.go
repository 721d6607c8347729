package prometheus_test

import (
	"testing"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/kittest"
	"github.com/omegagen/omegagen/templates/prometheus"
)

// The files that this package renders match the kits of the examples.
func TestGenerated(t *testing.T) {
	kittest.Compare(t, prometheus.Render, kit.Prometheus, kit.RuleTests)
}

// The manifests with every attribute are rendered as kittest/testdata has them.
func TestRendered(t *testing.T) {
	kittest.Rendered(t, prometheus.Render, "monitoring", "service")
}
