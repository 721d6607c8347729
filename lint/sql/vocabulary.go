package sql

import (
	_ "embed"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// The names in pg_catalog of PostgreSQL 15 and 17, and those of pgvector; a
// test compares them with servers.
var (
	//go:embed builtin_functions.txt
	builtinFunctions string
	//go:embed builtin_types.txt
	builtinTypes string
	//go:embed vector_functions.txt
	vectorFunctions string
)

var builtins = sync.OnceValues(func() (functions, types map[string]bool) {
	return wordSet(builtinFunctions), wordSet(builtinTypes)
})

func wordSet(s string) map[string]bool {
	out := make(map[string]bool, strings.Count(s, "\n"))
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

// vocabulary is the functions and types beyond the server's own.
type vocabulary struct {
	functions, types map[string]bool
	// open reports whether there may be others: an unknown extension or raw SQL creates
	// them.
	open bool
}

// extensionTypes are types and the extensions that provide them.
var extensionTypes = map[string][]string{
	"vector": {"vector"}, "halfvec": {"vector"}, "sparsevec": {"vector"}, "ruvector": {"ruvector"},
	"citext": {"citext"}, "hstore": {"hstore"}, "ltree": {"ltree"}, "geometry": {"postgis"}, "geography": {"postgis"},
}

func (c *checker) learn() {
	v := &vocabulary{functions: map[string]bool{}, types: map[string]bool{}}
	for _, o := range c.db.Objects() {
		switch o := o.(type) {
		case *manifest.Function:
			v.functions[o.Name] = true
		case *manifest.EnumType:
			v.types[o.Name] = true
		case *manifest.Table:
			v.types[o.Name] = true
		case *manifest.View:
			v.types[o.Name] = true
		case *manifest.Extension:
			v.extension(o.Name)
		case *manifest.RawSQL:
			for _, s := range c.fragment(anyPlace, o.SQL).stmts {
				v.learnFrom(s.Stmt)
			}
		case *manifest.Schema, *manifest.Trigger, *manifest.Role, *manifest.Grant, *manifest.Seed, *manifest.Query: // neither functions nor types
		}
	}
	c.words = v
}

// extension adds what an extension provides.
func (v *vocabulary) extension(name string) {
	switch name {
	case "vector":
		maps.Copy(v.functions, wordSet(vectorFunctions))
		v.types["vector"], v.types["halfvec"], v.types["sparsevec"] = true, true, true
	case "plpgsql":
	default:
		v.open = true
	}
}

// learnFrom adds what raw SQL creates.
func (v *vocabulary) learnFrom(n *pg.Node) {
	last := func(names []*pg.Node) string {
		if len(names) == 0 {
			return ""
		}
		return names[len(names)-1].GetString_().GetSval()
	}
	switch n := n.GetNode().(type) {
	case *pg.Node_CreateFunctionStmt:
		v.functions[last(n.CreateFunctionStmt.Funcname)] = true
	case *pg.Node_CreateDomainStmt:
		v.types[last(n.CreateDomainStmt.Domainname)] = true
	case *pg.Node_CreateEnumStmt:
		v.types[last(n.CreateEnumStmt.TypeName)] = true
	case *pg.Node_CreateRangeStmt:
		v.types[last(n.CreateRangeStmt.TypeName)] = true
	case *pg.Node_CompositeTypeStmt:
		v.types[n.CompositeTypeStmt.Typevar.GetRelname()] = true
	case *pg.Node_CreateStmt:
		v.types[n.CreateStmt.Relation.GetRelname()] = true
	case *pg.Node_DefineStmt, *pg.Node_DoStmt, *pg.Node_CreateExtensionStmt, *pg.Node_ImportForeignSchemaStmt:
		v.open = true
	}
}

// known reports functions and types in a fragment that don't exist.
func (c *checker) known(f *fragment, text string, at hcl.Range, of string) {
	if c.words == nil || c.words.open {
		return
	}
	r := c.resolver(f, text, at, of)
	visit := func(n any) bool {
		switch n := n.(type) {
		case *pg.FuncCall:
			c.knownFunction(r, n)
		case *pg.TypeName:
			c.knownType(r, n)
		}
		return true
	}
	for _, n := range []any{f.expr, f.column, f.returns, f.element, f.query} {
		if !reflect.ValueOf(n).IsNil() {
			walk(n, visit)
		}
	}
	for _, p := range f.params {
		walk(p, visit)
	}
	for _, s := range f.stmts {
		walk(s, visit)
	}
}

// ownName is the name in a path that leads to public or has no schema, "" for
// other paths.
func ownName(names []*pg.Node) string {
	switch {
	case len(names) == 1:
		return names[0].GetString_().GetSval()
	case len(names) == 2 && names[0].GetString_().GetSval() == "public":
		return names[1].GetString_().GetSval()
	}
	return ""
}

func (c *checker) knownFunction(r *resolver, n *pg.FuncCall) {
	functions, types := builtins()
	name := ownName(n.Funcname)
	// A type's name casts; a table's makes a row.
	if name == "" || functions[name] || c.words.functions[name] || types[name] || c.words.types[name] || !r.once("function "+name) {
		return
	}
	near := slices.Collect(maps.Keys(c.words.functions))
	if suggest(name, near) == "" || len(near) == 0 {
		near = slices.Collect(maps.Keys(functions))
	}
	c.report(ruleFunction.At(r.place(n.Location), "%s calls the function %s, which neither %s nor the server provides.%s", upperFirst(r.of), name, c.db.Address, suggest(name, near)))
}

func (c *checker) knownType(r *resolver, n *pg.TypeName) {
	_, types := builtins()
	name := ownName(n.Names)
	if name == "" || n.PctType || types[name] || c.words.types[name] || !r.once("type "+name) {
		return
	}
	if ext := extensionTypes[name]; ext != nil {
		c.report(ruleExtension.At(r.place(n.Location), "%s has the type %s of the extension %s. Add extension \"%s\" {} to %s.", upperFirst(r.of), name, ext[0], ext[0], c.db.Address))
		return
	}
	near := append(slices.Collect(maps.Keys(c.words.types)), slices.Collect(maps.Keys(types))...)
	c.report(ruleType.At(r.place(n.Location), "%s uses the type %s, which neither %s nor the server provides.%s", upperFirst(r.of), name, c.db.Address, suggest(name, near)))
}
