package sql

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/sql"
)

// expect is the parse tree that a statement should have, built only from the
// model and the fragments. A Raw has several, a DO statement those of its body.
func (c *checker) expect(st *sql.Statement) []*pg.Node {
	switch op := st.Op.(type) {
	case *sql.Set:
		return []*pg.Node{setNode(set(op.Name, op.Value))}
	case *sql.SearchPath:
		return []*pg.Node{setNode(set("search_path", op.Schemas...))}
	case *sql.Begin:
		return []*pg.Node{transaction(pg.TransactionStmtKind_TRANS_STMT_BEGIN)}
	case *sql.Commit:
		return []*pg.Node{transaction(pg.TransactionStmtKind_TRANS_STMT_COMMIT)}
	case *sql.CreateSchema:
		return []*pg.Node{{Node: &pg.Node_CreateSchemaStmt{CreateSchemaStmt: &pg.CreateSchemaStmt{Schemaname: op.Name, IfNotExists: true}}}}
	case *sql.CreateExtension:
		return []*pg.Node{expectExtension(op)}
	case *sql.UpdateExtension:
		return []*pg.Node{{Node: &pg.Node_AlterExtensionStmt{AlterExtensionStmt: &pg.AlterExtensionStmt{Extname: op.Name,
			Options: []*pg.Node{option("new_version", str(op.Version))}}}}}
	case *sql.AddEnumValue:
		s := &pg.AlterEnumStmt{TypeName: strs(path(op.Schema, op.Name)...), NewVal: op.Value, SkipIfNewValExists: true,
			NewValNeighbor: op.After + op.Before, NewValIsAfter: op.After != "" || op.Before == ""}
		return []*pg.Node{{Node: &pg.Node_AlterEnumStmt{AlterEnumStmt: s}}}
	case *sql.AlterRole:
		return []*pg.Node{expectRole(op.Role)}
	case *sql.GrantRole:
		return []*pg.Node{{Node: &pg.Node_GrantRoleStmt{GrantRoleStmt: &pg.GrantRoleStmt{IsGrant: true, Behavior: pg.DropBehavior_DROP_RESTRICT,
			GrantedRoles: []*pg.Node{privilege(op.Group)}, GranteeRoles: []*pg.Node{roleNode(op.Member)}}}}}
	case *sql.CreateTable:
		return []*pg.Node{c.expectTable(op)}
	case *sql.AddColumns:
		return []*pg.Node{c.expectColumns(op)}
	case *sql.CreateIndex:
		return []*pg.Node{c.expectIndex(op)}
	case *sql.CreateFunction:
		return []*pg.Node{c.expectFunction(op.Function)}
	case *sql.CreateView:
		return []*pg.Node{c.expectView(op.View)}
	case *sql.CreateTrigger:
		return []*pg.Node{c.expectTrigger(op.Trigger)}
	case *sql.Comment:
		return []*pg.Node{c.expectComment(op)}
	case *sql.Grant:
		return []*pg.Node{c.expectGrant(op)}
	case *sql.Insert:
		return []*pg.Node{c.expectInsert(op)}
	case *sql.Refresh:
		return []*pg.Node{{Node: &pg.Node_RefreshMatViewStmt{RefreshMatViewStmt: &pg.RefreshMatViewStmt{Relation: relation(op.Schema, op.Name)}}}}
	case *sql.Raw:
		var out []*pg.Node
		for _, s := range c.use(anyPlace, op.SQL, rawRange(op.RawSQL), op.Address).stmts {
			out = append(out, s.Stmt)
		}
		return out
	case *sql.CreateEnum, *sql.CreateRole, *sql.AddConstraints, *sql.SetSequence: // in a DO statement
		return []*pg.Node{{Node: &pg.Node_DoStmt{DoStmt: &pg.DoStmt{Args: []*pg.Node{option("as", str(st.Body))}}}}}
	}
	return nil
}

// expectBody lists the expected trees of the statements that a DO statement
// runs, in order.
func (c *checker) expectBody(op sql.DoOp) []*pg.Node {
	switch op := op.(type) {
	case *sql.CreateEnum:
		return []*pg.Node{{Node: &pg.Node_CreateEnumStmt{CreateEnumStmt: &pg.CreateEnumStmt{TypeName: strs(path(op.Schema, op.Name)...), Vals: strs(op.Values...)}}}}
	case *sql.CreateRole:
		return []*pg.Node{{Node: &pg.Node_CreateRoleStmt{CreateRoleStmt: &pg.CreateRoleStmt{StmtType: pg.RoleStmtType_ROLESTMT_ROLE, Role: op.Name}}}}
	case *sql.SetSequence:
		return c.expectSequence(op)
	case *sql.AddConstraints:
		var out []*pg.Node
		for _, con := range op.Constraints {
			out = append(out, alterTable(op.Table, &pg.AlterTableCmd{Subtype: pg.AlterTableType_AT_AddConstraint, Def: c.constraint(con)}))
		}
		return out
	}
	return nil
}

func transaction(kind pg.TransactionStmtKind) *pg.Node {
	return &pg.Node{Node: &pg.Node_TransactionStmt{TransactionStmt: &pg.TransactionStmt{Kind: kind}}}
}

func expectExtension(op *sql.CreateExtension) *pg.Node {
	s := &pg.CreateExtensionStmt{Extname: op.Name, IfNotExists: true}
	if op.Schema != "" {
		s.Options = append(s.Options, option("schema", str(op.Schema)))
	}
	if op.Version != "" {
		s.Options = append(s.Options, option("new_version", str(op.Version)))
	}
	return &pg.Node{Node: &pg.Node_CreateExtensionStmt{CreateExtensionStmt: s}}
}

func expectRole(r *manifest.Role) *pg.Node {
	var login []*pg.Node
	if r.User == nil { // otherwise deploy.sh ends the role's login, when nothing uses it any more
		login = []*pg.Node{option("canlogin", boolean(r.Login))}
	}
	return &pg.Node{Node: &pg.Node_AlterRoleStmt{AlterRoleStmt: &pg.AlterRoleStmt{Role: role(r.Name), Action: 1, Options: append(login,
		option("inherit", boolean(r.Inherit)), option("superuser", boolean(r.Superuser)),
		option("createdb", boolean(r.CreateDB)), option("createrole", boolean(r.CreateRole)), option("isreplication", boolean(r.Replication)),
	)}}}
}

func privilege(name string) *pg.Node {
	return &pg.Node{Node: &pg.Node_AccessPriv{AccessPriv: &pg.AccessPriv{PrivName: name}}}
}

func roleNode(name string) *pg.Node { return &pg.Node{Node: &pg.Node_RoleSpec{RoleSpec: role(name)}} }

func (c *checker) expectTable(op *sql.CreateTable) *pg.Node {
	s := &pg.CreateStmt{Relation: tableRelation(op.Table), IfNotExists: true, Oncommit: pg.OnCommitAction_ONCOMMIT_NOOP}
	for _, col := range op.Columns {
		s.TableElts = append(s.TableElts, c.column(col))
	}
	for _, con := range op.Constraints {
		s.TableElts = append(s.TableElts, c.constraint(con))
	}
	return &pg.Node{Node: &pg.Node_CreateStmt{CreateStmt: s}}
}

func (c *checker) expectColumns(op *sql.AddColumns) *pg.Node {
	var cmds []*pg.AlterTableCmd
	for _, col := range op.Columns {
		cmds = append(cmds, &pg.AlterTableCmd{Subtype: pg.AlterTableType_AT_AddColumn, Def: c.column(col), MissingOk: true})
	}
	return alterTable(op.Table, cmds...)
}

func alterTable(t *manifest.Table, cmds ...*pg.AlterTableCmd) *pg.Node {
	s := &pg.AlterTableStmt{Relation: tableRelation(t), Objtype: pg.ObjectType_OBJECT_TABLE}
	for _, cmd := range cmds {
		cmd.Behavior = pg.DropBehavior_DROP_RESTRICT
		s.Cmds = append(s.Cmds, &pg.Node{Node: &pg.Node_AlterTableCmd{AlterTableCmd: cmd}})
	}
	return &pg.Node{Node: &pg.Node_AlterTableStmt{AlterTableStmt: s}}
}

// column is the definition of a column, with its constraints in the order in
// which they are written.
func (c *checker) column(col *manifest.Column) *pg.Node {
	d := &pg.ColumnDef{Colname: col.Name, IsLocal: true}
	if typ := c.columnType(col).column; typ != nil {
		d.TypeName, d.CollClause = typ.TypeName, typ.CollClause
	}
	add := func(con *pg.Constraint) { d.Constraints = append(d.Constraints, constraintNode(con)) }
	if col.Identity != "" {
		when := "a"
		if col.Identity == "by default" {
			when = "d"
		}
		add(&pg.Constraint{Contype: pg.ConstrType_CONSTR_IDENTITY, GeneratedWhen: when})
	}
	if col.Generated != "" {
		add(&pg.Constraint{Contype: pg.ConstrType_CONSTR_GENERATED, GeneratedWhen: "a",
			RawExpr: c.use(exprPlace, col.Generated, col.At.Of("generated", col.Range), "the expression of "+col.Address).expr})
	}
	if col.Default != "" {
		add(&pg.Constraint{Contype: pg.ConstrType_CONSTR_DEFAULT, RawExpr: c.columnDefault(col).expr})
	}
	if !col.Null {
		add(&pg.Constraint{Contype: pg.ConstrType_CONSTR_NOTNULL})
	}
	return &pg.Node{Node: &pg.Node_ColumnDef{ColumnDef: d}}
}

func (c *checker) columnType(col *manifest.Column) *fragment {
	return c.use(typePlace, col.Type, col.At.Of("type", col.Range), "the type of "+col.Address)
}

func (c *checker) columnDefault(col *manifest.Column) *fragment {
	return c.use(exprPlace, col.Default, col.At.Of("default", col.Range), "the default of "+col.Address)
}

var fkActions = map[string]string{"": "a", "no action": "a", "restrict": "r", "cascade": "c", "set null": "n", "set default": "d"}

func (c *checker) constraint(con *sql.Constraint) *pg.Node {
	out := &pg.Constraint{Conname: con.Name}
	switch con.Kind {
	case "primary key":
		out.Contype, out.Keys = pg.ConstrType_CONSTR_PRIMARY, strs(con.Columns...)
	case "unique":
		out.Contype, out.Keys = pg.ConstrType_CONSTR_UNIQUE, strs(con.Columns...)
	case "check":
		out.Contype, out.InitiallyValid = pg.ConstrType_CONSTR_CHECK, true
		out.RawExpr = c.use(exprPlace, con.Check.Expr, con.Check.At.Of("expr", con.Check.Range), "the condition of "+con.Check.Address).expr
	case "foreign key":
		f := con.ForeignKey
		out.Contype, out.InitiallyValid = pg.ConstrType_CONSTR_FOREIGN, true
		out.Pktable, out.FkAttrs, out.PkAttrs = tableRelation(f.Table), strs(f.Columns...), strs(f.References...)
		out.FkMatchtype, out.FkDelAction, out.FkUpdAction = "s", fkActions[f.OnDelete], fkActions[f.OnUpdate]
	}
	return constraintNode(out)
}

func (c *checker) expectIndex(op *sql.CreateIndex) *pg.Node {
	i := op.Index
	s := &pg.IndexStmt{Idxname: i.Name, Relation: tableRelation(op.Table), AccessMethod: "btree", Unique: i.Unique, IfNotExists: true}
	if i.Using != "" {
		s.AccessMethod = i.Using
	}
	for k, e := range i.On {
		s.IndexParams = append(s.IndexParams, c.indexElement(i, k, e).element)
	}
	s.IndexIncludingParams = indexColumns(i.Include)
	for _, kv := range i.With {
		s.Options = append(s.Options, option(kv.Key, storageValue(kv.Value)))
	}
	if i.Where != "" {
		s.WhereClause = c.indexWhere(i).expr
	}
	return &pg.Node{Node: &pg.Node_IndexStmt{IndexStmt: s}}
}

func (c *checker) indexElement(i *manifest.Index, k int, e string) *fragment {
	return c.use(elementPlace, e, i.At.Of(fmt.Sprintf("on[%d]", k), i.At.Of("on", i.Range)), fmt.Sprintf("element %d of %s", k+1, i.Address))
}

func (c *checker) indexWhere(i *manifest.Index) *fragment {
	return c.use(exprPlace, i.Where, i.At.Of("where", i.Range), "the condition of "+i.Address)
}

// storageValue is a storage parameter's value as the grammar reads it: a
// number, or a text.
func storageValue(s string) *pg.Node {
	if !sql.PlainNumber(s) {
		return str(s)
	}
	n := constNumber(s).GetAConst()
	if v := n.GetIval(); v != nil {
		return &pg.Node{Node: &pg.Node_Integer{Integer: v}}
	}
	return &pg.Node{Node: &pg.Node_Float{Float: n.GetFval()}}
}

func rawRange(r *manifest.RawSQL) hcl.Range { return r.At.Of("sql", r.Range) }
