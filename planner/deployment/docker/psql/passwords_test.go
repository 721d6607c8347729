//go:build unix

package psql_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/planner/deployment/docker/psql"
)

// Whatever a password contains, it becomes the role's and is in no log.
func TestPasswords(t *testing.T) {
	s := pgtest.Start(t)
	s.CreateDatabase(t, "omega")
	secret := &manifest.Secret{Name: "p"}
	db := &manifest.Database{Roles: []*manifest.Role{{Name: "app", Login: true, Password: secret}, {Name: "group"}, {Name: "it's \\ \":x\"", Login: true, Password: secret}}}
	if _, stderr, err := s.Run("postgres", `CREATE ROLE app LOGIN; CREATE ROLE "it's \ "":x""" LOGIN;`); err != nil {
		t.Fatal(stderr)
	}
	for _, password := range []string{"plain", `it's`, `\`, `a\'b`, `"`, "$$", ":x", ":'password'", "$(touch x)", "`id`", "é", "--", " a ", ";", `\q`, "%s", "=="} {
		script := ""
		for _, p := range psql.Passwords(db) {
			if p.Secret != nil {
				script += password + "\n"
			}
			script += p.Text
		}
		for range 2 {
			if stdout, stderr, err := s.Run("omega", script); err != nil || stdout+stderr != "" {
				t.Fatalf("%q: %v %s%s", password, err, stdout, stderr)
			}
		}
		var rows []struct{ Rolpassword string }
		s.Query(t, "omega", "SELECT rolpassword FROM pg_authid WHERE rolname IN ('app', E'it''s \\\\ \":x\"')", &rows)
		for _, r := range rows {
			if !pgtest.IsPassword(r.Rolpassword, password) {
				t.Errorf("%q isn't the password: %s", password, r.Rolpassword)
			}
		}
		if len(rows) != 2 {
			t.Errorf("%d roles", len(rows))
		}
	}
	if log := s.Log(); !strings.Contains(log, "set_config") || strings.Contains(log, "ALTER ROLE") || strings.Contains(log, "a\\'b") {
		t.Error("the log holds passwords, or nothing")
	}
	if psql.Passwords(&manifest.Database{Roles: db.Roles[1:2]}) != nil {
		t.Error("a script without passwords")
	}
}
