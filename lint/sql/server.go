package sql

import "github.com/hashicorp/hcl/v2"

// server compares the database's name and user with what its server creates on
// a new volume. Additional databases are created by deploy.sh.
func (c *checker) server() {
	made, ok := c.db.Server()
	if !ok {
		return
	}
	at := func(r hcl.Range) hcl.Range {
		if r.Filename == "" {
			return c.db.Range
		}
		return r
	}
	address := c.db.Service.Address
	if c.db.User != made.User {
		c.report(ruleServer.At(at(made.UserRange), "%s is applied as role %q, but %s creates the role %q. Set user = %q, or POSTGRES_USER.",
			c.db.Address, c.db.User, address, made.User, made.User))
	}
	for _, d := range c.m.Databases {
		if d.Service == c.db.Service && d.DBName == made.Database {
			return
		}
	}
	if c.db.DBName != made.Database && c.db.DBName != "postgres" {
		c.report(ruleServer.At(at(made.DatabaseRange), "%s uses the database %q, but %s creates %q. Set POSTGRES_DB, or name = %q.",
			c.db.Address, c.db.DBName, address, made.Database, made.Database))
	}
}
