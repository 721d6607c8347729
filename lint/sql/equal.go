package sql

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// same reports whether two parse trees are equal except for positions in the
// text.
func same(a, b any) bool { return difference(a, b) == "" }

// difference is the path to the first difference of two parse trees, "" when
// they are equal.
func difference(a, b any) string {
	return compare(reflect.ValueOf(a), reflect.ValueOf(b))
}

// compare walks the generated structs: exported fields only, positions skipped.
func compare(a, b reflect.Value) string {
	if a.IsValid() != b.IsValid() {
		return "."
	}
	if !a.IsValid() {
		return ""
	}
	if a.Type() != b.Type() {
		return "(" + typeName(a) + "≠" + typeName(b) + ")"
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() == b.IsNil() {
				return ""
			}
			return "."
		}
		return compare(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return "[" + strconv.Itoa(a.Len()) + "≠" + strconv.Itoa(b.Len()) + "]"
		}
		for i := 0; i < a.Len(); i++ {
			if d := compare(a.Index(i), b.Index(i)); d != "" {
				return "[" + strconv.Itoa(i) + "]" + d
			}
		}
	case reflect.Struct:
		for _, i := range compared(a.Type()) {
			if d := compare(a.Field(i), b.Field(i)); d != "" {
				return "." + a.Type().Field(i).Name + d
			}
		}
	case reflect.String:
		if a.String() != b.String() {
			return ": " + strconv.Quote(a.String()) + "≠" + strconv.Quote(b.String())
		}
	case reflect.Bool:
		if a.Bool() != b.Bool() {
			return "≠"
		}
	case reflect.Int32, reflect.Int64:
		if a.Int() != b.Int() {
			return ": " + strconv.FormatInt(a.Int(), 10) + "≠" + strconv.FormatInt(b.Int(), 10)
		}
	default:
		if !reflect.DeepEqual(a.Interface(), b.Interface()) {
			return "≠"
		}
	}
	return ""
}

func typeName(v reflect.Value) string {
	t := v.Type()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// structFields caches compared by type.
var structFields sync.Map

// compared lists the fields of a struct that are compared.
func compared(t reflect.Type) []int {
	if v, ok := structFields.Load(t); ok {
		return v.([]int)
	}
	var out []int
	for i := 0; i < t.NumField(); i++ {
		if f := t.Field(i); f.IsExported() && !isPlace(f.Name) {
			out = append(out, i)
		}
	}
	structFields.Store(t, out)
	return out
}

// isPlace reports whether a field is a position.
func isPlace(name string) bool {
	return strings.HasSuffix(name, "Location") || strings.HasPrefix(name, "Stmt") && strings.HasSuffix(name, "Len")
}
