//go:build unix

package sql_test

import (
	"fmt"
	"math/rand"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// The differential tests compare the rules with a server: what a rule calls an error, the server refuses,
// and of what the server refuses for the rule's reason, the rule finds most.

// differential is a server with a table that has a column of each common type, and the same in a model.
type differential struct {
	t      *testing.T
	server *pgtest.Server
}

// columnTypes are the types of the columns of the table "many", which have their names.
var columnTypes = []string{"int2", "int4", "int8", "numeric", "float4", "float8", "bool", "text", "varchar", "bpchar", "name", "bytea", "date", "time", "timetz", "timestamp",
	"timestamptz", "interval", "uuid", "json", "jsonb", "inet", "cidr", "macaddr", "bit", "varbit", "money", "point", "tsvector", "tsquery", "xml", "int4range", "tstzrange", "oid",
	"_int4", "_text", "_timestamptz", "vector", "halfvec", "sparsevec", "mood", "_mood", "citext", "hstore", "ltree"}

var differentialExtensions = []string{"vector", "citext", "hstore", "ltree", "pgcrypto", "pg_trgm", "uuid-ossp", "btree_gist", "btree_gin", "unaccent", "fuzzystrmatch"}

func columnName(t string) string { return "c_" + strings.ReplaceAll(t, "_", "a") }

func sqlType(t string) string {
	if e, ok := strings.CutPrefix(t, "_"); ok {
		return e + "[]"
	}
	if t == "bit" {
		return "bit(8)"
	}
	if t == "vector" || t == "halfvec" || t == "sparsevec" {
		return t + "(3)"
	}
	return t
}

func newDifferential(t *testing.T) *differential {
	t.Helper()
	d := &differential{t, pgtest.StartVector(t)}
	script := "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');\n"
	for _, e := range differentialExtensions {
		script += fmt.Sprintf("CREATE EXTENSION %q;\n", e)
	}
	var columns []string
	for _, c := range columnTypes {
		columns = append(columns, columnName(c)+" "+sqlType(c))
	}
	script += "CREATE TABLE many (" + strings.Join(columns, ", ") + ");\n"
	script += `CREATE FUNCTION try(what text) RETURNS text LANGUAGE plpgsql AS $$
		BEGIN
			EXECUTE what;
			RETURN '';
		EXCEPTION WHEN OTHERS THEN
			RETURN SQLSTATE || ' ' || SQLERRM;
		END $$;
	`
	if _, stderr, err := d.server.Run("postgres", script); err != nil {
		t.Fatal(stderr)
	}
	return d
}

func TestLikeServer(t *testing.T) {
	d := newDifferential(t)
	for _, c := range []struct {
		name string
		test func(*differential)
	}{
		{"functions", functionsLikeServer}, {"operators", operatorsLikeServer}, {"clauses", clausesLikeServer}, {"immutable", immutableLikeServer},
		{"indexes", indexesLikeServer}, {"vector indexes", vectorIndexesLikeServer}, {"literals", literalsLikeServer}, {"values", valuesLikeServer}, {"realistic", realisticLikeServer},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(&differential{t, d.server}) })
	}
}

// manifest is the model of the server's schema.
func (d *differential) manifest() *manifest.Manifest {
	m := sqltest.Flagship()
	db := m.Databases[0]
	*db = manifest.Database{Origin: db.Origin, Name: "omega", DBName: "omega", User: "postgres", Port: 5432, File: "init-db.sql",
		Types: []*manifest.EnumType{{Name: "mood", Values: []string{"sad", "ok", "happy"}}}}
	for _, e := range differentialExtensions {
		db.Extensions = append(db.Extensions, &manifest.Extension{Name: e})
	}
	many := &manifest.Table{Name: "many", Database: db}
	for _, c := range columnTypes {
		many.Columns = append(many.Columns, &manifest.Column{Name: columnName(c), Type: sqlType(c), Null: true})
	}
	db.Tables = []*manifest.Table{many}
	return m
}

// answers are what the server says to statements, "" for those that it accepts. What they do is undone.
func (d *differential) answers(statements []string) []string {
	d.t.Helper()
	var script strings.Builder
	script.WriteString("BEGIN;\n")
	for i, s := range statements {
		tag := fmt.Sprintf("$s%d$", i)
		script.WriteString("SAVEPOINT s; SELECT replace(try(" + tag + s + tag + "), E'\\n', ' '); ROLLBACK TO s;\n")
	}
	out, stderr, err := d.server.Run("postgres", script.String(), "-A", "-t", "-q")
	if err != nil {
		d.t.Fatal(stderr)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != len(statements) {
		d.t.Fatalf("%d answers to %d statements", len(lines), len(statements))
	}
	return lines
}

// verdicts are what the rules say about each of the n objects that add puts into a model; "" for nothing.
func (d *differential) verdicts(n int, add func(db *manifest.Database, i int, address string)) []string {
	d.t.Helper()
	m := d.manifest()
	for i := range n {
		add(m.Databases[0], i, fmt.Sprintf("database.omega.x%d_", i))
	}
	sqltest.Locate(m)
	for i := range n {
		for _, q := range m.Databases[0].Queries {
			if q.Name == fmt.Sprintf("x%d_", i) {
				q.Address = fmt.Sprintf("database.omega.x%d_", i)
			}
		}
	}
	out := make([]string, n)
	address := regexp.MustCompile(`\bx(\d+)_`)
	for _, x := range check(d.t, m) {
		if strings.HasPrefix(diag.Code(x), "OG9") {
			d.t.Fatalf("%s %s", diag.Code(x), x.Detail)
		}
		var i int
		if x.Severity != hcl.DiagError {
			continue
		}
		if f := address.FindStringSubmatch(x.Detail); f != nil {
			fmt.Sscan(f[1], &i)
			out[i] += diag.Code(x) + " " + x.Detail + "; "
		} else {
			d.t.Errorf("not about one object: %s", x.Detail)
		}
	}
	return out
}

// compare fails for what the rules refuse and the server accepts, and unless they find most of what the
// server refuses for the reason.
func (d *differential) compare(texts, verdicts, answers []string, reason *regexp.Regexp, least float64) {
	d.t.Helper()
	wrong, found, all := 0, 0, 0
	for i, text := range texts {
		refused := reason.MatchString(answers[i])
		if refused {
			all++
			if verdicts[i] != "" {
				found++
			} else if testing.Verbose() && all-found < 2500 {
				d.t.Logf("missed: %s: %s", text, answers[i])
			}
		}
		if verdicts[i] != "" && answers[i] == "" {
			if wrong++; wrong < 12 {
				d.t.Errorf("%s is accepted by the server, but: %s", text, verdicts[i])
			}
		}
	}
	d.t.Logf("%d inputs; of %d refused for the reason, %d are reported; %d wrongly", len(texts), all, found, wrong)
	if all < 20 || float64(found) < least*float64(all) {
		d.t.Errorf("only %d of %d are reported", found, all)
	}
}

// queries compares queries that vary in the types of an expression.
func (d *differential) queries(exprs []string, reason string, least float64) {
	d.t.Helper()
	verdicts := d.verdicts(len(exprs), func(db *manifest.Database, i int, address string) {
		db.Queries = append(db.Queries, &manifest.Query{Name: fmt.Sprintf("x%d_", i), SQL: "SELECT " + exprs[i] + " FROM many"})
	})
	statements := make([]string, len(exprs))
	for i, e := range exprs {
		statements[i] = "PREPARE q AS SELECT " + e + " FROM many"
	}
	d.compare(exprs, verdicts, d.answers(statements), regexp.MustCompile(reason), least)
}

// argument is a random operand: a column, a literal, a number.
func argument(r *rand.Rand, like string) string {
	if like != "" && slices.Contains(columnTypes, like) && r.Intn(3) > 0 {
		return columnName(like)
	}
	switch r.Intn(8) {
	case 0:
		return "NULL"
	case 1:
		return "1"
	case 2:
		return "1.5"
	case 3:
		return "true"
	}
	return columnName(columnTypes[r.Intn(len(columnTypes))])
}

const undefined = `^(42883|42804|42P18|42846) `

func functionsLikeServer(d *differential) {
	r := rand.New(rand.NewSource(1))
	names := catalogue.FunctionNames(func(e string) bool { return slices.Contains(differentialExtensions, e) })
	var exprs []string
	for len(exprs) < 1500 {
		signatures := catalogue.Functions(names[r.Intn(len(names))])
		f := signatures[r.Intn(len(signatures))]
		if f.Kind != 'f' || f.Set || f.Extension != "" && !slices.Contains(differentialExtensions, f.Extension) {
			continue
		}
		var args []string
		for _, a := range f.Args {
			args = append(args, argument(r, a))
		}
		switch r.Intn(12) {
		case 0:
			args = append(args, argument(r, ""))
		case 1:
			args = args[:max(0, len(args)-1)]
		}
		exprs = append(exprs, fmt.Sprintf("%q(%s)", f.Name, strings.Join(args, ", ")))
	}
	d.queries(exprs, undefined, 0.98)
}

func operatorsLikeServer(d *differential) {
	r := rand.New(rand.NewSource(2))
	names := []string{"=", "<>", "<", ">=", "+", "-", "*", "/", "||", "->", "->>", "@>", "<@", "&&", "~~", "~", "@@", "#>", "?", "<->", "<=>", "%", "^", "&", "|"}
	var exprs []string
	for len(exprs) < 2000 {
		name := names[r.Intn(len(names))]
		signatures := catalogue.Operators(name)
		o := signatures[r.Intn(len(signatures))]
		if o.Left == "" {
			continue
		}
		exprs = append(exprs, argument(r, o.Left)+" "+name+" "+argument(r, o.Right))
	}
	d.queries(exprs, undefined, 0.98)
}

func clausesLikeServer(d *differential) {
	r := rand.New(rand.NewSource(3))
	forms := []string{"coalesce(%s, %s)", "CASE WHEN c_bool THEN %s ELSE %s END", "greatest(%s, %s)", "%s IN (%s)", "%s BETWEEN %s AND NULL", "nullif(%s, %s)", "ARRAY[%s, %s]",
		"%s = ANY (ARRAY[%s])", "(%s)::text || (%s)::text", "c_bool AND %s AND (%s) IS NULL", "NOT (%s) = (%s)", "%s IS DISTINCT FROM %s", "%s LIKE %s", "(SELECT %s) = (SELECT %s)", "max(%s) + count(%s)"}
	var exprs []string
	for len(exprs) < 1500 {
		exprs = append(exprs, fmt.Sprintf(forms[r.Intn(len(forms))], argument(r, ""), argument(r, "")))
	}
	for range 500 {
		exprs = append(exprs, fmt.Sprintf("%s::%s", argument(r, ""), sqlType(columnTypes[r.Intn(len(columnTypes))])))
	}
	d.queries(exprs, undefined, 0.98)
}
