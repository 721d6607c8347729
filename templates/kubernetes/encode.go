package kubernetes

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/omegagen/omegagen/templates/yaml"
)

// Document is one object of a file, with the comment above it.
type Document struct {
	Comment string
	Object  runtime.Object
	// Kind and Name are the object's; Owner is the service that it belongs to, "" for what belongs to all.
	Kind, Name, Owner string
}

// encode is a typed object as the mapping that a file contains: apiVersion, kind and metadata first, then the
// fields in the order of the API's types. What the API omits when empty is left out, and so are the status, which
// is the server's, and every empty struct that isn't a pointer.
func encode(o runtime.Object) (yaml.Map, error) {
	m, err := fields(reflect.ValueOf(o).Elem())
	if err != nil {
		return nil, err
	}
	var out yaml.Map
	for _, first := range []string{"apiVersion", "kind", "metadata"} {
		for _, e := range m {
			if e.Key == first {
				out = append(out, e)
			}
		}
	}
	for _, e := range m {
		if e.Key != "apiVersion" && e.Key != "kind" && e.Key != "metadata" && e.Key != "status" {
			out = append(out, e)
		}
	}
	return out, nil
}

// fields are the entries of a struct, with those of its inlined fields.
func fields(v reflect.Value) (yaml.Map, error) {
	var out yaml.Map
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		f := v.Field(i)
		switch {
		case name == "-":
		case name == "" && v.Type().Field(i).Anonymous:
			if f.Kind() == reflect.Pointer {
				if f.IsNil() {
					continue
				}
				f = f.Elem()
			}
			inlined, err := fields(f)
			if err != nil {
				return nil, err
			}
			out = append(out, inlined...)
		case strings.Contains(options, "omitempty") && empty(f), strings.Contains(options, "omitzero") && f.IsZero():
		default:
			x, err := value(f)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if m, ok := x.(yaml.Map); ok && len(m) == 0 && f.Kind() == reflect.Struct {
				continue
			}
			out = append(out, yaml.Entry{Key: name, Value: x})
		}
	}
	return out, nil
}

// empty reports whether encoding/json leaves out a field with the option omitempty.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return v.IsZero()
	}
}

// value is a field's value for the encoder: types with a JSON form of their own, such as quantities, are in
// that form.
func value(v reflect.Value) (any, error) {
	if !v.CanAddr() { // the encoding may need a pointer receiver
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		v = p.Elem()
	}
	if m, ok := v.Addr().Interface().(json.Marshaler); ok && v.Kind() != reflect.Pointer {
		b, err := m.MarshalJSON()
		if err != nil {
			return nil, err
		}
		var x any
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.UseNumber()
		if err := d.Decode(&x); err != nil {
			return nil, err
		}
		if n, ok := x.(json.Number); ok {
			return n.Int64()
		}
		return x, nil
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil, nil
		}
		return value(v.Elem())
	case reflect.Struct:
		return fields(v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil, fmt.Errorf("bytes have no form in a kit")
		}
		out := make([]any, v.Len())
		for i := range out {
			x, err := value(v.Index(i))
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	case reflect.Map:
		out := make(map[string]any, v.Len())
		for _, k := range v.MapKeys() {
			x, err := value(v.MapIndex(k))
			if err != nil {
				return nil, err
			}
			out[k.String()] = x
		}
		return out, nil
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	default:
		return nil, fmt.Errorf("%s has no form in a kit", v.Type())
	}
}

// unsendable finds a string with a character that doesn't arrive as it is: kubectl sends an object that it applies
// server-side as JSON in which such a character isn't escaped, and the API server reads that as YAML, in which
// U+0085 is the end of a line, and the others are refused.
func unsendable(v any) (text string, c rune, found bool) {
	switch v := v.(type) {
	case string:
		for _, c := range v {
			if c >= 0x7f && c < 0xa0 || c == 0xfffe || c == 0xffff {
				return v, c, true
			}
		}
	case yaml.Map:
		for _, e := range v {
			if text, c, found = unsendable(e.Value); found {
				return text, c, true
			}
		}
	case map[string]any:
		for _, k := range sortedKeys(v) {
			if text, c, found = unsendable(v[k]); found {
				return text, c, true
			}
		}
	case []any:
		for _, e := range v {
			if text, c, found = unsendable(e); found {
				return text, c, true
			}
		}
	}
	return "", 0, false
}
