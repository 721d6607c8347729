// Package yaml writes the YAML files of a kit from typed structs: deterministically,
// with comments, in the style of files written by hand, and safely for any string.
//
// A struct's fields come in declaration order under their `yaml:"key"` tags
// (the field's name in lower case without one); maps are sorted by key. Tag
// options:
//
//	omitempty  leave the entry out when the value is zero or has no elements
//	flow       write a list of scalars on one line: ["CMD", "true"]
//	spaced     separate the entries of the collection by blank lines
//	inline     merge a map[string]any or a struct into the enclosing mapping;
//	           a map's key replaces a field of that name, in the field's
//	           position, and its other keys follow the fields, sorted
//
// Values may be nil, booleans, integers, floats, strings, *big.Rat (with a
// finite decimal expansion), slices, maps with string keys, Map, structs,
// and pointers and interfaces of these.
//
// It doesn't use the nodes of yaml.v3, whose encoder escapes characters beyond
// Unicode's first plane in any style ("\U0001F600" for an emoji), writes a block
// scalar that starts with a tab such that it can't be read back, doesn't quote YAML
// 1.1's other booleans (yes, on, n), and supports blank lines only as comments that
// start with a line break. Walking structs and choosing each scalar's style would be
// necessary anyway.
package yaml

import (
	"bytes"
	"reflect"
	"strings"
)

// Commented is implemented by values with a comment, which is written above them
// (above their key, or above the dash of a list item). Newlines in it start further
// comment lines; no text can end the comment. "" means no comment.
type Commented interface {
	YAMLComment() string
}

// Valuer is implemented by values that are encoded as another value.
type Valuer interface {
	YAMLValue() any
}

// Raw is a string that Encoder.String doesn't change.
type Raw string

// Map is a mapping in the given order instead of sorted by key. Marshal refuses
// duplicate keys.
type Map []Entry

// Entry is an entry of a Map. Its comment comes before that of the value.
type Entry struct {
	Key     string
	Value   any
	Comment string
}

// Marshal encodes doc, which must be a mapping (a struct, a map or a Map), below the
// header, which becomes a comment ("" for none). The result has 2-space indentation,
// LF line ends and a final newline, and depends only on the arguments. Parsers of
// YAML 1.1 and 1.2 read every string back as an equal string. Errors are programming
// errors, except for strings that aren't UTF-8.
func Marshal(header string, doc any) ([]byte, error) {
	return Encoder{Header: header}.Marshal(doc)
}

// Encoder is Marshal with a second layer of quoting.
type Encoder struct {
	Header string
	// String, if set, is applied to every string that is a value (not to
	// keys, nor to Raw): the escaping of a consumer that interpolates.
	String func(string) string

	value func(Valuer) any // of Tree
}

// Marshal is like the function Marshal.
func (e Encoder) Marshal(doc any) ([]byte, error) {
	root, err := e.build(reflect.ValueOf(doc), options{})
	if err != nil {
		return nil, err
	}
	if root.kind != mapping {
		return nil, errorf("the document is not a mapping but %T", doc)
	}
	w := &writer{}
	if e.Header != "" {
		w.comment(e.Header, 0)
		w.buf.WriteByte('\n')
	}
	if root.comment != "" {
		w.comment(root.comment, 0)
	}
	if len(root.entries) == 0 {
		w.buf.WriteString("{}\n")
		return w.buf.Bytes(), nil
	}
	root.sections = true
	w.mapping(root, 0)
	return w.buf.Bytes(), nil
}

// writer writes nodes.
type writer struct {
	buf bytes.Buffer
}

func (w *writer) indent(n int) {
	for range n {
		w.buf.WriteByte(' ')
	}
}

// comment writes text as comment lines.
func (w *writer) comment(text string, indent int) {
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		w.indent(indent)
		w.buf.WriteString(strings.TrimRight("# "+commentText(line), " "))
		w.buf.WriteByte('\n')
	}
}

func (w *writer) mapping(n *node, indent int) {
	for i, e := range n.entries {
		if i > 0 && (n.spaced || n.sections && (e.value.block() || n.entries[i-1].value.block())) {
			w.buf.WriteByte('\n')
		}
		if e.value.comment != "" {
			w.comment(e.value.comment, indent)
		}
		w.indent(indent)
		w.entry(e, indent)
	}
}

// entry writes `key: value` after the line's indentation.
func (w *writer) entry(e entry, indent int) {
	key := scalarText(e.key)
	if len(key) > maxSimpleKey {
		w.buf.WriteString("? ")
		w.buf.WriteString(key)
		w.buf.WriteByte('\n')
		w.indent(indent)
	} else {
		w.buf.WriteString(key)
	}
	w.buf.WriteByte(':')
	w.after(e.value, indent)
}

// maxSimpleKey is the maximum length of a key on the line of its value; YAML allows
// 1024 characters.
const maxSimpleKey = 512

// after writes a value behind `key:` or `-`.
func (w *writer) after(n *node, indent int) {
	switch {
	case n.kind == scalar && n.literal:
		w.buf.WriteByte(' ')
		w.literal(n.text, indent+2)
	case n.kind == scalar:
		w.buf.WriteByte(' ')
		w.buf.WriteString(n.text)
		w.buf.WriteByte('\n')
	case n.kind == sequence && len(n.items) == 0:
		w.buf.WriteString(" []\n")
	case n.kind == mapping && len(n.entries) == 0:
		w.buf.WriteString(" {}\n")
	case n.kind == sequence && n.flow:
		w.flow(n)
	case n.kind == sequence:
		w.buf.WriteByte('\n')
		w.sequence(n, indent+2)
	default:
		w.buf.WriteByte('\n')
		w.mapping(n, indent+2)
	}
}

func (w *writer) flow(n *node) {
	w.buf.WriteString(" [")
	for i, it := range n.items {
		if i > 0 {
			w.buf.WriteString(", ")
		}
		w.buf.WriteString(it.text)
	}
	w.buf.WriteString("]\n")
}

func (w *writer) sequence(n *node, indent int) {
	for i, it := range n.items {
		if i > 0 && n.spaced {
			w.buf.WriteByte('\n')
		}
		if it.comment != "" {
			w.comment(it.comment, indent)
		}
		if it.kind != mapping || len(it.entries) == 0 {
			w.indent(indent)
			w.buf.WriteByte('-')
			w.after(it, indent)
			continue
		}
		// The first entry is on the line of the dash, its comment above it.
		if c := it.entries[0].value.comment; c != "" {
			w.comment(c, indent)
		}
		w.indent(indent)
		w.buf.WriteString("- ")
		w.entry(it.entries[0], indent+2)
		w.mapping(&node{kind: mapping, entries: it.entries[1:]}, indent+2)
	}
}

// literal writes a string that literal() has accepted as a block scalar.
func (w *writer) literal(s string, indent int) {
	body, keep := strings.CutSuffix(s, "\n")
	if keep {
		w.buf.WriteString("|\n")
	} else {
		w.buf.WriteString("|-\n")
	}
	for _, line := range strings.Split(body, "\n") {
		if line != "" {
			w.indent(indent)
			w.buf.WriteString(line)
		}
		w.buf.WriteByte('\n')
	}
}
