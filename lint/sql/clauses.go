package sql

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/templates/sql"
)

// star reports whether an element of a select list stands for several columns.
func star(n *pg.Node) bool {
	fields := n.GetColumnRef().GetFields()
	return len(fields) > 0 && fields[len(fields)-1].GetAStar() != nil
}

// settled is the type that a literal has where nothing else decides.
func settled(t typ) typ {
	if t == literal {
		return "text"
	}
	return t
}

// where resolves a condition.
func (r *resolver) where(n *pg.Node, in *scope, what string) {
	r.expr(n, in)
	r.condition(n, in, what)
}

// limit resolves a number of rows.
func (r *resolver) limit(n *pg.Node, in *scope, what string) {
	if n == nil {
		return
	}
	if t := r.value(n, in); !r.c.coercible(t, "int8", assignment) {
		r.mismatch(position32(n), what+t, "%s has %s for %s, which must be a whole number (bigint).", upperFirst(r.of), readable(t), what)
	}
}

// row resolves a row of VALUES and returns the types.
func (r *resolver) row(n *pg.Node, in *scope) []typ {
	var out []typ
	for _, item := range n.GetList().GetItems() {
		out = append(out, r.value(item, in))
	}
	return out
}

// together is what a UNION and its like yield.
func (r *resolver) together(left, right *source, s *pg.SelectStmt) *source {
	out := &source{columns: left.columns, open: left.open}
	if left.outputs == nil || right.outputs == nil {
		return out
	}
	if len(left.outputs) != len(right.outputs) {
		r.mismatch(-1, "set operation", "%s combines queries of %d and %d columns.", upperFirst(r.of), len(left.outputs), len(right.outputs))
		return out
	}
	out.outputs = make([]typ, len(left.outputs))
	for i := range out.outputs {
		t, ok := r.c.common([]typ{left.outputs[i], right.outputs[i]})
		if !ok && s.Larg.GetLarg() == nil {
			r.mismatch(-1, "set operation", "%s combines queries whose column %d is %s in one and %s in the other.", upperFirst(r.of), i+1, readable(left.outputs[i]), readable(right.outputs[i]))
			return out
		}
		out.outputs[i] = t
	}
	if len(out.columns) == len(out.outputs) {
		out.types = slices.Clone(out.outputs)
		for i := range out.types {
			out.types[i] = settled(out.types[i])
		}
	}
	return out
}

// assigns checks a value that is assigned to a column of a table.
func (r *resolver) assigns(target *source, t *pg.ResTarget, in *scope) {
	n := t.GetVal()
	r.expr(n, in)
	if len(t.GetIndirection()) > 0 || n.GetMultiAssignRef() != nil || n.GetSetToDefault() != nil {
		return
	}
	r.assign(target, t.GetName(), n, r.typ(n, in))
}

// assign reports a value that can't be stored in a column.
func (r *resolver) assign(target *source, column string, n *pg.Node, is typ) {
	want, _ := target.typeOf(column)
	if target.open || want == anyType {
		return
	}
	col := target.column(column)
	if !r.c.coercible(is, want, assignment) {
		r.mismatch(position32(n), "assign "+column+is, "%s gives %s, which is %s, a value of type %s. Cast it, or change the column's type.", upperFirst(r.of), column, readable(want), readable(is))
		return
	}
	if problem := r.c.misfitConstant(want, col, n, is); problem != "" && r.once("literal "+want+problem) && !r.c.words.openOperators {
		r.c.report(ruleRowType.At(r.place(position32(n)), "%s gives %s, which is %s, a value that doesn't fit: %s.", upperFirst(r.of), column, readable(want), problem))
	}
}

// inserted checks the values of an INSERT against its columns.
func (r *resolver) inserted(target *source, columns []string, sel *pg.SelectStmt, out *source) {
	if rows := sel.ValuesLists; rows != nil {
		for _, row := range rows {
			items := row.GetList().GetItems()
			if len(items) != len(columns) && !target.open {
				r.counts(len(columns), len(items))
				return
			}
			for i, item := range items {
				if i < len(columns) && item.GetSetToDefault() == nil {
					r.assign(target, columns[i], item, r.typ(item, nil))
				}
			}
		}
		return
	}
	if out.outputs == nil || sel.Larg != nil {
		return
	}
	if len(out.outputs) != len(columns) && !target.open && len(out.outputs) != 0 {
		if len(out.outputs) < len(columns) && columns != nil && sameColumns(target, columns) {
			return // by position: the others have their defaults
		}
		r.counts(len(columns), len(out.outputs))
		return
	}
	for i, t := range out.outputs {
		if i < len(columns) && i < len(sel.TargetList) {
			r.assign(target, columns[i], sel.TargetList[i].GetResTarget().GetVal(), t)
		}
	}
}

func sameColumns(target *source, columns []string) bool { return slices.Equal(target.columns, columns) }

func (r *resolver) counts(columns, values int) {
	r.mismatch(-1, "counts", "%s inserts %d values into %d columns.", upperFirst(r.of), values, columns)
}

// conflictKey checks the columns of ON CONFLICT.
func (r *resolver) conflictKey(infer *pg.InferClause, target *source) {
	if infer == nil || infer.Conname != "" || len(infer.IndexElems) == 0 || target.open || target.rel == nil || target.rel.table == nil {
		return
	}
	t := target.rel.table
	var columns []string
	for _, e := range infer.IndexElems {
		x := e.GetIndexElem()
		if x.GetName() == "" || columnOf(t, x.GetName()) == nil {
			return // an expression, or reported
		}
		if !slices.Contains(columns, x.Name) {
			columns = append(columns, x.Name)
		}
	}
	if isKey(t, columns) || r.c.catalog.moreIndexes || infer.WhereClause != nil || partialKey(r.c, columns, target) {
		return
	}
	r.c.report(ruleConflict.At(r.place(infer.Location), "%s has ON CONFLICT (%s), but (%s) is neither the primary key of %s nor unique, so PostgreSQL refuses it. Name the columns of a key, or add unique = [[%s]] to the table.",
		upperFirst(r.of), strings.Join(columns, ", "), strings.Join(columns, ", "), t.Address, strings.Join(text.Quoted(columns), ", ")))
}

// partialKey reports whether a unique index that isn't simple may be on the columns.
func partialKey(c *checker, columns []string, target *source) bool {
	for _, i := range target.rel.table.Indexes {
		if !i.Unique || i.Where != "" { // a condition must be repeated
			continue
		}
		var on []string
		for _, e := range i.On {
			on = append(on, c.fragment(elementPlace, e).element.GetIndexElem().GetName())
		}
		if slices.Equal(slices.Sorted(slices.Values(on)), slices.Sorted(slices.Values(columns))) {
			return true
		}
	}
	return false
}

// column is the written type of a table's column; "" if a source is no table.
func (s *source) column(name string) string {
	if s.rel == nil || s.rel.table == nil {
		return ""
	}
	if c := columnOf(s.rel.table, name); c != nil {
		return sql.BaseType(c.Type)
	}
	return ""
}

// misfitConstant says why a constant can't be stored in a column, "" if it may be.
func (c *checker) misfitConstant(want typ, written string, n *pg.Node, is typ) string {
	var mods []int
	if f := c.fragment(typePlace, written); written != "" && f.fail == nil {
		mods = typmod(f.column.GetTypeName())
	}
	if k := n.GetAConst(); k != nil && is == literal {
		text := k.GetSval()
		if text == nil || k.Isnull {
			return ""
		}
		if problem := tooLong(want, mods, text.GetSval()); problem != "" {
			return problem
		}
		return c.misfitText(want, mods, text.GetSval())
	}
	if v := numberOf(n); v != nil {
		if v.IsInt() {
			if problem := tooLong(want, mods, v.Num().String()); problem != "" {
				return problem
			}
		}
		if problem := outOfRange(want, v); problem != "" {
			return problem
		}
		return misfitDigits(want, mods, v)
	}
	return ""
}
