package sql

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
)

// catalog is what statements may name: the relations of the schema.
type catalog struct {
	relations map[string]*relationInfo // by schema.name
	indexes   map[string]bool
	// open reports whether there may be unknown relations: an extension or raw SQL
	// creates them.
	open bool
	// moreIndexes reports whether raw SQL creates unique indexes or constraints.
	moreIndexes bool
}

// relationInfo is a table or view. A relation with unknown columns is open.
type relationInfo struct {
	name    string
	table   *manifest.Table // nil for views
	view    *manifest.View
	columns []string
	types   []typ
	open    bool
	state   int // of a view: 0 not visited, 1 in progress, 2 done
}

func (c *checker) newCatalog(db *manifest.Database) *catalog {
	out := &catalog{relations: map[string]*relationInfo{}, indexes: map[string]bool{}}
	for _, t := range db.Tables {
		r := &relationInfo{name: t.Name, table: t, types: c.columnTypes(t)}
		for _, col := range t.Columns {
			r.columns = append(r.columns, col.Name)
		}
		out.relations[qualified(t.Schema, t.Name)] = r
		for _, i := range t.Indexes {
			out.indexes[i.Name] = true
		}
	}
	for _, v := range db.Views {
		out.relations[qualified(v.Schema, v.Name)] = &relationInfo{name: v.Name, view: v, open: true}
	}
	for _, e := range db.Extensions {
		out.open = out.open || !catalogue.Known(e.Name)
		for _, r := range catalogue.RelationNames(func(extension string) bool { return extension == e.Name }) {
			out.relations[qualified(e.Schema, r)] = &relationInfo{name: r, open: true}
		}
	}
	return out
}

func qualified(schema, name string) string {
	if schema == "" {
		schema = "public"
	}
	return schema + "." + name
}

// addRaw adds the relations that raw SQL creates.
func (c *catalog) addRaw(stmts []*pg.RawStmt) {
	add := func(r *pg.RangeVar) {
		if r != nil {
			c.relations[qualified(r.Schemaname, r.Relname)] = &relationInfo{name: r.Relname, open: true}
		}
	}
	for _, s := range stmts {
		switch n := s.Stmt.GetNode().(type) {
		case *pg.Node_CreateStmt:
			add(n.CreateStmt.Relation)
		case *pg.Node_ViewStmt:
			add(n.ViewStmt.View)
		case *pg.Node_CreateTableAsStmt:
			add(n.CreateTableAsStmt.Into.GetRel())
		case *pg.Node_CreateForeignTableStmt:
			add(n.CreateForeignTableStmt.BaseStmt.GetRelation())
		case *pg.Node_CreateSeqStmt:
			add(n.CreateSeqStmt.Sequence)
		case *pg.Node_IndexStmt:
			c.indexes[n.IndexStmt.Idxname] = true
			c.moreIndexes = c.moreIndexes || n.IndexStmt.Unique
		case *pg.Node_AlterTableStmt:
			// It may add columns, or rename.
			if r := c.relations[qualified(n.AlterTableStmt.Relation.GetSchemaname(), n.AlterTableStmt.Relation.GetRelname())]; r != nil {
				r.open = true
			}
		case *pg.Node_RenameStmt, *pg.Node_ImportForeignSchemaStmt:
			c.open = true // unknown
		case *pg.Node_CreateExtensionStmt:
			c.open = c.open || !catalogue.Known(n.CreateExtensionStmt.Extname)
		}
	}
}

// names lists the relations, for suggestions.
func (c *catalog) names() []string {
	var out []string
	for key, r := range c.relations {
		if strings.HasPrefix(key, "public.") {
			out = append(out, r.name)
		} else {
			out = append(out, key)
		}
	}
	return out
}

// lookup finds a relation; known is false if it certainly doesn't exist.
func (c *catalog) lookup(v *pg.RangeVar) (r *relationInfo, known bool) {
	if r := c.relations[qualified(v.Schemaname, v.Relname)]; r != nil {
		return r, true
	}
	switch {
	case v.Schemaname == "pg_catalog" || v.Schemaname == "information_schema" || v.Schemaname == "pg_temp":
	case v.Schemaname == "" && strings.HasPrefix(v.Relname, "pg_"):
	case c.open:
	default:
		if v.Schemaname == "" { // a search path may find it
			for key, r := range c.relations {
				if strings.HasSuffix(key, "."+v.Relname) {
					return r, true
				}
			}
		}
		return nil, false
	}
	return nil, true
}
