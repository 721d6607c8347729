package sql_test

import (
	"flag"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// Property tests draw the same cases in every run; make fuzz draws different
// ones.
func init() { _ = flag.Set("rapid.seed", "1") }

// Any text in the place of SQL is either valid there, so that the file matches
// the model, or reported as the user's mistake.
func TestBreakOut(t *testing.T) {
	pieces := []string{"0", "a", "'x'", "now()", "(", ")", ",", ";", "--", "\n", "/*", "*/", "'", `"`, "$$", "E'\\'", "::", "int", "text", "[]", "NOT NULL",
		"DEFAULT", "CHECK (true)", "PRIMARY KEY", "REFERENCES devices", "COLLATE \"C\"", "DROP TABLE x", "SELECT", "FROM devices", "WHERE true", "AS b", "*",
		"COMMIT", "UNION", "ALL", "DISTINCT", "ROW", "1, 2", "+", "AND", "USING btree", "INCLUDE (a)", "WITH (fillfactor = 70)", "TABLESPACE x", "DESC", "NULLS FIRST",
		"LANGUAGE c", "IMMUTABLE", "RETURNS void", "END", "BEGIN", "\\! x", ":x", "$1", "é", "VARIADIC", "OUT", "SETOF", "TABLE (a int)", "= 1", ":= 2", "TO app", "IN", "OVER ()", "INTO x", "FOR UPDATE"}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 6).Draw(rt, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(rt, "glue"))
		if strings.TrimSpace(text) == "" {
			return
		}
		m := sqltest.Flagship()
		db := m.Databases[0]
		patterns, seed := table(db, "patterns"), db.Seeds[1]
		places := map[string]func(){
			"default":   func() { patterns.Columns[4].Default = text },
			"type":      func() { patterns.Columns[4].Type = text },
			"generated": func() { patterns.Columns[4].Default, patterns.Columns[4].Generated = "", text },
			"check":     func() { patterns.Checks[0].Expr = text },
			"on":        func() { patterns.Indexes[0].On = []string{text} },
			"where":     func() { patterns.Indexes[1].Where = text },
			"with":      func() { patterns.Indexes[1].With = sqltest.KV("fillfactor", text) },
			"arg":       func() { db.Functions[1].Args[1].Value = text },
			"returns":   func() { db.Functions[0].Returns = text },
			"body":      func() { db.Functions[1].Body = text },
			"sql body":  func() { db.Functions[0].Body = text },
			"condition": func() { db.Triggers[0].Condition = text },
			"query":     func() { db.Views[0].Query = text },
			"raw":       func() { db.Raw[1].SQL = text },
			"outside":   func() { db.Raw[0].SQL = text },
			"named":     func() { db.Queries[0].SQL = text },
			"seed": func() {
				seed.Rows[0].Columns[1] = manifest.SeedValue{Column: "region", Expr: text}
			},
		}
		names := []string{"default", "type", "generated", "check", "on", "where", "with", "arg", "returns", "body", "sql body", "condition", "query", "raw", "outside", "named", "seed"}
		name := rapid.SampledFrom(names).Draw(rt, "place")
		places[name]()
		for _, d := range check(rt, m) {
			if diag.Code(d) == "OG905" {
				rt.Fatalf("%s: %q: %s", name, text, d.Detail)
			}
		}
	})
}

// A mistake in a here-document is reported at its line.
func TestHereDocumentLine(t *testing.T) {
	src := `system "s" {
}
image "pg" {
  pull = "postgres:17"
}
service "db" {
  image = image.pg
}
database "d" {
  service = service.db
  table "t" {
    column "id" {
      type = "int"
    }
  }
  view "v" {
    query = <<-SQL
      SELECT id,
             idd
      FROM t
    SQL
  }
  view "w" {
    query = <<-SQL
      SELECT id
      FORM t
    SQL
  }
}
`
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"m.hcl": {Data: []byte(src)}}, Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	want := map[string]hcl.Pos{"OG613": {Line: 19, Column: 1}, "OG610": {Line: 26, Column: 1}}
	for _, d := range check(t, m) {
		if w, ok := want[diag.Code(d)]; ok {
			if d.Subject.Start.Line != w.Line {
				t.Errorf("%s at %v", d.Detail, d.Subject)
			}
			if at := string(m.Files["m.hcl"].Bytes[d.Subject.Start.Byte:d.Subject.End.Byte]); !strings.Contains(at, "idd") && !strings.Contains(at, "FORM t") {
				t.Errorf("%s at %q", d.Detail, at)
			}
			delete(want, diag.Code(d))
		}
	}
	if len(want) > 0 {
		t.Errorf("not reported: %v", want)
	}
}
