package manifest

// DatabaseObject is what a database declares: an object of its schema, or a query that is checked
// against it. The types below are all there are: a switch over them names each.
type DatabaseObject interface {
	// Declaration is the object's address and range.
	Declaration() Origin

	object()
}

func (*Extension) object() {}
func (*Schema) object()    {}
func (*EnumType) object()  {}
func (*Table) object()     {}
func (*Function) object()  {}
func (*Trigger) object()   {}
func (*View) object()      {}
func (*Role) object()      {}
func (*Grant) object()     {}
func (*Seed) object()      {}
func (*Query) object()     {}
func (*RawSQL) object()    {}

// Declaration is part of DatabaseObject.
func (o Origin) Declaration() Origin { return o }

// Add appends an object to those of its kind.
func (d *Database) Add(o DatabaseObject) {
	switch o := o.(type) {
	case *Extension:
		d.Extensions = append(d.Extensions, o)
	case *Schema:
		d.Schemas = append(d.Schemas, o)
	case *EnumType:
		d.Types = append(d.Types, o)
	case *Table:
		o.Database = d
		d.Tables = append(d.Tables, o)
	case *Function:
		d.Functions = append(d.Functions, o)
	case *Trigger:
		d.Triggers = append(d.Triggers, o)
	case *View:
		d.Views = append(d.Views, o)
	case *Role:
		d.Roles = append(d.Roles, o)
	case *Grant:
		d.Grants = append(d.Grants, o)
	case *Seed:
		d.Seeds = append(d.Seeds, o)
	case *Query:
		d.Queries = append(d.Queries, o)
	case *RawSQL:
		d.Raw = append(d.Raw, o)
	}
}

// Objects are all objects, kind by kind.
func (d *Database) Objects() []DatabaseObject {
	var out []DatabaseObject
	out = collect(out, d.Extensions)
	out = collect(out, d.Schemas)
	out = collect(out, d.Types)
	out = collect(out, d.Tables)
	out = collect(out, d.Functions)
	out = collect(out, d.Triggers)
	out = collect(out, d.Views)
	out = collect(out, d.Roles)
	out = collect(out, d.Grants)
	out = collect(out, d.Seeds)
	out = collect(out, d.Queries)
	return collect(out, d.Raw)
}

func collect[T DatabaseObject](out []DatabaseObject, list []T) []DatabaseObject {
	for _, o := range list {
		out = append(out, o)
	}
	return out
}
