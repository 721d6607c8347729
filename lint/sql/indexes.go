package sql

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
	"github.com/omegagen/omegagen/templates/sql"
)

// indexRules checks an index whose columns are known: its method, operator classes, options and limits.
func (c *checker) indexRules(t *manifest.Table, i *manifest.Index) {
	method := i.Using
	if method == "" {
		method = "btree"
	}
	method = strings.ToLower(method)
	extension, known := catalogue.Methods()[method]
	switch {
	case !known && c.words.openOperators:
		return
	case !known:
		c.report(ruleIndex.At(i.At.Of("using", i.Range), "%s has the method %q, which doesn't exist.%s", i.Address, i.Using, suggest(i.Using, c.methods())))
		return
	case !c.provides(extension) && c.words.openOperators:
		return
	case !c.provides(extension):
		c.report(ruleIndex.At(i.At.Of("using", i.Range), "%s has the method %q of the extension %s. Add extension %q {} to %s.", i.Address, i.Using, extension, extension, c.db.Address))
		return
	}
	for k := range i.On {
		c.indexClass(t, i, k, method)
	}
	c.indexAbilities(i, method)
	c.indexOptions(i, method)
}

func (c *checker) methods() (out []string) {
	for _, m := range slices.Sorted(maps.Keys(catalogue.Methods())) {
		if c.provides(catalogue.Methods()[m]) {
			out = append(out, m)
		}
	}
	return out
}

// indexClass checks the operator class of one element against its type.
func (c *checker) indexClass(t *manifest.Table, i *manifest.Index, k int, method string) {
	f := c.fragment(elementPlace, i.On[k])
	x := f.element.GetIndexElem()
	if f.fail != nil || x == nil {
		return
	}
	at := i.At.Of(fmt.Sprintf("on[%d]", k), i.At.Of("on", i.Range))
	is, dimensions := anyType, 0
	if col := columnOf(t, x.Name); col != nil {
		is, dimensions = c.writtenType(col.Type), c.dimensions(col)
	} else if x.Expr != nil {
		is, dimensions = c.elementType(t, f, i.On[k]), castDimensions(x.Expr)
	}
	class, ok := c.class(i, method, lastName(x.Opclass), is)
	if !ok {
		return
	}
	if class == nil {
		c.noClass(i, k, method, lastName(x.Opclass), is)
		return
	}
	if limit, vectors := vectorLimit(method, class.Type), class.Extension == "vector"; vectors && (method == "hnsw" || method == "ivfflat") {
		switch {
		case class.Type == "sparsevec": // its elements that aren't zero count
		case is != anyType && dimensions == 0 && (class.Type != "bit" || columnOf(t, x.Name) == nil):
			c.report(ruleIndex.At(at, "%s is on %s without a number of dimensions, which an index of pgvector needs. Write %s(n).", i.Address, readable(is), readable(is)))
		case dimensions > limit:
			c.report(ruleIndex.At(at, "%s is on %d dimensions, but an index with %s has at most %s for %s.%s", i.Address, dimensions, method, thousands(limit), readable(class.Type), smaller(class.Type, x.Name, dimensions)))
		}
	}
}

// smaller is how a vector with too many dimensions can be indexed.
func smaller(t typ, column string, dimensions int) string {
	if t != "vector" || column == "" {
		return ""
	}
	if dimensions <= 4000 {
		return fmt.Sprintf(" Index it as halfvec: \"(%s::halfvec(%d)) halfvec_…_ops\", or reduce the dimensions.", column, dimensions)
	}
	return fmt.Sprintf(" Index its signs: \"(binary_quantize(%s)::bit(%d)) bit_hamming_ops\", or reduce the dimensions.", column, dimensions)
}

func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// vectorLimit is the most dimensions of a type in an index of pgvector.
func vectorLimit(method string, t typ) int {
	switch t {
	case "halfvec":
		return 4000
	case "bit":
		return 64000
	}
	return 2000
}

func (c *checker) dimensions(col *manifest.Column) int {
	f := c.fragment(typePlace, sql.BaseType(col.Type))
	if mods := typmod(f.column.GetTypeName()); f.fail == nil && len(mods) == 1 {
		return mods[0]
	}
	return 0
}

// elementType is the type of an expression in an index.
func (c *checker) elementType(t *manifest.Table, f *fragment, text string) typ {
	quiet := *c
	quiet.diags = nil
	in := (*scope)(nil).child()
	in.sources = []*source{{name: t.Name, columns: columnNames(t), types: c.columnTypes(t)}}
	return quiet.resolver(f, text, t.Range, "").value(f.element.GetIndexElem().GetExpr(), in)
}

// class finds an operator class by its name, or the default one; ok is false if that can't be known.
func (c *checker) class(i *manifest.Index, method, name string, is typ) (found *catalogue.Class, ok bool) {
	if c.words.openOperators || is == anyType && name == "" {
		return nil, false
	}
	is = base(is)
	for _, k := range catalogue.Classes(method) {
		if !c.provides(k.Extension) || name == "" && !k.Default || name != "" && k.Name != name {
			continue
		}
		if is == anyType || k.Type == is || c.coercible(is, k.Type, implicit) && c.binary(is, k.Type) {
			return &k, true
		}
	}
	return nil, true
}

// binary reports whether a type is stored like another, so that its operator classes serve it.
func (c *checker) binary(from, want typ) bool {
	if _, is := c.pseudo(from, want); is {
		return true
	}
	for _, x := range catalogue.Casts(from) {
		if x.Target == want && x.Method == 'b' {
			return true
		}
	}
	return false
}

func (c *checker) noClass(i *manifest.Index, k int, method, name string, is typ) {
	at := i.At.Of(fmt.Sprintf("on[%d]", k), i.At.Of("on", i.Range))
	var fitting, all []string
	for _, x := range catalogue.Classes(method) {
		if !c.provides(x.Extension) {
			continue
		}
		all = append(all, x.Name)
		if x.Type == is || is != anyType && c.coercible(is, x.Type, implicit) && c.binary(is, x.Type) {
			fitting = append(fitting, x.Name)
		}
	}
	switch {
	case name == "" && len(fitting) > 0:
		c.report(ruleIndex.At(at, "%s has no default operator class for %s with %s. Name one: %s.", i.Address, readable(is), method, strings.Join(slices.Compact(fitting), ", ")))
	case name == "":
		c.report(ruleIndex.At(at, "%s can't be on %s: %s has no operator class for it.", i.Address, readable(is), method))
	case slices.Contains(all, name):
		c.report(ruleIndex.At(at, "%s has the operator class %s, which isn't for %s.%s", i.Address, name, readable(is), suggest(name, fitting)))
	default:
		hint := suggest(name, append(fitting, "asc", "desc"))
		if len(fitting) == 0 {
			hint = suggest(name, append(all, "asc", "desc"))
		}
		c.report(ruleIndex.At(at, "%s has the operator class %s, which %s doesn't have for %s. A word after the column is an operator class, ASC or DESC.%s", i.Address, name, method, readable(is), hint))
	}
}

// indexAbilities reports what an index method can't do.
func (c *checker) indexAbilities(i *manifest.Index, method string) {
	unique := method == "btree"
	several := !slices.Contains([]string{"hash", "spgist", "hnsw", "ivfflat"}, method)
	include := slices.Contains([]string{"btree", "gist", "spgist"}, method)
	switch {
	case i.Unique && !unique:
		c.report(ruleIndex.At(i.At.Of("unique", i.Range), "%s is unique, which %s doesn't support. Use btree.", i.Address, method))
	case len(i.On) > 1 && !several:
		c.report(ruleIndex.At(i.At.Of("on", i.Range), "%s is on %d columns, but %s supports one. Declare an index for each.", i.Address, len(i.On), method))
	case len(i.On) > 32:
		c.report(ruleIndex.At(i.At.Of("on", i.Range), "%s is on %d columns; an index has at most 32.", i.Address, len(i.On)))
	case len(i.Include) > 0 && !include:
		c.report(ruleIndex.At(i.At.Of("include", i.Range), "%s includes columns, which %s doesn't support.", i.Address, method))
	case !unique && slices.ContainsFunc(i.On, func(e string) bool { return c.ordered(e) }):
		c.report(ruleIndex.At(i.At.Of("on", i.Range), "%s has a direction (ASC, DESC or NULLS), which %s doesn't support.", i.Address, method))
	}
}

func (c *checker) ordered(element string) bool {
	x := c.fragment(elementPlace, element).element.GetIndexElem()
	return x.GetOrdering() > 1 || x.GetNullsOrdering() > 1
}

// parameter is the range of an index's storage parameter; words if it isn't a number.
type parameter struct {
	low, high int
	words     []string
}

var onOff = []string{"on", "off", "true", "false", "yes", "no", "1", "0"}

// indexParameters are the storage parameters of the index methods.
var indexParameters = map[string]map[string]parameter{
	"btree":   {"fillfactor": {10, 100, nil}, "deduplicate_items": {words: onOff}},
	"hash":    {"fillfactor": {10, 100, nil}},
	"gist":    {"fillfactor": {10, 100, nil}, "buffering": {words: []string{"on", "off", "auto"}}},
	"spgist":  {"fillfactor": {10, 100, nil}},
	"gin":     {"fastupdate": {words: onOff}, "gin_pending_list_limit": {64, 2147483647, nil}},
	"brin":    {"pages_per_range": {1, 131072, nil}, "autosummarize": {words: onOff}},
	"hnsw":    {"m": {2, 100, nil}, "ef_construction": {4, 1000, nil}},
	"ivfflat": {"lists": {1, 32768, nil}},
}

// indexOptions checks the storage parameters.
func (c *checker) indexOptions(i *manifest.Index, method string) {
	known := indexParameters[method]
	if known == nil {
		return
	}
	values := map[string]int{"m": 16, "ef_construction": 64}
	for _, p := range i.With {
		at := i.At.Of("with."+p.Key, i.At.Of("with", i.Range))
		o, ok := known[p.Key]
		if !ok {
			c.report(ruleIndex.At(at, "%s has the parameter %q, which %s doesn't have.%s", i.Address, p.Key, method, suggest(p.Key, slices.Sorted(maps.Keys(known)))))
			return
		}
		value := strings.Trim(p.Value, "'")
		if o.words != nil {
			if !slices.Contains(o.words, strings.ToLower(value)) {
				c.report(ruleIndex.At(at, "%s has %s = %s; it is one of %s.", i.Address, p.Key, p.Value, strings.Join(o.words, ", ")))
				return
			}
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < o.low || n > o.high {
			c.report(ruleIndex.At(at, "%s has %s = %s; with %s it is a whole number from %d to %d.", i.Address, p.Key, p.Value, method, o.low, o.high))
			return
		}
		values[p.Key] = n
	}
	if method == "hnsw" && values["ef_construction"] < 2*values["m"] {
		c.report(ruleIndex.At(i.At.Of("with", i.Range), "%s has ef_construction = %d with m = %d; it must be at least twice m.", i.Address, values["ef_construction"], values["m"]))
	}
}

// castDimensions is n of an expression such as embedding::halfvec(n); 0 if there is none.
func castDimensions(n *pg.Node) int {
	if mods := typmod(n.GetTypeCast().GetTypeName()); len(mods) == 1 {
		return mods[0]
	}
	return 0
}
