// Package schema has deploy/schema.sh and deploy/schema.sql, which change the schema of a live
// PostgreSQL database to that of its init-db.sql. They are the same in every kit with a database.
//
// The model is made in a scratch database, in a transaction that is rolled back, and the catalogs of
// both databases are compared as data: catalog.sql reads them, plan.sql and compare.sql find the steps
// and what must be refused, report.sql puts them in order. What the model doesn't declare, and no
// applied model declared before (the table omegagen.objects), is left alone.
package schema

import (
	"embed"
	"strings"
)

//go:embed schema.sh *.sql
var sources embed.FS

// Script is deploy/schema.sh; SQL is deploy/schema.sql.
var (
	Script = join("schema.sh")
	SQL    = join("catalog.sql", "plan.sql", "compare.sql", "objects.sql", "report.sql")
)

func join(names ...string) string {
	parts := make([]string, len(names))
	for i, name := range names {
		b, err := sources.ReadFile(name)
		if err != nil { // embedded files exist
			panic(err)
		}
		parts[i] = string(b)
	}
	return strings.Join(parts, "\n")
}
