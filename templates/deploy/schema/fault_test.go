//go:build unix

package schema_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// faultModels are two models between which each kind of object is changed.
func faultModels() (before, after *manifest.Manifest) {
	f := func(body string) *manifest.Function {
		return &manifest.Function{Name: "f", Returns: "integer", Language: "sql", Body: body}
	}
	touch := &manifest.Function{Name: "touch", Returns: "trigger", Language: "plpgsql", Body: "BEGIN RETURN NEW; END"}
	before = model(&manifest.Database{Types: []*manifest.EnumType{{Name: "mood", Values: []string{"sad"}}}, Tables: []*manifest.Table{people("varchar(50)")},
		Functions: []*manifest.Function{f("SELECT 1"), touch}, Views: []*manifest.View{{Name: "emails", Query: "SELECT email FROM people"}}, Roles: []*manifest.Role{{Name: "reader", Inherit: true}},
		Grants: []*manifest.Grant{{Name: "g", Privileges: []string{"UPDATE"}, On: "table", Objects: []string{"people"}, To: []string{"reader"}}}})
	changed := people("varchar(80)")
	changed.Comment = "of all people"
	changed.Columns[1].Unique, changed.Columns[1].Null = true, false
	changed.Columns = append(changed.Columns, sqltest.Column("Odd name", "text", true, ""))
	changed.Indexes = []*manifest.Index{{Name: "people_lower", On: []string{"(lower(email))"}}}
	changed.Checks = []*manifest.CheckConstraint{{Name: "positive", Expr: "id > 0"}}
	more := table("more", sqltest.Column("id", "integer", false, ""), sqltest.Column("person", "integer", true, ""))
	more.ForeignKeys = []*manifest.ForeignKey{{Columns: []string{"person"}, Table: changed, References: []string{"id"}}}
	after = model(&manifest.Database{Types: []*manifest.EnumType{{Name: "mood", Values: []string{"sad", "ok"}}}, Tables: []*manifest.Table{changed, more},
		Functions: []*manifest.Function{f("SELECT 2"), touch}, Views: []*manifest.View{{Name: "emails", Query: "SELECT email, id FROM people"}, {Name: "ids", Query: "SELECT id FROM people"}}, Roles: before.Databases[0].Roles,
		Triggers: []*manifest.Trigger{{Name: "touched", Table: changed, When: "before", Events: []string{"update"}, ForEach: "row", Function: touch}},
		Grants:   []*manifest.Grant{{Name: "g", Privileges: []string{"INSERT", "SELECT"}, On: "table", Objects: []string{"people", "more"}, To: []string{"reader"}}}})
	return before, after
}

// fault is a database with rows that has the model before; ended shows that a change of it to the model after ends.
type fault struct {
	*kit
	db    string
	after *manifest.Manifest
	fresh []string
}

func newFault(t *testing.T, k *kit, db string) *fault {
	t.Helper()
	before, after := faultModels()
	f := &fault{kit: k, db: db, after: after}
	k.server.CreateDatabase(t, "fresh_"+db)
	k.apply(t, "fresh_"+db, after)
	f.fresh = k.objects(t, "fresh_"+db)
	k.server.CreateDatabase(t, db)
	k.apply(t, db, before)
	k.sql(t, db, "INSERT INTO people SELECT i, 'm' || i FROM generate_series(1, 20000) i")
	k.write(t, db, after)
	return f
}

func (f *fault) ended(t *testing.T) {
	t.Helper()
	f.apply(t, f.db, f.after)
	if want, got := strings.Join(f.fresh, "\n"), strings.Join(f.objects(t, f.db, "hooks"), "\n"); got != want {
		t.Errorf("differs from a fresh database:\n%s\n--- instead of\n%s", got, want)
	}
	if n := f.sql(t, f.db, "SELECT count(*) FROM people"); n != "20000" {
		t.Errorf("%s rows", n)
	}
	if out := f.apply(t, f.db, f.after); !strings.Contains(out, "Nothing to change.") || strings.Contains(out, "done: ") {
		t.Errorf("one more run changes something:\n%s", out)
	}
	if left := f.sql(t, "postgres", "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname LIKE 'omegagen%'"); left != "" {
		t.Errorf("scratch databases are left: %s", left)
	}
	if left, _ := filepath.Glob(f.dir + "/omegagen*"); left != nil {
		t.Errorf("left: %s", left)
	}
}

// TestFailedStep lets each step fail: it is named with its object's line and its statement, and the next run continues.
func TestFailedStep(t *testing.T) {
	f := newFault(t, newKit(t, pgtest.Start(t)), "db")
	file, err := os.ReadFile(f.dir + "/db.sql")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(file), "\n")
	f.sql(t, f.db, `CREATE SCHEMA hooks; CREATE TABLE hooks.refused (pattern text); INSERT INTO hooks.refused VALUES ('');
		CREATE FUNCTION hooks.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
			IF current_query() ~ (SELECT pattern FROM hooks.refused) AND current_query() !~ 'hooks|pg_temp' THEN RAISE 'no such day'; END IF; END $$;
		CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE FUNCTION hooks.refuse()`)
	for _, c := range []struct{ statement, failed, line string }{
		{"ADD VALUE", "add value 'ok' to type public.mood", "        CREATE TYPE mood AS ENUM ('sad', 'ok');"},
		{"NOT NULL. NOT VALID", "column public.people.email becomes NOT NULL: for new rows", "    email varchar(80) NOT NULL,"},
		{"SET NOT NULL", "column public.people.email becomes NOT NULL", "    email varchar(80) NOT NULL,"},
		{"ADD COLUMN", `add column public.people."Odd name"`, `    "Odd name" text,`},
		{"id > 0", "add constraint public.people positive", "    CONSTRAINT positive CHECK (id > 0)"},
		{"VALIDATE CONSTRAINT positive", "check old rows: constraint public.people positive", "    CONSTRAINT positive CHECK (id > 0)"},
		{"UNIQUE INDEX CONCURRENTLY", "build the index of constraint public.people people_email_key", "    CONSTRAINT people_email_key UNIQUE (email),"},
		{"USING INDEX", "add constraint public.people people_email_key", "    CONSTRAINT people_email_key UNIQUE (email),"},
		{"CREATE TABLE", "create table public.more", "CREATE TABLE IF NOT EXISTS more ("},
		{"FOREIGN KEY", "add constraint public.more more_person_fkey", "    CONSTRAINT more_person_fkey FOREIGN KEY (person) REFERENCES people (id)"},
		{"FUNCTION public.f", "change function public.f()", "CREATE OR REPLACE FUNCTION f()"},
		{"TYPE character varying", "change column public.people.email from", "    email varchar(80) NOT NULL,"},
		{"VIEW public.ids", "create view public.ids", "CREATE OR REPLACE VIEW ids AS"},
		{"people_lower", "create index public.people_lower", "CREATE INDEX IF NOT EXISTS people_lower"},
		{"TRIGGER touched", "create trigger public.people touched", "CREATE OR REPLACE TRIGGER touched"},
		{"COMMENT ON TABLE", "set comment on table public.people", "COMMENT ON TABLE people IS 'of all people';"},
		{"GRANT INSERT", "set grant on TABLE public.", "GRANT INSERT, SELECT ON TABLE people, more TO reader;"},
		{"REVOKE", "revoke grant on TABLE public.people TO reader: UPDATE", ""},
	} {
		f.sql(t, f.db, "UPDATE hooks.refused SET pattern = '"+c.statement+"'")
		out, ok := f.run(t, "apply", f.db)
		if ok {
			t.Errorf("%s: nothing failed:\n%s", c.statement, out)
			continue
		}
		contains(t, out, "ERROR:  P0001: no such day", ": failed: "+c.failed, "The steps before it are done; the next run continues.")
		found := regexp.MustCompile(`(?m)^db\.sql(?::(\d+))?: failed: .*\n    .*`).FindStringSubmatch(out)
		if found == nil {
			t.Fatalf("%s: no line of the file, or no statement:\n%s", c.statement, out)
		}
		if n, _ := strconv.Atoi(found[1]); c.line == "" != (n == 0) || n > 0 && lines[n-1] != c.line {
			t.Errorf("%s: line %d of the file is not %q:\n%s", c.statement, n, c.line, out)
		}
	}
	f.sql(t, f.db, "DROP EVENT TRIGGER refuse")
	f.ended(t)
}

// A statement of the file itself that fails is named with the file's line, wherever it runs.
func TestFailedStatement(t *testing.T) {
	k := newKit(t, pgtest.Start(t))
	raw := func(after, text string, outside bool) *manifest.RawSQL {
		return &manifest.RawSQL{Name: "raw", SQL: text, After: after, Transaction: !outside}
	}
	k.server.CreateDatabase(t, "there")
	k.apply(t, "there", model(&manifest.Database{Tables: []*manifest.Table{people("text")}}))
	k.sql(t, "there", "CREATE TABLE raw_made (x integer)")
	for i, c := range []struct {
		database string // empty: a new one
		raw      *manifest.RawSQL
		words    string
	}{
		{"", raw("tables", "SELECT 1;\nSELECT 1 / 0;", false), "cannot be run in a scratch database"},
		{"", raw("tables", "DO $$ BEGIN\nIF current_database() !~ 'scratch' THEN RAISE 'not in % here', 1; END IF; END $$;", false), "not in 1 here"},
		{"there", raw("extensions", "SELECT 1;\nCREATE TABLE raw_made (x integer);", false), "already exists"},
		{"there", raw("seeds", "SELECT 1;\nCREATE TABLE raw_made (x integer);", false), "already exists"},
		{"there", raw("seeds", "SELECT 1;\nCREATE TABLE raw_made (x integer);", true), "already exists"},
	} {
		db := c.database
		if db == "" {
			db = fmt.Sprintf("db%d", i)
			k.server.CreateDatabase(t, db)
		}
		k.write(t, db, model(&manifest.Database{Tables: []*manifest.Table{people("text")}, Raw: []*manifest.RawSQL{c.raw}}))
		out, ok := k.run(t, "apply", db)
		file, _ := os.ReadFile(filepath.Join(k.dir, db+".sql"))
		before, _, _ := strings.Cut(string(file), c.raw.SQL)
		where := fmt.Sprintf("%s.sql:%d: ERROR: ", db, strings.Count(before, "\n")+2) // the second line of the raw SQL
		if ok || !strings.Contains(out, where) || !strings.Contains(out, c.words) {
			t.Errorf("%d: %q and %q aren't in:\n%s", i, where, c.words, out)
		}
	}
}

// TestMemberships shows that a membership goes with its declaration, if the record says that a model declared it.
func TestMemberships(t *testing.T) {
	for version, start := range map[string]func(testing.TB) *pgtest.Server{"15": pgtest.Start, "17": pgtest.StartVector} {
		t.Run(version, func(t *testing.T) {
			k := newKit(t, start(t))
			k.sql(t, "postgres", "CREATE ROLE dba SUPERUSER; CREATE ROLE app; CREATE ROLE \"re aders\"; CREATE ROLE writers; CREATE ROLE others; SET ROLE dba; GRANT writers TO app; RESET ROLE; GRANT others TO app; GRANT \"re aders\" TO others")
			of := func(grant string, groups ...string) *manifest.Manifest {
				return model(&manifest.Database{Tables: []*manifest.Table{people("text")}, Roles: []*manifest.Role{{Name: "app", Inherit: true, MemberOf: groups}, {Name: "re aders", Inherit: true}},
					Grants: []*manifest.Grant{{Name: "g", Privileges: []string{grant}, On: "database", Objects: []string{"first"}, To: []string{"app"}}}})
			}
			members := "SELECT string_agg(DISTINCT member::regrole || ' in ' || roleid::regrole, ', ') FROM pg_auth_members WHERE roleid > 16000"
			k.server.CreateDatabase(t, "first")
			k.write(t, "first", of("TEMPORARY", "re aders"))
			file, err := os.ReadFile(k.dir + "/first.sql")
			if err != nil {
				t.Fatal(err)
			}
			k.sql(t, "first", string(file)) // as the image's entrypoint does
			for range 2 {
				out, ok := k.run(t, "apply", "first")
				if !ok || strings.Contains(out, "done: ") {
					t.Fatalf("changes what is as declared:\n%s", out)
				}
			}
			if got := k.sql(t, "first", members+"; SELECT has_database_privilege('app', 'first', 'TEMPORARY')"); got != "app in \"re aders\", app in others, app in writers, others in \"re aders\"\nt" {
				t.Fatal(got)
			}
			k.sql(t, "first", "REVOKE TEMPORARY ON DATABASE first FROM PUBLIC")
			k.write(t, "first", of("CREATE"))
			plan, _ := k.run(t, "plan", "first")
			contains(t, plan, `revoke membership of app in "re aders"`, `REVOKE "re aders" FROM app;`)
			out, ok := k.run(t, "apply", "first")
			contains(t, out, `done: revoke membership of app in "re aders"`, "done: revoke grant on DATABASE TO app: TEMPORARY")
			if got := k.sql(t, "first", members+"; SELECT has_database_privilege('app', 'first', 'TEMPORARY'), has_database_privilege('app', 'first', 'CREATE')"); !ok || got != "app in others, app in writers, others in \"re aders\"\nf|t" {
				t.Errorf("%s\n%s", got, out)
			}
			if again := k.apply(t, "first", of("CREATE")); strings.Contains(again, "done: ") {
				t.Errorf("the second run changes something:\n%s", again)
			}
			k.sql(t, "first", `GRANT "re aders" TO app`) // by hand, after the declaration went: it is theirs
			if again := k.apply(t, "first", of("CREATE")); strings.Contains(again, "done: ") {
				t.Errorf("revokes what others have granted:\n%s", again)
			}
		})
	}
}

// TestLostConnection ends the session inside the third step of those that are left, then behind the first one before it is
// told, and so on; and lets the server crash while an index is built. The next run continues.
func TestLostConnection(t *testing.T) {
	f := newFault(t, newKit(t, pgtest.Start(t)), "db")
	file := f.dir + "/deploy/schema.sql"
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const inside, behind = `sql || E'\n' || record`, `record || E'\nCOMMIT;'`
	kill := func(n int) string { // a step alone can't be ended from inside
		return fmt.Sprintf(` || CASE WHEN row_number() OVER (PARTITION BY alone ORDER BY phase, ord, n) = %d THEN E'\nSELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid());' ELSE '' END`, n)
	}
	lost := 0
	for run := 0; ; run++ {
		killing := strings.Replace(string(whole), inside, `sql || E'\n'`+kill(3)+` || record`, 1)
		if run%2 == 1 {
			killing = strings.Replace(string(whole), behind, behind+kill(1), 1)
		}
		if killing == string(whole) {
			t.Fatal("schema.sql has no place to kill at")
		}
		if err := os.WriteFile(file, []byte(killing), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := f.command(t.Context(), "apply", "postgres", f.db).CombinedOutput()
		if err == nil {
			if run%2 == 0 {
				continue // fewer than three were left
			}
			break
		}
		lost++
		contains(t, string(out), "db.sql:", ": failed: ", "The connection to the server was lost", "the next run continues")
		if code := err.(*exec.ExitError).ExitCode(); code != 3 {
			t.Errorf("exit status %d:\n%s", code, out)
		}
		if run > 40 {
			t.Fatalf("it doesn't advance:\n%s", out)
		}
	}
	if err := os.WriteFile(file, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	if lost < 10 {
		t.Errorf("the connection was lost only %d times", lost)
	}
	f.ended(t)

	after := f.after.Databases[0].Tables[0]
	after.Indexes = append(after.Indexes, &manifest.Index{Name: "people_email", On: []string{"email"}})
	f.server.CreateDatabase(t, "fresh")
	f.apply(t, "fresh", f.after)
	f.fresh = f.objects(t, "fresh")
	f.write(t, f.db, f.after)
	for _, how := range []string{"terminate", "crash"} {
		reader := f.session(t, f.db)
		reader.send(t, "BEGIN; LOCK TABLE people IN ROW EXCLUSIVE MODE; SELECT txid_current();")
		run := f.start(t, "apply", f.db)
		run.waitFor(t, "  waits for process ")
		if how == "crash" {
			f.server.Crash(t)
		} else {
			f.sql(t, f.db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'omegagen schema'")
		}
		if out, ok := run.end(); ok || !strings.Contains(out, ": failed: ") || !strings.Contains(out, "public.people_email") {
			t.Errorf("%s: %v\n%s", how, ok, out)
		}
		if how == "terminate" {
			reader.send(t, "COMMIT;")
			reader.close(t)
		}
	}
	f.ended(t)
}

// small mounts a file system of a size in KB for the user uid.
func small(t *testing.T, size, uid int) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "small")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(dir) })
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk,mode=0700,uid=%d", size, uid), "tmpfs", dir).CombinedOutput(); err != nil {
		tooltest.Missing(t, "a small file system needs a test that may mount one: %s", out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", dir).Run() })
	return dir
}

// TestFullDisk changes a table on a disk that becomes full: a step fails and is named, others can read and
// write, and the next run continues when there is room.
func TestFullDisk(t *testing.T) {
	k := newKit(t, pgtest.Start(t))
	info, err := os.Stat(k.server.Socket())
	if err != nil {
		t.Fatal(err)
	}
	disk := small(t, 8192, int(info.Sys().(*syscall.Stat_t).Uid))
	k.sql(t, "postgres", "CREATE TABLESPACE small LOCATION '"+disk+"'")
	f := newFault(t, k, "db")
	f.sql(t, f.db, "ALTER DATABASE db SET default_tablespace = 'small'; ALTER TABLE people SET TABLESPACE small")
	if err := os.WriteFile(disk+"/other", make([]byte, 8<<20), 0o644); err == nil {
		t.Fatal("the disk isn't full")
	}
	for range 2 {
		out, ok := f.run(t, "apply", f.db)
		if ok {
			t.Fatalf("applied on a full disk:\n%s", out)
		}
		contains(t, out, "db.sql:", ": failed: ", "No space left on device", "the next run continues")
		f.sql(t, f.db, "SELECT count(*) FROM people; UPDATE people SET email = email WHERE id = 1")
	}
	if err := os.Remove(disk + "/other"); err != nil {
		t.Fatal(err)
	}
	for _, tables := range []string{"people", "more"} {
		f.sql(t, f.db, "ALTER TABLE IF EXISTS "+tables+" SET TABLESPACE pg_default")
	}
	f.ended(t)
}

// TestFullTemporaryFolder gives the script itself too little room: whatever is cut short, nothing is changed that the models
// don't ask for, a failure has a status, and a run with enough room ends it.
func TestFullTemporaryFolder(t *testing.T) {
	f := newFault(t, newKit(t, pgtest.Start(t)), "db")
	f.sql(t, f.db, "CREATE TABLE foreign_table (x integer)")
	others := f.sql(t, f.db, "SELECT oid, relfilenode FROM pg_class WHERE relname = 'foreign_table'")
	failed := 0
	for size := 4; size <= 400; size += 12 {
		disk := small(t, size, 0)
		c := f.command(t.Context(), "apply", "postgres", f.db)
		c.Env = append(c.Env, "TMPDIR="+disk)
		out, err := c.CombinedOutput()
		if err != nil {
			failed++
		} else if !strings.Contains(string(out), "done: ") && !strings.Contains(string(out), "Nothing to change.") {
			t.Errorf("%d KB: neither failed nor done:\n%s", size, out)
		}
		if lines := f.objects(t, f.db); !strings.Contains(strings.Join(lines, "\n"), "CREATE VIEW public.emails") {
			t.Fatalf("%d KB: the view is gone:\n%s", size, out)
		}
		if err == nil {
			break
		}
	}
	if failed < 5 {
		t.Errorf("only %d runs had too little room", failed)
	}
	if got := f.sql(t, f.db, "SELECT oid, relfilenode FROM pg_class WHERE relname = 'foreign_table'; "); got != others {
		t.Errorf("the table of others is %s, was %s", got, others)
	}
	f.sql(t, f.db, "DROP TABLE foreign_table")
	f.ended(t)
}
