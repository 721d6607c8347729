package sql

import (
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/internal/text"
)

// resolver resolves the names in one text. It reports only certain errors: if
// an unknown relation or a function's result is in scope, any column may come
// from it.
type resolver struct {
	c      *checker
	text   string
	offset int // offset of text in what was parsed
	at     hcl.Range
	of     string // "the query of …"
	params map[int32]bool
	seen   map[string]bool

	paramTypes []typ                      // of $1 …, as far as they are declared
	outputs    map[*pg.SelectStmt]*source // what the queries yield that were resolved
	impurity   *impurity                  // the first part that isn't immutable
	kept       bool                       // the server keeps the text's constants: a word such as 'now' is replaced once
}

// source is one entry of a FROM clause.
type source struct {
	name    string
	rel     *relationInfo // nil: a subquery, function …
	columns []string
	types   []typ // of columns; those that are missing aren't known
	open    bool
	outputs []typ // of a query, in order; nil if their number isn't known
}

func (s *source) has(column string) bool { return slices.Contains(s.columns, column) }

type scope struct {
	parent  *scope
	sources []*source
	ctes    map[string]*source
	aliases map[string]bool // of the select list, for ORDER BY and GROUP BY
	// outer reports whether something in this scope refers, or may refer, to an outer
	// one.
	outer bool
}

func (s *scope) child() *scope {
	return &scope{parent: s, ctes: map[string]*source{}, aliases: map[string]bool{}}
}

func (s *scope) cte(name string) *source {
	for ; s != nil; s = s.parent {
		if c := s.ctes[name]; c != nil {
			return c
		}
	}
	return nil
}

// place narrows the text's range to the line of a byte offset in it.
func (r *resolver) place(location int32) hcl.Range {
	at := int(location) - r.offset
	if r.text == "" || at < 0 || at > len(r.text) {
		return r.at
	}
	if r.at.Filename == "" { // of a script: the place in the text
		pos := hcl.Pos{Line: 1 + strings.Count(r.text[:at], "\n"), Byte: at}
		return hcl.Range{Start: pos, End: pos}
	}
	return r.c.lineAt(r.at, 1+strings.Count(r.text[:at], "\n"))
}

func (r *resolver) once(key string) bool {
	if r.seen[key] {
		return false
	}
	r.seen[key] = true
	return true
}

// system columns exist in every table.
var systemColumns = []string{"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"}

// column resolves a reference.
func (r *resolver) column(ref *pg.ColumnRef, in *scope) {
	var names []string
	for _, f := range ref.Fields {
		if s := f.GetString_(); s != nil {
			names = append(names, s.Sval)
		}
	}
	switch len(names) {
	case 0: // *
		return
	case 1:
		if len(ref.Fields) > 1 { // t.*
			r.qualifier(names[0], in, ref.Location)
			return
		}
		r.unqualified(names[0], in, ref.Location)
	case 2:
		src := r.qualifier(names[0], in, ref.Location)
		if len(ref.Fields) == 2 && src != nil && !src.open && !src.has(names[1]) && !slices.Contains(systemColumns, names[1]) && r.once("column "+names[0]+"."+names[1]) {
			r.c.report(ruleColumnUnknown.At(r.place(ref.Location), "%s reads %s.%s, but %s has no column %q.%s",
				upperFirst(r.of), names[0], names[1], names[0], names[1], suggest(names[1], src.columns)))
		}
	}
}

// qualifier finds the source of a qualified name; nil if unknown.
func (r *resolver) qualifier(name string, in *scope, location int32) *source {
	for s := in; s != nil; s = s.parent {
		for _, src := range s.sources {
			if src.name == name {
				return src
			}
		}
		s.outer = true
	}
	// It may be a schema, a composite column or a function's argument.
	for s := in; s != nil; s = s.parent {
		for _, src := range s.sources {
			if src.open || src.has(name) {
				return nil
			}
		}
	}
	if r.once("alias " + name) {
		var names []string
		for s := in; s != nil; s = s.parent {
			for _, src := range s.sources {
				names = append(names, src.name)
			}
		}
		r.c.report(ruleTableUnknown.At(r.place(location), "%s names %q, which is not a table or alias in its FROM clause.%s",
			upperFirst(r.of), name, suggest(name, names)))
	}
	return nil
}

func (r *resolver) unqualified(name string, in *scope, location int32) {
	var known []string
	open := false
	for s := in; s != nil; s = s.parent {
		if s.aliases[name] {
			return
		}
		for _, src := range s.sources {
			if src.has(name) || src.name == name {
				return
			}
			open = open || src.open
			known = append(known, src.columns...)
		}
		s.outer = true
	}
	if open || slices.Contains(systemColumns, name) || !r.once("column "+name) {
		return
	}
	r.c.report(ruleColumnUnknown.At(r.place(location), "%s reads the column %q, which none of its tables declare.%s",
		upperFirst(r.of), name, suggest(name, known)))
}

// suggest names the nearest candidates, or all if there are only a few.
func suggest(name string, among []string) string {
	if question, _ := text.DidYouMean(name, among); question != "" {
		return question
	}
	among = slices.Clone(among)
	sort.Strings(among)
	among = slices.Compact(among)
	switch len(among) {
	case 0:
		return ""
	case 1:
		return " There is " + among[0] + "."
	}
	return " There are " + text.List(among) + "."
}

// children calls f for the direct children of a message.
func children(v reflect.Value, f func(n any)) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return
	}
	for _, i := range compared(v.Type()) {
		field := v.Field(i)
		switch field.Kind() {
		case reflect.Pointer, reflect.Interface:
			if !field.IsNil() {
				f(field.Interface())
			}
		case reflect.Slice:
			for k := 0; k < field.Len(); k++ {
				if e := field.Index(k); e.Kind() == reflect.Pointer && !e.IsNil() {
					f(e.Interface())
				}
			}
		}
	}
}

// expr resolves the names in an expression.
func (r *resolver) expr(n any, in *scope) {
	switch n := n.(type) {
	case *pg.ColumnRef:
		r.column(n, in)
	case *pg.ParamRef:
		r.params[n.Number] = true
	case *pg.SelectStmt:
		r.query(n, in)
	case *pg.SubLink:
		r.expr(n.Testexpr, in)
		r.expr(n.Subselect, in)
	case *pg.ResTarget:
		r.expr(n.Val, in)
	case nil:
	default:
		children(reflect.ValueOf(n), func(k any) { r.expr(k, in) })
	}
}

func (r *resolver) exprs(list []*pg.Node, in *scope) {
	for _, n := range list {
		r.expr(n, in)
	}
}
