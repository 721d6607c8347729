package sql

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/sql"
)

// schema checks the declared objects against each other.
func (c *checker) schema() {
	c.catalog = c.newCatalog(c.db)
	c.catalog.addRaw(c.raw)
	c.catalog.open = c.catalog.open || c.unknown.relations
	for _, r := range c.catalog.relations {
		r.open = r.open || c.unknown.columns
	}
	c.duplicates()
	c.extensions()
	for _, t := range c.db.Tables {
		c.table(t)
	}
	for _, f := range c.db.Functions {
		c.language(f)
		if f.Security == "definer" && f.SearchPath == nil {
			c.report(ruleDefiner.At(f.At.Of("security", f.Range), "%s runs with its owner's privileges, but resolves names in its caller's search path. Set search_path, e.g. search_path = [\"public\"].", f.Address))
		}
	}
	for _, t := range c.db.Triggers {
		c.trigger(t)
	}
	c.access()
	for _, s := range c.db.Seeds {
		c.seed(s)
	}
}

// duplicates reports relations that would have the same name.
func (c *checker) duplicates() {
	type named struct{ what string }
	taken := map[string]named{}
	add := func(schema, name, what string, at hcl.Range) {
		key := qualified(schema, name)
		if other, ok := taken[key]; ok {
			c.report(ruleDuplicate.At(at, "%s would have the name %q, which %s already has. Tables, views and indexes of a schema must have different names.", what, name, other.what))
			return
		}
		taken[key] = named{what}
	}
	for _, t := range c.db.Tables {
		add(t.Schema, t.Name, t.Address, t.Range)
	}
	for _, v := range c.db.Views {
		add(v.Schema, v.Name, v.Address, v.Range)
	}
	for _, t := range c.db.Tables {
		names := map[string]bool{}
		for _, con := range sql.Constraints(t) {
			switch {
			case con.Kind == "primary key" || con.Kind == "unique":
				add(t.Schema, con.Name, "the index of the "+con.Kind+" of "+t.Address, con.Range)
			case names[con.Name]:
				c.report(ruleDuplicate.At(con.Range, "Two constraints of %s would have the name %q.", t.Address, con.Name))
			}
			names[con.Name] = true
		}
		for _, i := range t.Indexes {
			add(t.Schema, i.Name, i.Address, i.Range)
		}
	}
}

// table checks what a table says about its own columns.
func (c *checker) table(t *manifest.Table) {
	c.haveColumns(t, t.PrimaryKey, t.At, "primary_key", t.Origin, "the primary key of "+t.Address)
	for i, u := range t.Unique {
		at := t.At.Of(fmt.Sprintf("unique[%d]", i), t.At.Of("unique", t.Range))
		c.haveColumns(t, u, nil, "", manifest.Origin{Range: at}, "a unique key of "+t.Address)
	}
	for _, col := range t.Columns {
		c.columnDetails(t, col)
	}
	for _, ch := range t.Checks {
		at := ch.At.Of("expr", ch.Range)
		f := c.fragment(exprPlace, ch.Expr)
		c.rowExpr(t, f, f.expr, ch.Expr, at, "the condition of "+ch.Address, inCheck)
	}
	for _, i := range t.Indexes {
		c.index(t, i)
	}
	for _, f := range t.ForeignKeys {
		c.foreignKey(t, f)
	}
}

// haveColumns reports names that aren't columns of the table.
func (c *checker) haveColumns(t *manifest.Table, names []string, at manifest.Ranges, attr string, o manifest.Origin, of string) bool {
	ok := true
	for i, n := range names {
		if columnOf(t, n) != nil {
			continue
		}
		ok = false
		where := at.Of(fmt.Sprintf("%s[%d]", attr, i), at.Of(attr, o.Range))
		c.report(ruleColumnUnknown.At(where, "%s names the column %q, which %s doesn't have.%s", upperFirst(of), n, t.Address, suggest(n, columnNames(t))))
	}
	return ok
}

func columnOf(t *manifest.Table, name string) *manifest.Column {
	for _, c := range t.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func columnNames(t *manifest.Table) []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Name
	}
	return out
}

func (c *checker) columnDetails(t *manifest.Table, col *manifest.Column) {
	if f := c.fragment(exprPlace, col.Default); col.Default != "" && f.fail == nil {
		if ref := firstColumn(f.expr); ref != "" {
			c.report(ruleColumnInDefault.At(col.At.Of("default", col.Range), "The default of %s refers to a column %q. A default is an SQL expression; if it is text, write \"'%s'\".", col.Address, ref, ref))
		} else {
			c.defaultValue(t, col, f)
		}
	}
	if col.Generated != "" {
		at := col.At.Of("generated", col.Range)
		c.generated(t, col, at)
	}
}

// generated checks a generated column's expression.
func (c *checker) generated(t *manifest.Table, col *manifest.Column, at hcl.Range) {
	f := c.fragment(exprPlace, col.Generated)
	if f.fail != nil {
		return
	}
	of := "the expression of " + col.Address
	for _, other := range t.Columns {
		if other.Generated != "" && refersTo(f.expr, other.Name) {
			c.report(ruleOneRow.At(at, "%s refers to %s, which is generated too. PostgreSQL doesn't allow that: repeat its expression.", upperFirst(of), other.Address))
			return
		}
	}
	c.rowExpr(t, f, f.expr, col.Generated, at, of, inGenerated)
}

func refersTo(n *pg.Node, column string) bool {
	found := false
	walk(n, func(n any) bool {
		if ref, ok := n.(*pg.ColumnRef); ok {
			found = found || lastName(ref.Fields) == column
		}
		return !found
	})
	return found
}

// defaultValue checks that a default fits its column.
func (c *checker) defaultValue(t *manifest.Table, col *manifest.Column, f *fragment) {
	r := c.resolver(f, col.Default, col.At.Of("default", col.Range), "the default of "+col.Address)
	r.kept = true
	if !c.oneRow(r, f.expr, inDefault) {
		return
	}
	target := &source{name: t.Name, rel: &relationInfo{name: t.Name, table: t}, columns: []string{col.Name}, types: []typ{c.writtenType(col.Type)}}
	is := r.value(f.expr, (*scope)(nil).child())
	r.assign(target, col.Name, f.expr, is)
	if k := f.expr.GetAConst(); k.GetSval() != nil {
		r.frozen(k.GetSval().GetSval(), target.types[0], k.Location)
	}
}

func (c *checker) index(t *manifest.Table, i *manifest.Index) {
	before := len(c.diags)
	defer func() {
		if len(c.diags) == before {
			c.indexRules(t, i)
		}
	}()
	for k, e := range i.On {
		f := c.fragment(elementPlace, e)
		at := i.At.Of(fmt.Sprintf("on[%d]", k), i.At.Of("on", i.Range))
		if name := f.element.GetIndexElem().GetName(); name != "" && columnOf(t, name) == nil {
			c.report(ruleColumnUnknown.At(at, "%s is on the column %q, which %s doesn't have.%s", i.Address, name, t.Address, suggest(name, columnNames(t))))
		}
		if x := f.element.GetIndexElem().GetExpr(); x != nil {
			c.rowExpr(t, f, x, e, at, i.Address, inIndex)
		}
	}
	c.haveColumns(t, i.Include, i.At, "include", i.Origin, i.Address)
	if i.Where != "" {
		f := c.fragment(exprPlace, i.Where)
		c.rowExpr(t, f, f.expr, i.Where, i.At.Of("where", i.Range), "the condition of "+i.Address, inPredicate)
	}
}

func (c *checker) foreignKey(t *manifest.Table, f *manifest.ForeignKey) {
	at := f.At.Of("references", f.Range)
	if !c.haveColumns(t, f.Columns, f.At, "columns", f.Origin, "a foreign key of "+t.Address) ||
		!c.haveColumns(f.Table, f.References, f.At, "references", f.Origin, "a foreign key of "+t.Address) {
		return
	}
	if len(f.Columns) != len(f.References) {
		c.report(ruleForeignKey.At(at, "The foreign key of %s has %d columns but refers to %d.", t.Address, len(f.Columns), len(f.References)))
		return
	}
	if !isKey(f.Table, f.References) {
		c.report(ruleForeignKey.At(at, "The foreign key of %s refers to (%s) of %s, which is neither its primary key nor unique, so a value could match several rows.",
			t.Address, strings.Join(f.References, ", "), f.Table.Address))
		return
	}
	for i := range f.Columns {
		from, to := columnOf(t, f.Columns[i]), columnOf(f.Table, f.References[i])
		if a, b := c.typeFamily(from), c.typeFamily(to); a != "" && b != "" && a != b {
			c.report(ruleForeignKey.At(f.At.Of(fmt.Sprintf("columns[%d]", i), at), "The column %s of %s is %s, but %s of %s, which it refers to, is %s.",
				from.Name, t.Address, from.Type, to.Name, f.Table.Address, to.Type))
		}
	}
}

// isKey reports whether columns, in any order, are a key without a condition.
func isKey(t *manifest.Table, columns []string) bool {
	want := slices.Sorted(slices.Values(columns))
	for _, k := range sql.Keys(t) {
		if slices.Equal(slices.Sorted(slices.Values(k)), want) {
			return true
		}
	}
	return false
}

// typeFamily names the group of types that a column's type can be compared
// with; "" if unknown.
func (c *checker) typeFamily(col *manifest.Column) string {
	f := c.fragment(typePlace, sql.BaseType(col.Type))
	if f.fail != nil {
		return ""
	}
	names := f.column.GetTypeName().GetNames()
	if f.column.GetTypeName().GetArrayBounds() != nil || len(names) == 0 {
		return ""
	}
	switch name := names[len(names)-1].GetString_().GetSval(); name {
	case "int2", "int4", "int8", "numeric", "float4", "float8":
		return "number"
	case "varchar", "text", "bpchar", "name", "citext":
		return "text"
	case "timestamp", "timestamptz", "date":
		return "time"
	default:
		return name
	}
}

func (c *checker) trigger(t *manifest.Trigger) {
	if t.Condition != "" {
		c.triggerColumns(t)
	}
	c.triggerRow(t)
	if t.Table != nil {
		c.haveColumns(t.Table, t.Columns, t.At, "columns", t.Origin, t.Address)
	}
	if f := t.Function; f != nil && (!strings.EqualFold(strings.TrimSpace(f.Returns), "trigger") || len(f.Args) > 0) {
		c.report(ruleTriggerFunction.At(t.At.Of("function", t.Range), "%s calls %s, which returns %s and takes %d arguments. A trigger's function must return trigger and take no arguments.",
			t.Address, f.Address, f.Returns, len(f.Args)))
	}
	switch {
	case t.When == "instead of" && t.Table != nil:
		c.report(ruleTriggerFunction.At(t.At.Of("timing", t.Range), "%s is an INSTEAD OF trigger on a table; only views support them.", t.Address))
	case t.When == "instead of" && t.ForEach != "row":
		c.report(ruleTriggerFunction.At(t.At.Of("per", t.Range), "%s is an INSTEAD OF trigger, so it must run per row.", t.Address))
	case t.View != nil && t.When != "instead of" && t.ForEach == "row":
		c.report(ruleTriggerFunction.At(t.At.Of("timing", t.Range), "%s runs per row of a view, so it must be an INSTEAD OF trigger.", t.Address))
	case slices.Contains(t.Events, "truncate") && t.ForEach == "row":
		c.report(ruleTriggerFunction.At(t.At.Of("events", t.Range), "%s runs on truncate, which has no rows. Set per = \"statement\".", t.Address))
	}
}

// triggerColumns resolves OLD.x and NEW.x.
func (c *checker) triggerColumns(t *manifest.Trigger) {
	f := c.triggerCondition(t)
	if f.fail != nil {
		return
	}
	r := c.resolver(f, t.Condition, t.At.Of("condition", t.Range), "the condition of "+t.Address)
	row := source{open: true}
	if t.Table != nil {
		row = source{columns: columnNames(t.Table)}
	}
	in := (*scope)(nil).child()
	for _, name := range []string{"old", "new"} {
		s := row
		s.name = name
		in.sources = append(in.sources, &s)
	}
	r.expr(f.expr, in)
}

// access checks roles and grants.
func (c *checker) access() {
	known := []string{c.db.User, "public"}
	for _, r := range c.db.Roles {
		known = append(known, r.Name)
		if r.Name == c.db.User {
			c.report(ruleOwnRole.At(r.Range, "%s is the role that applies the schema (user of %s). It already exists, and would drop its own privileges. Declare a separate role for the application.", r.Address, c.db.Address))
		}
	}
	open := c.words.openRoles
	for _, s := range c.raw {
		if cr := s.Stmt.GetCreateRoleStmt(); cr != nil {
			known = append(known, cr.Role)
		}
	}
	check := func(name string, at hcl.Range, of string) {
		if !open && !slices.Contains(known, name) && !strings.HasPrefix(name, "pg_") {
			c.report(ruleRole.At(at, "%s names the undeclared role %q.%s", of, name, suggest(name, known)))
		}
	}
	for _, r := range c.db.Roles {
		for _, group := range r.MemberOf {
			check(group, r.Range, r.Address)
		}
	}
	for _, g := range c.db.Grants {
		for i, to := range g.To {
			check(to, g.At.Of(fmt.Sprintf("to[%d]", i), g.At.Of("to", g.Range)), g.Address)
		}
	}
	c.circles()
	c.sequences()
	if !open {
		c.usage()
	}
	c.superusers()
}

// superusers reports services that connect as the role that applies the schema:
// by a URL, or by a variable that names a user.
func (c *checker) superusers() {
	url := regexp.MustCompile(`^postgres(ql)?(\+\w+)?://` + regexp.QuoteMeta(c.db.User) + `[:@]`)
	for _, s := range c.m.Services {
		if s == c.db.Service || c.db.User == "" || c.db.Service == nil || len(s.Instances) == 0 {
			continue
		}
		for _, e := range s.Instances[0].Env {
			text := ""
			for _, p := range e.Value {
				text += p.Text
			}
			byName := (e.Name == "PGUSER" || strings.HasSuffix(e.Name, "POSTGRES_USER") || strings.HasSuffix(e.Name, "DB_USER")) && text == c.db.User
			if !byName && !(url.MatchString(text) && strings.Contains(text, "@"+c.db.Service.Name)) {
				continue
			}
			at := e.Range
			if at.Filename == "" {
				at = s.Range
			}
			c.report(ruleSuperuser.At(at, "%s connects to %s as %q, the unrestricted role that applies the schema. Declare a role for it, with a grant of what it needs.",
				s.Address, c.db.Address, c.db.User))
			break
		}
	}
}

func serial(t *manifest.Table) *manifest.Column {
	for _, c := range t.Columns {
		if sql.BaseType(c.Type) != c.Type {
			return c
		}
	}
	return nil
}

// firstColumn is the first column that an expression refers to, "" for none.
func firstColumn(n any) string {
	found := ""
	walk(n, func(n any) bool {
		if ref, ok := n.(*pg.ColumnRef); ok && found == "" {
			var parts []string
			for _, f := range ref.Fields {
				parts = append(parts, f.GetString_().GetSval())
			}
			found = strings.Join(parts, ".")
		}
		_, sub := n.(*pg.SubLink) // a sub-select has its own columns, and the server rejects it
		return found == "" && !sub
	})
	return found
}
