//go:build unix

package psql_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/planner/deployment/docker/psql"
)

// server is one in which everybody but postgres needs a password.
type server struct{ *pgtest.Server }

func start(t *testing.T) server {
	t.Helper()
	tooltest.Need(t, "psql")
	s := server{pgtest.Start(t)}
	hba := filepath.Join(s.Socket(), "data/pg_hba.conf")
	if err := os.WriteFile(hba, []byte("local all postgres trust\nlocal all all scram-sha-256\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.CreateDatabase(t, "omega")
	s.run(t, "SELECT pg_reload_conf();")
	return s
}

func (s server) run(t *testing.T, script string) string {
	t.Helper()
	out, stderr, err := s.Run("omega", script, "-A", "-t")
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, stderr, script)
	}
	return strings.TrimSpace(out + stderr)
}

// as runs a statement in a new connection of a login.
func (s server) as(user, password, statement string) (string, error) {
	c := exec.Command("psql", "-X", "-q", "-A", "-t", "-w", "-h", s.Socket(), "-U", user, "-d", "omega", "-v", "ON_ERROR_STOP=1", "-f", "-")
	c.Stdin = strings.NewReader(statement + ";")
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "PGPASSWORD=" + password}
	out, err := c.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// fill is a script with the values of its secrets.
func fill(parts []psql.Part, values map[*manifest.Secret]string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
		if p.Secret != nil {
			b.WriteString(values[p.Secret] + "\n")
		}
	}
	return b.String()
}

// Two logins of a role: a new one works before the former one ends, what both create belongs to the role, and
// they have the role's settings and privileges.
func TestLogins(t *testing.T) {
	s := start(t)
	for _, name := range []string{"app", `it's $$ \ ":x" OWNER`} {
		user, password := &manifest.Secret{Name: "u"}, &manifest.Secret{Name: "p"}
		r := &manifest.Role{Name: name, Login: true, Inherit: true, User: user, Password: password}
		db := &manifest.Database{Roles: []*manifest.Role{r}}
		a, b := r.Logins()[0], r.Logins()[1]
		values := func(login, word string) map[*manifest.Secret]string {
			return map[*manifest.Secret]string{user: login, password: word}
		}
		quoted := `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		opens := func(login, word string, want bool) {
			t.Helper()
			out, err := s.as(login, word, "SELECT current_user || ' ' || session_user || ' ' || current_setting('statement_timeout')")
			if (err == nil) != want {
				t.Errorf("%s with %s: %v %s", login, word, err, out)
			}
			if want && out != fmt.Sprintf("%s %s 77s", name, login) {
				t.Errorf("the session is %q", out)
			}
		}
		// Nothing is made in a server without the role.
		if out := s.run(t, fill(psql.Login(r), values(b, "x"))); out != "" {
			t.Error(out)
		}
		// A role that logged in itself, until now.
		s.run(t, fmt.Sprintf(`CREATE ROLE %[1]s LOGIN PASSWORD 'old'; ALTER ROLE %[1]s SET statement_timeout = '77s'; ALTER ROLE %[1]s IN DATABASE omega SET search_path = "$user", 'the path', public;
			GRANT CREATE ON SCHEMA public TO %[1]s;`, quoted))
		for range 2 {
			if out := s.run(t, fill(psql.Passwords(db), values(a, "one' \\ word"))); out != "" {
				t.Error(out)
			}
		}
		opens(a, "one' \\ word", true)
		opens(name, "old", true)
		opens(b, "one' \\ word", false)
		if out := s.run(t, fill(psql.Retire(r), values(a, ""))); out != "" {
			t.Error(out)
		}
		opens(a, "one' \\ word", true)
		opens(name, "old", false)
		if _, err := s.as(a, "one' \\ word", "CREATE TABLE made_"+a[len(a)-1:]+" ()"); err != nil {
			t.Error(err)
		}
		s.run(t, fill(psql.Login(r), values(b, "two")))
		opens(a, "one' \\ word", true)
		opens(b, "two", true)
		s.run(t, fill(psql.Passwords(db), values(b, "two")))
		opens(a, "one' \\ word", true)
		s.run(t, fill(psql.Retire(r), values(b, "")))
		s.run(t, fill(psql.Retire(r), values(b, "")))
		opens(a, "one' \\ word", false)
		opens(b, "two", true)
		if out, err := s.as(b, "two", "DROP TABLE made_a; DISCARD ALL; CREATE TABLE made_b (); RESET ROLE; DROP TABLE made_b"); err != nil {
			t.Errorf("what one login makes isn't the other's: %v %s", err, out)
		}
		if out, _ := s.as(b, "two", "SHOW search_path"); out != `"$user", "the path", public` {
			t.Errorf("the search path is %s", out)
		}
		// A setting that the role no longer has.
		s.run(t, fmt.Sprintf(`ALTER ROLE %[1]s RESET ALL; ALTER ROLE %[1]s IN DATABASE omega RESET ALL; ALTER ROLE %[1]s SET statement_timeout = '77s'`, quoted))
		s.run(t, fill(psql.Passwords(db), values(b, "two")))
		if out, _ := s.as(b, "two", "SHOW search_path"); out != `"$user", public` {
			t.Errorf("the search path is %s", out)
		}
		if _, stderr, err := s.Run("omega", fill(psql.Passwords(db), values("postgres", "two"))); err == nil || !strings.Contains(stderr, "names none of its logins") {
			t.Errorf("another role got a password: %v %s", err, stderr)
		}
	}
	if log := s.Log(); strings.Contains(log, "PASSWORD 'two'") || strings.Contains(log, "PASSWORD :") || !strings.Contains(log, "CREATE ROLE") {
		t.Error("the log holds passwords, or nothing")
	}
}
