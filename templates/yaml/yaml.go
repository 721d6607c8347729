// Package yaml writes the YAML files of a kit from typed structs. It is the
// one encoder for all of them: deterministic, with comments, in the style that
// a careful engineer writes by hand, and safe for any string.
//
// A struct's fields come in declaration order under their `yaml:"key"` tags
// (the field's name in lower case without one); maps are sorted by key. Tag
// options:
//
//	omitempty  leave the entry out when the value is zero or has no elements
//	flow       write a list of scalars on one line: ["CMD", "true"]
//	spaced     separate the entries of the collection by blank lines
//	inline     merge a map[string]any or a struct into the enclosing mapping;
//	           a map's key replaces a field of that name, where the field
//	           stands, and its other keys follow the fields, sorted
//
// Values may be nil, booleans, integers, floats, strings, *big.Rat (with a
// finite decimal expansion), slices, maps with string keys, Map, structs,
// and pointers and interfaces of these.
//
// It isn't built on the nodes of yaml.v3. Their encoder escapes what lies beyond
// Unicode's first plane, whatever the style ("\U0001F600" for an emoji), writes a
// block scalar that begins with a tab so that it can't be read back, leaves YAML
// 1.1's other booleans (yes, on, n) without quotes, and has blank lines only as
// comments that begin with a line break. The walk over structs and the choice of
// each scalar's style would stay with us in any case.
package yaml

import (
	"bytes"
	"reflect"
	"strings"
)

// Commented is implemented by values that carry a comment, written above
// them (above their key, or above the dash of a list's item). Newlines in it
// begin further comment lines; no text can break out. "" is no comment.
type Commented interface {
	YAMLComment() string
}

// Valuer is implemented by values that are encoded as another value.
type Valuer interface {
	YAMLValue() any
}

// Raw is a string that Encoder.String doesn't change.
type Raw string

// Map is a mapping in the order given, where sorted keys won't do. A key
// that stands twice is an error of Marshal.
type Map []Entry

// Entry is one entry of a Map. A comment of its own comes before that of the
// value.
type Entry struct {
	Key     string
	Value   any
	Comment string
}

// Marshal encodes doc, which must be a mapping (a struct, a map or a Map),
// below the header, which becomes a comment ("" for none). The result has
// 2-space indentation, LF line ends and a final newline, and is a function of
// the arguments alone. Every string is read back equal, and as a string, by
// readers of YAML 1.1 and 1.2. Errors are programming errors, but for strings
// that aren't UTF-8.
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

// Marshal encodes as the function Marshal does.
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

// writer lays out nodes.
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

// entry writes `key: value`, the line's indentation being there already.
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

// maxSimpleKey is how long a key on the line of its value may be; YAML allows
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
		// The first entry stands behind the dash, its comment above it.
		if c := it.entries[0].value.comment; c != "" {
			w.comment(c, indent)
		}
		w.indent(indent)
		w.buf.WriteString("- ")
		w.entry(it.entries[0], indent+2)
		w.mapping(&node{kind: mapping, entries: it.entries[1:]}, indent+2)
	}
}

// literal writes a string that literal() approved as a block scalar.
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
