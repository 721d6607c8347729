package sql

import (
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/templates/sql"
)

// walk visits the nodes of a parse tree while f returns true.
func walk(n any, f func(n any) bool) {
	if n == nil || reflect.ValueOf(n).Kind() == reflect.Pointer && reflect.ValueOf(n).IsNil() || !f(n) {
		return
	}
	children(reflect.ValueOf(n), func(k any) { walk(k, f) })
}

// seed checks rows against their table.
func (c *checker) seed(s *manifest.Seed) {
	t := s.Table
	if t == nil {
		return
	}
	if !c.haveColumns(t, s.Conflict, s.At, "conflict", s.Origin, s.Address) {
		return
	}
	if len(s.Conflict) > 0 && !isKey(t, s.Conflict) {
		c.report(ruleConflict.At(s.At.Of("conflict", s.Range), "(%s) is neither the primary key of %s nor unique, so it can't detect a conflict. Name a key, or add unique = [[%s]] to the table.",
			strings.Join(s.Conflict, ", "), t.Address, strings.Join(text.Quoted(s.Conflict), ", ")))
		return
	}
	seen := map[string]int{}
	for i := range s.Rows {
		c.row(s, i, seen)
	}
}

func (c *checker) row(s *manifest.Seed, i int, seen map[string]int) {
	t, row := s.Table, s.Rows[i]
	at := row.Range
	if at.Filename == "" {
		at = s.Range
	}
	given := map[string]bool{}
	for _, v := range row.Columns {
		given[v.Column] = true
		where := v.Range
		if where.Filename == "" {
			where = at
		}
		col := columnOf(t, v.Column)
		if col == nil {
			c.failed = true // the renderer omits it
			c.report(ruleColumnUnknown.At(where, "A row of %s has the column %q, which %s doesn't have.%s", s.Address, v.Column, t.Address, suggest(v.Column, columnNames(t))))
			return
		}
		c.seedColumn(s, col, v, where)
	}
	var missing []string
	for _, col := range t.Columns {
		if mustGive(t, col) && !given[col.Name] {
			missing = append(missing, col.Name)
		}
	}
	if len(missing) > 0 {
		c.report(ruleNotNull.At(at, "A row of %s doesn't set %s, which is NOT NULL and has no default. Set it, or give the column a default.", s.Address, strings.Join(missing, ", ")))
		return
	}
	if len(row.Columns) == 0 {
		c.report(ruleNotNull.At(at, "A row of %s sets no columns, so it can't be distinguished from others.", s.Address))
		return
	}
	key := sql.KeyOf(s, row)
	switch {
	case key == nil && len(s.Conflict) > 0:
		c.report(ruleNoKey.At(at, "A row of %s has no fixed value for each column of `conflict` (%s), so an existing row can't be recognized. "+
			"Set these columns in the row, or name another key.", s.Address, strings.Join(s.Conflict, ", ")))
	case key == nil && s.Update:
		c.report(ruleNoKey.At(at, "A row of %s has no fixed value for a key of %s, so the row to update can't be determined. "+
			"Set the columns of the primary key or of a unique key.", s.Address, t.Address))
	}
	if key == nil {
		return
	}
	id := keyValue(row, key)
	if first, again := seen[id]; again && id != "" {
		c.report(ruleTwice.At(at, "Row %d of %s has the same (%s) as row %d. Remove or change one of the two.", i+1, s.Address, strings.Join(key, ", "), first+1))
	}
	seen[id] = i
}

// keyValue is a text for the values of a key, "" if one isn't a literal.
func keyValue(row manifest.SeedRow, key []string) string {
	var b strings.Builder
	for _, k := range key {
		for _, v := range row.Columns {
			if v.Column != k {
				continue
			}
			text, kind := sql.Constant("", v.Value)
			if v.Expr != "" || v.Value == nil || kind == sql.ConstArray {
				return ""
			}
			b.WriteString(k + "\x00" + strconv.Itoa(len(text)) + "\x00" + text)
		}
	}
	return b.String()
}

func (c *checker) seedColumn(s *manifest.Seed, col *manifest.Column, v manifest.SeedValue, at hcl.Range) {
	switch {
	case col.Generated != "":
		c.report(ruleRowType.At(at, "%s is computed by the server, so a row can't set it.", col.Address))
	case col.Identity == "always":
		c.report(ruleRowType.At(at, "%s is always numbered by the server. Omit it, or declare identity = \"by default\".", col.Address))
	case v.Expr != "":
		if f := c.fragment(exprPlace, v.Expr); f.fail == nil {
			if ref := firstColumn(f.expr); ref != "" {
				c.report(ruleColumnInDefault.At(at, "The expression of %s refers to a column %q, but a row's value can't refer to columns. If it is text, write '%s'.", col.Address, ref, ref))
			}
		}
	case v.Value == nil:
		if !col.Null || slices.Contains(s.Table.PrimaryKey, col.Name) {
			c.report(ruleNotNull.At(at, "%s must not be NULL.", col.Address))
		}
	default:
		if problem := c.misfit(col, v.Value); problem != "" {
			c.report(ruleRowType.At(at, "%s is %s; %s.", col.Address, col.Type, problem))
		}
	}
}

// misfit says why a value doesn't fit a column, "" if it may.
func (c *checker) misfit(col *manifest.Column, v any) string {
	f := c.fragment(typePlace, sql.BaseType(col.Type))
	names := f.column.GetTypeName().GetNames()
	if f.fail != nil || len(names) == 0 {
		return ""
	}
	if f.column.TypeName.ArrayBounds != nil {
		if _, ok := v.([]any); !ok {
			if _, text := v.(string); !text {
				return "write a list"
			}
		}
		return ""
	}
	name := names[len(names)-1].GetString_().GetSval()
	mod := 0
	if mods := f.column.TypeName.Typmods; len(mods) == 1 {
		mod = int(mods[0].GetAConst().GetIval().GetIval())
	}
	for _, e := range c.db.Types {
		if text, ok := v.(string); e.Name == name && (!ok || !slices.Contains(e.Values, text)) {
			text, _ = sql.Constant("", v)
			return strconv.Quote(text) + " isn't one of its values (" + strings.Join(e.Values, ", ") + ")"
		}
	}
	if problem := misfitBuiltin(name, mod, v); problem != "" {
		return problem
	}
	mods := typmod(f.column.TypeName)
	switch v := v.(type) {
	case string:
		if name != "json" && name != "jsonb" { // written as JSON
			return c.misfitText(name, mods, v)
		}
	case *big.Rat:
		return misfitDigits(name, mods, v)
	}
	return ""
}

func misfitBuiltin(name string, mod int, v any) string {
	number, isNumber := v.(*big.Rat)
	word, isText := v.(string)
	list, isList := v.([]any)
	_, isBool := v.(bool)
	switch name {
	case "bool":
		if !isBool && !isText {
			return "write true or false"
		}
	case "int2", "int4", "int8":
		if isText {
			return misfitWhole(name, strings.TrimSpace(strings.ToLower(word)), strconv.Quote(word))
		} else if !isNumber || !number.IsInt() {
			return "write a whole number"
		} else {
			return outOfRange(name, number)
		}
	case "numeric", "float4", "float8":
		if !isNumber && !isText {
			return "write a number"
		}
	case "varchar", "bpchar":
		if isText && mod > 0 && len([]rune(word)) > mod {
			return "the text has " + strconv.Itoa(len([]rune(word))) + " characters"
		}
	case "vector", "halfvec", "ruvector":
		if isList && mod > 0 && len(list) != mod {
			return "the list has " + strconv.Itoa(len(list)) + " elements"
		}
		if !isList && !isText {
			return "write a list of numbers"
		}
	case "timestamp", "timestamptz", "date", "time", "uuid", "interval", "inet":
		if !isText {
			return "write it as text"
		}
	}
	return ""
}
