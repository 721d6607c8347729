//go:build unix

package schema_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

func table(name string, columns ...*manifest.Column) *manifest.Table {
	return &manifest.Table{Name: name, Columns: columns, PrimaryKey: []string{"id"}}
}

func people(email string) *manifest.Table {
	return table("people", sqltest.Column("id", "integer", false, ""), sqltest.Column("email", email, true, ""))
}

// TestChanges makes one change after the other in a database with rows.
func TestChanges(t *testing.T) {
	k := newKit(t, pgtest.Start(t))
	view := &manifest.View{Name: "emails", Query: "SELECT email FROM people"}
	f := func(result, body string, args ...string) *manifest.Function {
		return &manifest.Function{Name: "f", Returns: result, Language: "sql", Body: body, Args: sqltest.KV(args...)}
	}
	uses := &manifest.View{Name: "uses", Query: "SELECT f(1) AS n"}
	for name, c := range map[string]struct {
		before, after *manifest.Database
		between       string   // SQL that others run
		refused       []string // words of the refusal, where the change isn't made
		says          []string
		query, want   string
	}{
		"wider type under a view": {&manifest.Database{Tables: []*manifest.Table{people("varchar(50)")}, Views: []*manifest.View{view}}, &manifest.Database{Tables: []*manifest.Table{people("varchar(200)")}, Views: []*manifest.View{view}},
			"CREATE VIEW foreign_view AS SELECT email FROM emails; GRANT SELECT ON emails TO reader", nil, []string{"touched: view public.foreign_view"},
			"SELECT (SELECT relfilenode FROM pg_class WHERE relname = 'people') = (SELECT node FROM was), has_table_privilege('reader', 'emails', 'SELECT'), (SELECT count(*) FROM foreign_view)", "t|t|4"},
		"narrower type":                {&manifest.Database{Tables: []*manifest.Table{people("varchar(50)")}}, &manifest.Database{Tables: []*manifest.Table{people("varchar(8)")}}, "", []string{"column public.people.email", "rewrite"}, nil, "", ""},
		"narrower type loses":          {&manifest.Database{Tables: []*manifest.Table{people("varchar(50)")}}, &manifest.Database{Tables: []*manifest.Table{rewriting(people("varchar(3)"))}}, "", []string{"4 rows (id = 1; id = 2; id = 3; …) would lose something"}, nil, "", ""},
		"narrower type, permitted":     {&manifest.Database{Tables: []*manifest.Table{people("varchar(50)")}}, &manifest.Database{Tables: []*manifest.Table{rewriting(people("varchar(8)"))}}, "", nil, nil, "SELECT max(email) FROM people", "m4@x"},
		"narrower type, loss too":      {&manifest.Database{Tables: []*manifest.Table{people("varchar(50)")}}, &manifest.Database{Tables: []*manifest.Table{destroying(people("varchar(2)"), "email")}}, "", nil, nil, "SELECT max(email) FROM people", "m4"},
		"type that some values aren't": {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Tables: []*manifest.Table{destroying(people("integer"), "email")}}, "", []string{"4 rows (id = 1; id = 2; id = 3; …) cannot be converted"}, nil, "", ""},
		"result of a function": {&manifest.Database{Functions: []*manifest.Function{f("integer", "SELECT 1", "x", "integer")}, Views: []*manifest.View{uses}}, &manifest.Database{Functions: []*manifest.Function{f("bigint", "SELECT 1::bigint", "x", "integer")}, Views: []*manifest.View{uses}},
			"GRANT SELECT ON uses TO reader; REVOKE EXECUTE ON FUNCTION f FROM PUBLIC; GRANT EXECUTE ON FUNCTION f TO reader", nil, nil, "SELECT pg_typeof(n), has_table_privilege('reader', 'uses', 'SELECT'), has_function_privilege('reader', 'f(integer)', 'EXECUTE') FROM uses", "bigint|t|t"},
		"arguments of a function": {&manifest.Database{Functions: []*manifest.Function{f("integer", "SELECT 1", "x", "integer")}, Views: []*manifest.View{uses}}, &manifest.Database{Functions: []*manifest.Function{f("integer", "SELECT 2", "x", "bigint")}, Views: []*manifest.View{uses}},
			"", nil, nil, "SELECT n, (SELECT count(*) FROM pg_proc WHERE proname = 'f') FROM uses", "2|1"},
		"arguments of a function with a comment and a grant": {&manifest.Database{Functions: []*manifest.Function{said(f("integer", "SELECT 1", "x", "integer"))}, Grants: executing()}, &manifest.Database{Functions: []*manifest.Function{said(f("integer", "SELECT 2", "x", "bigint"))}, Grants: executing()},
			"", nil, nil, "SELECT obj_description(oid), has_function_privilege('reader', oid, 'EXECUTE WITH GRANT OPTION'), (SELECT count(*) FROM omegagen.objects WHERE name ~ 'f[(]integer[)]') FROM pg_proc WHERE proname = 'f'", "said|t|0"},
		"function under a foreign view": {&manifest.Database{Functions: []*manifest.Function{f("integer", "SELECT 1", "x", "integer")}}, &manifest.Database{Functions: []*manifest.Function{f("bigint", "SELECT 1::bigint", "x", "integer")}},
			"CREATE VIEW foreign_view AS SELECT f(1)", []string{"view public.foreign_view, which the manifest does not declare"}, nil, "", ""},
		"function of a default": {&manifest.Database{Functions: []*manifest.Function{f("integer", "SELECT 1")}, Tables: []*manifest.Table{table("t", sqltest.Column("id", "integer", false, ""), sqltest.Column("n", "integer", true, "f()"))}},
			&manifest.Database{Functions: []*manifest.Function{f("bigint", "SELECT 7::bigint")}, Tables: []*manifest.Table{table("t", sqltest.Column("id", "integer", false, ""), sqltest.Column("n", "integer", true, "f()"))}},
			"", nil, nil, "INSERT INTO t (id) VALUES (1) RETURNING n", "7"},
		"renamed column": {&manifest.Database{Tables: []*manifest.Table{people("text")}, Views: []*manifest.View{view}}, &manifest.Database{Tables: []*manifest.Table{table("people", sqltest.Column("id", "integer", false, ""), renamed(sqltest.Column("mail", "text", true, "''"), "email"))}}, "", nil, []string{"rename column public.people.email to mail"},
			"SELECT count(mail) FROM people", "4"},
		"NULLs under NOT NULL":    {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Tables: []*manifest.Table{notNull(people("text"))}}, "UPDATE people SET email = NULL WHERE id = 2", []string{"1 row (id = 2) has NULL"}, nil, "", ""},
		"NOT NULL":                {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Tables: []*manifest.Table{notNull(people("text"))}}, "", nil, nil, "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'people'::regclass AND attname = 'email'", "t"},
		"duplicates under unique": {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Tables: []*manifest.Table{unique(people("text"))}}, "UPDATE people SET email = 'same' WHERE id > 2", []string{"2 rows (id = 3; id = 4) have duplicate values"}, nil, "", ""},
		"unique":                  {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Tables: []*manifest.Table{unique(people("text"))}}, "", nil, nil, "SELECT conname FROM pg_constraint WHERE contype = 'u' AND conrelid = 'people'::regclass", "people_email_key"},
		"dropped column stays":    {&manifest.Database{Tables: []*manifest.Table{notNull(people("text"))}}, &manifest.Database{Tables: []*manifest.Table{table("people", sqltest.Column("id", "integer", false, ""))}}, "", nil, []string{"stays: column public.people.email"}, "INSERT INTO people (id) VALUES (9) RETURNING email IS NULL", "t"},
		"dropped column goes":     {&manifest.Database{Tables: []*manifest.Table{people("text")}, Views: []*manifest.View{view}}, &manifest.Database{Tables: []*manifest.Table{destroying(table("people", sqltest.Column("id", "integer", false, "")), "email")}}, "", nil, nil, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'people'::regclass AND attname = 'email'", "0"},
		"dropped column under a foreign view": {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Tables: []*manifest.Table{destroying(table("people", sqltest.Column("id", "integer", false, "")), "email")}},
			"CREATE VIEW foreign_view AS SELECT email FROM people", []string{"view public.foreign_view, which the manifest does not declare"}, nil, "", ""},
		"dropped table stays": {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Tables: []*manifest.Table{}}, "", nil, []string{"stays: table public.people"}, "SELECT count(*) FROM people", "4"},
		"dropped table goes":  {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Destroy: []string{"people"}}, "", nil, nil, "SELECT to_regclass('people') IS NULL", "t"},
		"new column, NOT NULL": {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Tables: []*manifest.Table{table("people", sqltest.Column("id", "integer", false, ""), sqltest.Column("email", "text", true, ""), sqltest.Column("n", "text", false, ""))}},
			"", []string{"column public.people.n is new, NOT NULL and without a default, and the table has 4 rows"}, nil, "", ""},
		"identity": {&manifest.Database{Tables: []*manifest.Table{people("text")}}, &manifest.Database{Tables: []*manifest.Table{identity(people("text"))}}, "", nil, nil, "INSERT INTO people (email) VALUES ('x') RETURNING id", "5"},
		"policies are made again": {&manifest.Database{Tables: []*manifest.Table{people("varchar(50)")}}, &manifest.Database{Tables: []*manifest.Table{people("text")}}, "ALTER TABLE people ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON people FOR SELECT TO reader USING (email <> 'x')", nil, nil,
			"SELECT polname, polroles::regrole[], pg_get_expr(polqual, polrelid) FROM pg_policy", "own|{reader}|(email <> 'x'::text)"},
		"key under a foreign key": {&manifest.Database{Tables: pointing("integer", "id")}, &manifest.Database{Tables: pointing("integer", "id, n")}, "INSERT INTO people VALUES (1, 'a'); INSERT INTO t VALUES (1, 1, 1)", nil, nil, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 't_pkey'", "PRIMARY KEY (id, n)"},
	} {
		t.Run(name, func(t *testing.T) {
			db := strings.NewReplacer(" ", "_", ",", "", "'", "").Replace(strings.ToLower(name))
			k.server.CreateDatabase(t, db)
			k.sql(t, db, "DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
			k.apply(t, db, model(c.before))
			if len(c.before.Tables) == 1 && c.before.Tables[0].Name == "people" {
				k.sql(t, db, "INSERT INTO people SELECT i, 'm' || i || '@x' FROM generate_series(1, 4) i")
			}
			k.sql(t, db, "CREATE TABLE was AS SELECT (SELECT relfilenode FROM pg_class WHERE relname = 'people') AS node;"+c.between)
			if c.refused != nil {
				k.refused(t, db, model(c.after), c.refused...)
				return
			}
			out := k.apply(t, db, model(c.after))
			contains(t, out, c.says...)
			if got := k.sql(t, db, c.query); got != c.want {
				t.Errorf("%s: %q instead of %q\n%s", c.query, got, c.want, out)
			}
			if again := k.apply(t, db, model(c.after)); strings.Contains(again, "done: ") || !strings.Contains(again, "Nothing to change.") {
				t.Errorf("the second run changes something:\n%s", again)
			}
		})
	}
}

func said(f *manifest.Function) *manifest.Function { f.Comment = "said"; return f }
func executing() []*manifest.Grant {
	return []*manifest.Grant{{Name: "g", Privileges: []string{"EXECUTE"}, On: "function", Objects: []string{"f"}, To: []string{"reader"}, WithGrant: true}}
}
func rewriting(t *manifest.Table) *manifest.Table { t.Rewrite = []string{"email"}; return t }
func destroying(t *manifest.Table, names ...string) *manifest.Table {
	t.Destroy = names
	return t
}
func renamed(c *manifest.Column, from string) *manifest.Column { c.RenamedFrom = from; return c }
func notNull(t *manifest.Table) *manifest.Table                { t.Columns[1].Null = false; return t }
func unique(t *manifest.Table) *manifest.Table                 { t.Columns[1].Unique = true; return t }
func identity(t *manifest.Table) *manifest.Table               { t.Columns[0].Identity = "by default"; return t }

func pointing(typ, key string) []*manifest.Table {
	t := table("t", sqltest.Column("id", typ, false, ""), sqltest.Column("n", "integer", false, ""), sqltest.Column("person", "integer", true, ""))
	t.PrimaryKey = strings.Split(key, ", ")
	p := people("text")
	t.ForeignKeys = []*manifest.ForeignKey{{Columns: []string{"person"}, Table: p, References: []string{"id"}}}
	return []*manifest.Table{p, t}
}

// A role without CREATEDB is told which statement it needs, before anything changes.
func TestWithoutCreateDB(t *testing.T) {
	k := newKit(t, pgtest.Start(t))
	k.server.CreateDatabase(t, "db")
	k.sql(t, "postgres", "CREATE ROLE owner LOGIN; ALTER DATABASE db OWNER TO owner")
	k.write(t, "db", model(&manifest.Database{Tables: []*manifest.Table{people("text")}}))
	out, err := k.command(context.Background(), "apply", "owner", "db").CombinedOutput()
	if err == nil {
		t.Fatal("applied without CREATEDB")
	}
	contains(t, string(out), `ALTER ROLE "owner" CREATEDB;`)
	if n := k.sql(t, "db", "SELECT count(*) FROM pg_class WHERE relname = 'people'"); n != "0" {
		t.Error("something was changed")
	}
	k.sql(t, "postgres", "ALTER ROLE owner CREATEDB")
	if out, err := k.command(context.Background(), "apply", "owner", "db").CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
}

// TestKilledChange kills a change at many instants: the next run ends it.
func TestKilledChange(t *testing.T) {
	k := newKit(t, pgtest.Start(t))
	before := &manifest.Database{Tables: []*manifest.Table{people("varchar(50)")}, Views: []*manifest.View{{Name: "emails", Query: "SELECT email FROM people"}}}
	changed := notNull(people("varchar(80)"))
	changed.Columns[1].Unique = true
	changed.Indexes = []*manifest.Index{{Name: "people_lower", On: []string{"(lower(email))"}, Unique: true}, {Name: "people_id_email", On: []string{"id", "email"}}}
	changed.Checks = []*manifest.CheckConstraint{{Name: "positive", Expr: "id > 0"}}
	after := &manifest.Database{Tables: []*manifest.Table{changed, table("more", sqltest.Column("id", "integer", false, ""))}, Views: []*manifest.View{{Name: "emails", Query: "SELECT email, id FROM people"}}}
	k.server.CreateDatabase(t, "fresh")
	k.apply(t, "fresh", model(after))
	want := strings.Join(k.objects(t, "fresh"), "\n")
	for i := range 6 {
		db := fmt.Sprintf("killed%d", i)
		k.server.CreateDatabase(t, db)
		k.apply(t, db, model(before))
		k.sql(t, db, "INSERT INTO people SELECT i, 'm' || i FROM generate_series(1, 20000) i")
		k.write(t, db, model(after))
		killed := false
		for n := 0; n < 3; n++ {
			c := k.command(context.Background(), "apply", "postgres", db)
			c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(150*(i+1)+n*400) * time.Millisecond)
			_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
			_ = c.Wait()
			killed = killed || !c.ProcessState.Exited()
		}
		out := k.apply(t, db, model(after))
		if got := strings.Join(k.objects(t, db), "\n"); got != want {
			t.Errorf("%d (killed: %v): differs from a fresh database:\n%s\n--- instead of\n%s\n%s", i, killed, got, want, out)
		}
		if n := k.sql(t, db, "SELECT count(*) FROM people"); n != "20000" {
			t.Errorf("%d: %s rows", i, n)
		}
	}
	for i := range 6 { // a run drops what an earlier one of its database has left
		if out, ok := k.run(t, "plan", fmt.Sprintf("killed%d", i)); !ok {
			t.Error(out)
		}
	}
	if left := k.sql(t, "postgres", "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname LIKE 'omegagen%'"); left != "" {
		t.Errorf("scratch databases are left: %s", left)
	}
}

// TestLocks shows that a change doesn't queue for a lock that a reader holds: it gives up, says so, lets others pass,
// and ends when the reader has; and that it prints for whom an index waits.
func TestLocks(t *testing.T) {
	k := newKit(t, pgtest.Start(t))
	k.server.CreateDatabase(t, "db")
	k.apply(t, "db", model(&manifest.Database{Tables: []*manifest.Table{people("varchar(50)")}}))
	indexed := people("varchar(200)")
	indexed.Indexes = []*manifest.Index{{Name: "people_email", On: []string{"email"}}}
	for _, c := range []struct {
		says  string
		after *manifest.Table
	}{
		{"A lock is not free; trying again.", people("varchar(200)")},
		{"  waits for process ", indexed},
	} {
		reader := k.session(t, "db")
		reader.send(t, "BEGIN; LOCK TABLE people IN ROW SHARE MODE; SELECT txid_current(); INSERT INTO people VALUES ("+fmt.Sprint(len(c.says))+", 'x');")
		k.write(t, "db", model(&manifest.Database{Tables: []*manifest.Table{c.after}}))
		run := k.start(t, "apply", "db")
		run.waitFor(t, c.says)
		others := fmt.Sprintf("SET statement_timeout = '30s'; SELECT count(*) FROM people; INSERT INTO people VALUES (%d, 'y')", -len(c.says))
		if _, stderr, err := k.server.Run("db", others); err != nil {
			t.Errorf("%s: others can't read and write meanwhile: %v\n%s", c.says, err, stderr)
		}
		reader.send(t, "COMMIT;")
		reader.close(t)
		if out, ok := run.end(); !ok || !strings.Contains(out, "done: ") {
			t.Errorf("%s: %v\n%s", c.says, ok, out)
		}
	}
}

// BenchmarkWaits measures how long other sessions wait beside a 12 s read and an unrelated 14 s transaction, while nothing
// changes, an index on 2,000,000 rows is built, a type under a view becomes wider, and a column is added. It reports the
// longest wait in ms.
func BenchmarkWaits(b *testing.B) {
	k := newKit(b, pgtest.Start(b))
	view := []*manifest.View{{Name: "emails", Query: "SELECT email FROM people"}}
	k.server.CreateDatabase(b, "db")
	k.apply(b, "db", model(&manifest.Database{Tables: []*manifest.Table{people("varchar(50)")}, Views: view}))
	k.sql(b, "db", "INSERT INTO people SELECT i, 'm' || i FROM generate_series(1, 2000000) i; ANALYZE people")
	indexed := people("varchar(50)")
	indexed.Indexes = []*manifest.Index{{Name: "people_email", On: []string{"email"}}}
	wider := people("varchar(200)")
	wider.Indexes = indexed.Indexes
	added := people("varchar(200)")
	added.Indexes = indexed.Indexes
	added.Columns = append(added.Columns, sqltest.Column("n", "integer", false, "0"))
	for _, c := range []struct {
		name  string
		after *manifest.Table
	}{{"unchanged", people("varchar(50)")}, {"index", indexed}, {"wider", wider}, {"column", added}} {
		b.Run(c.name, func(b *testing.B) {
			readers := make(chan error, 2)
			for _, script := range []string{"BEGIN; SELECT count(*) FROM people; SELECT pg_sleep(12); COMMIT", "BEGIN; SELECT txid_current(); SELECT pg_sleep(14); COMMIT"} {
				go func() {
					_, _, err := k.server.Run("db", script)
					readers <- err
				}()
			}
			time.Sleep(300 * time.Millisecond)
			k.write(b, "db", model(&manifest.Database{Tables: []*manifest.Table{c.after}, Views: view}))
			run := k.start(b, "apply", "db")
			longest := time.Duration(0)
			for !run.ended() {
				start := time.Now()
				k.sql(b, "db", "SELECT count(*) FROM people WHERE id < 10; UPDATE people SET email = email WHERE id = 1")
				longest = max(longest, time.Since(start))
				time.Sleep(20 * time.Millisecond)
			}
			if out, ok := run.end(); !ok {
				b.Fatal(out)
			}
			for range 2 {
				if err := <-readers; err != nil {
					b.Error(err)
				}
			}
			b.ReportMetric(float64(longest.Milliseconds()), "longest-wait-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// Raw SQL runs as before: after extensions before the comparison, so that it can prepare rows, and all else after the
// changes. What it makes isn't compared, and stays.
func TestRaw(t *testing.T) {
	k := newKit(t, pgtest.Start(t))
	k.server.CreateDatabase(t, "db")
	raw := func(after, text string, outside bool) *manifest.RawSQL {
		return &manifest.RawSQL{Name: "raw_" + after, SQL: text, After: after, Transaction: !outside}
	}
	db := &manifest.Database{Tables: []*manifest.Table{people("text")}, Raw: []*manifest.RawSQL{raw("tables", "CREATE TABLE IF NOT EXISTS raw_table (n integer);", false)}}
	k.apply(t, "db", model(db))
	k.sql(t, "db", "INSERT INTO people VALUES (-1, 'x'); INSERT INTO raw_table VALUES (1)")
	checked := people("text")
	checked.Checks = []*manifest.CheckConstraint{{Name: "positive", Expr: "id > 0"}}
	k.refused(t, "db", model(&manifest.Database{Tables: []*manifest.Table{checked}}), "1 row (id = -1) violates it")
	k.apply(t, "db", model(&manifest.Database{Tables: []*manifest.Table{checked}, Raw: []*manifest.RawSQL{raw("extensions", "DO $$ BEGIN IF to_regclass('people') IS NOT NULL THEN UPDATE people SET id = 1 WHERE id < 0; END IF; END $$;", false), raw("seeds", "VACUUM people;", true)}}))
	if got := k.sql(t, "db", "SELECT (SELECT id FROM people), (SELECT n FROM raw_table)"); got != "1|1" {
		t.Error(got)
	}
}

// A seed's own ids leave the next generated one free.
func TestSeededIdentity(t *testing.T) {
	k := newKit(t, pgtest.Start(t))
	k.server.CreateDatabase(t, "db")
	p := identity(people("text"))
	seed := &manifest.Seed{Name: "s", Table: p, Rows: []manifest.SeedRow{sqltest.Row("id", "1", "email", "a"), sqltest.Row("id", "2", "email", "b")}}
	for range 2 {
		k.apply(t, "db", model(&manifest.Database{Tables: []*manifest.Table{p}, Seeds: []*manifest.Seed{seed}}))
	}
	if got := k.sql(t, "db", "INSERT INTO people (email) VALUES ('c') RETURNING id"); got != "3" {
		t.Errorf("the next id is %s", got)
	}
	k.apply(t, "db", model(&manifest.Database{Tables: []*manifest.Table{p}, Seeds: []*manifest.Seed{seed}}))
	if got := k.sql(t, "db", "INSERT INTO people (email) VALUES ('d') RETURNING id"); got != "4" {
		t.Errorf("the next id is %s", got)
	}
}

// Names and texts that mean something to SQL, psql or a shell are names and texts.
func TestHostileNames(t *testing.T) {
	k := newKit(t, pgtest.Start(t))
	for i, name := range []string{"a\"b'c select {\"do\": 1}", `x\y %s %L $1 $$`, "line\nbreak\ttab\n-- Grants", "Ünïcode 🦀 $(touch x)`touch x`", ":'v' :v; a.b."} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			db := fmt.Sprintf("hostile%d", i)
			k.server.CreateDatabase(t, db)
			build := func(typ, def string) *manifest.Database {
				tb := &manifest.Table{Name: name, Comment: name + def, Columns: []*manifest.Column{sqltest.Column("id", "integer", false, ""), sqltest.Column(name, typ, true, def)}, PrimaryKey: []string{"id"}}
				tb.Columns[1].Comment = name
				tb.Checks = []*manifest.CheckConstraint{{Name: name, Expr: "id <> " + strings.TrimLeft(typ, "abcdefghijklmnopqrstuvwxyz(") + "0"}}
				tb.Checks[0].Expr = strings.NewReplacer(")", "").Replace(tb.Checks[0].Expr)
				tb.Indexes = []*manifest.Index{{Name: name + " index", On: []string{quoteIdent(name) + map[bool]string{true: " DESC"}[def != ""]}}}
				return &manifest.Database{Tables: []*manifest.Table{tb}, Types: []*manifest.EnumType{{Name: name + " type", Values: []string{name}}},
					Views: []*manifest.View{{Name: name + " view", Query: "SELECT " + quoteIdent(name) + " FROM " + quoteIdent(name)}}}
			}
			before, after := build("varchar(10)", ""), build("varchar(20)", "'it''s'")
			after.Types[0].Values = append(after.Types[0].Values, name+"2")
			k.apply(t, db, model(before))
			k.sql(t, db, "INSERT INTO "+quoteIdent(name)+" VALUES (1, 'x')")
			k.apply(t, db, model(after))
			if again := k.apply(t, db, model(after)); strings.Contains(again, "done: ") {
				t.Errorf("the second run changes something:\n%s", again)
			}
			after.Tables[0].Columns[1] = renamed(sqltest.Column("plain", "varchar(20)", true, ""), name)
			after.Tables[0].Indexes, after.Views = nil, nil
			k.apply(t, db, model(after))
			if got := k.sql(t, db, "SELECT plain FROM "+quoteIdent(name)); got != "x" {
				t.Error(got)
			}
			after.Tables[0].Columns = after.Tables[0].Columns[:1]
			after.Tables[0].Destroy = []string{"plain"}
			k.apply(t, db, model(after))
			k.apply(t, db, model(&manifest.Database{Types: after.Types}))
			if got := k.sql(t, db, "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"); got != "1" {
				t.Errorf("%s tables", got)
			}
		})
	}
	for _, made := range []string{"x", "deploy/x"} {
		if _, err := os.Stat(k.dir + "/" + made); err == nil {
			t.Errorf("%s was made", made)
		}
	}
}

func quoteIdent(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
