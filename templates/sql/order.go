package sql

import (
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// order is the order of a database's tables, functions and views. A text depends on
// the objects whose names it mentions: superfluous dependencies are harmless, and the
// parser's checks don't rely on them.
type order struct {
	first  []any             // functions that tables use
	defs   []any             // tables, and functions that some tables use and that use other ones
	tables []*manifest.Table // the tables of defs
	mid    []any             // functions that indexes use
	late   []any             // all other functions, and views
	seeded bool

	position map[*manifest.Table]int
}

// arrange finds the order. It takes linear time.
func arrange(db *manifest.Database) *order {
	g := newGraph(db)
	o := &order{position: map[*manifest.Table]int{}, seeded: len(db.Seeds) > 0}

	var tables, indexed []any
	for _, t := range db.Tables {
		tables = append(tables, t)
		for _, i := range t.Indexes {
			indexed = append(indexed, i)
		}
	}
	g.visit(tables)
	for len(g.sorted) > 0 {
		if _, ok := g.sorted[0].(*manifest.Table); ok {
			break
		}
		o.first = append(o.first, g.sorted[0])
		g.sorted = g.sorted[1:]
	}
	o.defs = g.take()
	for i, d := range o.defs {
		if t, ok := d.(*manifest.Table); ok {
			o.tables = append(o.tables, t)
			o.position[t] = i
		}
	}
	g.visit(indexed)
	for _, d := range g.take() {
		if _, ok := d.(*manifest.Index); !ok {
			o.mid = append(o.mid, d)
		}
	}
	var rest []any
	for _, f := range db.Functions {
		rest = append(rest, f)
	}
	for _, v := range db.Views {
		rest = append(rest, v)
	}
	g.visit(rest)
	o.late = g.take()
	return o
}

// inline lists the constraints that CREATE TABLE can hold: all but foreign
// keys to tables that come later (in a cycle).
func (o *order) inline(t *manifest.Table) []*Constraint {
	var out []*Constraint
	for _, c := range Constraints(t) {
		if c.Kind == "foreign key" && o.position[c.ForeignKey.Table] > o.position[t] {
			continue
		}
		out = append(out, c)
	}
	return out
}

// graph records which objects mention which others.
type graph struct {
	functions, relations map[string][]any // by unqualified name
	done                 map[any]bool
	sorted               []any
}

func newGraph(db *manifest.Database) *graph {
	g := &graph{functions: map[string][]any{}, relations: map[string][]any{}, done: map[any]bool{}}
	for _, f := range db.Functions {
		g.functions[f.Name] = append(g.functions[f.Name], f)
	}
	for _, t := range db.Tables {
		g.relations[t.Name] = append(g.relations[t.Name], t)
	}
	for _, v := range db.Views {
		g.relations[v.Name] = append(g.relations[v.Name], v)
	}
	return g
}

func (g *graph) take() []any {
	out := g.sorted
	g.sorted = nil
	return out
}

// visit appends the nodes to sorted, each after those that it needs. Functions that the
// nodes need, and that need none of them, are returned as first: they are visited
// before the others.
func (g *graph) visit(nodes []any) {
	for _, n := range nodes {
		for _, f := range g.needs(n) {
			if _, ok := f.(*manifest.Function); ok {
				g.walk(f)
			}
		}
	}
	for _, n := range nodes {
		g.walk(n)
	}
}

// walk is a depth-first search: in a cycle, the node visited first comes last.
func (g *graph) walk(n any) {
	if g.done[n] {
		return
	}
	g.done[n] = true
	for _, d := range g.needs(n) {
		g.walk(d)
	}
	g.sorted = append(g.sorted, n)
}

// needs lists what must exist before n, in a fixed order.
func (g *graph) needs(n any) []any {
	var out []any
	calls, reads := map[string]bool{}, map[string]bool{}
	switch n := n.(type) {
	case *manifest.Table:
		for _, c := range n.Columns {
			mentions(calls, c.Default, c.Generated)
			mentions(reads, c.Type)
		}
		for _, c := range n.Checks {
			mentions(calls, c.Expr)
		}
		delete(reads, n.Name)
		out = g.pick(out, calls, g.functions)
		out = g.pick(out, reads, g.relations)
		for _, f := range n.ForeignKeys {
			if f.Table != n && f.Table != nil {
				out = append(out, f.Table)
			}
		}
		return out
	case *manifest.Index:
		mentions(calls, n.On...)
		mentions(calls, n.Where)
		return g.pick(out, calls, g.functions)
	case *manifest.Function:
		mentions(reads, n.Returns)
		for _, a := range n.Args {
			mentions(reads, a.Value)
		}
		// PostgreSQL checks bodies in other languages only when they run.
		if strings.EqualFold(n.Language, "sql") {
			mentions(reads, n.Body)
			mentions(calls, n.Body)
			delete(calls, n.Name)
		}
	case *manifest.View:
		for _, v := range n.DependsOn {
			out = append(out, v)
		}
		mentions(reads, n.Query)
		mentions(calls, n.Query)
		delete(reads, n.Name)
	}
	out = g.pick(out, calls, g.functions)
	return g.pick(out, reads, g.relations)
}

// pick appends the objects whose names were mentioned, sorted by name.
func (g *graph) pick(out []any, names map[string]bool, objects map[string][]any) []any {
	for _, name := range sortedNames(names) {
		out = append(out, objects[name]...)
	}
	return out
}
