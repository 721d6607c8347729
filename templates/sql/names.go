package sql

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/omegagen/omegagen/hcl/manifest"
)

const maxName = 63 // bytes of an identifier

// Constraints lists the constraints of a table in the order of the file: primary key,
// unique keys, checks, foreign keys. Constraints without a declared name get the one
// that PostgreSQL would choose, so that those of a table written by hand are
// recognized.
func Constraints(t *manifest.Table) []*Constraint {
	var out []*Constraint
	taken := map[string]bool{}
	for _, c := range t.Checks {
		taken[c.Name] = true
	}
	for _, f := range t.ForeignKeys {
		taken[f.Name] = true
	}
	name := func(columns []string, label string) string {
		for n := 0; ; n++ {
			l := label
			if n > 0 {
				l += strconv.Itoa(n)
			}
			if s := objectName(t.Name, strings.Join(columns, "_"), l); !taken[s] {
				taken[s] = true
				return s
			}
		}
	}
	if len(t.PrimaryKey) > 0 {
		out = append(out, &Constraint{Kind: "primary key", Name: name(nil, "pkey"), Columns: t.PrimaryKey,
			Range: t.At.Of("primary_key", t.Range)})
	}
	for _, c := range t.Columns {
		if c.Unique {
			out = append(out, &Constraint{Kind: "unique", Name: name([]string{c.Name}, "key"),
				Columns: []string{c.Name}, Range: c.At.Of("unique", c.Range)})
		}
	}
	for i, u := range t.Unique {
		out = append(out, &Constraint{Kind: "unique", Name: name(u, "key"), Columns: u,
			Range: t.At.Of("unique["+strconv.Itoa(i)+"]", t.Range)})
	}
	for _, c := range t.Checks {
		out = append(out, &Constraint{Kind: "check", Name: c.Name, Check: c, Range: c.Range})
	}
	for _, f := range t.ForeignKeys {
		n := f.Name
		if n == "" {
			n = name(f.Columns, "fkey")
		}
		out = append(out, &Constraint{Kind: "foreign key", Name: n, Columns: f.Columns, ForeignKey: f, Range: f.Range})
	}
	return out
}

// objectName joins names as PostgreSQL's makeObjectName does: the longer one is
// truncated until the result fits.
func objectName(name1, name2, label string) string {
	room := maxName - len(label) - 1
	if name2 != "" {
		room--
	}
	n1, n2 := len(name1), len(name2)
	for n1+n2 > room {
		if n1 > n2 {
			n1--
		} else {
			n2--
		}
	}
	s := clip(name1, n1)
	if name2 != "" {
		s += "_" + clip(name2, n2)
	}
	return s + "_" + label
}

// clip truncates s to at most n bytes without splitting a character.
func clip(s string, n int) string {
	if n >= len(s) {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
