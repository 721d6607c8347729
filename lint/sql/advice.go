package sql

import (
	"reflect"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// setReturning reports whether a select list yields several rows by itself.
func setReturning(targets []*pg.Node) bool {
	for _, t := range targets {
		if names := t.GetResTarget().GetVal().GetFuncCall().GetFuncname(); len(names) > 0 {
			switch names[len(names)-1].GetString_().GetSval() {
			case "generate_series", "unnest", "generate_subscripts":
				return true
			}
		}
	}
	return false
}

// onceIn reports values in an INSERT … SELECT that are the same in all rows,
// contrary to appearance.
func (r *resolver) onceIn(sel *pg.SelectStmt, parent *scope) {
	quiet := &resolver{c: &checker{m: r.c.m, db: r.c.db, catalog: r.c.catalog, words: r.c.words, fragments: r.c.fragments}, text: r.text, offset: r.offset, at: r.at,
		of: r.of, params: map[int32]bool{}, seen: map[string]bool{}, outputs: map[*pg.SelectStmt]*source{}}
	in := parent.child()
	quiet.with(sel.WithClause, in)
	for _, f := range sel.FromClause {
		quiet.from(f, in)
	}
	for _, t := range sel.TargetList {
		r.computedOnce(t.GetResTarget().GetVal(), in)
	}
}

// computedOnce reports sub-selects in a row's value that call a volatile
// function but don't refer to the row: the server computes them once.
func (r *resolver) computedOnce(n any, in *scope) {
	if link, ok := n.(*pg.SubLink); ok {
		name := volatile(link.Subselect)
		quiet := &resolver{c: &checker{m: r.c.m, db: r.c.db, catalog: r.c.catalog, words: r.c.words, fragments: r.c.fragments}, text: r.text, offset: r.offset, at: r.at,
			of: r.of, params: map[int32]bool{}, seen: map[string]bool{}, outputs: map[*pg.SelectStmt]*source{}}
		probe := in.child()
		quiet.query(link.Subselect.GetSelectStmt(), probe)
		if name != "" && !probe.outer {
			r.c.report(ruleOnce.At(r.place(link.Location), "%s has a sub-select with %s() that doesn't refer to the outer row, so PostgreSQL computes it once and all rows get the same value. "+
				"Refer to the row: FROM generate_series(1, n) AS row, and in the sub-select WHERE row IS NOT NULL.", upperFirst(r.of), name))
		}
		return
	}
	if n == nil {
		return
	}
	children(reflect.ValueOf(n), func(k any) { r.computedOnce(k, in) })
}

// volatile finds the name of a call that returns a different value each time.
func volatile(n any) string {
	if f, ok := n.(*pg.FuncCall); ok && len(f.Funcname) > 0 {
		switch name := f.Funcname[len(f.Funcname)-1].GetString_().GetSval(); name {
		case "random", "random_normal", "gen_random_uuid", "gen_random_bytes", "uuid_generate_v1", "uuid_generate_v4", "clock_timestamp", "nextval":
			return name
		}
	}
	found := ""
	if n != nil {
		children(reflect.ValueOf(n), func(k any) {
			if found == "" {
				found = volatile(k)
			}
		})
	}
	return found
}

// distanceOps are pgvector's distance operators and the suffixes of the
// operator classes that support them.
var distanceOps = map[string]string{"<->": "_l2_ops", "<=>": "_cosine_ops", "<#>": "_ip_ops", "<+>": "_l1_ops", "<~>": "_hamming_ops", "<%>": "_jaccard_ops"}

// distances checks ORDER BY a distance against the indexes.
func (r *resolver) distances(s *pg.SelectStmt, in *scope) {
	if len(s.SortClause) == 0 {
		return
	}
	e := s.SortClause[0].GetSortBy().GetNode().GetAExpr()
	if e == nil || len(e.Name) != 1 {
		return
	}
	op := e.Name[0].GetString_().GetSval()
	class := distanceOps[op]
	if class == "" {
		return
	}
	for _, side := range []*pg.Node{e.Lexpr, e.Rexpr} {
		t, col := in.tableColumn(side.GetColumnRef())
		if col == nil || !r.once("distance "+t.Name+"."+col.Name+op) {
			continue
		}
		fits, others := vectorIndexes(t, col.Name, class)
		switch {
		case fits:
		case len(others) > 0:
			r.c.report(ruleDistance.At(r.place(e.Location), "%s orders %s by %s.%s %s …, but the index %s supports a different distance. Use the operator that it supports, or an index with a …%s operator class.",
				upperFirst(r.of), t.Name, t.Name, col.Name, op, strings.Join(others, ", "), class))
		default:
			r.c.report(ruleDistance.At(r.place(e.Location), "%s orders %s by %s.%s %s …, for which there is no index, so it scans the whole table. Declare one, such as index \"%s_%s_idx\" { using = \"hnsw\", on = [\"%s vector%s\"] }.",
				upperFirst(r.of), t.Name, t.Name, col.Name, op, t.Name, col.Name, col.Name, class))
		}
		return
	}
}

// tableColumn is the column of a declared table that a reference names.
func (s *scope) tableColumn(ref *pg.ColumnRef) (*manifest.Table, *manifest.Column) {
	if ref == nil {
		return nil, nil
	}
	name := ref.Fields[len(ref.Fields)-1].GetString_().GetSval()
	for _, src := range s.sources {
		if src.rel == nil || src.rel.table == nil || len(ref.Fields) == 2 && ref.Fields[0].GetString_().GetSval() != src.name {
			continue
		}
		for _, c := range src.rel.table.Columns {
			if c.Name == name {
				return src.rel.table, c
			}
		}
	}
	return nil, nil
}

// vectorIndexes reports whether an index of a column has the operator class,
// and names those with a different one.
func vectorIndexes(t *manifest.Table, column, class string) (fits bool, others []string) {
	for _, i := range t.Indexes {
		if i.Using == "" || i.Using == "btree" || i.Using == "hash" || i.Using == "gin" {
			continue
		}
		for _, on := range i.On {
			words := strings.Fields(on)
			if len(words) == 0 || words[0] != column {
				continue
			}
			if len(words) > 1 && strings.HasSuffix(words[1], class) || len(words) == 1 && class == "_l2_ops" {
				return true, nil
			}
			others = append(others, i.Name)
		}
	}
	return false, others
}
