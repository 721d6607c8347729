package quote_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/internal/quote"
)

// Property tests draw the same cases in every run; make fuzz draws others.
func init() { _ = flag.Set("rapid.seed", "1") }

var hostileSQL = []string{
	"", "a", "'", "''", `\`, `\'`, `'\`, `\\`, "a\nb", "\r\n", "\t", "\x01\x1f\x7f", "$$", "$", "a$", "$body$", "$$ $body$ $body1$", "$b", "x$body",
	`"`, `""`, "é", "日本語", "\u0085\u2028", "🦀", "--", "/*", "*/", ";", ":var", ":'var'", `:"var"`, `\! touch x`, `\.`, "a\n\\.\nb", "\n\\q\n",
	"E'", "U&'\\0041'", "'); DROP TABLE x; --", "$(touch x)", "`touch x`", "${y}", "{{.}}", "%s", "NULL", "select", "user", "A", "1a", " a ",
	strings.Repeat("$$$body$", 20), strings.Repeat("'", 99), strings.Repeat("x", 63), strings.Repeat("x", 64),
}

// readBackSQL evaluates expressions on the server, with both settings of standard_conforming_strings,
// and returns their values.
func readBackSQL(t testing.TB, s *pgtest.Server, conforming string, exprs ...string) []string {
	t.Helper()
	stdout, stderr, err := s.Run("postgres", "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = "+conforming+
		";\nSELECT json_build_array("+strings.Join(exprs, ",\n")+");\n", "-A", "-t")
	if err != nil || stderr != "" {
		t.Fatalf("%v %s\n%s", err, stderr, exprs)
	}
	var out []string
	if err := json.Unmarshal([]byte(stdout), &out); err != nil {
		t.Fatalf("%v\n%s", err, stdout)
	}
	return out
}

func sqlHolds(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func FuzzSQLLiteral(f *testing.F) {
	s := pgtest.Start(f)
	for _, h := range hostileSQL {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, text string) {
		literal, err1 := quote.SQLLiteral(text)
		dollar, err2 := quote.SQLDollar(text)
		if sqlHolds(text) != (err1 == nil) || sqlHolds(text) != (err2 == nil) {
			t.Fatalf("%q: %v, %v", text, err1, err2)
		}
		if err1 != nil {
			return
		}
		if strings.ContainsAny(literal, "\n\r\x00") {
			t.Errorf("%q is not on one line", literal)
		}
		for _, conforming := range []string{"on", "off"} {
			for i, got := range readBackSQL(t, s, conforming, literal, dollar) {
				if got != text {
					t.Errorf("%d, standard_conforming_strings %s: %q became %q", i, conforming, text, got)
				}
			}
		}
	})
}

func TestSQLLiterals(t *testing.T) {
	s := pgtest.Start(t)
	rapid.Check(t, func(rt *rapid.T) {
		piece := rapid.OneOf(rapid.SampledFrom(hostileSQL), rapid.String())
		texts := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(piece, 1, 4).Draw(t, "pieces"), "")
		}), 40, 40).Draw(rt, "texts")
		var want, exprs []string
		for _, text := range texts {
			literal, err := quote.SQLLiteral(text)
			dollar, _ := quote.SQLDollar(text)
			if err != nil {
				continue
			}
			want = append(want, text, text)
			exprs = append(exprs, literal, dollar)
		}
		for i, got := range readBackSQL(t, s, rapid.SampledFrom([]string{"on", "off"}).Draw(rt, "conforming"), exprs...) {
			if got != want[i] {
				rt.Fatalf("%q became %q", want[i], got)
			}
		}
	})
}

func FuzzSQLIdent(f *testing.F) {
	s := pgtest.Start(f)
	for _, h := range hostileSQL {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, name string) {
		ident, err := quote.SQLIdent(name)
		if want := sqlHolds(name) && name != "" && len(name) <= 63; want != (err == nil) {
			t.Fatalf("%q: %v", name, err)
		}
		if err != nil {
			return
		}
		stdout, stderr, err := s.Run("postgres", fmt.Sprintf("SET client_encoding = 'UTF8';\nCREATE TEMP TABLE %s (%s int);\nINSERT INTO %[1]s (%[2]s) VALUES (1);\n"+
			"SELECT json_build_array((SELECT relname FROM pg_class WHERE oid = %s::regclass), row_to_json(q)) FROM %[1]s q;", ident, ident, mustSQL(quote.SQLLiteral(ident))), "-A", "-t")
		if err != nil || stderr != "" {
			t.Fatalf("%v %s", err, stderr)
		}
		var got []any
		if err := json.Unmarshal([]byte(stdout), &got); err != nil {
			t.Fatalf("%v\n%s", err, stdout)
		}
		if _, ok := got[1].(map[string]any)[name]; !ok || got[0] != name {
			t.Errorf("%q became %v", name, got)
		}
	})
}

func mustSQL(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

// Every word that is more than a plain name to the server is quoted.
func TestSQLKeywords(t *testing.T) {
	for _, s := range []*pgtest.Server{pgtest.Start(t), pgtest.StartVector(t)} {
		var rows []struct{ Word string }
		s.Query(t, "postgres", "SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'", &rows)
		if len(rows) < 100 {
			t.Fatalf("%d keywords", len(rows))
		}
		for _, r := range rows {
			if got := mustSQL(quote.SQLIdent(r.Word)); got != `"`+r.Word+`"` {
				t.Errorf("%s is written %s", r.Word, got)
			}
		}
	}
}
