package sql

import (
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// section is a run of statements under a heading.
type section struct {
	title      string
	statements []*Statement
}

func (s *section) add(o manifest.Origin, ops ...Op) {
	for _, op := range ops {
		s.statements = append(s.statements, &Statement{Op: op, Address: o.Address, Range: o.Range})
	}
}

// sections puts all statements of a database in order: each after what it
// needs.
func sections(db *manifest.Database) []*section {
	o := arrange(db)
	out := []*section{prelude(db), enums(db)}
	out = append(out, &section{statements: []*Statement{{Op: &Begin{}, Address: db.Address, Range: db.Range}}})
	out = append(out, schemas(db), extensions(db), raw(db, "extensions"), roles(db))
	out = append(out, functions(o.first, "Functions that tables use"))
	out = append(out, tables(o)...)
	out = append(out, raw(db, "tables"))
	out = append(out, functions(o.mid, "Functions that indexes use"))
	out = append(out, indexes(o))
	out = append(out, functions(o.late, "Functions and views"))
	out = append(out, raw(db, "functions"), triggers(db), raw(db, "triggers"), raw(db, "views"), comments(db),
		seeds(db, o), refreshes(o), raw(db, "seeds"), grants(db), raw(db, "grants"))
	out = append(out, &section{statements: []*Statement{{Op: &Commit{}, Address: db.Address, Range: db.Range}}})
	return append(out, outside(db))
}

// prelude makes the session independent of the server's settings.
func prelude(db *manifest.Database) *section {
	s := &section{}
	path := []string{"public"}
	for _, e := range db.Extensions {
		if e.Schema != "" && e.Schema != "pg_catalog" && !slices.Contains(path, e.Schema) {
			path = append(path, e.Schema)
		}
	}
	s.add(db.Origin,
		&Set{"client_encoding", "'UTF8'"},
		&Set{"standard_conforming_strings", "on"},
		&Set{"client_min_messages", "warning"},
		&SearchPath{path})
	return s
}

// enums stand outside the transaction: a value that is added to a type can't
// be used before it is committed.
func enums(db *manifest.Database) *section {
	s := &section{title: "Types (outside the transaction: a new value can be used only once it is committed)"}
	if len(db.Types) == 0 {
		return s
	}
	for _, t := range db.Types {
		for _, sc := range db.Schemas {
			if sc.Name == t.Schema {
				s.add(sc.Origin, &CreateSchema{sc})
				break
			}
		}
		s.add(t.Origin, &CreateEnum{t})
		for i := 1; i < len(t.Values); i++ {
			s.add(t.Origin, &AddEnumValue{EnumType: t, Value: t.Values[i], After: t.Values[i-1]})
		}
		if len(t.Values) > 1 {
			s.add(t.Origin, &AddEnumValue{EnumType: t, Value: t.Values[0], Before: t.Values[1]})
		}
	}
	return s
}

func schemas(db *manifest.Database) *section {
	s := &section{title: "Schemas"}
	for _, sc := range db.Schemas {
		s.add(sc.Origin, &CreateSchema{sc})
	}
	return s
}

func extensions(db *manifest.Database) *section {
	s := &section{title: "Extensions"}
	for _, e := range db.Extensions {
		s.add(e.Origin, &CreateExtension{e})
		if e.Version != "" {
			s.add(e.Origin, &UpdateExtension{e})
		}
	}
	return s
}

func roles(db *manifest.Database) *section {
	s := &section{title: "Roles (deploy.sh sets their passwords)"}
	for _, r := range db.Roles {
		s.add(r.Origin, &CreateRole{r}, &AlterRole{r})
	}
	for _, r := range db.Roles {
		for _, group := range r.MemberOf {
			s.add(r.Origin, &GrantRole{Group: group, Member: r.Name})
		}
	}
	return s
}

// functions are functions and views in the given order.
func functions(objects []any, title string) *section {
	s := &section{title: title}
	for _, o := range objects {
		switch o := o.(type) {
		case *manifest.Function:
			s.add(o.Origin, &CreateFunction{o})
		case *manifest.View:
			s.add(o.Origin, &CreateView{o})
		}
	}
	return s
}

// tables creates what is missing, then brings older tables up to date: all
// columns first, then keys, then what refers to keys.
func tables(o *order) []*section {
	create := &section{title: "Tables"}
	columns := &section{title: "Columns that a table of an older kit lacks"}
	keys := &section{title: "Constraints that a table of an older kit lacks"}
	refs := &section{}
	for _, d := range o.defs {
		t, ok := d.(*manifest.Table)
		if !ok {
			f := d.(*manifest.Function)
			create.add(f.Origin, &CreateFunction{f})
			continue
		}
		create.add(t.Origin, &CreateTable{t, o.inline(t)})
		if len(t.Columns) > 0 {
			columns.add(t.Origin, &AddColumns{t})
		}
		var own, foreign []*Constraint
		for _, c := range Constraints(t) {
			if c.Kind == "foreign key" {
				foreign = append(foreign, c)
			} else {
				own = append(own, c)
			}
		}
		if len(own) > 0 {
			keys.add(t.Origin, &AddConstraints{t, own})
		}
		if len(foreign) > 0 {
			refs.add(t.Origin, &AddConstraints{t, foreign})
		}
	}
	return []*section{create, columns, keys, refs}
}

func indexes(o *order) *section {
	s := &section{title: "Indexes"}
	for _, t := range o.tables {
		for _, i := range t.Indexes {
			s.add(i.Origin, &CreateIndex{t, i})
		}
	}
	return s
}

func triggers(db *manifest.Database) *section {
	s := &section{title: "Triggers"}
	for _, t := range db.Triggers {
		s.add(t.Origin, &CreateTrigger{t})
	}
	return s
}

func comments(db *manifest.Database) *section {
	s := &section{title: "Comments"}
	add := func(o manifest.Origin, at hcl.Range, c *Comment) {
		if c.Text != "" {
			o.Range = at
			s.add(o, c)
		}
	}
	for _, t := range db.Tables {
		add(t.Origin, t.At.Of("comment", t.Range), &Comment{Object: "TABLE", Schema: t.Schema, Name: t.Name, Text: t.Comment})
		for _, c := range t.Columns {
			add(c.Origin, c.At.Of("comment", c.Range),
				&Comment{Object: "COLUMN", Schema: t.Schema, Name: t.Name, Column: c.Name, Text: c.Comment})
		}
	}
	for _, f := range db.Functions {
		add(f.Origin, f.At.Of("comment", f.Range),
			&Comment{Object: "FUNCTION", Schema: f.Schema, Name: f.Name, Args: signature(f), Text: f.Comment})
	}
	for _, v := range db.Views {
		object := "VIEW"
		if v.Materialized {
			object = "MATERIALIZED VIEW"
		}
		add(v.Origin, v.At.Of("comment", v.Range), &Comment{Object: object, Schema: v.Schema, Name: v.Name, Text: v.Comment})
	}
	return s
}

// signature lists the types of a function's arguments, without defaults.
func signature(f *manifest.Function) []string {
	out := make([]string, len(f.Args))
	for i, a := range f.Args {
		out[i] = a.Value
		for _, t := range lex(a.Value) {
			if t.kind == tokWord && t.text == "default" || t.kind == tokPunct && t.text == "=" {
				out[i] = strings.TrimRight(a.Value[:t.start], " \t\n:")
				break
			}
		}
	}
	return out
}

func signatureOf(db *manifest.Database, schema, name string) []string {
	for _, f := range db.Functions {
		if f.Schema == schema && f.Name == name {
			return signature(f)
		}
	}
	return nil
}

// grants come after all objects, so that ALL TABLES means all.
func grants(db *manifest.Database) *section {
	s := &section{title: "Grants"}
	for _, g := range db.Grants {
		op := &Grant{Grant: g}
		if g.On == "function" {
			for _, o := range g.Objects {
				op.Args = append(op.Args, signatureOf(db, g.Schema, o))
			}
		}
		s.add(g.Origin, op)
	}
	return s
}

func raw(db *manifest.Database, after string) *section {
	s := &section{title: "SQL as written, after " + after}
	for _, r := range db.Raw {
		at := r.After
		if at == "" {
			at = "seeds"
		}
		if r.Transaction && at == after {
			s.add(r.Origin, &Raw{r})
		}
	}
	return s
}

// outside is what can't run in a transaction.
func outside(db *manifest.Database) *section {
	s := &section{title: "Outside the transaction"}
	for _, r := range db.Raw {
		if !r.Transaction {
			s.add(r.Origin, &Raw{r})
		}
	}
	return s
}

// refreshes fills materialized views with the seeds.
func refreshes(o *order) *section {
	s := &section{title: "Materialized views, with the rows above"}
	for _, v := range o.late {
		if v, ok := v.(*manifest.View); ok && v.Materialized && o.seeded {
			s.add(v.Origin, &Refresh{v})
		}
	}
	return s
}

func sortedNames[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
