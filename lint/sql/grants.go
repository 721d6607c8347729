package sql

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// sequences reports grants of INSERT on tables with serial columns to roles
// that can't use the sequences.
func (c *checker) sequences() {
	use := map[string]bool{}
	for _, g := range c.db.Grants {
		if (g.On == "all_sequences" || g.On == "sequence") && (slices.Contains(g.Privileges, "USAGE") || slices.Contains(g.Privileges, "ALL")) {
			for _, to := range g.To {
				use[to] = true
			}
		}
	}
	for _, g := range c.db.Grants {
		if !slices.Contains(g.Privileges, "INSERT") && !slices.Contains(g.Privileges, "ALL") {
			continue
		}
		for _, t := range c.db.Tables {
			if g.On != "all_tables" && !(g.On == "table" && slices.Contains(g.Objects, t.Name)) || qualified(t.Schema, "") != qualified(g.Schema, "") {
				continue
			}
			for _, to := range g.To {
				if col := serial(t); col != nil && !use[to] && to != c.db.User {
					use[to] = true
					c.report(ruleSequence.At(g.Range, "%s lets %s insert into %s, but its column %s takes its value from a sequence that %s can't use. Add a grant of usage on all = \"sequences\", or use identity.",
						g.Address, to, t.Name, col.Name, to))
				}
			}
		}
	}
}

// usage reports grants on objects of a schema to roles that can't use the schema: PostgreSQL
// refuses every access then. Everyone may use public.
func (c *checker) usage() {
	for _, r := range c.db.Raw {
		for _, s := range c.fragment(anyPlace, r.SQL).stmts {
			if g := s.Stmt.GetGrantStmt(); g != nil && g.Objtype == pg.ObjectType_OBJECT_SCHEMA {
				return // what it grants isn't followed
			}
		}
	}
	can := map[[2]string]bool{} // schema, role
	for _, g := range c.db.Grants {
		if g.On != "schema" || !slices.Contains(g.Privileges, "USAGE") && !slices.Contains(g.Privileges, "ALL") {
			continue
		}
		for _, schema := range g.Objects {
			for _, to := range g.To {
				can[[2]string{schema, to}] = true
			}
		}
	}
	for _, g := range c.db.Grants {
		if g.On == "schema" || g.On == "database" || g.Schema == "" || g.Schema == "public" {
			continue
		}
		for _, to := range g.To {
			pair := [2]string{g.Schema, to}
			if to == c.db.User || can[pair] || can[[2]string{g.Schema, "public"}] || c.inherits(to, g.Schema, can, nil) {
				continue
			}
			can[pair] = true // reported once
			c.report(ruleUsage.At(g.At.Of("to", g.Range), "%s gives %s privileges in the schema %s, which %s cannot use, so PostgreSQL denies every access. Add a grant of \"usage\" on database.%s.schema.%s to it.",
				g.Address, to, g.Schema, to, c.db.Name, g.Schema))
		}
	}
}

// inherits reports whether a role is a superuser, or a member of a role that may use the schema.
func (c *checker) inherits(role, schema string, can map[[2]string]bool, seen []string) bool {
	for _, r := range c.db.Roles {
		if r.Name != role || slices.Contains(seen, role) {
			continue
		}
		if r.Superuser {
			return true
		}
		for _, group := range r.MemberOf {
			if r.Inherit && (can[[2]string{schema, group}] || c.inherits(group, schema, can, append(seen, role))) {
				return true
			}
		}
	}
	return false
}
