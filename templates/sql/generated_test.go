package sql_test

import (
	"testing"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/kittest"
	"github.com/omegagen/omegagen/templates/sql"
)

// The files that this package renders match the kits of the examples.
func TestGenerated(t *testing.T) { kittest.Compare(t, sql.Render, kit.Schema) }

// The manifests with every attribute are rendered as kittest/testdata has them.
func TestRendered(t *testing.T) {
	kittest.Rendered(t, sql.Render, "database")
}
