package sql

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
)

// systemName reports whether a name is one of the server's own tables or views, or those of an extension
// that are named like them.
func systemName(v *pg.RangeVar) bool {
	return v.Schemaname == "pg_catalog" || v.Schemaname == "information_schema" || v.Schemaname == "" && strings.HasPrefix(v.Relname, "pg_")
}

// systemRelationOf finds a table or view of the server. known is false if it certainly doesn't exist,
// which the versions of the catalogue decide.
func (c *checker) systemRelationOf(v *pg.RangeVar) (r *relationInfo, known bool) {
	version := c.serverVersion()
	sure := version >= 15 && version <= newest
	out := &relationInfo{name: v.Relname, open: !sure}
	found := false
	for _, x := range catalogue.Relations(v.Relname) {
		if !c.provides(x.Extension) || v.Schemaname != "" && x.Schema != v.Schemaname || v.Schemaname == "" && x.Schema == "information_schema" {
			continue
		}
		found = true
		for i, column := range x.Columns {
			t := x.Types[i]
			if k := slices.Index(out.columns, column); k < 0 {
				out.columns, out.types = append(out.columns, column), append(out.types, t)
			} else if out.types[k] != t {
				out.types[k] = anyType // differs between versions
			}
		}
	}
	switch {
	case found:
		return out, true
	case c.catalog.open || !sure:
		return nil, true
	}
	return nil, false
}

func (c *checker) systemNames() []string {
	return append(c.catalog.names(), catalogue.RelationNames(c.provides)...)
}
