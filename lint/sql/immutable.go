package sql

import (
	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
)

// impurity is something in an expression whose result depends on more than its arguments.
type impurity struct {
	what       string
	volatility byte
	location   int32
}

// impure notes what isn't immutable; the first counts.
func (r *resolver) impure(what string, volatility byte, location int32) {
	if r.impurity == nil {
		r.impurity = &impurity{what, volatility, location}
	}
}

// converts notes a conversion that isn't immutable.
func (r *resolver) converts(from, want typ, context byte, location int32) {
	from, want = base(from), base(want)
	if from == want || from == anyType || want == anyType || from == literal || from == "record" || from == "_record" {
		return
	}
	if v, found := r.c.conversion(from, want, context); found && v != 0 && v != catalogue.Immutable {
		r.impure("the conversion of "+readable(from)+" to "+readable(want), v, location)
	}
}

// fixed checks an expression that the server computes once and keeps: for an index or a generated column.
func (c *checker) fixed(r *resolver, what string) {
	i := r.impurity
	if i == nil || c.words.openOperators {
		return
	}
	why := "depends on settings such as the time zone, or on the moment"
	if i.volatility == catalogue.Volatile {
		why = "isn't declared immutable"
	}
	c.report(ruleImmutable.At(r.place(i.location), "%s uses %s, which %s. PostgreSQL accepts only immutable functions and operators in %s.%s", upperFirst(r.of), i.what, why, what, instead(i.what)))
}

// instead is how the usual cases are written.
func instead(what string) string {
	switch what {
	case "the function to_tsvector":
		return " Name the configuration: to_tsvector('english', …)."
	case "the function now", "CURRENT_TIMESTAMP", "CURRENT_DATE":
		return " Compare with the time in the query instead."
	case "the function date_trunc", "the function date_part", "the function extract", "the function to_char":
		return " Convert to a fixed time zone first: (… AT TIME ZONE 'UTC')."
	case "the conversion of timestamptz to date", "the conversion of timestamptz to timestamp":
		return " Write (… AT TIME ZONE 'UTC')."
	}
	return ""
}

// places of expressions that only see one row, as messages name them.
const (
	inCheck     = "a check"
	inDefault   = "a default"
	inGenerated = "a generated column"
	inIndex     = "an index"
	inPredicate = "the condition of an index"
)

// oneRow reports what an expression that only sees one row can't contain: queries, aggregates, window
// functions and functions that return rows.
func (c *checker) oneRow(r *resolver, n *pg.Node, where string) (ok bool) {
	what, location := "", int32(-1)
	note := func(text string, at int32) {
		if what == "" {
			what, location = text, at
		}
	}
	walk(n, func(n any) bool {
		switch n := n.(type) {
		case *pg.SubLink:
			note("a query", n.Location)
		case *pg.GroupingFunc:
			note("GROUPING", n.Location)
		case *pg.FuncCall:
			name := lastName(n.Funcname)
			kinds := c.kinds(name)
			switch {
			case n.Over != nil:
				note("the window function "+name, n.Location)
			case kinds == "a":
				note("the aggregate "+name, n.Location)
			case kinds == "w":
				note("the window function "+name, n.Location)
			case kinds == "s":
				note("the function "+name+", which returns rows", n.Location)
			}
		}
		return what == ""
	})
	if what == "" {
		return true
	}
	hint := ""
	if where == inCheck {
		hint = " Use a foreign key, a unique key or a trigger."
	}
	c.report(ruleOneRow.At(r.place(location), "%s contains %s, which PostgreSQL doesn't allow in %s: it sees one row alone.%s", upperFirst(r.of), what, where, hint))
	return false
}

// kinds is what all functions of a name are: a aggregates, w window functions, s functions that return
// rows; "" if they differ or are none of these.
func (c *checker) kinds(name string) string {
	for _, f := range c.db.Functions {
		if f.Name == name {
			return ""
		}
	}
	kind := ""
	for _, f := range catalogue.Functions(name) {
		k := ""
		switch {
		case !c.provides(f.Extension):
			continue
		case f.Kind == 'a' || f.Kind == 'w':
			k = string(f.Kind)
		case f.Set:
			k = "s"
		}
		if k == "" || kind != "" && kind != k {
			return ""
		}
		kind = k
	}
	return kind
}

// frozen reports a word such as 'now' that becomes a time when the object is created.
func (r *resolver) frozen(text string, want typ, location int32) {
	if !r.kept || !momentWord(text, want) {
		return
	}
	better := map[string]string{"date": "CURRENT_DATE", "time": "LOCALTIME", "timetz": "CURRENT_TIME"}[want]
	if better == "" {
		better = "now()"
	}
	if r.once("frozen " + text) {
		r.c.report(ruleFrozen.At(r.place(location), "%s has the text '%s', which PostgreSQL replaces by the time when the database is set up, so it never changes. Write %s, without quotes.", upperFirst(r.of), text, better))
	}
}

// rowExpr checks an expression of a table over its own columns: names, types, and what its place allows.
func (c *checker) rowExpr(t *manifest.Table, f *fragment, n *pg.Node, text string, at hcl.Range, of, where string) {
	if f.fail != nil || n == nil {
		return
	}
	r := c.resolver(f, text, at, of)
	r.kept = true
	if !c.oneRow(r, n, where) {
		return
	}
	in := (*scope)(nil).child()
	in.sources = []*source{{name: t.Name, columns: columnNames(t), types: c.columnTypes(t)}}
	before := len(c.diags)
	got := r.value(n, in)
	if len(c.diags) > before {
		return
	}
	switch where {
	case inCheck, inPredicate:
		if !c.coercible(got, "bool", assignment) {
			r.mismatch(0, "condition", "%s is %s, but must be a condition (boolean).", upperFirst(of), readable(got))
			return
		}
		if where == inPredicate {
			c.fixed(r, where)
		}
		c.never(r, n)
	case inIndex, inGenerated:
		c.fixed(r, where)
	}
}

func (c *checker) columnTypes(t *manifest.Table) []typ {
	out := make([]typ, len(t.Columns))
	for i, col := range t.Columns {
		out[i] = c.writtenType(col.Type)
	}
	return out
}

// never reports a BETWEEN whose limits are the wrong way round.
func (c *checker) never(r *resolver, n *pg.Node) {
	walk(n, func(n any) bool {
		e, ok := n.(*pg.A_Expr)
		if !ok || e.Kind != pg.A_Expr_Kind_AEXPR_BETWEEN {
			return true
		}
		items := e.Rexpr.GetList().GetItems()
		if len(items) != 2 {
			return true
		}
		low, high := numberOf(items[0]), numberOf(items[1])
		if low != nil && high != nil && low.Cmp(high) > 0 {
			c.report(ruleNever.At(r.place(e.Location), "%s is never true: its BETWEEN has the larger number first. Write BETWEEN %s AND %s.", upperFirst(r.of), text.Number(high), text.Number(low)))
		}
		return true
	})
}
