package sql

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// query resolves a SELECT, VALUES or set operation and returns its columns.
func (r *resolver) query(s *pg.SelectStmt, parent *scope) *source {
	in := parent.child()
	out := &source{}
	if s == nil {
		out.open = true
		return out
	}
	r.with(s.WithClause, in)
	if s.Larg != nil {
		left, right := r.query(s.Larg, in), r.query(s.Rarg, in)
		out = r.together(left, right, s)
		r.outputs[s] = out
		return out
	}
	for _, f := range s.FromClause {
		r.from(f, in)
	}
	out.outputs = []typ{}
	for _, t := range s.TargetList {
		r.yields(t.GetResTarget(), r.value(t.GetResTarget().GetVal(), in), in, out)
	}
	for i, row := range s.ValuesLists {
		types := r.row(row, in)
		if i == 0 {
			out.outputs = types
		}
	}
	if s.ValuesLists != nil {
		out.open = true // column1, column2 …
		if len(s.ValuesLists) > 1 {
			out.outputs = make([]typ, len(out.outputs))
		}
	}
	r.outputs[s] = out
	r.where(s.WhereClause, in, "WHERE")
	r.where(s.HavingClause, in, "HAVING")
	r.exprs(s.WindowClause, in)
	for _, name := range out.columns {
		in.aliases[name] = true
	}
	r.exprs(s.GroupClause, in)
	r.exprs(s.DistinctClause, in)
	r.exprs(s.SortClause, in)
	r.limit(s.LimitCount, in, "LIMIT")
	r.limit(s.LimitOffset, in, "OFFSET")
	r.distances(s, in)
	return out
}

// yields adds the columns of one element of a select list.
func (r *resolver) yields(t *pg.ResTarget, is typ, in *scope, out *source) {
	if star(t.GetVal()) {
		out.outputs = nil
	} else if out.outputs != nil {
		out.outputs = append(out.outputs, is)
	}
	add := func(name string) {
		for len(out.types) < len(out.columns) {
			out.types = append(out.types, anyType)
		}
		out.columns, out.types = append(out.columns, name), append(out.types, settled(is))
	}
	if t.GetName() != "" {
		add(t.Name)
		return
	}
	ref := t.GetVal().GetColumnRef()
	if ref == nil {
		switch {
		case t.GetVal().GetFuncCall() != nil:
			names := t.GetVal().GetFuncCall().Funcname
			add(names[len(names)-1].GetString_().GetSval())
		default:
			out.open = true // the server chooses a name
		}
		return
	}
	last := ref.Fields[len(ref.Fields)-1]
	if s := last.GetString_(); s != nil {
		add(s.Sval)
		return
	}
	for _, src := range in.sources {
		if len(ref.Fields) == 1 || ref.Fields[0].GetString_().GetSval() == src.name {
			for i, name := range src.columns {
				is = anyType
				if i < len(src.types) {
					is = src.types[i]
				}
				add(name)
			}
			out.open = out.open || src.open
		}
	}
}

// with adds common table expressions.
func (r *resolver) with(w *pg.WithClause, in *scope) {
	for _, n := range w.GetCtes() {
		cte := n.GetCommonTableExpr()
		if cte == nil {
			continue
		}
		if w.Recursive {
			in.ctes[cte.Ctename] = &source{name: cte.Ctename, open: true}
		}
		src := r.statement(cte.Ctequery, in)
		src = &source{name: cte.Ctename, columns: src.columns, types: src.types, open: src.open}
		rename(src, cte.Aliascolnames)
		in.ctes[cte.Ctename] = src
	}
}

func rename(src *source, names []*pg.Node) {
	if len(names) == 0 {
		return
	}
	renamed := make([]string, len(names))
	for i, n := range names {
		renamed[i] = n.GetString_().GetSval()
	}
	if len(src.columns) > len(renamed) {
		renamed = append(renamed, src.columns[len(renamed):]...)
	}
	src.columns = renamed
}

// from adds the sources of an entry of a FROM clause to the scope.
func (r *resolver) from(n *pg.Node, in *scope) {
	switch n := n.GetNode().(type) {
	case *pg.Node_RangeVar:
		in.sources = append(in.sources, r.table(n.RangeVar, in))
	case *pg.Node_JoinExpr:
		j := n.JoinExpr
		before := len(in.sources)
		r.from(j.Larg, in)
		r.from(j.Rarg, in)
		r.where(j.Quals, in, "ON")
		if j.Alias != nil { // hides its content
			src := &source{name: j.Alias.Aliasname}
			for _, s := range in.sources[before:] {
				for i, name := range s.columns {
					src.columns = append(src.columns, name)
					src.types = append(src.types, anyType)
					if i < len(s.types) {
						src.types[len(src.types)-1] = s.types[i]
					}
				}
				src.open = src.open || s.open
			}
			in.sources = append(in.sources[:before], src)
		}
	case *pg.Node_RangeSubselect:
		src := r.statement(n.RangeSubselect.Subquery, in)
		src = &source{columns: src.columns, types: src.types, open: src.open}
		alias(src, n.RangeSubselect.Alias)
		in.sources = append(in.sources, src)
	case *pg.Node_RangeFunction:
		for _, f := range n.RangeFunction.Functions {
			r.expr(f, in)
			for _, item := range f.GetList().GetItems() {
				r.typ(item, in)
			}
		}
		src := &source{name: functionName(n.RangeFunction), open: true}
		alias(src, n.RangeFunction.Alias)
		in.sources = append(in.sources, src)
	case *pg.Node_RangeTableSample:
		r.from(n.RangeTableSample.Relation, in)
	default: // XMLTABLE, JSON_TABLE
		in.sources = append(in.sources, &source{open: true})
	}
}

func functionName(f *pg.RangeFunction) string {
	if len(f.Functions) == 1 {
		if items := f.Functions[0].GetList().GetItems(); len(items) > 0 {
			if names := items[0].GetFuncCall().GetFuncname(); len(names) > 0 {
				return names[len(names)-1].GetString_().GetSval()
			}
		}
	}
	return ""
}

func alias(src *source, a *pg.Alias) {
	if a == nil {
		return
	}
	src.name = a.Aliasname
	rename(src, a.Colnames)
}

// table looks a relation up.
func (r *resolver) table(v *pg.RangeVar, in *scope) *source {
	src := &source{name: v.Relname}
	defer func() { alias(src, v.Alias) }()
	if v.Schemaname == "" {
		if cte := in.cte(v.Relname); cte != nil {
			src.columns, src.types, src.open = cte.columns, cte.types, cte.open
			return src
		}
	}
	rel, known := r.c.catalog.lookup(v)
	others := r.c.catalog.names
	if rel == nil && systemName(v) {
		rel, known = r.c.systemRelationOf(v)
		others = r.c.systemNames
	}
	switch {
	case rel != nil:
		if rel.view != nil {
			r.c.view(rel)
		}
		src.rel, src.columns, src.types, src.open = rel, rel.columns, rel.types, rel.open
	case known:
		src.open = true
		if r.c.catalog.open && v.Schemaname == "" {
			r.c.near(r, v.Location, "names the table", v.Relname, r.c.catalog.names())
		}
	default:
		src.open = true
		name := strings.TrimPrefix(v.Schemaname+"."+v.Relname, ".")
		if r.once("table " + name) {
			r.c.report(ruleTableUnknown.At(r.place(v.Location), "%s names the table %q, which %s doesn't declare.%s",
				upperFirst(r.of), name, r.c.db.Address, suggest(name, others())))
		}
	}
	return src
}

// statement resolves any statement and returns its columns.
func (r *resolver) statement(n *pg.Node, parent *scope) *source {
	open := &source{open: true}
	switch n := n.GetNode().(type) {
	case *pg.Node_SelectStmt:
		return r.query(n.SelectStmt, parent)
	case *pg.Node_InsertStmt:
		return r.insert(n.InsertStmt, parent)
	case *pg.Node_UpdateStmt:
		return r.update(n.UpdateStmt, parent)
	case *pg.Node_DeleteStmt:
		s := n.DeleteStmt
		in := parent.child()
		r.with(s.WithClause, in)
		in.sources = append(in.sources, r.table(s.Relation, in))
		for _, f := range s.UsingClause {
			r.from(f, in)
		}
		r.where(s.WhereClause, in, "WHERE")
		return r.returning(s.ReturningList, in)
	case *pg.Node_ExplainStmt:
		return r.statement(n.ExplainStmt.Query, parent)
	case *pg.Node_PrepareStmt:
		return r.statement(n.PrepareStmt.Query, parent)
	case *pg.Node_CopyStmt:
		if n.CopyStmt.Relation != nil {
			r.columns(r.table(n.CopyStmt.Relation, parent), n.CopyStmt.Attlist)
		} else {
			r.statement(n.CopyStmt.Query, parent)
		}
	case *pg.Node_TruncateStmt:
		r.relations(n.TruncateStmt.Relations, parent)
	case *pg.Node_VacuumStmt:
		for _, rel := range n.VacuumStmt.Rels {
			if v := rel.GetVacuumRelation().GetRelation(); v != nil {
				r.table(v, parent)
			}
		}
	case *pg.Node_RefreshMatViewStmt:
		r.table(n.RefreshMatViewStmt.Relation, parent)
	case *pg.Node_ReindexStmt:
		r.reindex(n.ReindexStmt, parent)
	}
	return open
}

func (r *resolver) relations(list []*pg.Node, in *scope) {
	for _, n := range list {
		if v := n.GetRangeVar(); v != nil {
			r.table(v, in)
		}
	}
}

func (r *resolver) reindex(s *pg.ReindexStmt, in *scope) {
	switch s.Kind {
	case pg.ReindexObjectType_REINDEX_OBJECT_TABLE:
		r.table(s.Relation, in)
	case pg.ReindexObjectType_REINDEX_OBJECT_INDEX:
		name := s.Relation.GetRelname()
		if r.c.catalog.indexes[name] || r.c.catalog.open || strings.HasPrefix(name, "pg_") {
			return
		}
		var names []string
		for n := range r.c.catalog.indexes {
			names = append(names, n)
		}
		r.c.report(ruleTableUnknown.At(r.place(s.Relation.GetLocation()), "%s names the index %q, which %s doesn't declare.%s",
			upperFirst(r.of), name, r.c.db.Address, suggest(name, names)))
	}
}

// columns checks a list of column names (texts or targets) of one relation.
func (r *resolver) columns(src *source, list []*pg.Node) []string {
	var out []string
	for _, n := range list {
		name, location := n.GetString_().GetSval(), int32(-1)
		if t := n.GetResTarget(); t != nil {
			name, location = t.Name, t.Location
		}
		out = append(out, name)
		if !src.open && !src.has(name) && r.once("column "+src.name+"."+name) {
			r.c.report(ruleColumnUnknown.At(r.place(location), "%s writes the column %q, which %s doesn't have.%s",
				upperFirst(r.of), name, src.name, suggest(name, src.columns)))
		}
	}
	return out
}

func (r *resolver) returning(list []*pg.Node, in *scope) *source {
	out := &source{}
	for _, t := range list {
		r.yields(t.GetResTarget(), r.value(t.GetResTarget().GetVal(), in), in, out)
	}
	return out
}

func (r *resolver) update(s *pg.UpdateStmt, parent *scope) *source {
	in := parent.child()
	r.with(s.WithClause, in)
	target := r.table(s.Relation, in)
	in.sources = append(in.sources, target)
	for _, f := range s.FromClause {
		r.from(f, in)
	}
	r.columns(target, s.TargetList)
	for _, t := range s.TargetList {
		r.assigns(target, t.GetResTarget(), in)
		r.computedOnce(t.GetResTarget().GetVal(), in)
	}
	r.where(s.WhereClause, in, "WHERE")
	return r.returning(s.ReturningList, in)
}

func (r *resolver) insert(s *pg.InsertStmt, parent *scope) *source {
	in := parent.child()
	r.with(s.WithClause, in)
	target := r.table(s.Relation, in)
	given := r.columns(target, s.Cols)
	if s.Cols == nil && !target.open {
		given = target.columns // by position
		if rows := s.SelectStmt.GetSelectStmt().GetValuesLists(); len(rows) > 0 {
			given = given[:min(len(given), len(rows[0].GetList().GetItems()))]
		}
	}
	r.required(s, target, given)
	if sel := s.SelectStmt.GetSelectStmt(); sel != nil {
		r.inserted(target, given, sel, r.query(sel, in))
		if len(sel.FromClause) > 0 || setReturning(sel.TargetList) {
			r.onceIn(sel, in)
		}
	}
	conflict := in.child()
	conflict.sources = []*source{target, {name: "excluded", rel: target.rel, columns: target.columns, types: target.types, open: target.open}}
	if oc := s.OnConflictClause; oc != nil {
		r.columns(target, oc.TargetList)
		for _, t := range oc.TargetList {
			r.assigns(target, t.GetResTarget(), conflict)
		}
		r.where(oc.WhereClause, conflict, "WHERE")
		for _, e := range oc.Infer.GetIndexElems() {
			if name := e.GetIndexElem().GetName(); name != "" {
				r.columns(target, []*pg.Node{str(name)})
			}
		}
		r.conflictKey(oc.Infer, target)
	}
	return r.returning(s.ReturningList, conflict)
}

// required reports columns that an INSERT leaves NULL although they must not
// be.
func (r *resolver) required(s *pg.InsertStmt, target *source, given []string) {
	if target.rel == nil || target.rel.table == nil || target.open {
		return
	}
	var missing []string
	for _, col := range target.rel.table.Columns {
		if mustGive(target.rel.table, col) && !slices.Contains(given, col.Name) {
			missing = append(missing, col.Name)
		}
	}
	if len(missing) > 0 {
		r.c.report(ruleNotNull.At(r.place(s.Relation.GetLocation()), "%s inserts into %s without %s, which is NOT NULL and has no default.",
			upperFirst(r.of), target.rel.name, strings.Join(missing, ", ")))
	}
}

// mustGive reports whether every row must set a column.
func mustGive(t *manifest.Table, col *manifest.Column) bool {
	notNull := !col.Null || slices.Contains(t.PrimaryKey, col.Name)
	serial := strings.Contains(strings.ToLower(col.Type), "serial")
	return notNull && col.Default == "" && col.Identity == "" && col.Generated == "" && !serial
}
