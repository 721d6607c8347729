//go:build unix

package catalogue

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/pgtest"
)

var update = flag.Bool("update-catalogue", false, "write the files in data from the servers' catalogues")

// owner is a join with the extension that owns an object of a catalogue.
func owner(catalogue string) string {
	return " LEFT JOIN pg_depend d ON d.classid = 'pg_catalog." + catalogue + "'::regclass AND d.objid = x.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'" +
		" LEFT JOIN pg_extension e ON e.oid = d.refobjid "
}

// ours selects what the server or an extension provides under a name that needs no schema.
const ours = " (e.oid IS NOT NULL OR n.nspname = 'pg_catalog') "

// volatility of a function; of those in SQL, which the server sees through, it is q.
const volatility = "CASE WHEN provolatile <> 'i' AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql') THEN 'q' ELSE provolatile END"

// extractions are the files in data and the queries of their lines.
var extractions = map[string]string{
	"functions.txt": `SELECT proname, coalesce(extname, ''), prokind, (SELECT coalesce(string_agg(t.typname, ',' ORDER BY a.n), '') FROM unnest(proargtypes) WITH ORDINALITY a(o, n) JOIN pg_type t ON t.oid = a.o),
		pronargdefaults, CASE WHEN provariadic = 0 THEN '' ELSE (SELECT typname FROM pg_type t WHERE t.oid = provariadic) END,
		(SELECT typname FROM pg_type t WHERE t.oid = prorettype), CASE WHEN proretset THEN 't' ELSE '' END, ` + volatility + `
		FROM pg_proc x JOIN pg_namespace n ON n.oid = pronamespace` + owner("pg_proc") + "WHERE" + ours,
	"operators.txt": `SELECT oprname, coalesce(extname, ''), CASE WHEN oprleft = 0 THEN '' ELSE (SELECT typname FROM pg_type t WHERE t.oid = oprleft) END, (SELECT typname FROM pg_type t WHERE t.oid = oprright),
		(SELECT typname FROM pg_type t WHERE t.oid = oprresult), (SELECT ` + volatility + ` FROM pg_proc p WHERE p.oid = oprcode)
		FROM pg_operator x JOIN pg_namespace n ON n.oid = oprnamespace` + owner("pg_operator") + "WHERE oprresult <> 0 AND" + ours,
	"casts.txt": `SELECT (SELECT typname FROM pg_type t WHERE t.oid = castsource), coalesce(extname, ''), (SELECT typname FROM pg_type t WHERE t.oid = casttarget), castcontext, castmethod,
		coalesce((SELECT provolatile FROM pg_proc p WHERE p.oid = castfunc), 'i')
		FROM pg_cast x` + owner("pg_cast") + "WHERE true",
	"types.txt": `SELECT typname, coalesce(extname, ''), typtype, typcategory, CASE WHEN typispreferred THEN 't' ELSE '' END,
		CASE WHEN typelem = 0 OR typsubscript <> 'array_subscript_handler'::regproc THEN '' ELSE (SELECT typname FROM pg_type t WHERE t.oid = x.typelem) END,
		CASE WHEN typbasetype = 0 THEN '' ELSE (SELECT typname FROM pg_type t WHERE t.oid = x.typbasetype) END,
		(SELECT provolatile FROM pg_proc p WHERE p.oid = typinput), (SELECT provolatile FROM pg_proc p WHERE p.oid = typoutput)
		FROM pg_type x JOIN pg_namespace n ON n.oid = typnamespace` + owner("pg_type") + "WHERE typtype IN ('b', 'd', 'r', 'm', 'p', 'e') AND typcategory <> 'A' AND" + ours,
	"classes.txt": `SELECT opcname, coalesce(extname, ''), amname, (SELECT typname FROM pg_type t WHERE t.oid = opcintype), CASE WHEN opcdefault THEN 't' ELSE '' END
		FROM pg_opclass x JOIN pg_namespace n ON n.oid = opcnamespace JOIN pg_am m ON m.oid = opcmethod` + owner("pg_opclass") + "WHERE" + ours,
	"methods.txt":   `SELECT amname, coalesce(extname, '') FROM pg_am x` + owner("pg_am") + "WHERE amtype = 'i'",
	"languages.txt": `SELECT lanname, coalesce(extname, '') FROM pg_language x` + owner("pg_language") + "WHERE true",
	"relations.txt": `SELECT relname, coalesce(extname, ''), n.nspname, (SELECT string_agg(attname || ':' || typname, ' ' ORDER BY attnum) FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid WHERE attrelid = x.oid AND attnum > 0 AND NOT attisdropped)
		FROM pg_class x JOIN pg_namespace n ON n.oid = relnamespace` + owner("pg_class") + "WHERE relkind IN ('r', 'v', 'm', 'p', 'f') AND (e.oid IS NOT NULL OR n.nspname IN ('pg_catalog', 'information_schema'))",
	"extensions.txt": `SELECT name FROM pg_available_extensions x WHERE name <> 'plpgsql'`,
}

// servers have every extension that they provide.
func servers(t *testing.T) map[string]*pgtest.Server {
	t.Helper()
	out := map[string]*pgtest.Server{"15": pgtest.Start(t), "17": pgtest.StartVector(t)}
	for version, s := range out {
		var rows []struct{ Name string }
		s.Query(t, "postgres", "SELECT name FROM pg_available_extensions WHERE name NOT LIKE '%\\_pl%' AND name <> 'plpgsql' ORDER BY 1", &rows)
		for _, r := range rows {
			if _, stderr, err := s.Run("postgres", `CREATE EXTENSION IF NOT EXISTS "`+r.Name+`" CASCADE`); err != nil {
				t.Fatalf("%s: %s: %s", version, r.Name, stderr)
			}
		}
	}
	return out
}

// The files in data are what the servers' catalogues say, of both versions.
func TestData(t *testing.T) {
	from := servers(t)
	for file, query := range extractions {
		var lines []string
		for version, s := range from {
			stdout, stderr, err := s.Run("postgres", query+";", "-A", "-t", "-F", "\t")
			if err != nil {
				t.Fatalf("%s: %s: %s", version, file, stderr)
			}
			lines = append(lines, strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")...)
		}
		slices.Sort(lines)
		want := strings.Join(slices.Compact(lines), "\n") + "\n"
		name := filepath.Join("data", file)
		if *update {
			if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s isn't what the servers say; run this test with -update-catalogue", name)
		}
	}
}
