package sql_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/templates/sql"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

func render(t testing.TB, m *manifest.Manifest) string {
	t.Helper()
	arts, diags := sql.Render(m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if len(arts) != 1 {
		t.Fatalf("%d artifacts", len(arts))
	}
	if dir := os.Getenv("OMEGAGEN_SHOW"); dir != "" {
		os.WriteFile(dir+"/"+arts[0].Path, arts[0].Content, 0o644)
	}
	return string(arts[0].Content)
}

// apply runs a script that must print nothing at all.
func apply(t testing.TB, s *pgtest.Server, database, script string) {
	t.Helper()
	stdout, stderr, err := s.Run(database, script)
	if err != nil || stdout != "" || stderr != "" {
		t.Fatalf("%v\n%s%s\n%s", err, stdout, stderr, script)
	}
}

// The flagship's schema on a new volume, and again.
func TestApplyTwice(t *testing.T) {
	s := pgtest.StartVector(t)
	s.CreateDatabase(t, "omega")
	script := render(t, sqltest.Flagship())
	apply(t, s, "omega", script)
	first := s.Dump(t, "omega")
	rows := rowCounts(t, s)
	apply(t, s, "omega", script)
	if d := cmp.Diff(first, s.Dump(t, "omega")); d != "" {
		t.Errorf("the second run changed the schema:\n%s", d)
	}
	if d := cmp.Diff(rows, rowCounts(t, s)); d != "" {
		t.Errorf("the second run changed the rows:\n%s", d)
	}
}

func rowCounts(t testing.TB, s *pgtest.Server) any {
	t.Helper()
	var rows []map[string]any
	s.Query(t, "omega", `SELECT (SELECT count(*) FROM content_embeddings) AS c, (SELECT count(*) FROM devices) AS d,
		(SELECT count(*) FROM trending_content) AS t, (SELECT json_agg(f) FROM federation_state f) AS f,
		(SELECT devices FROM totals) AS n`, &rows)
	return rows
}
