package sql

import (
	"slices"
	"sort"
	"strings"

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
	p := parts{db: db, raw: map[string]*section{}}
	for _, object := range db.Objects() {
		p.object(object)
	}
	out := []*section{prelude(db), enums(db)}
	out = append(out, &section{statements: []*Statement{{Op: &Begin{}, Address: db.Address, Range: db.Range}}})
	out = append(out, p.schemas.titled("Schemas"), p.extensions.titled("Extensions"), p.written("extensions"), p.roleSection())
	out = append(out, functions(o.first, "Functions that tables use"))
	out = append(out, tables(o)...)
	out = append(out, p.written("tables"))
	out = append(out, functions(o.mid, "Functions that indexes use"))
	out = append(out, indexes(o))
	out = append(out, functions(o.late, "Functions and views"))
	out = append(out, p.written("functions"), p.triggers.titled("Triggers"), p.written("triggers"), p.written("views"), p.comments.titled("Comments"),
		seeds(db, o), refreshes(o), p.written("seeds"), p.grants.titled("Grants"), p.written("grants"))
	out = append(out, &section{statements: []*Statement{{Op: &Commit{}, Address: db.Address, Range: db.Range}}})
	return append(out, p.outside.titled("Outside the transaction"))
}

// parts are the sections that hold objects in the order of their names.
type parts struct {
	db                                                              *manifest.Database
	schemas, extensions, roles, members, triggers, comments, grants section
	raw                                                             map[string]*section // by what it comes after
	outside                                                         section             // what can't run in a transaction
}

func (s *section) titled(title string) *section {
	s.title = title
	return s
}

// object puts the statements for an object into their sections, but for those
// that are in the order of what they need.
func (p *parts) object(o manifest.DatabaseObject) {
	switch o := o.(type) {
	case *manifest.Extension:
		p.extensions.add(o.Origin, &CreateExtension{o})
		if o.Version != "" {
			p.extensions.add(o.Origin, &UpdateExtension{o})
		}
	case *manifest.Schema:
		p.schemas.add(o.Origin, &CreateSchema{o})
	case *manifest.Table: // tables and indexes make it
		p.tableComments(o)
	case *manifest.Function: // functions makes it
		p.comment(o.Origin, o.At, &Comment{Object: "FUNCTION", Schema: o.Schema, Name: o.Name, Args: signature(o), Text: o.Comment})
	case *manifest.Trigger:
		p.triggers.add(o.Origin, &CreateTrigger{o})
	case *manifest.View: // functions makes it
		object := "VIEW"
		if o.Materialized {
			object = "MATERIALIZED VIEW"
		}
		p.comment(o.Origin, o.At, &Comment{Object: object, Schema: o.Schema, Name: o.Name, Text: o.Comment})
	case *manifest.Role:
		p.roles.add(o.Origin, &CreateRole{o}, &AlterRole{o})
		for _, group := range o.MemberOf {
			p.members.add(o.Origin, &GrantRole{Group: group, Member: o.Name})
		}
	case *manifest.Grant: // after all objects, so that ALL TABLES means all
		op := &Grant{Grant: o}
		if o.On == "function" {
			for _, name := range o.Objects {
				op.Args = append(op.Args, signatureOf(p.db, o.Schema, name))
			}
		}
		p.grants.add(o.Origin, op)
	case *manifest.RawSQL:
		p.rawSQL(o)
	case *manifest.EnumType, *manifest.Seed: // enums and seeds make them
	case *manifest.Query: // no part of the schema
	}
}

func (p *parts) rawSQL(o *manifest.RawSQL) {
	if !o.Transaction {
		p.outside.add(o.Origin, &Raw{o})
		return
	}
	after := o.After
	if after == "" {
		after = "seeds"
	}
	p.written(after).add(o.Origin, &Raw{o})
}

// written is SQL as written that comes after something.
func (p *parts) written(after string) *section {
	if p.raw[after] == nil {
		p.raw[after] = &section{title: "SQL as written, after " + after}
	}
	return p.raw[after]
}

// roleSection makes all roles before it makes some members of others.
func (p *parts) roleSection() *section {
	s := &section{title: "Roles (deploy.sh sets their passwords)"}
	s.statements = append(p.roles.statements, p.members.statements...)
	return s
}

func (p *parts) comment(o manifest.Origin, at manifest.Ranges, c *Comment) {
	if c.Text != "" {
		o.Range = at.Of("comment", o.Range)
		p.comments.add(o, c)
	}
}

func (p *parts) tableComments(t *manifest.Table) {
	p.comment(t.Origin, t.At, &Comment{Object: "TABLE", Schema: t.Schema, Name: t.Name, Text: t.Comment})
	for _, c := range t.Columns {
		p.comment(c.Origin, c.At, &Comment{Object: "COLUMN", Schema: t.Schema, Name: t.Name, Column: c.Name, Text: c.Comment})
	}
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
