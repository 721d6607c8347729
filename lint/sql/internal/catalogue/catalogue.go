// Package catalogue is what PostgreSQL 15 and 17, their contributed extensions and pgvector provide:
// functions, operators, casts, types and more, as the servers' own catalogues list them. A test compares
// the data with servers, and writes it.
package catalogue

import (
	_ "embed"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

var (
	//go:embed data/functions.txt
	functions string
	//go:embed data/operators.txt
	operators string
	//go:embed data/casts.txt
	casts string
	//go:embed data/types.txt
	types string
	//go:embed data/classes.txt
	classes string
	//go:embed data/methods.txt
	methods string
	//go:embed data/languages.txt
	languages string
	//go:embed data/relations.txt
	relations string
	//go:embed data/extensions.txt
	extensions string
)

// Volatilities, as pg_proc has them.
const (
	Immutable = 'i'
	Stable    = 's'
	Volatile  = 'v'
	Inlined   = 'q' // a function in SQL that isn't immutable itself: what it calls counts
)

// Function is one signature. Types have the catalogue's names: int4, and _int4 for its array.
type Function struct {
	Name, Extension string // "" is the server itself
	Kind            byte   // f function, a aggregate, w window function, p procedure
	Args            []string
	Defaults        int    // how many of the last arguments may be left out
	Variadic        string // type of the further arguments; "" for none
	Result          string
	Set             bool // it returns rows
	Volatility      byte
}

// Operator is one signature.
type Operator struct {
	Name, Extension, Left, Right, Result string // Left is "" for a prefix
	Volatility                           byte
}

// Cast is a conversion between types. Context is i implicit, a in assignments, e explicit only.
type Cast struct {
	Extension, Source, Target string
	Context, Method           byte
	Volatility                byte
}

// Type is a type that isn't an array.
type Type struct {
	Name, Extension string
	Kind            byte // b base, d domain, r range, m multirange, p pseudo, e enumeration
	Category        byte
	Preferred       bool
	Base            string // of a domain
	In, Out         byte   // volatility of its conversion from and to text
}

// Class is an operator class: how an index of a method treats a type.
type Class struct {
	Name, Extension, Method, Type string
	Default                       bool
}

// Relation is a table or view.
type Relation struct {
	Name, Extension, Schema string
	Columns, Types          []string
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// at is the lines of a sorted text whose first field is name.
func at(text, name string) []string {
	// Offsets of lines would have to be computed for all of them, so the search is over bytes.
	key := name + "\t"
	low, high := 0, len(text)
	for low < high {
		mid := low + (high-low)/2
		start := strings.LastIndexByte(text[:mid], '\n') + 1
		if text[start:min(len(text), start+len(key))] < key {
			end := strings.IndexByte(text[mid:], '\n')
			if end < 0 {
				return nil
			}
			low = mid + end + 1
		} else {
			high = start
		}
	}
	var out []string
	for strings.HasPrefix(text[low:], key) {
		line, _, _ := strings.Cut(text[low:], "\n")
		out = append(out, line)
		low += len(line) + 1
	}
	return out
}

func parseFunction(line string) Function {
	f := strings.Split(line, "\t")
	n, _ := strconv.Atoi(f[4])
	out := Function{Name: f[0], Extension: f[1], Kind: f[2][0], Defaults: n, Variadic: f[5], Result: f[6], Set: f[7] == "t", Volatility: f[8][0]}
	if f[3] != "" {
		out.Args = strings.Split(f[3], ",")
	}
	return out
}

// Functions are the signatures of a name.
func Functions(name string) []Function {
	found := at(functions, name)
	out := make([]Function, len(found))
	for i, l := range found {
		out[i] = parseFunction(l)
	}
	return out
}

// FunctionNames are the names of all functions of the server and some extensions, sorted.
func FunctionNames(provides func(extension string) bool) []string { return names(functions, provides) }

// TypeNames are the names of types.
func TypeNames(provides func(extension string) bool) []string { return names(types, provides) }

func names(text string, provides func(extension string) bool) []string {
	var out []string
	for _, l := range lines(text) {
		f := strings.SplitN(l, "\t", 3)
		if f[1] == "" || provides(f[1]) {
			out = append(out, f[0])
		}
	}
	return slices.Compact(out)
}

var allOperators = sync.OnceValue(func() map[string][]Operator {
	out := map[string][]Operator{}
	for _, l := range lines(operators) {
		f := strings.Split(l, "\t")
		out[f[0]] = append(out[f[0]], Operator{Name: f[0], Extension: f[1], Left: f[2], Right: f[3], Result: f[4], Volatility: f[5][0]})
	}
	return out
})

// Operators are the signatures of a name.
func Operators(name string) []Operator { return allOperators()[name] }

var allCasts = sync.OnceValue(func() map[string][]Cast {
	out := map[string][]Cast{}
	for _, l := range lines(casts) {
		f := strings.Split(l, "\t")
		out[f[0]] = append(out[f[0]], Cast{Extension: f[1], Source: f[0], Target: f[2], Context: f[3][0], Method: f[4][0], Volatility: f[5][0]})
	}
	return out
})

// Casts are the conversions from a type.
func Casts(source string) []Cast { return allCasts()[source] }

var allTypes = sync.OnceValue(func() map[string]Type {
	out := map[string]Type{}
	for _, l := range lines(types) {
		f := strings.Split(l, "\t")
		if _, twice := out[f[0]]; twice && f[1] != "" {
			continue // an extension's type that has the name of another
		}
		out[f[0]] = Type{Name: f[0], Extension: f[1], Kind: f[2][0], Category: f[3][0], Preferred: f[4] == "t", Base: f[6], In: f[7][0], Out: f[8][0]}
	}
	return out
})

// TypeOf is the type of a name.
func TypeOf(name string) (Type, bool) {
	t, ok := allTypes()[name]
	return t, ok
}

var allClasses = sync.OnceValue(func() (out []Class) {
	for _, l := range lines(classes) {
		f := strings.Split(l, "\t")
		out = append(out, Class{Name: f[0], Extension: f[1], Method: f[2], Type: f[3], Default: f[4] == "t"})
	}
	return out
})

// Classes are the operator classes of an index method.
func Classes(method string) (out []Class) {
	for _, c := range allClasses() {
		if c.Method == method {
			out = append(out, c)
		}
	}
	return out
}

// pairs are names and the extensions that provide them.
func pairs(text string) map[string]string {
	out := map[string]string{}
	for _, l := range lines(text) {
		name, extension, _ := strings.Cut(l, "\t")
		out[name] = extension
	}
	return out
}

// Methods are the index methods, with the extensions that provide them ("" is the server).
func Methods() map[string]string { return pairs(methods) }

// Languages are the languages of functions, with the extensions that provide them.
func Languages() map[string]string { return pairs(languages) }

// Extensions are the names of those that the official images have, apart from vector.
func Extensions() []string {
	out := lines(extensions)
	return slices.DeleteFunc(out, func(e string) bool { return e == "vector" })
}

// Known reports whether the catalogue has what an extension provides.
func Known(extension string) bool {
	list := lines(extensions)
	i := sort.SearchStrings(list, extension)
	return extension == "plpgsql" || i < len(list) && list[i] == extension
}

// Relations are the tables and views of a name; there may be one for each version of the server.
func Relations(name string) (out []Relation) {
	for _, l := range at(relations, name) {
		f := strings.Split(l, "\t")
		r := Relation{Name: f[0], Extension: f[1], Schema: f[2]}
		for _, c := range strings.Fields(f[3]) {
			column, typ, _ := strings.Cut(c, ":")
			r.Columns, r.Types = append(r.Columns, column), append(r.Types, typ)
		}
		out = append(out, r)
	}
	return out
}

// RelationNames are the names of the relations of some extensions, "" being the server.
func RelationNames(provides func(extension string) bool) []string {
	var out []string
	for _, l := range lines(relations) {
		f := strings.SplitN(l, "\t", 3)
		if provides(f[1]) {
			out = append(out, f[0])
		}
	}
	return slices.Compact(out)
}
