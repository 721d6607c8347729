package sql

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/templates/sql"
)

// A call of the parser costs more than a small statement, so fragments are
// parsed together: in one text, one statement each. The result is used only if
// every statement is exactly where its fragment was put; otherwise some
// fragment breaks out, and each is parsed by itself.

type batch struct {
	c      *checker
	places []*place
	texts  []string
	seen   map[string]bool
}

func (b *batch) add(p *place, text string) {
	if key := p.key(text); text != "" && !b.seen[key] {
		b.seen[key] = true
		b.places = append(b.places, p)
		b.texts = append(b.texts, text)
	}
}

func (b *batch) parse() {
	var all strings.Builder
	bounds := make([][2]int, len(b.texts))
	for i, text := range b.texts {
		start := all.Len()
		all.WriteString(b.places[i].wrap(text))
		bounds[i] = [2]int{start, all.Len()}
		all.WriteString(";")
	}
	stmts, fail := parse(all.String())
	if fail != nil || len(stmts) != len(b.texts) {
		return
	}
	for i, s := range stmts {
		if int(s.StmtLocation) != bounds[i][0] || int(s.StmtLocation+s.StmtLen) != bounds[i][1] {
			return
		}
	}
	for i, s := range stmts {
		b.c.keep(b.places[i], b.texts[i], []*pg.RawStmt{s}, nil, bounds[i][0])
	}
}

// prefetch parses the fragments of the database together. Those that it skips
// are parsed on demand.
func (c *checker) prefetch() {
	b := &batch{c: c, seen: map[string]bool{}}
	for _, t := range c.db.Tables {
		for _, col := range t.Columns {
			b.add(typePlace, col.Type)
			b.add(typePlace, sql.BaseType(col.Type))
			b.add(exprPlace, col.Default)
			b.add(exprPlace, col.Generated)
		}
		for _, ch := range t.Checks {
			b.add(exprPlace, ch.Expr)
		}
		for _, i := range t.Indexes {
			for _, e := range i.On {
				b.add(elementPlace, e)
			}
			b.add(exprPlace, i.Where)
		}
	}
	for _, f := range c.db.Functions {
		for _, a := range f.Args {
			b.add(argPlace, a.Value)
		}
		b.add(returnsPlace, f.Returns)
	}
	for _, v := range c.db.Views {
		b.add(queryPlace, v.Query)
	}
	for _, t := range c.db.Triggers {
		b.add(exprPlace, t.Condition)
	}
	for _, s := range c.db.Seeds {
		for _, row := range s.Rows {
			for _, v := range row.Columns {
				b.add(exprPlace, v.Expr)
			}
		}
	}
	for _, q := range c.db.Queries {
		b.add(onePlace, q.SQL)
		for _, p := range q.Params {
			b.add(typePlace, p)
		}
	}
	b.parse()
}
