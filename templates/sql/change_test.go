package sql_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/sql"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// A line of a statement that reads like a heading is reported, because deploy/schema.sh would take it
// for one; similar lines are not.
func TestHeadings(t *testing.T) {
	for line, reported := range map[string]bool{"-- Grants": true, "-- Raw SQL after tables": true, "-- End of the transaction": true, "-- Grants:": false, " -- Grants": false, "SELECT 1 -- Grants": false} {
		m := &manifest.Manifest{System: &manifest.System{Name: "s"}, Databases: []*manifest.Database{{Name: "d", User: "postgres", File: "init-db.sql",
			Functions: []*manifest.Function{{Name: "f", Returns: "integer", Language: "sql", Body: "SELECT 1;\n" + line + "\n"}}}}}
		sqltest.Locate(m)
		_, diags := sql.Render(m)
		if got := len(diags) == 1 && diag.Code(diags[0]) == "OG656"; got != reported || len(diags) > 1 {
			t.Errorf("%q: %v", line, diags)
		}
	}
}

// What the manifest permits stands at the end of the file, a JSON object in each line.
func TestPermits(t *testing.T) {
	tb := &manifest.Table{Name: "t", Columns: []*manifest.Column{sqltest.Column("id", "integer", false, ""), sqltest.Column("b\n", "text", true, "")}, Rewrite: []string{"id"}, Destroy: []string{"old"}}
	tb.Columns[1].RenamedFrom = "a"
	m := &manifest.Manifest{System: &manifest.System{Name: "s"}, Databases: []*manifest.Database{{Name: "d", User: "postgres", File: "init-db.sql", Tables: []*manifest.Table{tb}, Destroy: []string{"u", "x.v"}}}}
	script := render(t, m)
	_, got, _ := strings.Cut(script, "-- Permits (deploy/schema.sql reads them)\n")
	want := `-- {"do":"rename","kind":"column","schema":"public","table":"t","name":"b\n","from":"a"}
-- {"do":"rewrite","kind":"column","schema":"public","table":"t","name":"id"}
-- {"do":"destroy","kind":"column","schema":"public","table":"t","name":"old"}
-- {"do":"destroy","kind":"table","schema":"public","name":"u"}
-- {"do":"destroy","kind":"table","schema":"x","name":"v"}
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}
