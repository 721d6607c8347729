//go:build unix

package sql_test

import (
	"fmt"
	"math/rand"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// indexes compares indexes: each is one of the model's table.
func (d *differential) indexes(list []*manifest.Index, reason string, least float64) {
	d.t.Helper()
	verdicts := d.verdicts(len(list), func(db *manifest.Database, i int, _ string) {
		list[i].Name = fmt.Sprintf("x%d_", i)
		db.Tables[0].Indexes = append(db.Tables[0].Indexes, list[i])
	})
	statements, texts := make([]string, len(list)), make([]string, len(list))
	for i, x := range list {
		using := x.Using
		if using == "" {
			using = "btree"
		}
		s := "INDEX x ON many USING " + using + " (" + strings.Join(x.On, ", ") + ")"
		if len(x.With) > 0 {
			s += " WITH (" + x.With[0].Key + " = '" + x.With[0].Value + "')"
		}
		if x.Where != "" {
			s += " WHERE " + x.Where
		}
		statements[i], texts[i] = "CREATE "+s, s
		if x.Unique {
			statements[i] = "CREATE UNIQUE " + s
		}
	}
	d.compare(texts, verdicts, d.answers(statements), regexp.MustCompile(reason), least)
}

func immutableLikeServer(d *differential) {
	r := rand.New(rand.NewSource(4))
	names := catalogue.FunctionNames(func(e string) bool { return slices.Contains(differentialExtensions, e) })
	var list []*manifest.Index
	add := func(expr string) {
		if r.Intn(2) == 0 {
			list = append(list, &manifest.Index{On: []string{"((" + expr + ") IS NULL)"}})
		} else {
			list = append(list, &manifest.Index{On: []string{"c_int4"}, Where: "(" + expr + ") IS NULL"})
		}
	}
	for len(list) < 800 {
		signatures := catalogue.Functions(names[r.Intn(len(names))])
		f := signatures[r.Intn(len(signatures))]
		if f.Kind != 'f' || f.Set || f.Volatility == catalogue.Immutable && r.Intn(3) > 0 {
			continue
		}
		var args []string
		for _, a := range f.Args {
			if !slices.Contains(columnTypes, a) {
				args = nil
				break
			}
			args = append(args, columnName(a))
		}
		if len(args) == len(f.Args) {
			add(fmt.Sprintf("%q(%s)", f.Name, strings.Join(args, ", ")))
		}
	}
	for len(list) < 1500 {
		a, b := columnTypes[r.Intn(len(columnTypes))], columnTypes[r.Intn(len(columnTypes))]
		switch r.Intn(4) {
		case 0:
			add(columnName(a) + "::" + sqlType(b))
		case 1:
			add(columnName(a) + " || ' ' || " + columnName(b))
		case 2:
			op := []string{"<", "=", "-", "+"}[r.Intn(4)]
			add(columnName(a) + " " + op + " " + columnName(b))
		case 3:
			add("coalesce(" + columnName(a) + "::text, " + columnName(b) + "::text)")
		}
	}
	for _, x := range []string{"CURRENT_DATE", "now()", "date_trunc('day', c_timestamptz)", "date_trunc('day', c_timestamp)", "date_trunc('day', c_timestamptz, 'UTC')", "c_timestamptz AT TIME ZONE 'UTC'",
		"extract(epoch FROM c_timestamptz)", "extract(year FROM c_timestamptz)", "to_tsvector('english', c_text)", "to_tsvector(c_text)", "lower(c_text)", "c_timestamptz > '2020-01-01'", "c_date > 'today'",
		"to_char(c_date, 'YYYY')", "c_jsonb ->> 'a'", "(c_jsonb ->> 'a')::timestamptz", "(c_jsonb ->> 'a')::int", "concat(c_text, c_name)", "c_text || c_int4", "age(c_timestamptz)", "random()", "md5(c_text)",
		"digest(c_text, 'sha256')", "unaccent(c_text)", "c_text COLLATE \"C\"", "c_timestamptz::date", "c_timestamp::date", "c_date + c_int4", "make_date(1, 2, 3)", "c_atimestamptz[1]::text"} {
		add(x)
	}
	d.indexes(list, `^42P17 `, 0.97)
}

func indexesLikeServer(d *differential) {
	r := rand.New(rand.NewSource(5))
	methods := []string{"", "btree", "hash", "gin", "gist", "spgist", "brin", "hnsw", "ivfflat"}
	var list []*manifest.Index
	for len(list) < 900 {
		method := methods[r.Intn(len(methods))]
		x := &manifest.Index{Using: method, Unique: r.Intn(12) == 0}
		for range 1 + r.Intn(5)/4 {
			column := columnTypes[r.Intn(len(columnTypes))]
			on := columnName(column)
			if classes := catalogue.Classes(max(method, "btree")); r.Intn(2) == 0 {
				class := classes[r.Intn(len(classes))]
				if r.Intn(2) == 0 && slices.Contains(columnTypes, class.Type) {
					on = columnName(class.Type)
				}
				on += " " + class.Name
			}
			if r.Intn(10) == 0 {
				on += " DESC"
			}
			x.On = append(x.On, on)
		}
		if r.Intn(20) == 0 {
			x.Using = "bree"
		}
		list = append(list, x)
	}
	d.indexes(list, `^(42704|0A000) `, 0.97)
}

func vectorIndexesLikeServer(d *differential) {
	r := rand.New(rand.NewSource(6))
	var list []*manifest.Index
	for len(list) < 300 {
		of := []string{"vector", "halfvec", "bit", "sparsevec"}[r.Intn(4)]
		n := []int{1, 3, 384, 1999, 2000, 2001, 3999, 4000, 4001, 16000, 63999, 64000, 64001}[r.Intn(13)]
		if (of == "vector" || of == "halfvec") && n > 16000 {
			continue // not a type
		}
		from := "c_text"
		if of == "bit" {
			from = "c_varbit"
		}
		x := &manifest.Index{Using: []string{"hnsw", "ivfflat"}[r.Intn(2)]}
		classes := slices.DeleteFunc(catalogue.Classes(x.Using), func(c catalogue.Class) bool { return c.Type != of && r.Intn(8) > 0 })
		if len(classes) == 0 {
			continue
		}
		class := classes[r.Intn(len(classes))].Name
		x.On = []string{fmt.Sprintf("(%s::%s(%d)) %s", from, of, n, class)}
		if from == "c_text" { // isn't immutable
			x.On = []string{fmt.Sprintf("(c_%s::%s(%d)) %s", of, of, n, class)}
		}
		switch r.Intn(3) {
		case 0:
			key := []string{"m", "ef_construction", "lists", "probes"}[r.Intn(4)]
			x.With = sqltest.KV(key, strconv.Itoa([]int{0, 1, 2, 3, 4, 16, 31, 32, 33, 100, 101, 1000, 1001, 32768, 32769}[r.Intn(15)]))
		case 1:
			if len(x.On) > 0 {
				x.On[0] = "c_" + of + " " + class
			}
		}
		list = append(list, x)
	}
	d.indexes(list, `^(42704|0A000|54000|22023|XX000) `, 0.97)
}

func literalsLikeServer(d *differential) {
	texts := []string{"", " ", "a", "1", "-1", " 7 ", "1.5", "1e3", "32767", "32768", "-32768", "-32769", "2147483648", "-2147483648", "9223372036854775807", "9223372036854775808", "NaN", "infinity", "0x1F", "1_000",
		"t", "TRUE", "of", "o", "yes", "maybe", "2024-02-29", "2023-02-29", "2024-13-01", "2024-1-1", "now", "today", "soon", "12:30", "25:00", "2024-06-01 12:00+02", "2024-06-01T10:00:00Z", "1 day", "1 dya", "P1D", "infinit",
		"9f1c2f5e-0d6b-4c8e-9a53-0f6a1b2c3d4e", "{9f1c2f5e-0d6b-4c8e-9a53-0f6a1b2c3d4e}", "9f1c2f5e", "{}", "{\"a\": 1}", "{a: 1}", "[1,2]", "[1,2,3]", "[1,2,3,4]", "null", "'", "{1,2}", "{a,b}", "10.0.0.0/8", "10.0.0.1/8",
		"10.0.0.1", "::1", "fe80::/10", "host", "sad", "Sad", "happy ", "angry", "{sad}", "[1,5)", "epoch", "allballs", "yesterday", "Monday", "2024-06-31", "1,2", "(1,2)", "a=>1", "a.b", "08:00:2b:01:02:03", "{1:1}/3"}
	var exprs, statements []string
	for k, c := range columnTypes {
		for i, text := range texts {
			if (i+k)%3 != 0 {
				continue
			}
			q := "'" + strings.ReplaceAll(text, "'", "''") + "'"
			exprs = append(exprs, q+"::"+sqlType(c), columnName(c)+" = "+q)
		}
	}
	verdicts := d.verdicts(len(exprs), func(db *manifest.Database, i int, _ string) {
		db.Queries = append(db.Queries, &manifest.Query{Name: fmt.Sprintf("x%d_", i), SQL: "SELECT " + exprs[i] + " FROM many"})
	})
	for _, e := range exprs {
		statements = append(statements, "PREPARE q AS SELECT "+e+" FROM many")
	}
	d.compare(exprs, verdicts, d.answers(statements), regexp.MustCompile(`^22`), 0.8)
}

// Rows, and defaults, with values at the edges of their types.
func valuesLikeServer(d *differential) {
	types := []string{"int2", "int4", "int8", "numeric(4,2)", "numeric(3)", "numeric", "varchar(3)", "char(2)", "text", "bool", "date", "mood", "float4", "vector(3)", "uuid"}
	values := []string{"1", "-1", "1.5", "99.99", "99.994", "99.995", "-99.999", "100", "999", "1000", "999.5", "32767", "32768", "-32768", "2147483648", "-2147483648", "9223372036854775808", "'abc'", "'abcd'", "'abc   '", "'é'", "true", "'sad'", "'glad'",
		"'[1,2,3]'", "'[1,2]'", "'2024-02-30'", "now()", "'x'::text", "NULL", "'1'", "'100'"}
	var texts, statements []string
	type place struct{ typ, value string }
	var places []place
	for _, typ := range types {
		for _, v := range values {
			places = append(places, place{typ, v})
			texts = append(texts, v+" for "+typ)
			statements = append(statements, fmt.Sprintf("CREATE TABLE x (c %s DEFAULT %s); INSERT INTO x DEFAULT VALUES", typ, v))
		}
	}
	verdicts := d.verdicts(len(places), func(db *manifest.Database, i int, _ string) {
		db.Tables = append(db.Tables, &manifest.Table{Name: fmt.Sprintf("x%d_", i), Columns: []*manifest.Column{{Name: "c", Type: places[i].typ, Null: true, Default: places[i].value}}})
	})
	answers := d.answers(statements)
	d.compare(texts, verdicts, answers, regexp.MustCompile(`^(22|42804)`), 0.92)
	verdicts = d.verdicts(len(places), func(db *manifest.Database, i int, _ string) {
		db.Tables = append(db.Tables, &manifest.Table{Name: fmt.Sprintf("t%d", i), Columns: []*manifest.Column{{Name: "c", Type: places[i].typ, Null: true}}})
		db.Queries = append(db.Queries, &manifest.Query{Name: fmt.Sprintf("x%d_", i), SQL: fmt.Sprintf("INSERT INTO t%d (c) VALUES (%s)", i, places[i].value)})
	})
	d.compare(texts, verdicts, answers, regexp.MustCompile(`^(22|42804)`), 0.92)
}
