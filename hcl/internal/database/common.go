package database

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleColumn = diag.Error("OG601", "Column with several value sources",
		"The value of a column in a new row comes from its default, its identity or its expression; only one of these can be set.")
	ruleUnique = diag.Error("OG602", "Invalid unique key",
		"The argument `unique` of a table is a list of keys, each of which is a list of columns.")
	ruleReferences = diag.Error("OG603", "Foreign key to several tables",
		"A foreign key refers to columns of one table, or to a table's primary key.")
	ruleTrigger = diag.Error("OG604", "Incomplete trigger",
		"A trigger names the function that it calls, and lists columns only for updates.")
	ruleRole = diag.Error("OG605", "Password without login",
		"A password is used to log in, which a group can't do.")
	ruleGrant = diag.Error("OG606", "Invalid grant",
		"A grant gives existing privileges on objects of one kind and schema, or on all objects of a kind.")
	rulePermit = diag.Error("OG609", "Invalid change of a table",
		"The arguments `rewrite`, `destroy` and `renamed_from` say what may happen to an existing table. They name columns, or in `destroy` of a database tables that it no longer declares.")
	ruleForeign = diag.Error("OG608", "Reference to another database",
		"Objects of a database can refer only to objects of the same database.")
	ruleEngine = diag.Error("OG660", "Database on another engine",
		"A database block describes a PostgreSQL database: its SQL is applied by psql in the service's container. A service whose image is known to be another engine, such as MariaDB or MongoDB, can't run it.")
	ruleUser = diag.Error("OG661", "Invalid user of a role",
		"A role with `user` has two logins, which deploy.sh makes and alternates: it sets their names and passwords itself, so both secrets are generated or known to it, and belong to this role alone.")
	ruleFixedUser = diag.Error("OG662", "Password without its user",
		"The password of a role with `user` belongs to one of two logins, alternately. A service that reads the password but not the user would log in with a name that is fixed, and be refused.")
	ruleRow = diag.Error("OG607", "Invalid row",
		"A row of a seed is a map from columns to values.")
)

// refs reads references to objects of the block's own database.
func refs[T any](b *lang.Block, name string) []lang.Found[T] {
	return slices.DeleteFunc(lang.Refs[T](b, name), func(f lang.Found[T]) bool { return !own(b, f.Object, f.Range) })
}

// ref is refs for one reference.
func ref[T any](b *lang.Block, name string) (lang.Found[T], bool) {
	f, ok := lang.Ref[T](b, name)
	return f, ok && own(b, f.Object, f.Range)
}

// own reports an object of another database.
func own(b *lang.Block, o *lang.Object, at hcl.Range) bool {
	db := b
	for db.Parent != nil {
		db = db.Parent
	}
	if o.Address == db.Address() || strings.HasPrefix(o.Address, db.Address()+".") {
		return true
	}
	b.Evaluation().Errorf(ruleForeign, at, "%s belongs to another database than %s. PostgreSQL databases can't refer to each other; declare what you need in both.", o.Address, b.Address())
	return false
}

func schemaAttr() lang.Attr {
	return lang.Attr{Name: "schema", Type: lang.RefTo("schema"), Doc: "The schema that contains it. Default: public."}
}

// schemaOf is the name of the schema that contains a block, "" for public.
func schemaOf(b *lang.Block) string {
	if s, ok := ref[*manifest.Schema](b, "schema"); ok {
		return s.Value.Name
	}
	return ""
}

// schemaOfObject is schemaOf for another object of the same database, which
// may not be decoded yet; not ok if its schema is invalid, which was reported.
func schemaOfObject(b *lang.Block, address string) (schema string, ok bool) {
	for _, k := range b.Parent.Blocks("table", "view", "function") {
		if k.Address() == address {
			schema = schemaOf(k)
			return schema, !k.Failed("schema")
		}
	}
	return "", true
}

// sqlText is verbatim SQL, with Unix line ends.
func sqlText(b *lang.Block, name string) string {
	return strings.ReplaceAll(b.String(name), "\r\n", "\n")
}

// expression is an SQL expression: a string, or a literal number or bool.
func expression(b *lang.Block, name string) string {
	switch v := b.Any(name).(type) {
	case nil:
	case string:
		if strings.TrimSpace(v) == "" {
			b.Invalid(name, `must be an SQL expression; write the empty string as "''"`)
		}
		return strings.ReplaceAll(v, "\r\n", "\n")
	case bool:
		return strconv.FormatBool(v)
	case *big.Rat:
		return text.Number(v)
	default:
		b.Invalid(name, "must be an SQL expression, a number or a bool")
	}
	return ""
}

// ranges are the ranges of the arguments that are set.
func ranges(b *lang.Block, names ...string) manifest.Ranges {
	out := manifest.Ranges{}
	for _, n := range names {
		if b.Given(n) {
			out[n] = b.AttrRange(n)
		}
	}
	return out
}

// elementRanges adds the ranges of a list's elements, if the list is a literal.
func elementRanges(b *lang.Block, name string, to manifest.Ranges) {
	if t, ok := b.Expr(name).(*hclsyntax.TupleConsExpr); ok {
		for i, e := range t.Exprs {
			to[fmt.Sprintf("%s[%d]", name, i)] = e.Range()
		}
	}
}

// elements are the expressions of a literal list, otherwise nil.
func elements(b *lang.Block, name string, n int) []hclsyntax.Expression {
	if t, ok := b.Expr(name).(*hclsyntax.TupleConsExpr); ok && len(t.Exprs) == n {
		return t.Exprs
	}
	return nil
}

// unique drops duplicates.
func unique(in []string) []string {
	var out []string
	for _, s := range in {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// sortTable sorts the parts of a table except its columns.
func sortTable(t *manifest.Table) {
	by(t.Indexes, func(o *manifest.Index) string { return o.Name })
	by(t.Checks, func(o *manifest.CheckConstraint) string { return o.Name })
	by(t.ForeignKeys, func(o *manifest.ForeignKey) string {
		return strings.Join(o.Columns, "\x00") + "\x01" + o.Table.Name + "\x00" + strings.Join(o.References, "\x00")
	})
}

func by[T any](list []T, key func(T) string) {
	slices.SortStableFunc(list, func(a, b T) int { return strings.Compare(key(a), key(b)) })
}
