package sql

import (
	"errors"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/templates/sql"
)

func (c *checker) expectFunction(f *manifest.Function) *pg.Node {
	s := &pg.CreateFunctionStmt{Replace: true, Funcname: strs(path(f.Schema, f.Name)...)}
	for _, a := range f.Args {
		for _, p := range c.functionArg(f, a).params {
			named := &pg.FunctionParameter{Name: a.Key}
			if fp := p.GetFunctionParameter(); fp != nil {
				named.ArgType, named.Mode, named.Defexpr = fp.ArgType, fp.Mode, fp.Defexpr
			}
			s.Parameters = append(s.Parameters, &pg.Node{Node: &pg.Node_FunctionParameter{FunctionParameter: named}})
		}
	}
	returns := c.functionReturns(f)
	s.ReturnType = returns.returns
	s.Parameters = append(s.Parameters, returns.params...)
	s.Options = []*pg.Node{option("language", str(f.Language))}
	if f.Volatility != "" {
		s.Options = append(s.Options, option("volatility", str(f.Volatility)))
	}
	if f.Strict {
		s.Options = append(s.Options, option("strict", boolean(true)))
	}
	if f.Security != "" {
		s.Options = append(s.Options, option("security", boolean(f.Security == "definer")))
	}
	if f.SearchPath != nil {
		s.Options = append(s.Options, option("set", setNode(set("search_path", f.SearchPath...))))
	}
	s.Options = append(s.Options, option("as", list(str("\n"+strings.Trim(f.Body, "\n")+"\n"))))
	return &pg.Node{Node: &pg.Node_CreateFunctionStmt{CreateFunctionStmt: s}}
}

func (c *checker) functionArg(f *manifest.Function, a manifest.KeyValue) *fragment {
	at := a.Range
	if at.Filename == "" {
		at = f.Range
	}
	return c.use(argPlace, a.Value, at, "the argument "+a.Key+" of "+f.Address)
}

func (c *checker) functionReturns(f *manifest.Function) *fragment {
	return c.use(returnsPlace, f.Returns, f.At.Of("returns", f.Range), "the result of "+f.Address)
}

func (c *checker) viewQuery(v *manifest.View) *fragment {
	return c.use(queryPlace, v.Query, v.At.Of("query", v.Range), "the query of "+v.Address)
}

func (c *checker) expectView(v *manifest.View) *pg.Node {
	query := c.viewQuery(v).query
	if v.Materialized {
		return &pg.Node{Node: &pg.Node_CreateTableAsStmt{CreateTableAsStmt: &pg.CreateTableAsStmt{Query: query,
			Into:    &pg.IntoClause{Rel: relation(v.Schema, v.Name), OnCommit: pg.OnCommitAction_ONCOMMIT_NOOP},
			Objtype: pg.ObjectType_OBJECT_MATVIEW, IfNotExists: true}}}
	}
	return &pg.Node{Node: &pg.Node_ViewStmt{ViewStmt: &pg.ViewStmt{View: relation(v.Schema, v.Name), Query: query, Replace: true,
		WithCheckOption: pg.ViewCheckOption_NO_CHECK_OPTION}}}
}

// The bits of a trigger's timing and events, from the server's pg_trigger.h.
var (
	timingBits = map[string]int32{"after": 0, "before": 2, "instead of": 64}
	eventBits  = map[string]int32{"insert": 4, "delete": 8, "update": 16, "truncate": 32}
)

func (c *checker) expectTrigger(t *manifest.Trigger) *pg.Node {
	s := &pg.CreateTrigStmt{Replace: true, Trigname: t.Name, Row: t.ForEach == "row", Timing: timingBits[t.When]}
	if t.Table != nil {
		s.Relation = tableRelation(t.Table)
	} else if t.View != nil {
		s.Relation = relation(t.View.Schema, t.View.Name)
	}
	if t.Function != nil {
		s.Funcname = strs(path(t.Function.Schema, t.Function.Name)...)
	} else {
		s.Funcname = strs(strings.Split(t.FunctionName, ".")...)
	}
	for _, e := range t.Events {
		s.Events |= eventBits[e]
		if e == "update" {
			s.Columns = strs(t.Columns...)
		}
	}
	if len(s.Columns) == 0 {
		s.Columns = nil
	}
	if t.Condition != "" {
		s.WhenClause = c.triggerCondition(t).expr
	}
	return &pg.Node{Node: &pg.Node_CreateTrigStmt{CreateTrigStmt: s}}
}

func (c *checker) triggerCondition(t *manifest.Trigger) *fragment {
	return c.use(exprPlace, t.Condition, t.At.Of("condition", t.Range), "the condition of "+t.Address)
}

var commented = map[string]pg.ObjectType{
	"TABLE": pg.ObjectType_OBJECT_TABLE, "COLUMN": pg.ObjectType_OBJECT_COLUMN, "FUNCTION": pg.ObjectType_OBJECT_FUNCTION,
	"VIEW": pg.ObjectType_OBJECT_VIEW, "MATERIALIZED VIEW": pg.ObjectType_OBJECT_MATVIEW,
}

func (c *checker) expectComment(op *sql.Comment) *pg.Node {
	s := &pg.CommentStmt{Objtype: commented[op.Object], Comment: op.Text}
	names := path(op.Schema, op.Name)
	switch op.Object {
	case "COLUMN":
		s.Object = list(strs(append(names, op.Column)...)...)
	case "FUNCTION":
		s.Object = c.signedFunction(names, op.Args)
	default:
		s.Object = list(strs(names...)...)
	}
	return &pg.Node{Node: &pg.Node_CommentStmt{CommentStmt: s}}
}

// signedFunction names a function by the types of its arguments.
func (c *checker) signedFunction(names, args []string) *pg.Node {
	o := &pg.ObjectWithArgs{Objname: strs(names...)}
	for _, a := range args {
		for _, p := range c.fragment(argPlace, a).params {
			fp := p.GetFunctionParameter()
			o.Objargs = append(o.Objargs, &pg.Node{Node: &pg.Node_TypeName{TypeName: fp.GetArgType()}})
			o.Objfuncargs = append(o.Objfuncargs, &pg.Node{Node: &pg.Node_FunctionParameter{
				FunctionParameter: &pg.FunctionParameter{ArgType: fp.GetArgType(), Mode: fp.GetMode()}}})
		}
	}
	return &pg.Node{Node: &pg.Node_ObjectWithArgs{ObjectWithArgs: o}}
}

var granted = map[string]pg.ObjectType{
	"table": pg.ObjectType_OBJECT_TABLE, "view": pg.ObjectType_OBJECT_TABLE, "sequence": pg.ObjectType_OBJECT_SEQUENCE,
	"function": pg.ObjectType_OBJECT_FUNCTION, "schema": pg.ObjectType_OBJECT_SCHEMA, "database": pg.ObjectType_OBJECT_DATABASE,
	"all_tables": pg.ObjectType_OBJECT_TABLE, "all_sequences": pg.ObjectType_OBJECT_SEQUENCE, "all_functions": pg.ObjectType_OBJECT_FUNCTION,
}

func (c *checker) expectGrant(g *sql.Grant) *pg.Node {
	s := &pg.GrantStmt{IsGrant: true, Targtype: pg.GrantTargetType_ACL_TARGET_OBJECT, Objtype: granted[g.On],
		GrantOption: g.WithGrant, Behavior: pg.DropBehavior_DROP_RESTRICT}
	for _, p := range g.Privileges {
		if p != "ALL" {
			s.Privileges = append(s.Privileges, privilege(strings.ToLower(p)))
		}
	}
	for _, r := range g.To {
		s.Grantees = append(s.Grantees, roleNode(r))
	}
	if strings.HasPrefix(g.On, "all_") {
		s.Targtype = pg.GrantTargetType_ACL_TARGET_ALL_IN_SCHEMA
		schema := g.Schema
		if schema == "" {
			schema = "public"
		}
		s.Objects = strs(schema)
	}
	for i, o := range g.Objects {
		switch g.On {
		case "schema", "database":
			s.Objects = append(s.Objects, str(o))
		case "function":
			s.Objects = append(s.Objects, c.signedFunction(path(g.Schema, o), g.Args[i]))
		default:
			s.Objects = append(s.Objects, relationNode(relation(g.Schema, o)))
		}
	}
	return &pg.Node{Node: &pg.Node_GrantStmt{GrantStmt: s}}
}

func (c *checker) expectInsert(op *sql.Insert) *pg.Node {
	s := &pg.InsertStmt{Relation: tableRelation(op.Seed.Table), Override: pg.OverridingKind_OVERRIDING_NOT_SET}
	for _, col := range op.Columns {
		s.Cols = append(s.Cols, target(col.Name, nil))
	}
	if op.Guarded {
		s.SelectStmt = c.expectGuarded(op)
		return &pg.Node{Node: &pg.Node_InsertStmt{InsertStmt: s}}
	}
	values := &pg.SelectStmt{}
	for _, row := range op.Rows {
		items := make([]*pg.Node, len(row))
		for i, v := range row {
			items[i] = c.seedValue(op.Seed, op.Columns[i], v)
		}
		values.ValuesLists = append(values.ValuesLists, list(items...))
	}
	s.SelectStmt = selectNode(values)
	s.OnConflictClause = &pg.OnConflictClause{Action: pg.OnConflictAction_ONCONFLICT_NOTHING}
	if len(op.Conflict) > 0 {
		s.OnConflictClause.Infer = &pg.InferClause{IndexElems: indexColumns(op.Conflict)}
	}
	if len(op.Update) > 0 {
		s.OnConflictClause.Action = pg.OnConflictAction_ONCONFLICT_UPDATE
		for _, u := range op.Update {
			s.OnConflictClause.TargetList = append(s.OnConflictClause.TargetList, target(u, columnRef("excluded", u)))
		}
	}
	return &pg.Node{Node: &pg.Node_InsertStmt{InsertStmt: s}}
}

// expectSequence is the query that sets a sequence beyond the inserted values.
func (c *checker) expectSequence(op *sql.SetSequence) []*pg.Node {
	table, err := tableName(op.Table)
	column, errColumn := quote.SQLIdent(op.Column.Name)
	tableText, errTable := quote.SQLLiteral(table)
	columnText, errText := quote.SQLLiteral(op.Column.Name)
	if errors.Join(err, errColumn, errTable, errText) != nil { // reported by the renderer
		c.failed = true
		return nil
	}
	sequence := "pg_get_serial_sequence(" + tableText + ", " + columnText + ")"
	stmts, fail := parse("SELECT setval(" + sequence + ", largest) FROM (SELECT max(" + column + ") AS largest FROM " + table + ") AS seeded" +
		" WHERE largest > coalesce(pg_sequence_last_value(" + sequence + "::regclass), 0)")
	if fail != nil || len(stmts) != 1 {
		c.failed = true
		return nil
	}
	return []*pg.Node{stmts[0].Stmt}
}

// tableName is the name of a table as SQL, with its schema unless that is public.
func tableName(t *manifest.Table) (string, error) {
	name, err := quote.SQLIdent(t.Name)
	if t.Schema == "" || t.Schema == "public" {
		return name, err
	}
	schema, errSchema := quote.SQLIdent(t.Schema)
	return schema + "." + name, errors.Join(err, errSchema)
}

// expectGuarded is the query of an insert that first checks for an equal row.
func (c *checker) expectGuarded(op *sql.Insert) *pg.Node {
	values := &pg.SelectStmt{}
	var plain, computed []*pg.Node
	for i, col := range op.Columns {
		v := op.Rows[0][i]
		node := c.seedValue(op.Seed, col, v)
		values.TargetList = append(values.TargetList, target("", node))
		name, value := columnRef(col.Name), cast(node, c.baseType(col))
		if sql.NoEquality(col.Type) {
			name, value = cast(name, plainType("text")), cast(value, plainType("text"))
		}
		cond := &pg.Node{Node: &pg.Node_AExpr{AExpr: &pg.A_Expr{Kind: pg.A_Expr_Kind_AEXPR_NOT_DISTINCT, Name: strs("="), Lexpr: name, Rexpr: value}}}
		if v.Expr != "" {
			computed = append(computed, cond)
		} else {
			plain = append(plain, cond)
		}
	}
	if len(plain) == 0 {
		plain = computed
	}
	if len(plain) == 0 { // reported as a row without columns
		c.failed = true
		return nil
	}
	where := plain[0]
	if len(plain) > 1 {
		where = &pg.Node{Node: &pg.Node_BoolExpr{BoolExpr: &pg.BoolExpr{Boolop: pg.BoolExprType_AND_EXPR, Args: plain}}}
	}
	look := selectNode(&pg.SelectStmt{FromClause: []*pg.Node{relationNode(tableRelation(op.Seed.Table))}, WhereClause: where})
	exists := &pg.Node{Node: &pg.Node_SubLink{SubLink: &pg.SubLink{SubLinkType: pg.SubLinkType_EXISTS_SUBLINK, Subselect: look}}}
	values.WhereClause = &pg.Node{Node: &pg.Node_BoolExpr{BoolExpr: &pg.BoolExpr{Boolop: pg.BoolExprType_NOT_EXPR, Args: []*pg.Node{exists}}}}
	return selectNode(values)
}

func (c *checker) baseType(col *manifest.Column) *pg.TypeName {
	return c.fragment(typePlace, sql.BaseType(col.Type)).column.GetTypeName()
}

func (c *checker) seedValue(s *manifest.Seed, col *manifest.Column, v manifest.SeedValue) *pg.Node {
	if v.Expr != "" {
		return c.seedExpr(s, v).expr
	}
	text, kind := sql.Constant(col.Type, v.Value)
	switch kind {
	case sql.ConstString:
		return constString(text)
	case sql.ConstNumber:
		return constNumber(text)
	case sql.ConstArray:
		element := &manifest.Column{Type: sql.ElementType(col.Type)}
		array := &pg.A_ArrayExpr{}
		for _, e := range v.Value.([]any) {
			array.Elements = append(array.Elements, c.seedValue(s, element, manifest.SeedValue{Value: e}))
		}
		return cast(&pg.Node{Node: &pg.Node_AArrayExpr{AArrayExpr: array}}, c.fragment(typePlace, col.Type).column.GetTypeName())
	case sql.ConstWord:
	}
	return constWord(text)
}

func (c *checker) seedExpr(s *manifest.Seed, v manifest.SeedValue) *fragment {
	at := v.Range
	if at.Filename == "" {
		at = s.Range
	}
	return c.use(exprPlace, v.Expr, at, "the expression of "+v.Column+" in "+s.Address)
}
