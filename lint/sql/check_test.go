package sql_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	lint "github.com/omegagen/omegagen/lint/sql"
	"github.com/omegagen/omegagen/templates/sql"
	"github.com/omegagen/omegagen/templates/sql/sqltest"

	"github.com/hashicorp/hcl/v2"
)

func check(t interface{ Helper() }, m *manifest.Manifest) hcl.Diagnostics {
	t.Helper()
	arts, diags := sql.Render(m)
	for _, a := range arts {
		diags = append(diags, lint.Check(m, a)...)
	}
	return diags
}

func TestFlagship(t *testing.T) {
	for _, d := range check(t, sqltest.Flagship()) {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
}

func BenchmarkCheck(b *testing.B) {
	m := sqltest.Flagship()
	arts, _ := sql.Render(m)
	for b.Loop() {
		lint.Check(m, arts[0])
	}
}
func BenchmarkRender(b *testing.B) {
	m := sqltest.Flagship()
	for b.Loop() {
		sql.Render(m)
	}
}
