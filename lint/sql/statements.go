package sql

import (
	"encoding/json"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// statements resolves the names in all SQL of the manifest about the database.
func (c *checker) statements() {
	for _, v := range c.db.Views {
		if rel := c.catalog.relations[qualified(v.Schema, v.Name)]; rel != nil && rel.view == v {
			c.view(rel)
		}
	}
	for _, f := range c.db.Functions {
		if f.Language == "sql" {
			c.functionBody(f)
		}
		if tree := c.trees[f]; tree != "" {
			c.embedded(f, tree)
		}
	}
	for _, r := range c.db.Raw {
		f := c.fragment(anyPlace, r.SQL)
		res := c.resolver(f, r.SQL, rawRange(r), r.Address)
		for _, s := range f.stmts {
			res.statement(s.Stmt, nil)
			c.control(r, s.Stmt, res)
			if do := s.Stmt.GetDoStmt(); do != nil {
				c.doBlock(r, do)
			}
		}
	}
	for _, q := range c.db.Queries {
		c.query(q.SQL, q.At.Of("sql", q.Range), q.Address, q)
	}
	for _, cr := range c.m.Criteria {
		switch p := cr.Probe.(type) {
		case *manifest.SQLProbe:
			if p.Database == c.db {
				at := p.At
				if at.Filename == "" {
					at = p.Range
				}
				c.query(p.Query, at, "the query of "+cr.Address, nil)
			}
		case *manifest.HTTPProbe, *manifest.TCPProbe, *manifest.GRPCProbe, *manifest.PromQLProbe, *manifest.ContainerProbe, *manifest.CommandProbe: // no SQL
		}
	}
	c.probes()
	list := c.connections()
	c.passwords(list)
	c.privileges(list)
}

func (c *checker) resolver(f *fragment, text string, at hcl.Range, of string) *resolver {
	return &resolver{c: c, text: text, offset: f.offset, at: at, of: of, params: map[int32]bool{}, seen: map[string]bool{}, outputs: map[*pg.SelectStmt]*source{}}
}

// query checks one statement that a client sends to the database.
func (c *checker) query(text string, at hcl.Range, of string, q *manifest.Query) {
	f := c.use(onePlace, text, at, of)
	if f.fail != nil {
		return
	}
	r := c.resolver(f, text, at, of)
	if q != nil {
		for _, p := range q.Params {
			r.paramTypes = append(r.paramTypes, c.writtenType(p))
		}
	}
	r.statement(f.stmts[0].Stmt, nil)
	if q == nil {
		if len(r.params) > 0 {
			c.report(ruleParams.At(at, "%s has parameters without values.", upperFirst(of)))
		}
		return
	}
	var numbers []int
	for n := range r.params {
		numbers = append(numbers, int(n))
	}
	sort.Ints(numbers)
	for i, n := range numbers {
		if n != i+1 {
			c.report(ruleParams.At(at, "%s uses the parameter $%d, but not $%d. Number parameters from $1 without gaps.", upperFirst(of), n, i+1))
			return
		}
	}
	if len(q.Params) > 0 && len(q.Params) != len(numbers) {
		c.report(ruleParams.At(q.At.Of("params", q.Range), "%s has %d parameters but %d types.", upperFirst(of), len(numbers), len(q.Params)))
	}
	for _, p := range q.Params {
		c.use(typePlace, p, q.At.Of("params", q.Range), "a parameter's type in "+of)
	}
}

// view resolves a view's query, and so its columns: once, after the views that
// it reads.
func (c *checker) view(rel *relationInfo) {
	v := rel.view
	switch rel.state {
	case 1:
		c.report(ruleView.At(v.At.Of("query", v.Range), "%s depends on itself, directly or through other views, so no order of creation works. Remove one of the references.", v.Address))
		return
	case 2:
		return
	}
	rel.state = 1
	f := c.viewQuery(v)
	if f.fail == nil {
		r := c.resolver(f, v.Query, v.At.Of("query", v.Range), "the query of "+v.Address)
		r.kept = true
		out := r.statement(f.query, nil)
		rel.columns, rel.types, rel.open = out.columns, out.types, out.open
		if len(r.params) > 0 {
			c.report(ruleParams.At(r.at, "A view can't have parameters."))
		}
	}
	rel.state = 2
}

// functionBody resolves a body in SQL; its arguments are columns of no table.
func (c *checker) functionBody(f *manifest.Function) {
	at := f.At.Of("body", f.Range)
	frag := c.fragment(anyPlace, f.Body)
	r := c.resolver(frag, f.Body, at, "the body of "+f.Address)
	args := &source{name: f.Name}
	for _, a := range f.Args {
		args.columns, args.types = append(args.columns, a.Key), append(args.types, c.argumentType(f, a))
		r.paramTypes = append(r.paramTypes, c.argumentType(f, a))
	}
	in := (*scope)(nil).child()
	in.sources = []*source{args}
	for _, s := range frag.stmts {
		r.statement(s.Stmt, in)
	}
}

// embedded resolves the statements in a PL/pgSQL body. Any name may be a
// variable, so only tables and the columns written to are certain.
func (c *checker) embedded(f *manifest.Function, tree string) {
	var root any
	if json.Unmarshal([]byte(tree), &root) != nil {
		return
	}
	fixed, dynamic := bodyTexts(root, false)
	var stmts []*pg.RawStmt
	for _, q := range fixed {
		more, fail := parse(q)
		if fail != nil { // an expression, or an assignment of one
			if _, value, ok := strings.Cut(q, ":="); ok {
				q = value
			}
			more, _ = parse("SELECT " + q)
		}
		stmts = append(stmts, more...)
	}
	for _, q := range dynamic {
		more, _ := executedText(q)
		stmts = append(stmts, more...)
		more, _ = parse("SELECT " + q)
		stmts = append(stmts, more...)
	}
	c.inBody(stmts, f.At.Of("body", f.Range), "the body of "+f.Address)
}

// inBody resolves statements of a PL/pgSQL body, unless they may be about a table that others of them
// create.
func (c *checker) inBody(stmts []*pg.RawStmt, at hcl.Range, of string) {
	for _, s := range stmts {
		if s.Stmt.GetCreateStmt() != nil || s.Stmt.GetCreateTableAsStmt() != nil {
			return
		}
	}
	c.known(&fragment{stmts: stmts}, "", at, of)
	r := c.resolver(&fragment{}, "", at, of)
	in := (*scope)(nil).child()
	in.sources = []*source{{open: true}}
	for _, s := range stmts {
		r.statement(s.Stmt, in)
	}
}

// probes checks the tables that healthchecks wait for against the schema.
func (c *checker) probes() {
	for _, s := range c.m.Services {
		h := s.Healthcheck
		if s != c.db.Service || h == nil {
			continue
		}
		switch t := h.Test.(type) {
		case *manifest.SQLTest:
			if t.DBName == c.db.DBName {
				c.healthTest(t, h.Range, "the healthcheck of "+s.Address)
			}
		case *manifest.CommandTest, *manifest.ShellTest, *manifest.HTTPTest, *manifest.TCPTest, *manifest.ImageTest:
		}
	}
}

func (c *checker) healthTest(t *manifest.SQLTest, at hcl.Range, what string) {
	for _, table := range t.Tables {
		text := "TABLE " + table
		if f := c.fragment(onePlace, text); f.fail == nil {
			r := c.resolver(f, text, at, what)
			r.statement(f.stmts[0].Stmt, nil)
		}
	}
	if t.Query != "" {
		c.query(t.Query, at, what, nil)
	}
}

// control reports raw statements that can't be where they are.
func (c *checker) control(raw *manifest.RawSQL, n *pg.Node, r *resolver) {
	at := rawRange(raw)
	if s := n.GetCopyStmt(); s != nil && s.IsFrom && s.Filename == "" && !s.IsProgram {
		c.report(ruleControl.At(at, "%s copies from standard input, but psql reads this file from standard input. Use a seed, or INSERT.", upperFirst(raw.Address)))
	}
	if raw.Transaction {
		if what := notInTransaction(n); what != "" {
			c.report(ruleControl.At(at, "%s contains %s, which can't run inside the schema's transaction. Remove it, or set transaction = false.", upperFirst(raw.Address), what))
		}
	}
	if what := unrepeatable(n); what != "" {
		c.report(ruleRepeat.At(at, "%s contains %s: the second deployment fails, or repeats its effect.", upperFirst(raw.Address), what))
	}
}

func notInTransaction(n *pg.Node) string {
	switch n := n.GetNode().(type) {
	case *pg.Node_TransactionStmt:
		switch n.TransactionStmt.Kind {
		case pg.TransactionStmtKind_TRANS_STMT_SAVEPOINT, pg.TransactionStmtKind_TRANS_STMT_RELEASE, pg.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO:
			return ""
		}
		return "a statement that begins or ends a transaction"
	case *pg.Node_VacuumStmt:
		if n.VacuumStmt.IsVacuumcmd {
			return "VACUUM"
		}
	case *pg.Node_IndexStmt:
		if n.IndexStmt.Concurrent {
			return "CREATE INDEX CONCURRENTLY"
		}
	case *pg.Node_DropStmt:
		if n.DropStmt.Concurrent {
			return "DROP INDEX CONCURRENTLY"
		}
	case *pg.Node_ReindexStmt:
		for _, p := range n.ReindexStmt.Params {
			if p.GetDefElem().GetDefname() == "concurrently" {
				return "REINDEX CONCURRENTLY"
			}
		}
		if n.ReindexStmt.Kind >= pg.ReindexObjectType_REINDEX_OBJECT_SCHEMA {
			return "REINDEX of more than a table"
		}
	case *pg.Node_CreatedbStmt, *pg.Node_DropdbStmt:
		return "CREATE DATABASE or DROP DATABASE"
	case *pg.Node_CreateTableSpaceStmt, *pg.Node_DropTableSpaceStmt:
		return "CREATE TABLESPACE or DROP TABLESPACE"
	case *pg.Node_AlterSystemStmt:
		return "ALTER SYSTEM"
	case *pg.Node_CreateSubscriptionStmt:
		return "CREATE SUBSCRIPTION"
	}
	return ""
}

// unrepeatable describes a statement that can't run twice.
func unrepeatable(n *pg.Node) string {
	when := func(bad bool, what string) string {
		if bad {
			return what
		}
		return ""
	}
	switch n := n.GetNode().(type) {
	case *pg.Node_CreateStmt:
		return when(!n.CreateStmt.IfNotExists, "CREATE TABLE without IF NOT EXISTS")
	case *pg.Node_IndexStmt:
		return when(!n.IndexStmt.IfNotExists, "CREATE INDEX without IF NOT EXISTS")
	case *pg.Node_ViewStmt:
		return when(!n.ViewStmt.Replace, "CREATE VIEW without OR REPLACE")
	case *pg.Node_CreateTableAsStmt:
		return when(!n.CreateTableAsStmt.IfNotExists, "CREATE TABLE AS or CREATE MATERIALIZED VIEW without IF NOT EXISTS")
	case *pg.Node_CreateFunctionStmt:
		return when(!n.CreateFunctionStmt.Replace, "CREATE FUNCTION without OR REPLACE")
	case *pg.Node_CreateTrigStmt:
		return when(!n.CreateTrigStmt.Replace, "CREATE TRIGGER without OR REPLACE")
	case *pg.Node_CreateSchemaStmt:
		return when(!n.CreateSchemaStmt.IfNotExists, "CREATE SCHEMA without IF NOT EXISTS")
	case *pg.Node_CreateExtensionStmt:
		return when(!n.CreateExtensionStmt.IfNotExists, "CREATE EXTENSION without IF NOT EXISTS")
	case *pg.Node_CreateSeqStmt:
		return when(!n.CreateSeqStmt.IfNotExists, "CREATE SEQUENCE without IF NOT EXISTS")
	case *pg.Node_CreateRoleStmt:
		return "CREATE ROLE (use a role block)"
	case *pg.Node_CreateEnumStmt:
		return "CREATE TYPE … AS ENUM (use a type block)"
	case *pg.Node_CompositeTypeStmt, *pg.Node_CreateDomainStmt, *pg.Node_CreateRangeStmt:
		return "CREATE TYPE or CREATE DOMAIN outside of a DO block that checks for it first"
	case *pg.Node_CreatePolicyStmt:
		return "CREATE POLICY without a DROP POLICY IF EXISTS in a DO block"
	case *pg.Node_DropStmt:
		return when(!n.DropStmt.MissingOk, "DROP without IF EXISTS")
	case *pg.Node_RenameStmt:
		return "RENAME"
	case *pg.Node_InsertStmt:
		return when(n.InsertStmt.OnConflictClause == nil && n.InsertStmt.SelectStmt.GetSelectStmt().GetValuesLists() != nil,
			"INSERT without ON CONFLICT (use a seed block)")
	case *pg.Node_AlterTableStmt:
		for _, cmd := range n.AlterTableStmt.Cmds {
			switch cmd := cmd.GetAlterTableCmd(); cmd.GetSubtype() {
			case pg.AlterTableType_AT_AddColumn:
				return when(!cmd.MissingOk, "ADD COLUMN without IF NOT EXISTS")
			case pg.AlterTableType_AT_DropColumn, pg.AlterTableType_AT_DropConstraint:
				return when(!cmd.MissingOk, "DROP without IF EXISTS")
			case pg.AlterTableType_AT_AddConstraint:
				return "ADD CONSTRAINT outside of a DO block that checks for it first"
			}
		}
	}
	return ""
}
