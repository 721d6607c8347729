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
	ruleColumn = diag.Error("OG601", "Column with several sources",
		"A column's value in a new row comes from its default, its identity or its expression, not from several of these.")
	ruleUnique = diag.Error("OG602", "Invalid unique key",
		"The attribute unique of a table is a list of keys, each a list of columns.")
	ruleReferences = diag.Error("OG603", "Foreign key to several tables",
		"A foreign key refers to columns of one table, or to a table's primary key.")
	ruleTrigger = diag.Error("OG604", "Incomplete trigger",
		"A trigger says which function it calls, and columns only of updates.")
	ruleRole = diag.Error("OG605", "Role that can't use its password",
		"A password is for logging in, which a group doesn't.")
	ruleGrant = diag.Error("OG606", "Invalid grant",
		"A grant gives privileges that exist, on objects of one sort and schema, or on all objects of a sort.")
	ruleForeign = diag.Error("OG608", "Reference into another database",
		"The objects of a database refer to each other only.")
	ruleRow = diag.Error("OG607", "Invalid row",
		"A row of a seed is a map of columns to values.")
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
	b.Program().Errorf(ruleForeign, at, "%s belongs to another database than %s. A server keeps databases apart; declare what you need in both.", o.Address, b.Address())
	return false
}

func schemaAttr() lang.Attr {
	return lang.Attr{Name: "schema", Type: lang.RefTo("schema"), Doc: "The schema that it stands in. Default: public."}
}

// schemaOf is the name of the schema that a block stands in, "" for public.
func schemaOf(b *lang.Block) string {
	if s, ok := ref[*manifest.Schema](b, "schema"); ok {
		return s.Value.Name
	}
	return ""
}

// schemaOfObject is schemaOf for another object of the same database, which
// may not be decoded yet.
func schemaOfObject(b *lang.Block, address string) string {
	for _, k := range b.Parent.Blocks("table", "view", "function") {
		if k.Address() == address {
			return schemaOf(k)
		}
	}
	return ""
}

// sqlText is SQL as written, with the line ends of Unix.
func sqlText(b *lang.Block, name string) string {
	return strings.ReplaceAll(b.String(name), "\r\n", "\n")
}

// expression is an SQL expression: text, or a number or bool that stands for
// itself.
func expression(b *lang.Block, name string) string {
	switch v := b.Any(name).(type) {
	case nil:
	case string:
		if strings.TrimSpace(v) == "" {
			b.Invalid(name, `must be an SQL expression; the empty text is "''"`)
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

// ranges are the places of the attributes that are given.
func ranges(b *lang.Block, names ...string) manifest.Ranges {
	out := manifest.Ranges{}
	for _, n := range names {
		if b.Given(n) {
			out[n] = b.AttrRange(n)
		}
	}
	return out
}

// elementRanges adds the places of a list's elements, where it is written out.
func elementRanges(b *lang.Block, name string, to manifest.Ranges) {
	if t, ok := b.Expr(name).(*hclsyntax.TupleConsExpr); ok {
		for i, e := range t.Exprs {
			to[fmt.Sprintf("%s[%d]", name, i)] = e.Range()
		}
	}
}

// elements are the expressions of a list that is written out, else nil.
func elements(b *lang.Block, name string, n int) []hclsyntax.Expression {
	if t, ok := b.Expr(name).(*hclsyntax.TupleConsExpr); ok && len(t.Exprs) == n {
		return t.Exprs
	}
	return nil
}

// unique drops repetitions.
func unique(in []string) []string {
	var out []string
	for _, s := range in {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// sortTable sorts what stands in a table, but its columns.
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
