package sql

import (
	"encoding/json"
	"math/big"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// rows are the rows of a multi-row VALUES, one per line.
func (r *renderer) rows(in *Insert) string {
	var b strings.Builder
	for i := range in.Rows {
		if i > 0 {
			b.WriteString(",\n")
		}
		b.WriteString("    (")
		b.WriteString(r.values(in, i))
		b.WriteString(")")
	}
	return b.String()
}

// values are the values of a row, in the order of the columns.
func (r *renderer) values(in *Insert, row int) string {
	out := make([]string, len(in.Columns))
	for i, c := range in.Columns {
		out[i] = r.value(c, in.Rows[row][i])
	}
	return strings.Join(out, ", ")
}

// same compares the row of a guarded insert with the table's rows. It ignores columns
// that are set from expressions (such as now()) if there is any other column.
func (r *renderer) same(in *Insert) string {
	var plain, computed []string
	for i, c := range in.Columns {
		v := in.Rows[0][i]
		name := r.ident(c.Name)
		value := "CAST(" + r.value(c, v) + " AS " + fragment(BaseType(withoutCollation(c.Type))) + ")"
		if NoEquality(c.Type) {
			name, value = "CAST("+name+" AS text)", "CAST("+value+" AS text)"
		}
		cond := name + " IS NOT DISTINCT FROM " + value
		if v.Expr != "" {
			computed = append(computed, cond)
		} else {
			plain = append(plain, cond)
		}
	}
	if len(plain) == 0 {
		plain = computed
	}
	return strings.Join(plain, "\n      AND ")
}

// NoEquality reports whether a type has no equality operator, so that values are
// compared as text.
func NoEquality(columnType string) bool {
	t := strings.ToLower(strings.TrimSpace(columnType))
	return t == "json" || t == "xml"
}

// BaseType is the actual type of a serial column.
func BaseType(t string) string {
	switch strings.ToLower(strings.TrimSpace(t)) {
	case "serial", "serial4":
		return "integer"
	case "bigserial", "serial8":
		return "bigint"
	case "smallserial", "serial2":
		return "smallint"
	}
	return t
}

func (r *renderer) value(c *manifest.Column, v manifest.SeedValue) string {
	if v.Expr != "" {
		return fragment(v.Expr)
	}
	text, kind := Constant(c.Type, v.Value)
	switch kind {
	case ConstString:
		return r.literalAt(v.Range, text)
	case ConstArray:
		list := v.Value.([]any)
		items := make([]string, len(list))
		for i, e := range list {
			items[i] = r.value(&manifest.Column{Type: ElementType(c.Type)}, manifest.SeedValue{Value: e, Range: v.Range})
		}
		return "CAST(ARRAY[" + strings.Join(items, ", ") + "] AS " + fragment(withoutCollation(c.Type)) + ")"
	case ConstWord, ConstNumber:
	}
	return text
}

// ConstKind is how a constant is written.
type ConstKind uint8

// The kinds of constants.
const (
	ConstWord   ConstKind = iota // NULL, true, false
	ConstNumber                  // digits
	ConstString                  // a literal
	ConstArray                   // ARRAY[…], element by element
)

// Constant is the text, before quoting, of a value of the manifest in a column of a
// type. Lists are arrays in array columns and JSON elsewhere (which is also pgvector's
// format for vectors); objects are JSON. In a json column, strings, numbers and bools
// are JSON too, unless a string already is JSON.
func Constant(columnType string, v any) (string, ConstKind) {
	if isJSON(columnType) && v != nil {
		if s, ok := v.(string); ok && json.Valid([]byte(s)) {
			return s, ConstString
		}
		return jsonText(v), ConstString
	}
	switch v := v.(type) {
	case bool:
		if v {
			return "true", ConstWord
		}
		return "false", ConstWord
	case string:
		return v, ConstString
	case *big.Rat:
		return text.Number(v), ConstNumber
	case []any:
		if strings.HasSuffix(withoutCollation(columnType), "]") {
			return "", ConstArray
		}
		return jsonText(v), ConstString
	case map[string]any:
		return jsonText(v), ConstString
	}
	return "NULL", ConstWord
}

// withoutCollation is a column's type as casts accept it.
func withoutCollation(t string) string {
	for _, w := range lex(t) {
		if w.kind == tokWord && w.text == "collate" {
			t = t[:w.start]
			break
		}
	}
	return strings.TrimSpace(t)
}

// ElementType is the type of an array type's elements.
func ElementType(t string) string {
	t = withoutCollation(t)
	if i := strings.LastIndexByte(t, '['); i >= 0 {
		return strings.TrimSpace(t[:i])
	}
	return t
}

func isJSON(t string) bool {
	switch strings.ToLower(strings.TrimSpace(t)) {
	case "json", "jsonb", "pg_catalog.json", "pg_catalog.jsonb":
		return true
	}
	return false
}

// jsonText formats a value as JSON, with sorted keys and without escaping <, > and &.
func jsonText(v any) string {
	var b strings.Builder
	writeJSON(&b, v)
	return b.String()
}

func writeJSON(b *strings.Builder, v any) {
	switch v := v.(type) {
	case *big.Rat:
		b.WriteString(text.Number(v))
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, e)
		}
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		for i, k := range sortedNames(v) {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSON(b, k)
			b.WriteByte(':')
			writeJSON(b, v[k])
		}
		b.WriteByte('}')
	default: // nil, bool, string
		var text strings.Builder
		e := json.NewEncoder(&text)
		e.SetEscapeHTML(false)
		_ = e.Encode(v) // can't fail for these types
		b.WriteString(strings.TrimSuffix(text.String(), "\n"))
	}
}
