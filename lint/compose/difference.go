package compose

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// difference describes the first difference between two models, "" if they are
// equal.
func difference(path string, got, want any) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		keys := map[string]bool{}
		for k := range g {
			keys[k] = true
		}
		for k := range w {
			keys[k] = true
		}
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			x, inGot := g[k]
			y, inWant := w[k]
			switch {
			case !inGot:
				return fmt.Sprintf("%s.%s is missing", path, k)
			case !inWant:
				return fmt.Sprintf("%s.%s is unexpected", path, k)
			}
			if d := difference(path+"."+k, x, y); d != "" {
				return d
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			break
		}
		for i := range w {
			if d := difference(fmt.Sprintf("%s[%d]", path, i), g[i], w[i]); d != "" {
				return d
			}
		}
		return ""
	default:
		if reflect.DeepEqual(got, want) || number(got) != nil && reflect.DeepEqual(number(got), number(want)) {
			return ""
		}
	}
	return fmt.Sprintf("%s is %#v instead of %#v", path, got, want)
}

// number is a number without its Go type, nil for anything else.
func number(v any) any {
	switch x := reflect.ValueOf(v); x.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fmt.Sprint(x.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprint(x.Uint())
	case reflect.Float32, reflect.Float64:
		return fmt.Sprint(x.Float())
	}
	return nil
}
