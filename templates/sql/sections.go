package sql

import (
	"slices"
	"sort"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Headings, by which deploy/schema.sh finds the sections: it knows each of them.
const (
	headingTypes       = "Types (outside the transaction, because a new value can be used only after it is committed)"
	headingBegin       = "One transaction from here"
	headingSchemas     = "Schemas"
	headingExtensions  = "Extensions"
	headingRoles       = "Roles (deploy.sh sets their passwords)"
	headingFirst       = "Functions that tables use"
	headingTables      = "Tables"
	headingColumns     = "Columns that are missing in tables of an older kit"
	headingConstraints = "Constraints that are missing in tables of an older kit"
	headingMid         = "Functions that indexes use"
	headingIndexes     = "Indexes"
	headingLate        = "Functions and views"
	headingTriggers    = "Triggers"
	headingComments    = "Comments"
	headingRows        = "Rows"
	headingRefresh     = "Refresh of materialized views, with the rows above"
	headingGrants      = "Grants"
	headingEnd         = "End of the transaction"
	headingOutside     = "Outside the transaction"
	headingRaw         = "Raw SQL after "
)

// Headings returns all headings but those of raw SQL. deploy/schema.sh must know each of them.
func Headings() []string { return slices.Clone(headings) }

// headings are all headings but those of raw SQL, which begin with headingRaw.
var headings = []string{headingTypes, headingBegin, headingSchemas, headingExtensions, headingRoles, headingFirst, headingTables, headingColumns, headingConstraints,
	headingMid, headingIndexes, headingLate, headingTriggers, headingComments, headingRows, headingRefresh, headingGrants, headingEnd, headingOutside, headingPermits}

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

// sections are all statements of a database in order: each after those that it needs.
func sections(db *manifest.Database) []*section {
	o := arrange(db)
	p := parts{db: db, raw: map[string]*section{}}
	for _, object := range db.Objects() {
		p.object(object)
	}
	out := []*section{prelude(db), enums(db)}
	out = append(out, &section{title: headingBegin, statements: []*Statement{{Op: &Begin{}, Address: db.Address, Range: db.Range}}})
	out = append(out, p.schemas.titled(headingSchemas), p.extensions.titled(headingExtensions), p.written("extensions"), p.roleSection())
	out = append(out, functions(o.first, headingFirst))
	out = append(out, tables(o)...)
	out = append(out, p.written("tables"))
	out = append(out, functions(o.mid, headingMid))
	out = append(out, indexes(o))
	out = append(out, functions(o.late, headingLate))
	out = append(out, p.written("functions"), p.triggers.titled(headingTriggers), p.written("triggers"), p.written("views"), p.comments.titled(headingComments),
		seeds(db, o), refreshes(o), p.written("seeds"), p.grants.titled(headingGrants), p.written("grants"))
	out = append(out, &section{title: headingEnd, statements: []*Statement{{Op: &Commit{}, Address: db.Address, Range: db.Range}}})
	return append(out, p.outside.titled(headingOutside))
}

// parts are the sections whose objects are sorted by name.
type parts struct {
	db                                                              *manifest.Database
	schemas, extensions, roles, members, triggers, comments, grants section
	raw                                                             map[string]*section // by the section that it follows
	outside                                                         section             // statements that can't run in a transaction
}

func (s *section) titled(title string) *section {
	s.title = title
	return s
}

// object adds the statements for an object to their sections, except those that are
// ordered by their dependencies.
func (p *parts) object(o manifest.DatabaseObject) {
	switch o := o.(type) {
	case *manifest.Extension:
		p.extensions.add(o.Origin, &CreateExtension{o})
		if o.Version != "" {
			p.extensions.add(o.Origin, &UpdateExtension{o})
		}
	case *manifest.Schema:
		p.schemas.add(o.Origin, &CreateSchema{o})
	case *manifest.Table: // added by tables and indexes
		p.tableComments(o)
	case *manifest.Function: // added by functions
		p.comment(o.Origin, o.At, &Comment{Object: "FUNCTION", Schema: o.Schema, Name: o.Name, Args: signature(o), Text: o.Comment})
	case *manifest.Trigger:
		p.triggers.add(o.Origin, &CreateTrigger{o})
	case *manifest.View: // added by functions
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
	case *manifest.Grant: // after all objects, so that ALL TABLES includes them all
		op := &Grant{Grant: o}
		if o.On == "function" {
			for _, name := range o.Objects {
				op.Args = append(op.Args, signatureOf(p.db, o.Schema, name))
			}
		}
		p.grants.add(o.Origin, op)
	case *manifest.RawSQL:
		p.rawSQL(o)
	case *manifest.EnumType, *manifest.Seed: // added by enums and seeds
	case *manifest.Query: // not part of the schema
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

// written is the section of raw SQL that follows another section.
func (p *parts) written(after string) *section {
	if p.raw[after] == nil {
		p.raw[after] = &section{title: headingRaw + after}
	}
	return p.raw[after]
}

// roleSection creates all roles before it grants memberships.
func (p *parts) roleSection() *section {
	s := &section{title: headingRoles}
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

// enums are outside the transaction: a value that is added to a type can't be used
// before it is committed.
func enums(db *manifest.Database) *section {
	s := &section{title: headingTypes}
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

// functions creates functions and views in the given order.
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

// tables creates missing tables, then upgrades older ones: first all columns, then
// keys, then foreign keys. deploy/schema.sh needs no upgrade, since it compares by
// itself, but declared actions do that apply init-db.sql to a database that is there
// (verify_schema of examples/exogenesis-omega); and foreign keys of tables that refer
// to each other are added here in an empty database too.
func tables(o *order) []*section {
	create := &section{title: headingTables}
	columns := &section{title: headingColumns}
	keys := &section{title: headingConstraints}
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
	s := &section{title: headingIndexes}
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

// refreshes refreshes materialized views after the seeds.
func refreshes(o *order) *section {
	s := &section{title: headingRefresh}
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
