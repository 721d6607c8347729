package sql

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
)

// vocabulary is the functions and types that the database may use beyond the server's own.
type vocabulary struct {
	functions, types map[string]bool
	enums            map[string][]string // the values of the declared ones
	extensions       map[string]bool
	otherFunctions   map[string]bool // made by raw SQL, with arguments that aren't followed
	// There may be others, which an unknown extension or raw SQL creates. With other operators, no types
	// are compared.
	openFunctions, openTypes, openOperators, openRoles bool
	// open reports whether functions may have other signatures.
	open bool
}

// extensionTypes are types of extensions that the catalogue doesn't have.
var extensionTypes = map[string][]string{"ruvector": {"ruvector"}, "geometry": {"postgis"}, "geography": {"postgis"}}

func (c *checker) learn() {
	v := &vocabulary{functions: map[string]bool{}, types: map[string]bool{}, enums: map[string][]string{}, extensions: map[string]bool{"plpgsql": true}, otherFunctions: map[string]bool{}}
	for _, o := range c.db.Objects() {
		switch o := o.(type) {
		case *manifest.Function:
			v.functions[o.Name] = true
		case *manifest.EnumType:
			v.types[o.Name] = true
			v.enums[o.Name] = o.Values
		case *manifest.Table:
			v.types[o.Name] = true
		case *manifest.View:
			v.types[o.Name] = true
		case *manifest.Extension:
			v.extension(o.Name)
		case *manifest.RawSQL, *manifest.Schema, *manifest.Trigger, *manifest.Role, *manifest.Grant, *manifest.Seed, *manifest.Query: // neither functions nor types
		}
	}
	var unknown made
	c.raw, unknown = c.rawStatements()
	for _, s := range c.raw {
		v.learnFrom(s.Stmt)
	}
	if c.newerServer() {
		unknown.functions, unknown.types, unknown.operators = true, true, true
	}
	v.openFunctions, v.openTypes = v.openFunctions || unknown.functions, v.openTypes || unknown.types
	v.openOperators, v.openRoles = v.openOperators || unknown.operators, unknown.roles
	v.open = v.openFunctions
	c.unknown, c.words = unknown, v
}

// newest is the newest version of the server that the catalogue has.
const newest = 17

// newerServer reports whether the database's image names a version of PostgreSQL that may have more than
// the catalogue.
func (c *checker) newerServer() bool {
	version := c.serverVersion()
	return version > newest
}

var tagVersion = regexp.MustCompile(`^(?:.*pg)?(\d+)`)

// serverVersion is the major version of PostgreSQL that the tag of the database's image names; 0 if none.
func (c *checker) serverVersion() int {
	ref, ok := c.serverImage()
	if !ok {
		return 0
	}
	m := tagVersion.FindStringSubmatch(ref.Tag)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// serverImage is the reference of the image that the database's server runs, if it is pulled.
func (c *checker) serverImage() (images.Reference, bool) {
	if c.db.Service == nil || c.db.Service.Image == nil || c.db.Service.Image.Pull == "" {
		return images.Reference{}, false
	}
	return images.Parse(c.db.Service.Image.Pull)
}

// extension adds what an extension provides.
func (v *vocabulary) extension(name string) {
	if catalogue.Known(name) {
		v.extensions[name] = true
		return
	}
	v.openFunctions, v.openTypes, v.openOperators = true, true, true
}

// learnFrom adds what raw SQL creates.
func (v *vocabulary) learnFrom(n *pg.Node) {
	switch n := n.GetNode().(type) {
	case *pg.Node_CreateFunctionStmt:
		v.functions[lastName(n.CreateFunctionStmt.Funcname)] = true
		v.otherFunctions[lastName(n.CreateFunctionStmt.Funcname)] = true
	case *pg.Node_CreateDomainStmt:
		v.types[lastName(n.CreateDomainStmt.Domainname)] = true
	case *pg.Node_CreateEnumStmt:
		v.types[lastName(n.CreateEnumStmt.TypeName)] = true
	case *pg.Node_CreateRangeStmt:
		v.types[lastName(n.CreateRangeStmt.TypeName)] = true
		v.otherFunctions[lastName(n.CreateRangeStmt.TypeName)] = true
	case *pg.Node_CompositeTypeStmt:
		v.types[n.CompositeTypeStmt.Typevar.GetRelname()] = true
	case *pg.Node_CreateStmt:
		v.types[n.CreateStmt.Relation.GetRelname()] = true
	case *pg.Node_ViewStmt:
		v.types[n.ViewStmt.View.GetRelname()] = true
	case *pg.Node_AlterEnumStmt:
		delete(v.enums, lastName(n.AlterEnumStmt.TypeName)) // it may have more values
	case *pg.Node_CreateExtensionStmt:
		v.extension(n.CreateExtensionStmt.Extname)
	case *pg.Node_CreateCastStmt, *pg.Node_CreateOpClassStmt:
		v.openOperators = true
	case *pg.Node_DefineStmt: // an aggregate, operator, type …
		name := lastName(n.DefineStmt.Defnames)
		v.functions[name], v.otherFunctions[name], v.types[name] = true, true, true
		v.openOperators = v.openOperators || n.DefineStmt.Kind == pg.ObjectType_OBJECT_OPERATOR || n.DefineStmt.Kind == pg.ObjectType_OBJECT_TYPE
	case *pg.Node_ImportForeignSchemaStmt:
		v.openTypes = true
	}
}

// known reports functions and types in a fragment that don't exist.
func (c *checker) known(f *fragment, source string, at hcl.Range, of string) {
	if c.words == nil {
		return
	}
	r := c.resolver(f, source, at, of)
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
	name := ownName(n.Funcname)
	// A type's name casts; a table's makes a row.
	if name == "" || c.words.functions[name] || c.words.types[name] || c.builtinFunction(name) || c.builtinType(name) || !r.once("function "+name) {
		return
	}
	own := slices.Sorted(maps.Keys(c.words.functions))
	all := append(own, catalogue.FunctionNames(c.provides)...)
	if c.words.openFunctions {
		c.near(r, n.Location, "calls the function", name, all)
		return
	}
	if e := providerOf(name); e != "" {
		c.report(ruleFunction.At(r.place(n.Location), "%s calls the function %s of the extension %s. Add extension %q {} to %s.", upperFirst(r.of), name, e, e, c.db.Address))
		return
	}
	near := own
	if suggest(name, near) == "" || len(near) == 0 {
		near = all
	}
	c.report(ruleFunction.At(r.place(n.Location), "%s calls the function %s, which neither %s nor the server provides.%s", upperFirst(r.of), name, c.db.Address, suggest(name, near)))
}

// providerOf is the extension that provides a function, "" if there is none or several do.
func providerOf(function string) string {
	found := ""
	for _, f := range catalogue.Functions(function) {
		if found != "" && found != f.Extension {
			return ""
		}
		found = f.Extension
	}
	return found
}

func (c *checker) builtinFunction(name string) bool {
	return slices.ContainsFunc(catalogue.Functions(name), func(f catalogue.Function) bool { return c.provides(f.Extension) })
}

func (c *checker) builtinType(name string) bool {
	t, ok := catalogue.TypeOf(strings.TrimPrefix(name, "_"))
	return ok && c.provides(t.Extension) || serialTypes[name]
}

// spelledTypes are the names that SQL has for types of the catalogue.
var spelledTypes = []string{"bigint", "boolean", "character", "decimal", "double precision", "integer", "real", "smallint"}

var serialTypes = map[string]bool{"serial": true, "bigserial": true, "smallserial": true, "serial2": true, "serial4": true, "serial8": true}

func (c *checker) knownType(r *resolver, n *pg.TypeName) {
	name := ownName(n.Names)
	if name == "" || n.PctType || c.words.types[name] || c.builtinType(name) || c.systemRelation(name) || !r.once("type "+name) {
		return
	}
	own := slices.Sorted(maps.Keys(c.words.types))
	near := slices.Concat(own, catalogue.TypeNames(c.provides), slices.Sorted(maps.Keys(serialTypes)), spelledTypes)
	if c.words.openTypes {
		c.near(r, n.Location, "uses the type", name, near)
		return
	}
	ext := ""
	if e := extensionTypes[name]; e != nil {
		ext = e[0]
	} else if t, ok := catalogue.TypeOf(name); ok {
		ext = t.Extension
	}
	if ext != "" {
		c.report(ruleExtension.At(r.place(n.Location), "%s has the type %s of the extension %s. Add extension \"%s\" {} to %s.", upperFirst(r.of), name, ext, ext, c.db.Address))
		return
	}
	hint, _ := text.DidYouMean(name, near)
	if hint == "" {
		hint = suggest(name, own)
	}
	c.report(ruleType.At(r.place(n.Location), "%s uses the type %s, which neither %s nor the server provides.%s", upperFirst(r.of), name, c.db.Address, hint))
}

// systemRelation reports whether a name is a system table or view, whose rows have a type.
func (c *checker) systemRelation(name string) bool {
	return slices.ContainsFunc(catalogue.Relations(name), func(r catalogue.Relation) bool { return c.provides(r.Extension) })
}

// near reports a name that may exist but is one letter away from one that certainly does.
func (c *checker) near(r *resolver, location int32, does, name string, known []string) {
	slip := text.Slip(name, known)
	if slip == "" || hasDigit.MatchString(name) || len(name) < 5 {
		return
	}
	c.report(ruleNear.At(r.place(location), "%s %s %s, which %s doesn't declare but its raw SQL or an extension may create. Did you mean %q?", upperFirst(r.of), does, name, c.db.Address, slip))
}
