package sql_test

import (
	"os"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/pgtest"
)

// The names that lint/sql treats as the server's include those of real servers.
func TestServerNames(t *testing.T) {
	const types = "SELECT typname AS name FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'd', 'r', 'm', 'p') AND typname !~ '^_'"
	const functions = "SELECT DISTINCT proname AS name FROM pg_proc WHERE pronamespace = "
	plain, vector := pgtest.Start(t), pgtest.StartVector(t)
	if _, stderr, err := vector.Run("postgres", "CREATE EXTENSION vector"); err != nil {
		t.Fatal(stderr)
	}
	for _, c := range []struct {
		server      *pgtest.Server
		file, query string
	}{
		{plain, "builtin_types.txt", types},
		{vector, "builtin_types.txt", types},
		{plain, "builtin_functions.txt", functions + "'pg_catalog'::regnamespace"},
		{vector, "builtin_functions.txt", functions + "'pg_catalog'::regnamespace"},
		{vector, "vector_functions.txt", functions + "'public'::regnamespace"},
	} {
		text, err := os.ReadFile("../../lint/sql/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		known := map[string]bool{}
		for _, w := range strings.Fields(string(text)) {
			known[w] = true
		}
		var rows []struct{ Name string }
		c.server.Query(t, "postgres", c.query, &rows)
		if len(rows) < 50 {
			t.Errorf("%s: the server has only %d", c.file, len(rows))
		}
		for _, r := range rows {
			if !known[r.Name] {
				t.Errorf("%s lacks %s", c.file, r.Name)
			}
		}
	}
}
