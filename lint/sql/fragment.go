package sql

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/templates/sql"
)

// A fragment is SQL that the manifest contains verbatim. Each is parsed by
// itself, in the smallest statement with a place for it, and must fill exactly
// that place: then it can't break out of where the renderer puts it.
type fragment struct {
	expr     *pg.Node               // an expression
	column   *pg.ColumnDef          // a column's type and collation
	params   []*pg.Node             // an argument of a function; what RETURNS TABLE adds
	returns  *pg.TypeName           // the result of a function
	element  *pg.Node               // an element of an index
	query    *pg.Node               // a query
	stmts    []*pg.RawStmt          // any statements
	fail     *failure               // why it is none of these
	offset   int                    // offset of the text in what was parsed
	reported map[hcl.Range]struct{} // where it was reported
}

// place is the surrounding text in which a fragment is parsed.
type place struct {
	what          string // "an expression"
	before, after string
	take          func(f *fragment, stmts []*pg.RawStmt) bool
}

var (
	exprPlace = &place{"one SQL expression", "SELECT ROW(\n", "\n)", func(f *fragment, stmts []*pg.RawStmt) bool {
		s := only(stmts).GetSelectStmt()
		if s == nil || len(s.TargetList) != 1 || s.TargetList[0].GetResTarget().GetName() != "" {
			return false
		}
		row := s.TargetList[0].GetResTarget().GetVal().GetRowExpr()
		if row == nil || len(row.Args) != 1 || noValue(row.Args[0]) {
			return false
		}
		f.expr = row.Args[0]
		return same(s, &pg.SelectStmt{TargetList: s.TargetList, LimitOption: s.LimitOption, Op: s.Op})
	}}
	typePlace = &place{"one SQL type", "CREATE TABLE t (c\n", "\n)", func(f *fragment, stmts []*pg.RawStmt) bool {
		s := only(stmts).GetCreateStmt()
		if s == nil || len(s.TableElts) != 1 || s.InhRelations != nil || s.Options != nil {
			return false
		}
		f.column = s.TableElts[0].GetColumnDef()
		return f.column != nil && f.column.Constraints == nil && f.column.Fdwoptions == nil &&
			f.column.StorageName == "" && f.column.Compression == ""
	}}
	argPlace = &place{"the type of one argument", "CREATE FUNCTION f(a\n", "\n) RETURNS void LANGUAGE sql AS ''", func(f *fragment, stmts []*pg.RawStmt) bool {
		s := only(stmts).GetCreateFunctionStmt()
		if s == nil || len(s.Parameters) != 1 || len(s.Options) != 2 || len(s.ReturnType.GetNames()) != 1 {
			return false
		}
		f.params = s.Parameters
		fp := s.Parameters[0].GetFunctionParameter()
		return fp.GetName() == "a" && fp.GetMode() == pg.FunctionParameterMode_FUNC_PARAM_DEFAULT
	}}
	returnsPlace = &place{"the type of a function's result", "CREATE FUNCTION f() RETURNS\n", "\nLANGUAGE sql AS ''", func(f *fragment, stmts []*pg.RawStmt) bool {
		s := only(stmts).GetCreateFunctionStmt()
		if s == nil || len(s.Options) != 2 || s.ReturnType == nil || s.SqlBody != nil {
			return false
		}
		f.params, f.returns = s.Parameters, s.ReturnType
		return true
	}}
	elementPlace = &place{"one element of an index", "CREATE INDEX ON t (\n", "\n)", func(f *fragment, stmts []*pg.RawStmt) bool {
		s := only(stmts).GetIndexStmt()
		if s == nil || len(s.IndexParams) != 1 || s.IndexIncludingParams != nil || s.Options != nil || s.WhereClause != nil ||
			s.NullsNotDistinct || s.TableSpace != "" {
			return false
		}
		f.element = s.IndexParams[0]
		return true
	}}
	queryPlace = &place{"one query", "", "", func(f *fragment, stmts []*pg.RawStmt) bool {
		f.query = only(stmts)
		s := f.query.GetSelectStmt()
		return s != nil && s.IntoClause == nil
	}}
	onePlace = &place{"one SQL statement", "", "", func(f *fragment, stmts []*pg.RawStmt) bool {
		f.stmts = stmts
		return len(stmts) == 1
	}}
	anyPlace = &place{"SQL", "", "", func(f *fragment, stmts []*pg.RawStmt) bool {
		f.stmts = stmts
		return true
	}}
)

func only(stmts []*pg.RawStmt) *pg.Node {
	if len(stmts) != 1 {
		return nil
	}
	return stmts[0].GetStmt()
}

// noValue reports what the grammar accepts as an expression but has no value:
// t.* and *, and DEFAULT. A row compared as a whole (OLD.* IS DISTINCT FROM
// NEW.*) has one.
func noValue(n *pg.Node) bool {
	for _, f := range n.GetColumnRef().GetFields() {
		if f.GetAStar() != nil {
			return true
		}
	}
	found := false
	walk(n, func(n any) bool {
		_, is := n.(*pg.SetToDefault)
		found = found || is
		return !found
	})
	return found
}

// key tells fragments apart: the same text may be the query of a view and a statement of its own.
func (p *place) key(text string) string { return p.what + "\x00" + p.before + "\x00" + text }

// wrap puts a text into its place. It drops trailing semicolons, and keeps
// leading space so that line numbers don't change.
func (p *place) wrap(text string) string {
	if p == queryPlace || p == onePlace {
		lead := len(text) - len(strings.TrimLeft(text, " \t\n"))
		text = text[:lead] + sql.StatementText(text)
	}
	return p.before + text + p.after
}

// fragment parses a text in its place, each text once.
func (c *checker) fragment(p *place, text string) *fragment {
	if f := c.fragments[p.key(text)]; f != nil {
		return f
	}
	stmts, fail := parse(p.wrap(text))
	return c.keep(p, text, stmts, fail, 0)
}

// keep stores a parsed text as a fragment.
func (c *checker) keep(p *place, text string, stmts []*pg.RawStmt, fail *failure, start int) *fragment {
	f := &fragment{fail: fail, offset: start + len(p.before), reported: map[hcl.Range]struct{}{}}
	c.fragments[p.key(text)] = f
	switch {
	case fail == nil && !p.take(f, stmts):
		f.fail = &failure{message: "this is something else, or more than one"}
	case fail != nil && fail.line > 0:
		fail.line -= strings.Count(p.before, "\n")
		if n := strings.Count(text, "\n") + 1; fail.line > n || fail.line < 1 {
			fail.line, fail.column = n, 0 // something is missing at its end
		}
	}
	return f
}

// use parses a text at a range and reports its errors.
func (c *checker) use(p *place, text string, at hcl.Range, of string) *fragment {
	f := c.fragment(p, text)
	c.failed = c.failed || f.fail != nil
	if _, again := f.reported[at]; again {
		return f
	}
	f.reported[at] = struct{}{}
	if f.fail == nil {
		c.known(f, text, at, of)
		return f
	}
	c.reportFailure(f.fail, p.what, at, of)
	return f
}

func (c *checker) reportFailure(f *failure, what string, at hcl.Range, of string) {
	if f.deep {
		c.report(ruleTooDeep.At(at, "%s is nested more than %d levels deep. Split it up.", upperFirst(of), maxOpen))
		return
	}
	where := ""
	if f.line > 0 && f.column > 0 {
		where = fmt.Sprintf(", at line %d, column %d of it", f.line, f.column)
		at = c.lineAt(at, f.line)
	}
	c.report(ruleSyntax.At(at, "%s must be %s. PostgreSQL's parser says: %s%s.", upperFirst(of), what, f.message, where))
}

// lineAt narrows the range of a here-document to one of its lines.
func (c *checker) lineAt(at hcl.Range, line int) hcl.Range {
	file := c.m.Files[at.Filename]
	l := at.Start.Line + line
	if file == nil || l >= at.End.Line || at.Start.Byte >= at.End.Byte || at.End.Byte > len(file.Bytes) {
		return at
	}
	if !strings.HasPrefix(string(file.Bytes[at.Start.Byte:at.End.Byte]), "<<") {
		return at
	}
	start := at.Start.Byte
	for n := at.Start.Line; n < l; n++ {
		i := strings.IndexByte(string(file.Bytes[start:at.End.Byte]), '\n')
		if i < 0 {
			return at
		}
		start += i + 1
	}
	end := start
	for end < at.End.Byte && file.Bytes[end] != '\n' {
		end++
	}
	if start == end {
		return at
	}
	return hcl.Range{Filename: at.Filename, Start: hcl.Pos{Line: l, Column: 1, Byte: start},
		End: hcl.Pos{Line: l, Column: 1 + len([]rune(string(file.Bytes[start:end]))), Byte: end}}
}

// upperFirst capitalizes a sentence; addresses stay unchanged.
func upperFirst(s string) string {
	if word, _, _ := strings.Cut(s, " "); strings.Contains(word, ".") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
