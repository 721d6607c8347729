package sql

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// connection is how a service logs in to the database: as a declared role or as the one that applies the
// schema.
type connection struct {
	service  *manifest.Service
	role     *manifest.Role // nil: the one that applies the schema
	name     string         // of the role
	password *manifest.Secret
	variable manifest.EnvVar // that names the role
}

// connections are those that the services' variables tell: PGUSER and its like, or a URL.
func (c *checker) connections() (out []connection) {
	if c.db.Service == nil {
		return nil
	}
	for _, s := range c.m.Services {
		if s == c.db.Service || len(s.Instances) == 0 {
			continue
		}
		for _, e := range s.Instances[0].Env {
			name := c.loginName(s, e)
			if name == "" {
				continue
			}
			k := connection{service: s, name: name, variable: e, password: c.db.OwnPassword()}
			if i := slices.IndexFunc(c.db.Roles, func(r *manifest.Role) bool { return r.Name == name && r.User == nil }); i >= 0 {
				k.role, k.password = c.db.Roles[i], c.db.Roles[i].Password
			} else if name != c.db.User {
				continue
			}
			out = append(out, k)
		}
	}
	return out
}

var databaseURL = regexp.MustCompile(`^postgres(?:ql)?(?:\+\w+)?://([^:@/]+)[:@]`)

// loginName is the role as which a variable makes a service log in to this database's server, "" if it
// doesn't say.
func (c *checker) loginName(s *manifest.Service, e manifest.EnvVar) string {
	text := ""
	for _, p := range e.Value {
		text += p.Text
	}
	if m := databaseURL.FindStringSubmatch(text); m != nil {
		if regexp.MustCompile(`@` + regexp.QuoteMeta(c.db.Service.Name) + `(?:[:/?]|$)`).MatchString(text) {
			return m[1]
		}
		return ""
	}
	if e.Name != "PGUSER" && !strings.HasSuffix(e.Name, "POSTGRES_USER") && !strings.HasSuffix(e.Name, "DB_USER") {
		return ""
	}
	for _, other := range s.Instances[0].Env { // of another server
		host, plain := other.Value.Plain()
		if (other.Name == "PGHOST" || strings.HasSuffix(other.Name, "POSTGRES_HOST") || strings.HasSuffix(other.Name, "DB_HOST")) && (!plain || host != c.db.Service.Name) {
			return ""
		}
	}
	return text
}

// passwords reports services that log in as one role with the password of another.
func (c *checker) passwords(list []connection) {
	for _, k := range list {
		if k.password == nil {
			continue
		}
		wrong, at := c.wrongPassword(k)
		if wrong == nil {
			c.sharedPassword(k)
			continue
		}
		if at.Filename == "" {
			at = k.service.Range
		}
		whose := "isn't its password"
		if r := c.passwordOf(wrong); r != "" {
			whose = "is the password of " + r
		}
		c.report(rulePassword.At(at, "%s connects to %s as %s (%s), but gets %s, which %s. Give it %s.", k.service.Address, c.db.Address, k.name, k.variable.Name, wrong.Address, whose, k.password.Address))
	}
}

// sharedPassword reports a role that has the password of another one, while the service that connects as it gets one
// that no role has.
func (c *checker) sharedPassword(k connection) {
	if k.role == nil || len(k.variable.Value.Secrets()) > 0 {
		return
	}
	i := slices.IndexFunc(c.db.Roles, func(r *manifest.Role) bool { return r != k.role && r.Password == k.password })
	if i < 0 {
		return
	}
	var gets []*manifest.Secret
	one := k.service.Instances[0]
	for _, e := range one.SecretEnv {
		gets = append(gets, e.Secret)
	}
	for _, e := range one.Env {
		gets = append(gets, e.Value.Secrets()...)
	}
	gets = append(gets, one.SecretFiles...)
	slices.SortFunc(gets, func(a, b *manifest.Secret) int { return strings.Compare(a.Address, b.Address) })
	gets = slices.Compact(gets)
	if len(gets) == 1 && gets[0] != k.password && c.passwordOf(gets[0]) == "" {
		c.report(rulePassword.At(k.role.Range, "%s has the password of %s, %s, but %s, which connects as %s (%s), gets only %s. Write password = %s.", k.role.Address, c.db.Roles[i].Address, k.password.Address, k.service.Address, k.name, k.variable.Name, gets[0].Address, gets[0].Address))
	}
}

// wrongPassword is the secret that a connection uses instead of its password, and where; nil if it has the
// right one, or none that is known to be another role's.
func (c *checker) wrongPassword(k connection) (*manifest.Secret, hcl.Range) {
	if secrets := k.variable.Value.Secrets(); len(secrets) > 0 { // in the URL
		if secrets[0] != k.password && len(secrets) == 1 {
			return secrets[0], k.variable.Range
		}
		return nil, hcl.Range{}
	}
	i := k.service.Instances[0]
	var wrong *manifest.Secret
	var at hcl.Range
	get := func(x *manifest.Secret, where hcl.Range) (right bool) {
		if x != k.password && c.passwordOf(x) != "" && wrong == nil {
			wrong, at = x, where
		}
		return x == k.password
	}
	for _, e := range i.SecretEnv {
		if get(e.Secret, e.Range) {
			return nil, at
		}
	}
	for _, e := range i.Env {
		for _, x := range e.Value.Secrets() {
			if get(x, e.Range) {
				return nil, at
			}
		}
	}
	if slices.Contains(i.SecretFiles, k.password) {
		return nil, at
	}
	return wrong, at
}

// passwordOf is the address of the role whose password a secret is, "" if it is none's.
func (c *checker) passwordOf(x *manifest.Secret) string {
	for _, r := range c.db.Roles {
		if r.Password == x {
			return r.Address
		}
	}
	if c.db.OwnPassword() == x {
		return "the role " + c.db.User
	}
	return ""
}

// privileges reports queries of services whose roles may not run them.
func (c *checker) privileges(list []connection) {
	if c.grantsElsewhere() {
		return
	}
	for _, q := range c.db.Queries {
		if q.Service == nil {
			continue
		}
		var of []connection
		for _, k := range list {
			if k.service == q.Service {
				of = append(of, k)
			}
		}
		if len(of) != 1 || of[0].role == nil {
			continue // unknown, several, or the one that may do all
		}
		f := c.fragment(onePlace, q.SQL)
		if f.fail != nil {
			continue
		}
		c.mayRun(q, of[0], f.stmts[0].Stmt)
	}
}

// grantsElsewhere reports whether raw SQL changes privileges.
func (c *checker) grantsElsewhere() bool {
	for _, s := range c.raw {
		if s.Stmt.GetGrantStmt() != nil || s.Stmt.GetGrantRoleStmt() != nil || s.Stmt.GetAlterDefaultPrivilegesStmt() != nil || s.Stmt.GetAlterOwnerStmt() != nil {
			return true
		}
	}
	for _, r := range c.db.Raw { // of an EXECUTE
		if strings.Contains(strings.ToLower(r.SQL), "grant") {
			return true
		}
	}
	return false
}

// needed is a privilege that a statement needs on a table or view.
type needed struct{ schema, name, privilege string }

// needs lists the privileges that a statement certainly needs.
func needs(n *pg.Node) (out []needed) {
	ctes, targets := map[string]bool{}, map[*pg.RangeVar]string{}
	walk(n, func(n any) bool {
		switch n := n.(type) {
		case *pg.CommonTableExpr:
			ctes[n.Ctename] = true
		case *pg.InsertStmt:
			targets[n.Relation] = "INSERT"
		case *pg.UpdateStmt:
			targets[n.Relation] = "UPDATE"
		case *pg.DeleteStmt:
			targets[n.Relation] = "DELETE"
		}
		return true
	})
	walk(n, func(n any) bool {
		v, ok := n.(*pg.RangeVar)
		if !ok || v.Schemaname == "" && ctes[v.Relname] && targets[v] == "" {
			return true
		}
		privilege := targets[v]
		if privilege == "" {
			privilege = "SELECT"
		}
		if x := (needed{v.Schemaname, v.Relname, privilege}); !slices.Contains(out, x) {
			out = append(out, x)
		}
		return true
	})
	return out
}

func (c *checker) mayRun(q *manifest.Query, k connection, n *pg.Node) {
	switch n.GetNode().(type) {
	case *pg.Node_SelectStmt, *pg.Node_InsertStmt, *pg.Node_UpdateStmt, *pg.Node_DeleteStmt:
	default:
		return // others need other privileges
	}
	roles := c.memberships(k.name, nil)
	for _, x := range needs(n) {
		rel := c.catalog.relations[qualified(x.schema, x.name)]
		if rel == nil || rel.table == nil && rel.view == nil || c.may(roles, x) {
			continue
		}
		address := c.db.Address + ".table." + x.name
		if rel.view != nil {
			address = c.db.Address + ".view." + x.name
		}
		c.report(ruleMayNot.At(q.At.Of("sql", q.Range), "%s needs %s on %s, but %s connects as %s (%s), which doesn't have it, so PostgreSQL denies the query. Add a grant of [%q] on %s to it.",
			q.Address, x.privilege, x.name, k.service.Address, k.name, k.variable.Name, strings.ToLower(x.privilege), address))
		return
	}
}

// memberships are a role and all whose privileges it has without SET ROLE.
func (c *checker) memberships(name string, seen []string) []string {
	if slices.Contains(seen, name) {
		return seen
	}
	seen = append(seen, name)
	for _, r := range c.db.Roles {
		if r.Name == name && r.Inherit {
			for _, group := range r.MemberOf {
				seen = c.memberships(group, seen)
			}
		}
	}
	return seen
}

// may reports whether one of the roles has a privilege.
func (c *checker) may(roles []string, x needed) bool {
	if slices.Contains(roles, c.db.User) || slices.Contains(roles, "pg_read_all_data") && x.privilege == "SELECT" || slices.Contains(roles, "pg_write_all_data") && x.privilege != "SELECT" {
		return true
	}
	for _, r := range c.db.Roles {
		if r.Superuser && slices.Contains(roles, r.Name) {
			return true
		}
	}
	for _, g := range c.db.Grants {
		if !slices.Contains(g.Privileges, x.privilege) && !slices.Contains(g.Privileges, "ALL") || qualified(g.Schema, "") != qualified(x.schema, "") {
			continue
		}
		on := g.On == "all_tables" || (g.On == "table" || g.On == "view") && slices.Contains(g.Objects, x.name)
		if on && slices.ContainsFunc(g.To, func(to string) bool { return to == "public" || slices.Contains(roles, to) }) {
			return true
		}
	}
	return false
}
