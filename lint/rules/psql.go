package rules

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
)

var ruleScriptSQL = diag.Error("OG883", "SQL of a script that doesn't parse",
	"psql sends the SQL of its -c, of a here-document or of a pipe to the server, whose parser rejects this text. Scripts are read with PostgreSQL 17's grammar, the variables of psql and of the shell as values. What they compute in other places, and psql's own commands, aren't reported, nor is SQL that only a newer server may know.")

// sql checks the SQL of a psql call, from -c and here-documents.
func (w *walker) sql(c *syntax.CallExpr, p place) {
	if !callsPsql(c) {
		return
	}
	for i, a := range c.Args {
		t, _ := literal(a)
		if (t == "-c" || t == "--command") && i+1 < len(c.Args) {
			if text := unescaped(c.Args[i+1], true); !strings.HasPrefix(text, "psql") {
				w.inlineSQL(text, c.Args[i+1].Pos())
			}
		}
		if strings.HasPrefix(t, "--command=") {
			w.inlineSQL(strings.TrimPrefix(unescaped(a, true), "--command="), a.Pos())
		}
	}
	w.hereSQL(p.source)
}

func (w *walker) hereSQL(s *syntax.Stmt) {
	for _, r := range s.Redirs {
		if r.Hdoc != nil {
			quoted := len(r.Word.Parts) != 1 || !isLit(r.Word.Parts[0])
			w.statement(unescaped(r.Hdoc, !quoted), r.Hdoc.Pos())
		}
	}
}

// pipedSQL checks echo 'SELECT …' | psql.
func (w *walker) pipedSQL(list []*syntax.Stmt) {
	for i, s := range list[1:] {
		c, from := callOf(s), callOf(list[i])
		if c == nil || from == nil || !callsPsql(c) {
			continue
		}
		switch name := arg(from, 0); name {
		case "cat":
			w.hereSQL(list[i])
		case "echo", "printf":
			for n, a := range from.Args[1:] {
				t := unescaped(a, true)
				if !strings.Contains(t, " ") {
					continue
				}
				if name == "printf" && n == 0 || name == "echo" {
					t = strings.NewReplacer(`\n`, " ", `\t`, " ", "%%", "%", "%s", placeholder, "%d", placeholder).Replace(t)
				}
				w.statement(t, a.Pos())
			}
		}
	}
}

// unescaped is a word's text as the program gets it: with escapes, those of double quotes are resolved.
func unescaped(w *syntax.Word, escapes bool) string {
	if w == nil {
		return ""
	}
	var b strings.Builder
	lit := func(v string) {
		if !escapes {
			b.WriteString(v)
			return
		}
		for i := 0; i < len(v); i++ {
			if v[i] == '\\' && i+1 < len(v) && strings.IndexByte("\"$`\\\n", v[i+1]) >= 0 {
				if i++; v[i] == '\n' {
					continue
				}
			}
			b.WriteByte(v[i])
		}
	}
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			lit(p.Value)
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			for _, q := range p.Parts {
				if l, ok := q.(*syntax.Lit); ok {
					lit(l.Value)
				} else {
					b.WriteString(placeholder)
				}
			}
		default:
			b.WriteString(placeholder)
		}
	}
	return b.String()
}

func callsPsql(c *syntax.CallExpr) bool {
	for i := range c.Args {
		if arg(c, i) == "psql" {
			return true
		}
	}
	return false
}

// inlineSQL checks what -c runs.
func (w *walker) inlineSQL(text string, at syntax.Pos) {
	if strings.HasPrefix(text, `\`) && strings.ContainsAny(text, ";\n") {
		w.report(ruleSchemaMismatch, at, "meta", "psql -c accepts either SQL or one meta-command: the server rejects the backslash. Pass each with its own -c, or use standard input.")
		return
	}
	w.statement(text, at)
}

// statement checks a piece of SQL against the schema.
func (w *walker) statement(text string, at syntax.Pos) {
	toks := sqlTokens(text)
	if len(w.names.schema.tables) == 0 {
		return
	}
	read := w.resolved(text, at)
	if !read {
		w.tablesOf(toks, at)
	}
	w.inserts(toks, at, !read)
	w.distances(toks, at)
}

// resolved checks SQL as queries are checked, if the manifest has one database. It reports whether it could.
func (w *walker) resolved(text string, at syntax.Pos) bool {
	if len(w.names.manifest.Databases) != 1 {
		return false
	}
	found, read := w.names.sql.Check(w.names.manifest.Databases[0], text, "psql")
	for _, f := range found {
		rule := ruleSchemaMismatch
		if f.Syntax {
			rule = ruleScriptSQL
		}
		w.report(rule, syntax.NewPos(0, at.Line()+uint(f.Line)-1, 1), f.Word, "%s", f.Detail)
	}
	return read
}
