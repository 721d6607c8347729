package sql

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// server holds the database's name and user against what the official image
// (and those made from it, told by their POSTGRES_… variables) makes on a new
// volume: one role and one database.
func (c *checker) server() {
	s := c.db.Service
	if s == nil || len(s.Instances) == 0 {
		return
	}
	official := false
	values := map[string]string{}
	places := map[string]hcl.Range{}
	for _, e := range s.Instances[0].Env {
		official = official || strings.HasPrefix(e.Name, "POSTGRES_")
		text, plain := e.Value.Plain()
		if !plain && (e.Name == "POSTGRES_USER" || e.Name == "POSTGRES_DB") {
			return // only known when it is deployed
		}
		values[e.Name], places[e.Name] = text, e.Range
	}
	for _, e := range s.Instances[0].SecretEnv {
		official = official || strings.HasPrefix(e.Name, "POSTGRES_")
		if e.Name == "POSTGRES_USER_FILE" || e.Name == "POSTGRES_DB_FILE" {
			return
		}
	}
	if !official {
		return
	}
	user := values["POSTGRES_USER"]
	if user == "" {
		user = "postgres"
	}
	name := values["POSTGRES_DB"]
	if name == "" {
		name = user
	}
	at := func(variable string) hcl.Range {
		if r, ok := places[variable]; ok && r.Filename != "" {
			return r
		}
		return c.db.Range
	}
	if c.db.User != user {
		c.report(ruleServer.At(at("POSTGRES_USER"), "%s is applied as the role %q, but %s makes the role %q. Set user = %q, or POSTGRES_USER.",
			c.db.Address, c.db.User, s.Address, user, user))
	}
	if c.db.DBName != name && c.db.DBName != "postgres" {
		c.report(ruleServer.At(at("POSTGRES_DB"), "%s is the database %q on the server, but %s makes %q. Set POSTGRES_DB, or name = %q.",
			c.db.Address, c.db.DBName, s.Address, name, name))
	}
}
