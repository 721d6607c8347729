package yaml

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/omegagen/omegagen/internal/text"
)

type kind uint8

const (
	scalar kind = iota
	mapping
	sequence
)

// node is a value that is ready to be written.
type node struct {
	kind     kind
	text     string // scalar: its text in the file, or the raw text of a literal
	value    any    // scalar: its value
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

// block reports whether the node is written on separate lines.
func (n *node) block() bool {
	return n.kind == mapping && len(n.entries) > 0 || n.kind == sequence && len(n.items) > 0 && !n.flow
}

type options struct {
	omitempty, flow, spaced, inline bool
}

func errorf(format string, args ...any) error { return fmt.Errorf("yaml: "+format, args...) }

var null = &node{kind: scalar, text: "null"}

// build converts a value to a node.
func (e Encoder) build(v reflect.Value, o options) (*node, error) {
	comment := ""
	for v.IsValid() {
		if v.CanInterface() && !(v.Kind() == reflect.Pointer && v.IsNil()) {
			if c, ok := v.Interface().(Commented); ok && comment == "" {
				comment = c.YAMLComment()
			}
			if x, ok := v.Interface().(Valuer); ok {
				if e.value != nil {
					return &node{value: e.value(x)}, nil
				}
				v = reflect.ValueOf(x.YAMLValue())
				continue
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
	n, err := e.buildConcrete(v, o)
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

// number writes an exact decimal without exponent, which all parsers read the same.
func number(r *big.Rat, comment string) (*node, error) {
	if r.IsInt() {
		n := &node{text: text.Number(r), comment: comment}
		if r.Num().IsInt64() {
			n.value = r.Num().Int64()
		} else {
			n.value, _ = r.Float64()
		}
		return n, nil
	}
	if _, exact := r.FloatPrec(); !exact {
		return nil, errorf("%s has no finite decimal expansion", r)
	}
	f, _ := r.Float64()
	return &node{text: text.Number(r), value: f, comment: comment}, nil
}

func (e Encoder) buildConcrete(v reflect.Value, o options) (*node, error) {
	switch v.Kind() {
	case reflect.Invalid:
		return null, nil
	case reflect.Bool:
		return &node{text: strconv.FormatBool(v.Bool()), value: v.Bool()}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &node{text: strconv.FormatInt(v.Int(), 10), value: v.Int()}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &node{text: strconv.FormatUint(v.Uint(), 10), value: v.Uint()}, nil
	case reflect.Float32, reflect.Float64:
		return float(v.Float()), nil
	case reflect.String:
		s := v.String()
		if _, raw := v.Interface().(Raw); !raw && e.String != nil {
			s = e.String(s)
		}
		return stringNode(s)
	case reflect.Slice, reflect.Array:
		if m, ok := v.Interface().(Map); ok {
			return e.buildMap(m)
		}
		return e.buildSequence(v, o)
	case reflect.Map:
		return e.buildGoMap(v)
	case reflect.Struct:
		n := &node{kind: mapping}
		if err := e.addFields(n, v); err != nil {
			return nil, err
		}
		return n, nil
	}
	return nil, errorf("can't encode a %s", v.Type())
}

func float(f float64) *node {
	n := &node{text: strconv.FormatFloat(f, 'f', -1, 64), value: f}
	switch {
	case math.IsNaN(f):
		n.text = ".nan"
	case math.IsInf(f, 1):
		n.text = ".inf"
	case math.IsInf(f, -1):
		n.text = "-.inf"
	}
	return n
}

func stringNode(s string) (*node, error) {
	if !utf8.ValidString(s) {
		return nil, errorf("a string is not UTF-8: %q", s)
	}
	if literal(s) {
		return &node{text: s, value: s, literal: true}, nil
	}
	return &node{text: scalarText(s), value: s}, nil
}

func (e Encoder) buildSequence(v reflect.Value, o options) (*node, error) {
	n := &node{kind: sequence, flow: o.flow}
	for i := range v.Len() {
		it, err := e.build(v.Index(i), options{})
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
		if s, ok := it.value.(string); ok {
			c := *it
			c.text, c.literal = doubleQuoted(s), false
			n.items[i] = &c
		}
	}
	return n, nil
}

func (e Encoder) buildMap(m Map) (*node, error) {
	n := &node{kind: mapping}
	seen := map[string]bool{}
	for _, x := range m {
		if seen[x.Key] {
			return nil, errorf("the key %q stands twice", x.Key)
		}
		seen[x.Key] = true
		if err := e.add(n, x.Key, reflect.ValueOf(x.Value), options{}, x.Comment); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (e Encoder) buildGoMap(v reflect.Value) (*node, error) {
	if v.Type().Key().Kind() != reflect.String {
		return nil, errorf("can't encode a %s: its keys are not strings", v.Type())
	}
	n := &node{kind: mapping}
	for _, k := range sortedKeys(v) {
		if err := e.add(n, k.String(), v.MapIndex(k), options{}, ""); err != nil {
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

func (e Encoder) add(n *node, key string, v reflect.Value, o options, comment string) error {
	if !utf8.ValidString(key) {
		return errorf("a key is not UTF-8: %q", key)
	}
	val, err := e.build(v, o)
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
func (e Encoder) addFields(n *node, v reflect.Value) error {
	t := fieldsOf(v.Type())
	if t.err != nil {
		return t.err
	}
	inline := reflect.Value{}
	if t.inline >= 0 {
		inline = v.Field(t.inline)
	}
	hasInline := inline.IsValid() && inline.Len() > 0
	used := map[string]bool{}
	for _, field := range t.fields {
		f, o := v.Field(field.index), field.options
		if o.inline {
			if err := e.addFields(n, f); err != nil {
				return err
			}
			continue
		}
		if hasInline {
			if x := inline.MapIndex(reflect.ValueOf(field.key).Convert(inline.Type().Key())); x.IsValid() {
				f, o.omitempty = x, false
				used[field.key] = true
			}
		}
		if o.omitempty && empty(f) {
			continue
		}
		if err := e.add(n, field.key, f, o, ""); err != nil {
			return err
		}
	}
	if !hasInline {
		return nil
	}
	for _, k := range sortedKeys(inline) {
		if used[k.String()] {
			continue
		}
		if err := e.add(n, k.String(), inline.MapIndex(k), options{}, ""); err != nil {
			return err
		}
	}
	return nil
}

// structFields are the tags of a struct's type.
type structFields struct {
	fields []field
	inline int // index of the inline map, -1 if there is none
	err    error
}

type field struct {
	index   int
	key     string
	options options
}

var fieldCache sync.Map // reflect.Type → *structFields

func fieldsOf(t reflect.Type) *structFields {
	if c, ok := fieldCache.Load(t); ok {
		return c.(*structFields)
	}
	out := &structFields{inline: -1}
	for i := range t.NumField() {
		f := t.Field(i)
		key, o, ok := fieldTag(f)
		switch {
		case !ok:
			continue
		case o.inline && f.Type.Kind() == reflect.Map && out.inline < 0:
			out.inline = i
		case o.inline && f.Type.Kind() != reflect.Struct:
			out.err = errorf("%s.%s can't be inline", t, f.Name)
		default:
			out.fields = append(out.fields, field{i, key, o})
		}
	}
	fieldCache.Store(t, out)
	return out
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

// Tree is the document as a parser would return it: map[string]any, []any, nil, bool,
// string, int64, uint64 and float64. Each Valuer is replaced by the result of value,
// without further encoding. Errors are those of Marshal.
func Tree(doc any, value func(Valuer) any) (map[string]any, error) {
	root, err := Encoder{value: value}.build(reflect.ValueOf(doc), options{})
	if err != nil {
		return nil, err
	}
	m, ok := root.tree().(map[string]any)
	if !ok {
		return nil, errorf("the document is not a mapping but %T", doc)
	}
	return m, nil
}

func (n *node) tree() any {
	switch n.kind {
	case mapping:
		m := make(map[string]any, len(n.entries))
		for _, e := range n.entries {
			m[e.key] = e.value.tree()
		}
		return m
	case sequence:
		l := make([]any, len(n.items))
		for i, it := range n.items {
			l[i] = it.tree()
		}
		return l
	case scalar:
	}
	return n.value
}
