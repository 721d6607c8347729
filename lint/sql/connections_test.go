package sql_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/sql/sqltest"
)

// Services log in with the passwords of their roles, and their queries need privileges of these.
func TestConnections(t *testing.T) {
	own, app, report, other := &manifest.Secret{Name: "own"}, &manifest.Secret{Name: "app"}, &manifest.Secret{Name: "report"}, &manifest.Secret{Name: "other"}
	env := func(name string, value ...manifest.TextPart) manifest.EnvVar {
		return manifest.EnvVar{Name: name, Value: value}
	}
	text := func(s string) manifest.TextPart { return manifest.TextPart{Text: s} }
	url := func(user string, x *manifest.Secret, host string) manifest.EnvVar {
		return env("DATABASE_URL", text("postgres://"+user+":"), manifest.TextPart{Secret: x}, text("@"+host+":5432/omega"))
	}
	secret := func(x *manifest.Secret) []manifest.SecretEnv {
		return []manifest.SecretEnv{{Name: "PASSWORD_FILE", Secret: x}}
	}
	grant := func(to string, privileges ...string) *manifest.Grant {
		return &manifest.Grant{Name: "g", On: "table", Objects: []string{"devices"}, Privileges: privileges, To: []string{to}}
	}
	user := env("PGUSER", text("app"))
	for name, c := range map[string]struct {
		env    []manifest.EnvVar
		secret []manifest.SecretEnv
		query  string
		grants []*manifest.Grant
		raw    string
		shared bool // app has the password of report
		want   string
	}{
		"right password":             {env: []manifest.EnvVar{user}, secret: secret(app)},
		"another's password":         {env: []manifest.EnvVar{user}, secret: secret(report), want: "OG651"},
		"the server's password":      {env: []manifest.EnvVar{user}, secret: secret(own), want: "OG651"},
		"a role with another's":      {env: []manifest.EnvVar{user}, secret: secret(other), shared: true, want: "OG651"},
		"a shared password":          {env: []manifest.EnvVar{user}, secret: secret(report), shared: true},
		"both passwords":             {env: []manifest.EnvVar{user}, secret: append(secret(report), secret(app)...)},
		"another server":             {env: []manifest.EnvVar{user, env("PGHOST", text("elsewhere"))}, secret: secret(report)},
		"unknown role":               {env: []manifest.EnvVar{env("PGUSER", text("other"))}, secret: secret(report)},
		"URL with the right one":     {env: []manifest.EnvVar{url("app", app, "db")}},
		"URL with another's":         {env: []manifest.EnvVar{url("app", report, "db")}, want: "OG651"},
		"URL of another server":      {env: []manifest.EnvVar{url("app", report, "db2")}},
		"may read":                   {env: []manifest.EnvVar{user}, secret: secret(app), query: "SELECT * FROM devices", grants: []*manifest.Grant{grant("app", "SELECT")}},
		"may not write":              {env: []manifest.EnvVar{user}, secret: secret(app), query: "DELETE FROM devices", grants: []*manifest.Grant{grant("app", "SELECT")}, want: "OG652"},
		"may by its group":           {env: []manifest.EnvVar{user}, secret: secret(app), query: "SELECT 1 FROM devices", grants: []*manifest.Grant{grant("readers", "SELECT")}},
		"may as everyone":            {env: []manifest.EnvVar{user}, secret: secret(app), query: "SELECT 1 FROM devices", grants: []*manifest.Grant{grant("public", "ALL")}},
		"may not as another":         {env: []manifest.EnvVar{user}, secret: secret(app), query: "SELECT 1 FROM devices", grants: []*manifest.Grant{grant("report", "ALL")}, want: "OG652"},
		"a name of its own":          {env: []manifest.EnvVar{user}, secret: secret(app), query: "WITH devices AS (SELECT 1) SELECT * FROM devices"},
		"a subquery":                 {env: []manifest.EnvVar{user}, secret: secret(app), query: "UPDATE devices SET region = (SELECT region FROM patterns, devices LIMIT 1)", grants: []*manifest.Grant{grant("app", "SELECT", "UPDATE")}, want: "OG652"},
		"raw SQL that grants":        {env: []manifest.EnvVar{user}, secret: secret(app), query: "SELECT 1 FROM devices", raw: "GRANT SELECT ON devices TO app"},
		"a DO block that grants":     {env: []manifest.EnvVar{user}, secret: secret(app), query: "SELECT 1 FROM devices", raw: "DO $$ BEGIN EXECUTE 'GRANT SELECT ON devices TO app'; END $$"},
		"a service that isn't known": {query: "SELECT 1 FROM devices"},
	} {
		t.Run(name, func(t *testing.T) {
			m := sqltest.Flagship()
			db := m.Databases[0]
			db.Views, db.Triggers, db.Queries, db.Seeds, db.Raw = nil, nil, nil, nil, nil
			db.Service = &manifest.Service{Name: "db", Instances: []*manifest.Instance{{Env: []manifest.EnvVar{env("POSTGRES_DB", text("omega"))},
				SecretEnv: []manifest.SecretEnv{{Name: "POSTGRES_PASSWORD_FILE", Secret: own}}}}}
			client := &manifest.Service{Name: "client", Instances: []*manifest.Instance{{Env: c.env, SecretEnv: c.secret}}}
			m.Services = []*manifest.Service{db.Service, client}
			db.Roles = []*manifest.Role{{Name: "app", Login: true, Inherit: true, Password: app, MemberOf: []string{"readers"}}, {Name: "report", Login: true, Password: report}, {Name: "readers", Inherit: true}}
			if c.shared {
				db.Roles[0].Password = report
			}
			db.Grants = c.grants
			if c.query != "" {
				db.Queries = []*manifest.Query{{Name: "q", SQL: c.query, Service: client}}
			}
			if c.raw != "" {
				db.Raw = []*manifest.RawSQL{{Name: "r", SQL: c.raw, Transaction: true}}
			}
			sqltest.Locate(m)
			var got []string
			for _, d := range check(t, m) {
				got = append(got, diag.Code(d))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%v instead of %q", got, c.want)
			}
		})
	}
}
