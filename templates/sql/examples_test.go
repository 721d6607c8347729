package sql_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/templates/sql"
)

// The databases of the examples, on a server: applied twice, and each named
// query prepared.
func TestExamples(t *testing.T) {
	dirs, err := filepath.Glob("../../examples/*/*.hcl")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no examples", err)
	}
	s := pgtest.StartVector(t)
	seen := map[string]bool{}
	databases := 0
	for _, file := range dirs {
		dir := filepath.Dir(file)
		if seen[dir] {
			continue
		}
		seen[dir] = true
		m, diags := loader.Load(loader.Input{FS: os.DirFS(dir), Dir: dir})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		arts, diags := sql.Render(m)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for i, db := range m.Databases {
			databases++
			name := filepath.Base(dir) + "-" + db.Name
			s.CreateDatabase(t, name)
			apply(t, s, name, string(arts[i].Content))
			first := s.Dump(t, name)
			apply(t, s, name, string(arts[i].Content))
			if s.Dump(t, name) != first {
				t.Errorf("%s: the second run changed the schema", name)
			}
			for _, q := range db.Queries {
				types := ""
				for k, p := range q.Params {
					if k > 0 {
						types += ", "
					}
					types += p
				}
				if types != "" {
					types = " (" + types + ")"
				}
				apply(t, s, name, "PREPARE q"+types+" AS "+q.SQL+";\n")
			}
		}
	}
	if databases < 2 {
		t.Errorf("only %d databases", databases)
	}
}
