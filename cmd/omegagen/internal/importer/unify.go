package importer

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
)

// unifier writes values that differ in a number alone as one.
type unifier struct {
	d      *Draft
	number string // of the instance, from 1
}

// expr is the number that is first in the first instance.
func (u *unifier) expr(first int) string {
	switch {
	case u.number != "replica.number": // a key, which is a string
		switch {
		case first == 1:
			return u.number
		case first < 1:
			return fmt.Sprintf("%s - %d", u.number, 1-first)
		}
		return fmt.Sprintf("%s + %d", u.number, first-1)
	case first == 1:
		return "replica.number"
	case first == 0:
		return "replica.index"
	}
	return fmt.Sprintf("%d + replica.index", first)
}

// blocks is one block for all, nil if they differ in more.
func (u *unifier) blocks(all []*block) *block {
	first := all[0]
	out := &block{kind: first.kind, label: first.label, comment: first.comment, path: first.path}
	for _, b := range all {
		if b.kind != first.kind || b.label != first.label || len(b.items) != len(first.items) {
			return nil
		}
	}
	for i, it := range first.items {
		var values []any
		var blocks []*block
		for _, b := range all {
			x := b.items[i]
			if x.name != it.name || (x.block == nil) != (it.block == nil) {
				return nil
			}
			values, blocks = append(values, x.value), append(blocks, x.block)
		}
		if it.block != nil {
			if it.block = u.blocks(blocks); it.block == nil {
				return nil
			}
		} else {
			v, ok := u.values(values)
			if !ok {
				return nil
			}
			it.value = v
		}
		out.items = append(out.items, it)
	}
	return out
}

// values is one value for all; false if they differ in more than a number.
func (u *unifier) values(all []any) (any, bool) {
	first := all[0]
	if !slices.ContainsFunc(all, func(v any) bool { return !reflect.DeepEqual(plainOf(v), plainOf(first)) }) {
		return first, true
	}
	switch x := first.(type) {
	case object:
		return u.objects(all, x)
	case []any:
		return u.lists(all, x)
	case map[string]any:
		out := map[string]any{}
		for k := range x {
			var values []any
			for _, v := range all {
				m := mapOf(v)
				if _, has := m[k]; !has || len(m) != len(x) {
					return nil, false
				}
				values = append(values, m[k])
			}
			v, ok := u.values(values)
			if !ok {
				return nil, false
			}
			out[k] = v
		}
		return out, true
	case json.Number:
		if start, ok := progression(all); ok {
			return keyword(u.expr(start)), true
		}
	case ref:
		return u.refs(all, x)
	case string, *Text, keyword:
		return u.texts(all)
	}
	return nil, false
}

func (u *unifier) objects(all []any, first object) (any, bool) {
	out := slices.Clone(first)
	for i, e := range first {
		var values []any
		for _, v := range all {
			o, ok := v.(object)
			if !ok || len(o) != len(first) || o[i].key != e.key {
				return nil, false
			}
			values = append(values, o[i].value)
		}
		v, ok := u.values(values)
		if !ok {
			return nil, false
		}
		out[i].value = v
	}
	return out, true
}

func (u *unifier) lists(all []any, first []any) (any, bool) {
	out := make([]any, len(first))
	for i := range first {
		var values []any
		for _, v := range all {
			l, ok := v.([]any)
			if !ok || len(l) != len(first) {
				return nil, false
			}
			values = append(values, l[i])
		}
		v, ok := u.values(values)
		if !ok {
			return nil, false
		}
		out[i] = v
	}
	return out, true
}

// refs are references to the volume of each.
func (u *unifier) refs(all []any, first ref) (any, bool) {
	for _, f := range u.d.folds {
		for _, v := range f.volumes {
			same := len(all) == len(v.members) && first.kind == "volume"
			for i, x := range all {
				r, ok := x.(ref)
				same = same && ok && r.kind == first.kind && r.name == fmt.Sprintf("%s-%d", v.stem, i+1)
			}
			if same {
				return keyword(fmt.Sprintf("volume.%s[%s]", v.stem, u.number)), true
			}
		}
	}
	return nil, false
}

// texts is one string, with numbers in it.
func (u *unifier) texts(all []any) (any, bool) {
	var rows [][]Part
	for _, v := range all {
		t, ok := v.(*Text)
		if s, plain := v.(string); plain {
			t, ok = &Text{Value: s, Parts: []Part{{Text: s}}}, true
		}
		if !ok || len(rows) > 0 && len(t.Parts) != len(rows[0]) {
			return nil, false
		}
		rows = append(rows, t.Parts)
	}
	out := &Text{Value: str(all[0])}
	for i, p := range rows[0] {
		var texts []string
		for _, row := range rows {
			if x := row[i]; x.Variable != p.Variable || x.Secret != p.Secret || x.Expr != p.Expr || (x.Text == "") != (p.Text == "") {
				return nil, false
			}
			texts = append(texts, row[i].Text)
		}
		parts, ok := u.numbers(texts)
		switch {
		case p.Text == "":
			out.Parts = append(out.Parts, p)
		case !ok:
			return nil, false
		default:
			out.Parts = append(out.Parts, parts...)
		}
	}
	return out, true
}

var digits = regexp.MustCompile(`[0-9]+`)

// numbers splits texts that differ in numbers into what is the same and expressions.
func (u *unifier) numbers(all []string) ([]Part, bool) {
	rest := digits.Split(all[0], -1)
	for _, s := range all {
		if !slices.Equal(digits.Split(s, -1), rest) {
			return nil, false
		}
	}
	var out []Part
	text := rest[0]
	for i := range len(rest) - 1 {
		var values []any
		for _, s := range all {
			values = append(values, json.Number(digits.FindAllString(s, -1)[i]))
		}
		start, ok := progression(values)
		switch {
		case !slices.ContainsFunc(values, func(v any) bool { return v != values[0] }):
			text += str(values[0])
		case !ok:
			return nil, false
		default:
			if text != "" {
				out = append(out, Part{Text: text})
			}
			out = append(out, Part{Expr: u.expr(start)})
			text = ""
		}
		text += rest[i+1]
	}
	if text != "" {
		out = append(out, Part{Text: text})
	}
	return out, true
}

// progression is the first of numbers that grow by one.
func progression(all []any) (int, bool) {
	first, err := strconv.Atoi(str(all[0]))
	if err != nil {
		return 0, false
	}
	for i, v := range all {
		if _, isNumber := v.(json.Number); !isNumber || str(v) != strconv.Itoa(first+i) {
			return 0, false
		}
	}
	return first, true
}

// plainOf is a value without paths and comments, to compare.
func plainOf(v any) any {
	o, ok := v.(object)
	if !ok {
		return v
	}
	var out []any
	for _, e := range o {
		out = append(out, []any{e.key, plainOf(e.value)})
	}
	return out
}
