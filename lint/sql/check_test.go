package sql_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
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

// An object without a statement is reported, for each kind.
func TestForgottenObject(t *testing.T) {
	m := sqltest.Flagship()
	arts, _ := sql.Render(m)
	at := manifest.Origin{Address: "database.omega.forgotten"}
	for _, o := range []manifest.DatabaseObject{
		&manifest.Extension{Origin: at, Name: "plpgsql"}, &manifest.Schema{Origin: at}, &manifest.EnumType{Origin: at}, &manifest.Role{Origin: at, Name: "forgotten"},
		&manifest.RawSQL{Origin: at}, &manifest.Seed{Origin: at, Table: m.Databases[0].Tables[0], Rows: []manifest.SeedRow{{}}},
	} {
		db := *m.Databases[0]
		db.Add(o)
		a := arts[0]
		a.Doc = &sql.Doc{Database: &db, Statements: a.Doc.(*sql.Doc).Statements}
		found := false
		for _, d := range lint.Check(m, a) {
			found = found || diag.Code(d) == "OG905" && strings.Contains(d.Detail, at.Address)
		}
		if !found {
			t.Errorf("that there is nothing for a %T isn't reported", o)
		}
	}
}

// A statement that couldn't be rendered is reported, and nothing else.
func TestUnwritten(t *testing.T) {
	m := sqltest.Flagship()
	arts, _ := sql.Render(m)
	arts[0].Doc.(*sql.Doc).Statements[3].Err = errors.New("no template")
	arts[0].Content = nil
	diags := lint.Check(m, arts[0])
	if len(diags) != 1 || diag.Code(diags[0]) != "OG905" || !strings.Contains(diags[0].Detail, "no template") {
		t.Error(diags)
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
