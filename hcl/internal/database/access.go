package database

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func roleSpec() *lang.BlockSpec {
	flag := func(name, def, doc string) lang.Attr {
		return lang.Attr{Name: name, Type: lang.Bool, Default: def, Doc: doc}
	}
	return &lang.BlockSpec{
		Type: "role", Doc: "A role. It is created if it doesn't exist, and gets these attributes.",
		Labels: lang.Name1("The name of the role."),
		Attrs: []lang.Attr{
			flag("login", "true", "Whether the role may log in; false makes it a group."),
			{Name: "password", Type: lang.RefTo("secret"), Doc: "The password. deploy.sh sets it; no file contains it. A service that gets the password starts after the schema is applied."},
			{Name: "user", Type: lang.RefTo("secret"), Doc: "A secret that deploy.sh sets to the name to log in with. There are then two logins, NAME_a and NAME_b, whose sessions run as this role, and a new password is always that of the other login: services that read both secrets log in at any time while it is rotated. The role itself no longer logs in."},
			flag("inherit", "true", "Whether the role has the privileges of its groups without SET ROLE."),
			{Name: "member_of", Type: lang.Any, Doc: "The groups: declared roles, or quoted names of predefined ones."},
			flag("create_db", "false", "Whether the role may create databases."),
			flag("create_role", "false", "Whether the role may create roles."),
			flag("superuser", "false", "Whether the role is a superuser."),
			flag("replication", "false", "Whether the role may replicate."),
		},
		Declare: func(b *lang.Block) any { return &manifest.Role{Origin: b.Origin(), Name: b.Name} },
	}
}

func grantSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "grant", Doc: "Privileges for roles. Grants come after everything else, so all = \"tables\" includes every table.",
		Labels: lang.Name1("A name for the grant."),
		Attrs: []lang.Attr{
			{Name: "privileges", Type: lang.Strings, Required: true, Doc: "The privileges, such as [\"select\", \"insert\"], or [\"all\"]."},
			{Name: "on", Type: lang.RefsTo("table", "view", "function", "schema", "database"), Doc: "The objects, by reference; all of one kind and schema."},
			{Name: "all", Type: lang.String, Values: []string{"tables", "sequences", "functions"}, Doc: "Instead of `on`: all objects of a schema; views count as tables."},
			{Name: "schema", Type: lang.RefTo("schema"), Doc: "The schema for `all`. Default: public."},
			{Name: "to", Type: lang.Any, Required: true, Doc: "The roles: declared ones, or names in quotes; \"public\" means everyone."},
			{Name: "with_grant_option", Type: lang.Bool, Default: "false", Doc: "Whether the roles may grant the privileges to others."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Grant{Origin: b.Origin(), Name: b.Name} },
	}
}

func decodeRole(b *lang.Block, r *manifest.Role) {
	r.Login = b.Bool("login")
	if s, ok := lang.Ref[*manifest.Secret](b, "password"); ok {
		r.Password = s.Value
		if !r.Login {
			b.Evaluation().Errorf(ruleRole, b.AttrRange("password"), "The role %s has a password but can't log in. Remove one of the two.", b.Name)
		}
	}
	if s, ok := lang.Ref[*manifest.Secret](b, "user"); ok {
		r.User = s.Value
	}
	r.Inherit = b.Bool("inherit")
	r.MemberOf, _ = roleNames(b, "member_of", nil)
	r.CreateDB = b.Bool("create_db")
	r.CreateRole = b.Bool("create_role")
	r.Superuser = b.Bool("superuser")
	r.Replication = b.Bool("replication")
}

// roleNames reads a list of references to roles, or of names; not ok if one is invalid, which is reported.
func roleNames(b *lang.Block, attr string, at manifest.Ranges) (out []string, ok bool) {
	var exprs []hclsyntax.Expression
	switch e := b.Expr(attr).(type) {
	case nil:
		return nil, true
	case *hclsyntax.TupleConsExpr:
		exprs = e.Exprs
	default:
		exprs = []hclsyntax.Expression{e}
	}
	ok = true
	add := func(name string, r hcl.Range) {
		if at != nil {
			at[fmt.Sprintf("%s[%d]", attr, len(out))] = r
		}
		out = append(out, name)
	}
	for _, e := range exprs {
		if t, isText := e.(*hclsyntax.TemplateExpr); isText && t.IsStringLiteral() {
			v, _ := t.Value(nil)
			add(v.AsString(), e.Range())
			continue
		}
		found, valid := b.Scope().Refs(e, "role")
		ok = ok && valid
		for _, f := range found {
			if f.Object == nil {
				continue
			}
			if r, isRole := f.Object.Ref.(*manifest.Role); isRole && own(b, f.Object, f.Range) {
				add(r.Name, f.Range)
			}
		}
	}
	return out, ok
}

// privileges are those that exist for a kind of object.
var privileges = map[string][]string{
	"table":    {"select", "insert", "update", "delete", "truncate", "references", "trigger", "maintain"},
	"sequence": {"usage", "select", "update"},
	"function": {"execute"},
	"schema":   {"create", "usage"},
	"database": {"create", "connect", "temporary", "temp"},
}

func decodeGrant(b *lang.Block, g *manifest.Grant) {
	g.At = ranges(b, "privileges", "on", "all", "to")
	elementRanges(b, "privileges", g.At)
	to, toOK := roleNames(b, "to", g.At)
	g.To = unique(to)
	g.WithGrant = b.Bool("with_grant_option")
	sort := ""
	switch {
	case b.Has("all") == b.Has("on"):
		b.Evaluation().Errorf(ruleGrant, b.NameRange("all"), "The grant %s requires either \"on\" (references to objects) or \"all\" (such as \"tables\").", b.Name)
		return
	case b.Has("all"):
		sort = strings.TrimSuffix(b.String("all"), "s")
		g.On = "all_" + b.String("all")
		if s, ok := ref[*manifest.Schema](b, "schema"); ok {
			g.Schema = s.Value.Name
		}
	default:
		sort = grantedOn(b, g)
	}
	if sort == "" || b.Failed("on", "all", "privileges") {
		return
	}
	for i, p := range b.Strings("privileges") {
		p = strings.ToLower(p)
		if p != "all" && !slices.Contains(privileges[sort], p) {
			b.Evaluation().Errorf(ruleGrant, g.At.Of(fmt.Sprintf("privileges[%d]", i), b.AttrRange("privileges")),
				"%q is not a privilege on a %s. Use one of %s, or \"all\".", p, sort, strings.Join(privileges[sort], ", "))
			continue
		}
		g.Privileges = append(g.Privileges, strings.ToUpper(p))
	}
	slices.Sort(g.Privileges)
	g.Privileges = slices.Compact(g.Privileges)
	if slices.Contains(g.Privileges, "ALL") {
		g.Privileges = []string{"ALL"}
	}
	if len(b.Strings("privileges")) == 0 {
		b.Invalid("privileges", "must name at least one privilege")
	}
	if len(g.To) == 0 && toOK && b.Has("to") {
		b.Invalid("to", "must name at least one role")
	}
}

// grantedOn reads the objects of a grant and returns their kind.
func grantedOn(b *lang.Block, g *manifest.Grant) string {
	sort := ""
	for _, f := range refs[any](b, "on") {
		var kind, name string
		switch o := f.Value.(type) {
		case *manifest.Table:
			kind, name = "table", o.Name
		case *manifest.View:
			kind, name = "table", o.Name
		case *manifest.Function:
			kind, name = "function", o.Name
		case *manifest.Schema:
			kind, name = "schema", o.Name
		case *manifest.Database: // b's own, whose name may not be decoded yet
			kind, name = "database", b.Parent.Name
			if v, err := serverName(b.Parent); err == nil && v != cty.NilVal {
				name = v.AsString()
			}
		}
		schema, ok := schemaOfObject(b, f.Object.Address)
		if !ok {
			return ""
		}
		if sort != "" && (kind != sort || schema != g.Schema) {
			b.Evaluation().Errorf(ruleGrant, f.Range, "%s is of another kind or schema than the objects before it. Give it a separate grant.", f.Object.Address)
			return ""
		}
		sort, g.Schema = kind, schema
		g.Objects = append(g.Objects, name)
	}
	g.On = sort
	slices.Sort(g.Objects)
	g.Objects = slices.Compact(g.Objects)
	return sort
}

func seedSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "seed", Doc: "Initial rows of a table. Existing rows are kept, and no row is inserted twice.",
		Labels: lang.Name1("A name for the seed."),
		Attrs: []lang.Attr{
			{Name: "table", Type: lang.RefTo("table"), Required: true, Doc: "The table."},
			{Name: "rows", Type: lang.Any, Required: true, Doc: "A list of maps from columns to values; lists and maps as values become JSON, or arrays in array columns."},
			{Name: "expressions", Type: lang.StringMap, Doc: "Columns that get the value of an SQL expression in every row, such as { created_at = \"now()\" }."},
			{Name: "conflict", Type: lang.Strings, Doc: "The key columns that identify an existing row. Default: any key."},
			{Name: "update", Type: lang.Bool, Default: "false", Doc: "Whether an existing row is updated with these values."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Seed{Origin: b.Origin(), Name: b.Name} },
	}
}

func decodeSeed(b *lang.Block, s *manifest.Seed) {
	if t, ok := ref[*manifest.Table](b, "table"); ok {
		s.Table = t.Value
	}
	s.Conflict = b.Strings("conflict")
	s.Update = b.Bool("update")
	s.At = ranges(b, "table", "rows", "expressions", "conflict", "update")
	elementRanges(b, "conflict", s.At)
	computed := b.StringMap("expressions")
	v, ok := b.Value("rows", cty.DynamicPseudoType)
	if !ok || v.IsNull() {
		return
	}
	if !v.Type().IsTupleType() && !v.Type().IsListType() {
		b.Invalid("rows", `must be a list of maps, such as [{ id = 1, name = "a" }]`)
		return
	}
	exprs := elements(b, "rows", v.LengthInt())
	i := 0
	for it := v.ElementIterator(); it.Next(); i++ {
		_, e := it.Element()
		at := b.AttrRange("rows")
		var expr hclsyntax.Expression
		if exprs != nil {
			expr = exprs[i]
			at = expr.Range()
		}
		row, ok := seedRow(b, e, expr, at)
		if !ok {
			return
		}
		for _, c := range computed {
			row.Columns = append(row.Columns, manifest.SeedValue{Column: c.Key, Expr: c.Value, Range: c.Range})
		}
		slices.SortStableFunc(row.Columns, func(x, y manifest.SeedValue) int { return strings.Compare(x.Column, y.Column) })
		for k := 1; k < len(row.Columns); k++ {
			if row.Columns[k].Column == row.Columns[k-1].Column {
				b.Evaluation().Errorf(ruleRow, row.Columns[k].Range, "The column %s has both a value and an expression. Remove one of the two.", row.Columns[k].Column)
				return
			}
		}
		s.Rows = append(s.Rows, row)
	}
}

// seedRow reads one row; its columns come sorted.
func seedRow(b *lang.Block, v cty.Value, expr hclsyntax.Expression, at hcl.Range) (manifest.SeedRow, bool) {
	row := manifest.SeedRow{Range: at}
	if v.IsNull() || !v.Type().IsObjectType() && !v.Type().IsMapType() {
		b.Evaluation().Errorf(ruleRow, at, "A row must be a map from columns to values, such as { id = 1, name = \"a\" }.")
		return row, false
	}
	places := map[string]hcl.Range{}
	if o, ok := expr.(*hclsyntax.ObjectConsExpr); ok {
		for _, item := range o.Items {
			if key := hcl.ExprAsKeyword(item.KeyExpr); key != "" {
				places[key] = item.ValueExpr.Range()
			}
		}
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		value := manifest.SeedValue{Column: k.AsString(), Range: at}
		if r, ok := places[value.Column]; ok {
			value.Range = r
		}
		data, problem := lang.Data(e)
		if problem != "" {
			b.Evaluation().Errorf(ruleRow, value.Range, "The column %s contains %s.", value.Column, problem)
			return row, false
		}
		value.Value = data
		row.Columns = append(row.Columns, value)
	}
	return row, true
}
