//go:build unix

package schema_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

func pairs() int {
	if n, err := strconv.Atoi(os.Getenv("SCHEMA_PAIRS")); err == nil {
		return n
	}
	return 5
}

// drawn draws a model. It makes most of the choices as before, a model drawn earlier, did, so
// that two of them differ in part.
func drawn(t *rapid.T, choices map[string]string) *manifest.Database {
	pick := func(name string, from ...string) string {
		was, known := choices[name]
		if known && rapid.IntRange(0, 5).Draw(t, "as before: "+name) > 0 {
			return was
		}
		choices[name] = rapid.SampledFrom(from).Draw(t, name)
		return choices[name]
	}
	chance := func(name string, of int) bool { return pick(name, append(make([]string, of-1), "yes")...) == "yes" }
	db := &manifest.Database{}
	db.Types = []*manifest.EnumType{{Name: "mood", Values: []string{"sad", "ok", "happy"}}}
	if chance("enum", 3) {
		db.Types[0].Values = []string{"sad", "so-so", "ok", "happy", "glad"}
	}
	for _, name := range []string{"a", "b", "Odd name"} {
		if chance("no "+name, 6) && name != "a" {
			continue
		}
		tb := &manifest.Table{Name: name, Comment: pick(name+"comment", "", "one", "it's two"), PrimaryKey: []string{"id"}}
		id := sqltest.Column("id", pick(name+"id type", "integer", "bigint"), false, "")
		if chance(name+"identity", 2) {
			id.Identity = pick(name+"identity kind", "always", "by default")
		}
		tb.Columns = append(tb.Columns, id)
		for _, c := range []struct{ name, types, defaults string }{
			{"x", "integer|bigint|numeric(10,2)", "|0|7"}, {"s", "varchar(20)|varchar(40)|text", "|'s'|'it''s'"}, {"m", "mood", "|'ok'"}, {"u", "text|varchar(50)", ""}, {"when", "timestamp with time zone|date", "|now()"}} {
			if chance(name+"no "+c.name, 5) {
				continue
			}
			col := sqltest.Column(c.name, pick(name+c.name+"type", strings.Split(c.types, "|")...), !chance(name+c.name+"null", 3), pick(name+c.name+"default", strings.Split(c.defaults, "|")...))
			col.Comment = pick(name+c.name+"comment", "", "", "said")
			col.Unique = c.name == "u" && chance(name+"unique", 3)
			tb.Columns = append(tb.Columns, col)
			if chance(name+c.name+"index", 4) {
				tb.Indexes = append(tb.Indexes, &manifest.Index{Name: strings.ReplaceAll(name, " ", "_") + "_" + c.name + "_idx", On: []string{`"` + c.name + `"` + pick(name+c.name+"order", "", " DESC")}, Unique: c.name == "u" && chance(name+"unique index", 2)})
			}
			if c.name == "x" && chance(name+"check", 2) {
				tb.Checks = append(tb.Checks, &manifest.CheckConstraint{Name: strings.ReplaceAll(name, " ", "_") + "_x_range", Expr: "x >= " + pick(name+"least", "0", "-5", "3")})
			}
		}
		if name == "b" && chance("key", 2) {
			ref := sqltest.Column("a_id", db.Tables[0].Columns[0].Type, true, "")
			tb.Columns = append(tb.Columns, ref)
			tb.ForeignKeys = append(tb.ForeignKeys, &manifest.ForeignKey{Columns: []string{"a_id"}, Table: db.Tables[0], References: []string{"id"}, OnDelete: pick("delete", "", "cascade", "set null")})
		}
		db.Tables = append(db.Tables, tb)
	}
	if chance("function", 2) {
		f := &manifest.Function{Name: "f", Returns: pick("result", "integer", "bigint"), Language: "sql", Volatility: pick("volatility", "", "immutable"), Body: "SELECT " + pick("body", "1", "2"), Comment: pick("f comment", "", "said")}
		if chance("argument", 2) {
			f.Args = sqltest.KV("n", pick("argument type", "integer", "text"))
		}
		db.Functions = append(db.Functions, f)
		if len(f.Args) == 0 && chance("calls", 2) {
			db.Views = append(db.Views, &manifest.View{Name: "calls", Query: "SELECT f() AS n"})
		}
	}
	if chance("view", 2) {
		v := &manifest.View{Name: "ids", Query: "SELECT id" + pick("more", "", ", 1 AS one") + " FROM a", Comment: pick("view comment", "", "said"), Materialized: chance("materialized", 3)}
		db.Views = append(db.Views, v)
		if chance("view on view", 2) {
			db.Views = append(db.Views, &manifest.View{Name: "more_ids", Query: "SELECT max(id) AS largest FROM ids", DependsOn: []*manifest.View{v}})
		}
	}
	if chance("trigger", 3) {
		db.Functions = append(db.Functions, &manifest.Function{Name: "touch", Returns: "trigger", Language: "plpgsql", Body: "BEGIN RETURN NEW; END"})
		db.Triggers = append(db.Triggers, &manifest.Trigger{Name: "a_touch", Table: db.Tables[0], When: pick("time", "before", "after"), Events: []string{pick("event", "insert", "update")}, ForEach: "row", Function: db.Functions[len(db.Functions)-1]})
	}
	db.Roles = []*manifest.Role{{Name: "reader", Inherit: true}}
	if chance("grant", 2) {
		db.Grants = append(db.Grants, &manifest.Grant{Name: "g", Privileges: strings.Split(pick("privileges", "SELECT", "SELECT INSERT", "INSERT UPDATE"), " "), On: "table", Objects: []string{"a"}, To: []string{"reader"}, WithGrant: chance("option", 4)})
	}
	return db
}

// fill puts rows into the tables of a model, as its constraints permit.
func (k *kit) fill(t testing.TB, database string, db *manifest.Database) {
	for _, tb := range db.Tables {
		var names, values []string
		for _, c := range tb.Columns {
			v := map[string]string{"id": "i", "x": "10 + i", "s": "'s' || i", "m": "'happy'", "u": "'u' || i", "when": "date '2020-01-01' + i", "a_id": "NULL"}[c.Name]
			names, values = append(names, `"`+c.Name+`"`), append(values, v)
		}
		k.sql(t, database, fmt.Sprintf(`INSERT INTO "%s" (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM generate_series(1, 5) i;`, tb.Name, strings.Join(names, ", "), strings.Join(values, ", ")))
	}
}

// TestPairs applies random models one after the other, with rows between: either the catalog is then
// that of a fresh database, but for what holds data and stays, or the change was refused before anything
// changed. Objects that no model declares are as they were, and no row is lost.
func TestPairs(t *testing.T) {
	for version, start := range map[string]func(testing.TB) *pgtest.Server{"15": pgtest.Start, "17": pgtest.StartVector} {
		t.Run(version, func(t *testing.T) {
			k := newKit(t, start(t))
			applied, refused := 0, 0
			for n := range pairs() {
				random := rapid.Custom(func(rt *rapid.T) [2]*manifest.Database {
					choices := map[string]string{}
					return [2]*manifest.Database{drawn(rt, choices), drawn(rt, choices)}
				}).Example(n)
				name, fresh := fmt.Sprintf("pair%d", n), fmt.Sprintf("fresh%d", n)
				k.server.CreateDatabase(t, name)
				k.server.CreateDatabase(t, fresh)
				k.apply(t, name, model(random[0]))
				k.fill(t, name, random[0])
				k.sql(t, name, `CREATE TABLE others (id integer PRIMARY KEY, a integer); CREATE VIEW others_view AS SELECT id FROM others; CREATE FUNCTION others_function() RETURNS integer LANGUAGE sql AS 'SELECT 1'; GRANT SELECT ON others TO reader`)
				others := `SELECT string_agg(format('%s %s %s %s', relname, relacl, relfilenode, (SELECT count(*) FROM pg_attribute WHERE attrelid = c.oid)), ';' ORDER BY relname) FROM pg_class c WHERE relname LIKE 'others%'`
				rows := `SELECT (SELECT string_agg(id::text, ',' ORDER BY id) FROM a)`
				wantOthers, wantRows, before := k.sql(t, name, others), k.sql(t, name, rows), k.server.Dump(t, name)
				if n%2 == 1 { // everything is permitted
					permit(random[0], random[1])
				}
				k.write(t, name, model(random[1]))
				plan, _ := k.run(t, "plan", name)
				if d := cmp.Diff(before, k.server.Dump(t, name)); d != "" {
					t.Fatalf("pair %d: a dry run changes something:\n%s", n, d)
				}
				out, ok := k.run(t, "apply", name)
				if got := k.sql(t, name, others); got != wantOthers {
					t.Errorf("pair %d: objects of others were %s, are %s", n, wantOthers, got)
				}
				if got := k.sql(t, name, rows); got != wantRows {
					t.Errorf("pair %d: rows were %s, are %s", n, wantRows, got)
				}
				if !ok {
					refused++
					for _, line := range strings.Split(out, "\n") {
						if strings.HasPrefix(line, "  - ") {
							t.Logf("pair %d: %s", n, line)
						}
					}
					if d := cmp.Diff(before, k.server.Dump(t, name)); d != "" || !strings.Contains(out, "The schema is not changed.") || !strings.Contains(plan, "refused: ") {
						t.Errorf("pair %d: refused, with a change:\n%s\n%s", n, out, d)
					}
					continue
				}
				applied++
				k.apply(t, fresh, model(random[1]))
				if again := k.apply(t, name, model(random[1])); strings.Contains(again, "done: ") {
					t.Errorf("pair %d: the second run changes something:\n%s", n, again)
				}
				want, got := values(k.objects(t, fresh), random[1]), values(k.objects(t, name, "others"), random[1])
				if n%2 == 0 {
					got = staying(got, random[0], random[1])
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("pair %d: differs from a fresh database:\n%s\n%s", n, d, out)
				}
			}
			t.Logf("%d pairs: %d applied, %d refused", applied+refused, applied, refused)
		})
	}
}

// values takes the values that a model doesn't declare out of the types of a dump: PostgreSQL can't remove one.
func values(got []string, db *manifest.Database) []string {
	var out []string
	for _, statement := range got {
		lines := strings.Split(statement, "\n")
		if strings.HasPrefix(statement, "CREATE TYPE public.mood ") {
			lines = slices.DeleteFunc(lines, func(l string) bool {
				label := strings.Trim(l, "',")
				return strings.HasPrefix(l, "'") && !slices.Contains(db.Types[0].Values, label)
			})
			for i := range lines {
				lines[i] = strings.TrimSuffix(lines[i], ",")
			}
		}
		out = append(out, strings.Join(lines, "\n"))
	}
	return out
}

// permit permits a change all that it may permit.
func permit(before, after *manifest.Database) {
	for _, was := range before.Tables {
		now := find(after, was.Name)
		if now == nil {
			after.Destroy = append(after.Destroy, was.Name)
			continue
		}
		for _, c := range was.Columns {
			now.Destroy = append(now.Destroy, c.Name)
		}
	}
	for _, now := range after.Tables {
		for _, c := range now.Columns {
			now.Rewrite = append(now.Rewrite, c.Name)
		}
	}
}

// staying takes out of a dump what holds data and stays although the new model doesn't declare it.
func staying(got []string, before, after *manifest.Database) []string {
	var out []string
	for _, statement := range got {
		lines := strings.Split(statement, "\n")
		var kept []string
		for _, l := range lines {
			drop := false
			for _, was := range before.Tables {
				now := find(after, was.Name)
				for _, c := range was.Columns {
					if now == nil || column(now, c.Name) == nil {
						drop = drop || strings.HasPrefix(lines[0], "CREATE TABLE public."+ident(was.Name)+" ") && strings.HasPrefix(l, ident(c.Name)+" ")
					}
				}
			}
			if !drop {
				kept = append(kept, l)
			}
		}
		text := strings.Join(kept, "\n")
		gone := false
		for _, was := range before.Tables {
			now := find(after, was.Name)
			name := "public." + ident(was.Name)
			gone = gone || now == nil && (strings.Contains(text, name+" ") || strings.Contains(text, name+"\n") || strings.Contains(text, name+"_"))
			for _, c := range was.Columns {
				if now == nil || column(now, c.Name) == nil {
					gone = gone || strings.Contains(text, name+"."+ident(c.Name)) || strings.Contains(text, name+" ALTER COLUMN "+ident(c.Name)+" ")
				}
			}
		}
		if !gone {
			out = append(out, text)
		}
	}
	return out
}

func find(db *manifest.Database, name string) *manifest.Table {
	for _, t := range db.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func column(t *manifest.Table, name string) *manifest.Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func ident(s string) string {
	if s == "when" || strings.Contains(s, " ") {
		return `"` + s + `"`
	}
	return s
}
