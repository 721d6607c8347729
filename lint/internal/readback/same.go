// Package readback compares what a YAML parser reads of a file with the document that it was written from.
package readback

import (
	"fmt"
	"math/big"
	"reflect"
	"strings"
)

// Same reports the first difference between what a YAML parser read and a document: a struct by its keys, a
// map, a list or a scalar.
func Same(at string, got any, want reflect.Value) error {
	for want.Kind() == reflect.Pointer || want.Kind() == reflect.Interface {
		if n, ok := want.Interface().(*big.Rat); ok {
			if x, ok := new(big.Rat).SetString(fmt.Sprint(got)); ok && x.Cmp(n) == 0 {
				return nil
			}
			return fmt.Errorf("%s reads back as %#v instead of %s", at, got, n.RatString())
		}
		want = want.Elem()
	}
	if !want.IsValid() {
		return sameScalar(at, got, nil)
	}
	switch want.Kind() {
	case reflect.Struct, reflect.Map:
		entries := map[string]reflect.Value{}
		collect(entries, want)
		m, ok := got.(map[any]any)
		if !ok || len(m) != len(entries) {
			return fmt.Errorf("%s reads back as %#v, which has not the keys of %v", at, got, want)
		}
		for k, v := range entries {
			x, ok := m[k]
			if !ok {
				return fmt.Errorf("%s has no %q", at, k)
			}
			if err := Same(at+"."+k, x, v); err != nil {
				return err
			}
		}
		return nil
	case reflect.Slice:
		list, ok := got.([]any)
		if !ok || len(list) != want.Len() {
			return fmt.Errorf("%s reads back as %#v instead of %d elements", at, got, want.Len())
		}
		for i, x := range list {
			if err := Same(fmt.Sprintf("%s[%d]", at, i), x, want.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return sameScalar(at, got, want.Interface())
}

func sameScalar(at string, got, want any) error {
	if got != want {
		return fmt.Errorf("%s reads back as %#v instead of %#v", at, got, want)
	}
	return nil
}

// collect adds the entries that a struct or map is written with.
func collect(entries map[string]reflect.Value, v reflect.Value) {
	if v.Kind() == reflect.Map {
		for _, k := range v.MapKeys() {
			entries[k.String()] = v.MapIndex(k)
		}
		return
	}
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		f := v.Field(i)
		empty := f.IsZero() || (f.Kind() == reflect.Slice || f.Kind() == reflect.Map) && f.Len() == 0
		switch {
		case name == "-":
		case strings.Contains(options, "inline"):
			collect(entries, f)
		case !empty || !strings.Contains(options, "omitempty"):
			entries[name] = f
		}
	}
}
