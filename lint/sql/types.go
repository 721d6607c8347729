package sql

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
	"github.com/omegagen/omegagen/templates/sql"
)

// A typ is the catalogue's name of a type: int4, and _int4 for its array. anyType is one that isn't
// known: it fits everywhere. literal is the type of a text in quotes and of NULL, which becomes whatever
// it is needed as.
type typ = string

const (
	anyType typ = ""
	literal typ = "unknown"
)

// typeName is the type that a name in SQL stands for.
func (c *checker) typeName(n *pg.TypeName) typ {
	names := n.GetNames()
	if len(names) == 0 || n.PctType || n.Setof {
		return anyType
	}
	name := names[len(names)-1].GetString_().GetSval()
	switch name {
	case "serial", "serial4":
		name = "int4"
	case "bigserial", "serial8":
		name = "int8"
	case "smallserial", "serial2":
		name = "int2"
	}
	name = strings.TrimPrefix(name, "_")
	if !c.knowsType(name) {
		return anyType
	}
	if n.ArrayBounds != nil || strings.HasPrefix(names[len(names)-1].GetString_().GetSval(), "_") {
		return "_" + name
	}
	return name
}

// knowsType reports whether a type is the server's, a declared extension's or a declared enumeration:
// one whose conversions are known.
func (c *checker) knowsType(name string) bool {
	if c.enum(name) != nil {
		return true
	}
	t, ok := catalogue.TypeOf(name)
	return ok && c.provides(t.Extension)
}

// provides reports whether the database has an extension; "" is the server.
func (c *checker) provides(extension string) bool {
	return extension == "" || c.words.extensions[extension]
}

// enum is the values of a declared enumeration, nil if a type is none.
func (c *checker) enum(name string) []string { return c.words.enums[name] }

// writtenType is the type of a column as the manifest writes it.
func (c *checker) writtenType(text string) typ {
	f := c.fragment(typePlace, sql.BaseType(text))
	if f.fail != nil {
		return anyType
	}
	return c.typeName(f.column.GetTypeName())
}

// category of a type, as pg_type has it; 0 if it isn't known.
func (c *checker) category(t typ) byte {
	switch {
	case t == anyType:
		return 0
	case t == literal:
		return 'X'
	case element(t) != "":
		return 'A'
	case c.enum(t) != nil:
		return 'E'
	}
	ct, _ := catalogue.TypeOf(t)
	return ct.Category
}

// preferred reports whether a type is preferred in its category.
func preferred(t typ) bool {
	ct, _ := catalogue.TypeOf(t)
	return ct.Preferred
}

// element is the type of an array's elements, "" if a type is no array.
func element(t typ) typ {
	switch t {
	case "int2vector":
		return "int2"
	case "oidvector":
		return "oid"
	}
	if len(t) > 1 && t[0] == '_' {
		return t[1:]
	}
	return ""
}

// base is the type that a domain restricts, or the type itself.
func base(t typ) typ {
	for {
		ct, ok := catalogue.TypeOf(t)
		if !ok || ct.Base == "" {
			return t
		}
		t = ct.Base
	}
}

// readable is a type as people write it.
func readable(t typ) string {
	if e := element(t); e != "" {
		return readable(e) + "[]"
	}
	switch t {
	case anyType:
		return "?"
	case literal:
		return "a literal"
	case "int2":
		return "smallint"
	case "int4":
		return "integer"
	case "int8":
		return "bigint"
	case "float4":
		return "real"
	case "float8":
		return "double precision"
	case "bool":
		return "boolean"
	case "bpchar":
		return "char"
	}
	return t
}

func readables(list []typ) string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = readable(t)
	}
	return strings.Join(out, ", ")
}
