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
		Type: "role", Doc: "A role. It is made when absent, and given these attributes.",
		Labels: lang.Name1("The role's name."),
		Attrs: []lang.Attr{
			flag("login", "true", "Whether it may connect; false makes it a group."),
			{Name: "password", Type: lang.RefTo("secret"), Doc: "Its password. deploy.sh sets it; no file holds it. A service that is given it starts after the schema is applied."},
			flag("inherit", "true", "Whether it has the privileges of its groups without SET ROLE."),
			{Name: "member_of", Type: lang.Any, Doc: "Its groups: roles declared here, or names in quotes of predefined ones."},
			flag("create_db", "false", "Whether it may create databases."),
			flag("create_role", "false", "Whether it may create roles."),
			flag("superuser", "false", "Whether it may do anything."),
			flag("replication", "false", "Whether it may replicate."),
		},
		Declare: func(b *lang.Block) any { return &manifest.Role{Origin: b.Origin(), Name: b.Name} },
	}
}

func grantSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "grant", Doc: "Privileges for roles. Grants are made after everything else, so that all = \"tables\" means all of them.",
		Labels: lang.Name1("A name for it."),
		Attrs: []lang.Attr{
			{Name: "privileges", Type: lang.Strings, Required: true, Doc: "Such as [\"select\", \"insert\"], or [\"all\"]."},
			{Name: "on", Type: lang.RefsTo("table", "view", "function", "schema", "database"), Doc: "On what, by reference; objects of one sort and schema."},
			{Name: "all", Type: lang.String, Values: []string{"tables", "sequences", "functions"}, Doc: "Instead of on: all objects of a schema, views counting as tables."},
			{Name: "schema", Type: lang.RefTo("schema"), Doc: "The schema that all is about. Default: public."},
			{Name: "to", Type: lang.Any, Required: true, Doc: "Roles declared here, or names in quotes, \"public\" for everyone."},
			{Name: "with_grant_option", Type: lang.Bool, Default: "false", Doc: "Whether they may pass the privileges on."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Grant{Origin: b.Origin(), Name: b.Name} },
	}
}

func decodeRole(b *lang.Block, r *manifest.Role) {
	r.Login = b.Bool("login")
	if s, ok := lang.Ref[*manifest.Secret](b, "password"); ok {
		r.Password = s.Value
		if !r.Login {
			b.Program().Errorf(ruleRole, b.AttrRange("password"), "The role %s has a password but may not log in. Remove one of the two.", b.Name)
		}
	}
	r.Inherit = b.Bool("inherit")
	r.MemberOf = roleNames(b, "member_of", nil)
	r.CreateDB = b.Bool("create_db")
	r.CreateRole = b.Bool("create_role")
	r.Superuser = b.Bool("superuser")
	r.Replication = b.Bool("replication")
}

// roleNames reads a list of references to roles, or of names.
func roleNames(b *lang.Block, attr string, at manifest.Ranges) []string {
	var exprs []hclsyntax.Expression
	switch e := b.Expr(attr).(type) {
	case nil:
		return nil
	case *hclsyntax.TupleConsExpr:
		exprs = e.Exprs
	default:
		exprs = []hclsyntax.Expression{e}
	}
	var out []string
	add := func(name string, r hcl.Range) {
		if at != nil {
			at[fmt.Sprintf("%s[%d]", attr, len(out))] = r
		}
		out = append(out, name)
	}
	for _, e := range exprs {
		if t, ok := e.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
			v, _ := t.Value(nil)
			add(v.AsString(), e.Range())
			continue
		}
		found, _ := b.Scope().Refs(e, "role")
		for _, f := range found {
			if r, ok := f.Object.Ref.(*manifest.Role); ok && own(b, f.Object, f.Range) {
				add(r.Name, f.Range)
			}
		}
	}
	return out
}

// privileges are those that an object of a sort has.
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
	g.To = unique(roleNames(b, "to", g.At))
	g.WithGrant = b.Bool("with_grant_option")
	sort := ""
	switch {
	case b.Has("all") == b.Has("on"):
		b.Program().Errorf(ruleGrant, b.NameRange("all"), "The grant %s needs either \"on\" (references to objects) or \"all\" (such as \"tables\").", b.Name)
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
			b.Program().Errorf(ruleGrant, g.At.Of(fmt.Sprintf("privileges[%d]", i), b.AttrRange("privileges")),
				"There is no privilege %q on a %s. Use one of %s, or \"all\".", p, sort, strings.Join(privileges[sort], ", "))
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
	if len(g.To) == 0 && b.Has("to") && !b.Failed("to") {
		b.Invalid("to", "must name at least one role")
	}
}

// grantedOn reads the objects of a grant and says of what sort they are.
func grantedOn(b *lang.Block, g *manifest.Grant) string {
	sort := ""
	for _, f := range refs[any](b, "on") {
		var kind, schema, name string
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
		schema = schemaOfObject(b, f.Object.Address)
		if sort != "" && (kind != sort || schema != g.Schema) {
			b.Program().Errorf(ruleGrant, f.Range, "%s is of another sort or schema than the objects before it. Give it a grant of its own.", f.Object.Address)
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
		Type: "seed", Doc: "Rows that a table begins with. Rows that are there already stay, and none is inserted twice.",
		Labels: lang.Name1("A name for them."),
		Attrs: []lang.Attr{
			{Name: "table", Type: lang.RefTo("table"), Required: true, Doc: "The table."},
			{Name: "rows", Type: lang.Any, Required: true, Doc: "A list of maps of columns to values; lists and maps as values become JSON, or arrays in array columns."},
			{Name: "expressions", Type: lang.StringMap, Doc: "Columns that get the value of an SQL expression in every row, such as { created_at = \"now()\" }."},
			{Name: "conflict", Type: lang.Strings, Doc: "Columns of the key that tells whether a row is there. Default: any key."},
			{Name: "update", Type: lang.Bool, Default: "false", Doc: "Whether a row that is there gets these values."},
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
				b.Program().Errorf(ruleRow, row.Columns[k].Range, "The column %s has a value and an expression.", row.Columns[k].Column)
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
		b.Program().Errorf(ruleRow, at, "A row is a map of columns to values, such as { id = 1, name = \"a\" }.")
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
			b.Program().Errorf(ruleRow, value.Range, "The column %s holds %s.", value.Column, problem)
			return row, false
		}
		value.Value = data
		row.Columns = append(row.Columns, value)
	}
	return row, true
}
