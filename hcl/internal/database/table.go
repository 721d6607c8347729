package database

import (
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func tableSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "table", Doc: "A table. Columns keep their order. What an existing table lacks is added to it; nothing is ever dropped.",
		Labels: lang.Name1("The table's name."),
		Attrs: []lang.Attr{
			schemaAttr(),
			{Name: "comment", Type: lang.String, Doc: "Comment on the table."},
			{Name: "primary_key", Type: lang.Strings, Doc: "Columns of the primary key."},
			{Name: "unique", Type: lang.Any, Doc: "Unique keys: a list of lists of columns."},
		},
		Blocks: []*lang.BlockSpec{columnSpec(), foreignKeySpec(), checkSpec(), indexSpec()},
		Declare: func(b *lang.Block) any {
			t := &manifest.Table{Origin: b.Origin(), Name: b.Name}
			for _, k := range b.Blocks("column") {
				c := k.Ref.(*manifest.Column)
				c.Table = t
				t.Columns = append(t.Columns, c)
			}
			for _, k := range b.Blocks("index") {
				t.Indexes = append(t.Indexes, k.Ref.(*manifest.Index))
			}
			return t
		},
	}
}

func columnSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "column", Doc: "A column.", Labels: lang.Name1("The column's name."),
		Attrs: []lang.Attr{
			{Name: "type", Type: lang.String, Required: true, Doc: "Its SQL type, such as \"varchar(255)\" or \"vector(384)\"; a collation may follow."},
			{Name: "null", Type: lang.Bool, Default: "true", Doc: "Whether it may be null."},
			{Name: "default", Type: lang.Any, Doc: "An SQL expression such as \"now()\" or \"'text'\"; a bare number or bool stands for itself."},
			{Name: "unique", Type: lang.Bool, Default: "false", Doc: "Whether no two rows may have the same value."},
			{Name: "comment", Type: lang.String, Doc: "Comment on the column."},
			{Name: "identity", Type: lang.String, Values: []string{"always", "by default"}, Doc: "The server numbers the rows."},
			{Name: "generated", Type: lang.String, Doc: "SQL expression over other columns that the stored value is computed from."},
		},
		Declare: func(b *lang.Block) any {
			b.ExportAttr("type", cty.String)
			return &manifest.Column{Origin: b.Origin(), Name: b.Name}
		},
	}
}

func foreignKeySpec() *lang.BlockSpec {
	actions := []string{"cascade", "restrict", "set null", "set default", "no action"}
	return &lang.BlockSpec{
		Type: "foreign_key", Doc: "A foreign key.", Repeat: true,
		Attrs: []lang.Attr{
			{Name: "name", Type: lang.String, Doc: "Its name. Default: TABLE_COLUMNS_fkey, as PostgreSQL names it."},
			{Name: "columns", Type: lang.Strings, Required: true, Doc: "The columns of this table."},
			{Name: "references", Type: lang.RefsTo("column", "table"), Required: true,
				Doc: "The column, or list of columns, that they refer to; or a table, for its primary key."},
			{Name: "on_delete", Type: lang.String, Values: actions, Doc: "What happens when the row referred to is deleted."},
			{Name: "on_update", Type: lang.String, Values: actions, Doc: "What happens when its key changes."},
		},
	}
}

func checkSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "check", Doc: "A condition that every row satisfies.", Labels: lang.Name1("The constraint's name."),
		Attrs: []lang.Attr{{Name: "expr", Type: lang.String, Required: true, Doc: "The condition, in SQL."}},
	}
}

func indexSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "index", Doc: "An index.", Labels: lang.Name1("The index's name."),
		Attrs: []lang.Attr{
			{Name: "on", Type: lang.Strings, Required: true, Doc: "Columns, or expressions in parentheses, each with an operator class and a direction if need be."},
			{Name: "using", Type: lang.String, Doc: "The access method, such as hnsw. Default: btree."},
			{Name: "unique", Type: lang.Bool, Default: "false", Doc: "Whether no two rows may have the same key."},
			{Name: "include", Type: lang.Strings, Doc: "Further columns kept in the index."},
			{Name: "with", Type: lang.StringMap, Doc: "Storage parameters."},
			{Name: "where", Type: lang.String, Doc: "Condition of a partial index, in SQL."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Index{Origin: b.Origin(), Name: b.Name} },
	}
}

func decodeTable(b *lang.Block, t *manifest.Table) {
	t.Schema = schemaOf(b)
	t.Comment = b.String("comment")
	t.PrimaryKey = b.Strings("primary_key")
	t.At = ranges(b, "comment", "primary_key", "unique")
	elementRanges(b, "primary_key", t.At)
	t.Unique = uniqueKeys(b, t.At)
	for _, k := range b.Blocks("column") {
		decodeColumn(k, k.Ref.(*manifest.Column))
	}
	for _, k := range b.Blocks("foreign_key") {
		if f := decodeForeignKey(k); f != nil {
			t.ForeignKeys = append(t.ForeignKeys, f)
		}
	}
	for _, k := range b.Blocks("check") {
		t.Checks = append(t.Checks, &manifest.CheckConstraint{Origin: k.Origin(), Name: k.Name, Expr: sqlText(k, "expr"), At: ranges(k, "expr")})
	}
	for _, k := range b.Blocks("index") {
		decodeIndex(k, k.Ref.(*manifest.Index))
	}
}

func decodeColumn(b *lang.Block, c *manifest.Column) {
	c.Type = sqlText(b, "type")
	c.Null = b.Bool("null")
	c.Default = expression(b, "default")
	c.Unique = b.Bool("unique")
	c.Comment = b.String("comment")
	c.Identity = b.String("identity")
	c.Generated = sqlText(b, "generated")
	c.At = ranges(b, "type", "null", "default", "unique", "comment", "identity", "generated")
	given := ""
	for _, name := range []string{"default", "identity", "generated"} {
		switch {
		case !b.Has(name):
		case given != "":
			b.Program().Errorf(ruleColumn, b.AttrRange(name),
				"The column %s has both %q and %q. Each says where the value of a new row comes from, so only one can be given.", b.Name, given, name)
		default:
			given = name
		}
	}
}

// uniqueKeys reads a list of lists of column names.
func uniqueKeys(b *lang.Block, at manifest.Ranges) [][]string {
	list, ok := b.Any("unique").([]any)
	if b.Has("unique") && !ok && !b.Failed("unique") {
		b.Invalid("unique", `must be a list of lists of columns, such as [["a", "b"]]`)
	}
	elementRanges(b, "unique", at)
	var out [][]string
	for i, e := range list {
		columns, ok := e.([]any)
		key := make([]string, 0, len(columns))
		for _, c := range columns {
			s, isString := c.(string)
			ok = ok && isString
			key = append(key, s)
		}
		if !ok || len(key) == 0 {
			b.Program().Errorf(ruleUnique, at.Of(fmt.Sprintf("unique[%d]", i), b.AttrRange("unique")),
				"Element %d of \"unique\" is no list of columns. Write [[\"a\", \"b\"]] for one key of two columns, [[\"a\"], [\"b\"]] for two keys of one.", i+1)
			return nil
		}
		out = append(out, key)
	}
	return out
}

func decodeForeignKey(b *lang.Block) *manifest.ForeignKey {
	f := &manifest.ForeignKey{Origin: b.Origin(), Name: b.String("name"), Columns: b.Strings("columns"),
		OnDelete: b.String("on_delete"), OnUpdate: b.String("on_update"), At: ranges(b, "name", "columns", "references")}
	elementRanges(b, "columns", f.At)
	for _, r := range refs[any](b, "references") {
		var t *manifest.Table
		var columns []string
		switch o := r.Value.(type) {
		case *manifest.Column:
			t, columns = o.Table, []string{o.Name}
		case *manifest.Table:
			t = o // its primary key, which may not be decoded yet
		}
		if f.Table != nil && (t != f.Table || columns == nil || f.References == nil) {
			b.Program().Errorf(ruleReferences, r.Range, "A foreign key refers to columns of one table, or to one table as a whole; "+
				"%s doesn't go with the element before it.", r.Object.Address)
			return nil
		}
		f.Table = t
		f.References = append(f.References, columns...)
	}
	if f.Table == nil { // reported
		return nil
	}
	return f
}

// wholeTables resolves foreign keys that refer to a table: they mean its
// primary key.
func wholeTables(b *lang.Block, t *manifest.Table) {
	for _, f := range t.ForeignKeys {
		if f.References != nil {
			continue
		}
		f.References = f.Table.PrimaryKey
		if len(f.References) == 0 {
			b.Program().Errorf(ruleReferences, f.At.Of("references", f.Range),
				"%s has no primary key that the foreign key could refer to. Name a column, such as %s.column.id.", f.Table.Address, f.Table.Address)
		}
	}
	t.ForeignKeys = slices.DeleteFunc(t.ForeignKeys, func(f *manifest.ForeignKey) bool { return len(f.References) == 0 })
	sortTable(t)
}

func decodeIndex(b *lang.Block, i *manifest.Index) {
	i.Using = b.String("using")
	i.On = b.Strings("on")
	i.Unique = b.Bool("unique")
	i.With = b.StringMap("with")
	i.Where = sqlText(b, "where")
	i.Include = b.Strings("include")
	i.At = ranges(b, "using", "on", "unique", "with", "where", "include")
	elementRanges(b, "on", i.At)
	elementRanges(b, "include", i.At)
	if len(i.On) == 0 && !b.Failed("on") {
		b.Invalid("on", "must name at least one column")
	}
}
