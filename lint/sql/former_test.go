package sql_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	lint "github.com/omegagen/omegagen/lint/sql"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// A column that old rows can't have is told, and no other.
func TestFormer(t *testing.T) {
	id, old := sqltest.Column("id", "integer", false, ""), sqltest.Column("old", "text", false, "")
	with := func(c *manifest.Column) *manifest.Database {
		return &manifest.Database{Tables: []*manifest.Table{{Name: "t", Columns: []*manifest.Column{id, c}}, {Name: "other", Columns: []*manifest.Column{c}}}}
	}
	former := "CREATE TABLE IF NOT EXISTS t (id integer NOT NULL, old text NOT NULL);"
	identity, generated, renamed := sqltest.Column("n", "integer", false, ""), sqltest.Column("n", "integer", false, ""), sqltest.Column("n", "text", false, "")
	identity.Identity, generated.Generated, renamed.RenamedFrom = "always", "id + 1", "old"
	for name, c := range map[string]struct {
		column *manifest.Column
		former string
		want   string
	}{
		"new":         {sqltest.Column("n", "text", false, ""), former, "\"n\""},
		"null":        {sqltest.Column("n", "text", true, ""), former, ""},
		"default":     {sqltest.Column("n", "text", false, "'x'"), former, ""},
		"identity":    {identity, former, ""},
		"generated":   {generated, former, ""},
		"serial":      {sqltest.Column("n", "serial", false, ""), former, ""},
		"renamed":     {renamed, former, ""},
		"as before":   {old, former, ""},
		"other table": {sqltest.Column("n", "text", false, ""), "CREATE TABLE private.t (id integer);", ""},
		"no file":     {sqltest.Column("n", "text", false, ""), "", ""},
		"not SQL":     {sqltest.Column("n", "text", false, ""), "CREATE CREATE", ""},
	} {
		t.Run(name, func(t *testing.T) {
			diags := lint.CheckFormer(with(c.column), c.former)
			if c.want == "" {
				if len(diags) > 0 {
					t.Error(diags)
				}
				return
			}
			if len(diags) != 1 || diag.Code(diags[0]) != "OG639" || !strings.Contains(diags[0].Detail, c.want) {
				t.Error(diags)
			}
		})
	}
}
