package yaml

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

type kind uint8

const (
	scalar kind = iota
	mapping
	sequence
)

// node is a value ready to be laid out.
type node struct {
	kind     kind
	text     string // scalar: as it stands in the file, or the raw text of a literal
	literal  bool   // scalar: a block scalar
	entries  []entry
	items    []*node
	comment  string
	flow     bool
	spaced   bool
	sections bool // mapping: blank lines around entries that are collections
}

type entry struct {
	key   string
	value *node
}

// block reports whether the node is written on lines of its own.
func (n *node) block() bool {
	return n.kind == mapping && len(n.entries) > 0 || n.kind == sequence && len(n.items) > 0 && !n.flow
}

type options struct {
	omitempty, flow, spaced, inline bool
}

func errorf(format string, args ...any) error { return fmt.Errorf("yaml: "+format, args...) }

var null = &node{kind: scalar, text: "null"}

// build makes the node of a value.
func build(v reflect.Value, o options) (*node, error) {
	comment := ""
	for v.IsValid() {
		if v.CanInterface() && !(v.Kind() == reflect.Pointer && v.IsNil()) {
			if c, ok := v.Interface().(Commented); ok && comment == "" {
				comment = c.YAMLComment()
			}
		}
		if r, ok := rat(v); ok {
			return number(r, comment)
		}
		if v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface {
			break
		}
		v = v.Elem() // the zero Value for nil
	}
	n, err := buildConcrete(v, o)
	if err != nil {
		return nil, err
	}
	if comment != "" || o.spaced {
		c := *n
		c.spaced = o.spaced
		if comment != "" {
			c.comment = comment
		}
		n = &c
	}
	return n, nil
}

func rat(v reflect.Value) (*big.Rat, bool) {
	if v.Kind() != reflect.Pointer || v.IsNil() || !v.CanInterface() {
		return nil, false
	}
	r, ok := v.Interface().(*big.Rat)
	return r, ok
}

// number writes an exact decimal without exponent, which all readers agree on.
func number(r *big.Rat, comment string) (*node, error) {
	if r.IsInt() {
		return &node{text: r.Num().String(), comment: comment}, nil
	}
	digits, exact := r.FloatPrec()
	if !exact {
		return nil, errorf("%s has no finite decimal expansion", r)
	}
	return &node{text: r.FloatString(digits), comment: comment}, nil
}

func buildConcrete(v reflect.Value, o options) (*node, error) {
	switch v.Kind() {
	case reflect.Invalid:
		return null, nil
	case reflect.Bool:
		return &node{text: strconv.FormatBool(v.Bool())}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &node{text: strconv.FormatInt(v.Int(), 10)}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &node{text: strconv.FormatUint(v.Uint(), 10)}, nil
	case reflect.Float32, reflect.Float64:
		return float(v.Float()), nil
	case reflect.String:
		return stringNode(v.String())
	case reflect.Slice, reflect.Array:
		if m, ok := v.Interface().(Map); ok {
			return buildMap(m)
		}
		return buildSequence(v, o)
	case reflect.Map:
		return buildGoMap(v)
	case reflect.Struct:
		n := &node{kind: mapping}
		if err := addFields(n, v); err != nil {
			return nil, err
		}
		return n, nil
	}
	return nil, errorf("can't encode a %s", v.Type())
}

func float(f float64) *node {
	switch {
	case math.IsNaN(f):
		return &node{text: ".nan"}
	case math.IsInf(f, 1):
		return &node{text: ".inf"}
	case math.IsInf(f, -1):
		return &node{text: "-.inf"}
	}
	return &node{text: strconv.FormatFloat(f, 'f', -1, 64)}
}

func stringNode(s string) (*node, error) {
	if !utf8.ValidString(s) {
		return nil, errorf("a string is not UTF-8: %q", s)
	}
	if literal(s) {
		return &node{text: s, literal: true}, nil
	}
	return &node{text: scalarText(s)}, nil
}

func buildSequence(v reflect.Value, o options) (*node, error) {
	n := &node{kind: sequence, flow: o.flow}
	for i := range v.Len() {
		it, err := build(v.Index(i), options{})
		if err != nil {
			return nil, err
		}
		if it.kind != scalar || it.comment != "" {
			n.flow = false
		}
		n.items = append(n.items, it)
	}
	if !n.flow {
		return n, nil
	}
	for i, it := range n.items {
		if e := deref(v.Index(i)); e.Kind() == reflect.String {
			c := *it
			c.text, c.literal = doubleQuoted(e.String()), false
			n.items[i] = &c
		}
	}
	return n, nil
}

func deref(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v
}

func buildMap(m Map) (*node, error) {
	n := &node{kind: mapping}
	seen := map[string]bool{}
	for _, e := range m {
		if seen[e.Key] {
			return nil, errorf("the key %q stands twice", e.Key)
		}
		seen[e.Key] = true
		if err := n.add(e.Key, reflect.ValueOf(e.Value), options{}, e.Comment); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func buildGoMap(v reflect.Value) (*node, error) {
	if v.Type().Key().Kind() != reflect.String {
		return nil, errorf("can't encode a %s: its keys are not strings", v.Type())
	}
	n := &node{kind: mapping}
	for _, k := range sortedKeys(v) {
		if err := n.add(k.String(), v.MapIndex(k), options{}, ""); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func sortedKeys(v reflect.Value) []reflect.Value {
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
	return keys
}

func (n *node) add(key string, v reflect.Value, o options, comment string) error {
	if !utf8.ValidString(key) {
		return errorf("a key is not UTF-8: %q", key)
	}
	val, err := build(v, o)
	if err != nil {
		return err
	}
	if comment != "" {
		c := *val
		c.comment = comment
		if val.comment != "" {
			c.comment += "\n" + val.comment
		}
		val = &c
	}
	n.entries = append(n.entries, entry{key, val})
	return nil
}

// addFields adds a struct's fields to a mapping.
func addFields(n *node, v reflect.Value) error {
	t := v.Type()
	inline := reflect.Value{}
	for i := range t.NumField() {
		if _, o, ok := fieldTag(t.Field(i)); ok && o.inline && v.Field(i).Kind() == reflect.Map {
			if inline.IsValid() {
				return errorf("%s has two inline maps", t)
			}
			inline = v.Field(i)
		}
	}
	used := map[string]bool{}
	for i := range t.NumField() {
		key, o, ok := fieldTag(t.Field(i))
		f := v.Field(i)
		switch {
		case !ok:
			continue
		case o.inline && f.Kind() == reflect.Map:
			continue
		case o.inline && f.Kind() == reflect.Struct:
			if err := addFields(n, f); err != nil {
				return err
			}
			continue
		case o.inline:
			return errorf("%s.%s can't be inline", t, t.Field(i).Name)
		}
		if inline.IsValid() {
			if x := inline.MapIndex(reflect.ValueOf(key).Convert(inline.Type().Key())); x.IsValid() {
				f, o.omitempty = x, false
				used[key] = true
			}
		}
		if o.omitempty && empty(f) {
			continue
		}
		if err := n.add(key, f, o, ""); err != nil {
			return err
		}
	}
	if !inline.IsValid() {
		return nil
	}
	for _, k := range sortedKeys(inline) {
		if used[k.String()] {
			continue
		}
		if err := n.add(k.String(), inline.MapIndex(k), options{}, ""); err != nil {
			return err
		}
	}
	return nil
}

func fieldTag(f reflect.StructField) (key string, o options, ok bool) {
	tag := f.Tag.Get("yaml")
	if !f.IsExported() || tag == "-" {
		return "", o, false
	}
	key, rest, _ := strings.Cut(tag, ",")
	for _, opt := range strings.Split(rest, ",") {
		switch opt {
		case "omitempty":
			o.omitempty = true
		case "flow":
			o.flow = true
		case "spaced":
			o.spaced = true
		case "inline":
			o.inline = true
		}
	}
	if key == "" {
		key = strings.ToLower(f.Name)
	}
	return key, o, true
}

func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}
