package sql

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/sql"
)

// CheckFormer reports what a database that has the schema of a formerly built init-db.sql can't
// be changed to once its tables have rows: new columns that are NOT NULL and have no default. A
// file that doesn't parse says nothing.
func CheckFormer(db *manifest.Database, former string) hcl.Diagnostics {
	stmts, fail := parse(former)
	if fail != nil {
		return nil
	}
	columns := map[string]map[string]bool{} // by table
	for _, s := range stmts {
		create := s.Stmt.GetCreateStmt()
		if create == nil {
			continue
		}
		had := map[string]bool{}
		for _, e := range create.TableElts {
			if c := e.GetColumnDef(); c != nil {
				had[c.Colname] = true
			}
		}
		columns[qualified(create.Relation.Schemaname, create.Relation.Relname)] = had
	}
	var diags hcl.Diagnostics
	for _, t := range db.Tables {
		had, known := columns[qualified(t.Schema, t.Name)]
		if !known {
			continue
		}
		for _, c := range t.Columns {
			given := c.Null || c.Default != "" || c.Identity != "" || c.Generated != "" || sql.BaseType(c.Type) != c.Type
			if had[c.Name] || had[c.RenamedFrom] || given {
				continue
			}
			diags = append(diags, ruleFormer.At(c.At.Of("null", c.Range),
				"The kit that was built before has %s without the column %q, which is NOT NULL and has no default: the deployment is refused if the table has rows. Give it a default, permit null until the rows have a value, or say renamed_from.",
				t.Address, c.Name))
		}
	}
	return diags
}
