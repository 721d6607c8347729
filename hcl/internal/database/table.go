package database

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func tableSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "table", Doc: "A table. Columns keep their order. deploy.sh changes an existing table: what no longer is declared and holds data stays until `destroy` names it.",
		Labels: lang.Name1("The name of the table."),
		Attrs: []lang.Attr{
			schemaAttr(),
			{Name: "comment", Type: lang.String, Doc: "The comment on the table."},
			{Name: "primary_key", Type: lang.Strings, Doc: "The columns of the primary key."},
			{Name: "unique", Type: lang.Any, Doc: "The unique keys: a list of lists of columns."},
			{Name: "rewrite", Type: lang.Strings, Doc: "Columns whose change may write an existing table again, which blocks it meanwhile: `[\"column id\"]`."},
			{Name: "destroy", Type: lang.Strings, Doc: "Columns whose values may be lost: those of a column that is no longer declared, which is then dropped, or those that a new type can't hold: `[\"column legacy\"]`."},
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
		Type:   "column",
		Habits: map[string]string{"primary_key": "Write primary_key = [\"NAME\"] in the table.", "nullable": "Write null = false for a column that must have a value.", "not_null": "Write null = false.", "references": "Write a foreign_key block in the table."},
		Doc:    "A column.", Labels: lang.Name1("The name of the column."),
		Attrs: []lang.Attr{
			{Name: "type", Type: lang.String, Required: true, Doc: "The SQL type, such as \"varchar(255)\" or \"vector(384)\"; a collation may follow."},
			{Name: "null", Type: lang.Bool, Default: "true", Doc: "Whether the column accepts null."},
			{Name: "default", Type: lang.Any, Doc: "The default: an SQL expression such as \"now()\" or \"'text'\"; a bare number or bool is taken literally."},
			{Name: "unique", Type: lang.Bool, Default: "false", Doc: "Whether values must be unique."},
			{Name: "comment", Type: lang.String, Doc: "The comment on the column."},
			{Name: "identity", Type: lang.String, Values: []string{"always", "by default"}, Doc: "The server numbers the rows."},
			{Name: "generated", Type: lang.String, Doc: "An SQL expression over other columns; the column stores its result."},
			{Name: "renamed_from", Type: lang.String, Doc: "The column's former name: an existing column of that name is renamed, and keeps its values."},
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
			{Name: "name", Type: lang.String, Doc: "The name of the constraint. Default: TABLE_COLUMNS_fkey, as PostgreSQL names it."},
			{Name: "columns", Type: lang.Strings, Required: true, Doc: "The referencing columns of this table."},
			{Name: "references", Type: lang.RefsTo("column", "table"), Required: true,
				Doc: "The referenced column or list of columns; or a table, for its primary key."},
			{Name: "on_delete", Type: lang.String, Values: actions, Doc: "What happens when the referenced row is deleted."},
			{Name: "on_update", Type: lang.String, Values: actions, Doc: "What happens when the referenced key changes."},
		},
	}
}

func checkSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "check", Doc: "A condition that every row must satisfy.", Labels: lang.Name1("The name of the constraint."),
		Attrs: []lang.Attr{{Name: "expr", Type: lang.String, Required: true, Doc: "The condition, in SQL."}},
	}
}

func indexSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "index",
		Habits: map[string]string{"columns": "Write on = […]."},
		Doc:    "An index.", Labels: lang.Name1("The name of the index."),
		Attrs: []lang.Attr{
			{Name: "on", Type: lang.Strings, Required: true, Doc: "The columns, or expressions in parentheses, each optionally with an operator class and a direction."},
			{Name: "using", Type: lang.String, Doc: "The access method, such as hnsw. Default: btree."},
			{Name: "unique", Type: lang.Bool, Default: "false", Doc: "Whether keys must be unique."},
			{Name: "include", Type: lang.Strings, Doc: "Additional columns stored in the index."},
			{Name: "with", Type: lang.StringMap, Doc: "The storage parameters."},
			{Name: "where", Type: lang.String, Doc: "The condition of a partial index, in SQL."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Index{Origin: b.Origin(), Name: b.Name} },
	}
}

func decodeTable(b *lang.Block, t *manifest.Table) {
	t.Schema = schemaOf(b)
	t.Comment = b.String("comment")
	t.PrimaryKey = b.Strings("primary_key")
	t.At = ranges(b, "comment", "primary_key", "unique", "rewrite", "destroy")
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
	t.Rewrite, t.Destroy = permitted(b, "rewrite", "column", t.At), permitted(b, "destroy", "column", t.At)
	checkChanges(b, t)
}

// permitted reads a list of objects of one kind, such as ["column id"], and returns their names. It
// adds the range of each to at, as ATTR NAME.
func permitted(b *lang.Block, attr, kind string, at manifest.Ranges) []string {
	elementRanges(b, attr, at)
	var out []string
	for i, e := range b.Strings(attr) {
		found, name, ok := strings.Cut(e, " ")
		if !ok || found != kind || name == "" {
			b.Evaluation().Errorf(rulePermit, at.Of(fmt.Sprintf("%s[%d]", attr, i), b.AttrRange(attr)),
				"%q in %q of %s is not a %s. Write \"%s NAME\".", e, attr, b.Address(), kind, kind)
			continue
		}
		at[attr+" "+name] = at.Of(fmt.Sprintf("%s[%d]", attr, i), b.AttrRange(attr))
		out = append(out, name)
	}
	return out
}

// checkChanges checks what a table says of its change from an earlier schema.
func checkChanges(b *lang.Block, t *manifest.Table) {
	named := map[string]*manifest.Column{}
	for _, c := range t.Columns {
		named[c.Name] = c
	}
	for _, name := range t.Rewrite {
		if named[name] == nil {
			b.Evaluation().Errorf(rulePermit, t.At["rewrite "+name],
				"%s has no column %q, so its change can't write the table again. Name a declared column, or remove the element.", b.Address(), name)
		}
	}
	from := map[string]string{}
	for _, k := range b.Blocks("column") {
		c := k.Ref.(*manifest.Column)
		at := c.At.Of("renamed_from", c.Range)
		switch {
		case c.RenamedFrom == "":
		case named[c.RenamedFrom] != nil:
			b.Evaluation().Errorf(rulePermit, at, "The column %s can't be renamed from %q, which %s declares too. Remove that column, or this argument.", c.Name, c.RenamedFrom, b.Address())
		case from[c.RenamedFrom] != "":
			b.Evaluation().Errorf(rulePermit, at, "The columns %s and %s are both renamed from %q. Only one of them can keep its values.", from[c.RenamedFrom], c.Name, c.RenamedFrom)
		default:
			from[c.RenamedFrom] = c.Name
		}
	}
	for _, name := range t.Destroy {
		if from[name] != "" {
			b.Evaluation().Errorf(rulePermit, t.At["destroy "+name],
				"The column %q is renamed to %s, and can't be destroyed too. Remove one of the two.", name, from[name])
		}
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
	c.RenamedFrom = b.String("renamed_from")
	c.At = ranges(b, "type", "null", "default", "unique", "comment", "identity", "generated", "renamed_from")
	given := ""
	for _, name := range []string{"default", "identity", "generated"} {
		switch {
		case !b.Has(name):
		case given != "":
			b.Evaluation().Errorf(ruleColumn, b.AttrRange(name),
				"The column %s has both %q and %q. Each of them sets the value of a new row, so keep only one.", b.Name, given, name)
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
			b.Evaluation().Errorf(ruleUnique, at.Of(fmt.Sprintf("unique[%d]", i), b.AttrRange("unique")),
				"Element %d of \"unique\" is not a list of columns. Write [[\"a\", \"b\"]] for one key of two columns, [[\"a\"], [\"b\"]] for two keys of one column.", i+1)
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
			b.Evaluation().Errorf(ruleReferences, r.Range, "A foreign key refers to columns of one table, or to a table as a whole; "+
				"%s doesn't match the element before it.", r.Object.Address)
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

// wholeTables resolves foreign keys that refer to a table of the database b: they mean its
// primary key.
func wholeTables(b *lang.Block, t *manifest.Table) {
	for _, f := range t.ForeignKeys {
		if f.References != nil {
			continue
		}
		f.References = f.Table.PrimaryKey
		if len(f.References) == 0 && !failedKey(b, f.Table) {
			b.Evaluation().Errorf(ruleReferences, f.At.Of("references", f.Range),
				"%s has no primary key for the foreign key to refer to. Name a column, such as %s.column.id.", f.Table.Address, f.Table.Address)
		}
	}
	t.ForeignKeys = slices.DeleteFunc(t.ForeignKeys, func(f *manifest.ForeignKey) bool { return len(f.References) == 0 })
	sortTable(t)
}

// failedKey reports whether the primary key of a table is invalid, which was reported.
func failedKey(b *lang.Block, t *manifest.Table) bool {
	return slices.ContainsFunc(b.Blocks("table"), func(k *lang.Block) bool { return k.Ref == t && k.Failed("primary_key") })
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
