//go:build unix

package deploy_test

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/sql"
)

// twoLogins is a deployment whose services log in to a database as a role with two logins.
const twoLogins = `system "test" {}
image "x" {
  pull = "image"
}
image "postgres" {
  pull = "postgres:17"
}
secret "app_password" {}
secret "app_user" {}
secret "owner" {}
service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "omega" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.owner }
  healthcheck {
    shell    = "true"
    interval = "1s"
  }
}
database "omega" {
  service = service.db
  role "app" {
    user     = secret.app_user
    password = secret.app_password
  }
  table "notes" {
    column "id" { type = "integer" }
    primary_key = ["id"]
  }
  grant "notes" {
    privileges = ["select", "insert"]
    on         = [database.omega.table.notes]
    to         = [database.omega.role.app]
  }
}
service "web" {
  image      = image.x
  replicas   = 2
  depends_on = [service.db]
  secret_env = {
    DB_USER_FILE     = secret.app_user
    DB_PASSWORD_FILE = secret.app_password
  }
  healthcheck {
    shell    = "true"
    interval = "1s"
  }
}
goal "default" {
  condition = service.web.healthy
}
`

// mounting lets the containers of rollingProgram mount the secrets, as a bind mount does: each file as it is when
// the container is made. psql runs against a server.
func mounting(server string) string {
	program := strings.Replace(rollingProgram, "    serving\n}\nup() {", `    mkdir -p "$w/m/$id"
    for mounted in app_user app_password; do [ ! -f ".omegagen/secrets/$mounted" ] || ln ".omegagen/secrets/$mounted" "$w/m/$id/$mounted"; done
    ln -s "m/$id" "$w/m/$id.link" && mv -T "$w/m/$id.link" "$w/mount.$new_name"
    serving
}
up() {`, 1)
	program = strings.Replace(program, `gone() { `, `gone() { rm -f "$w/mount.$1"; `, 1)
	return strings.Replace(program, `case "$*" in`, `case "$*" in
"exec -i test-db psql"*)
    shift 3
    [ ! -f "$w/slow" ] || sleep 0.3
    `+server+` ;;`, 1)
}

// alternating is a kit of a manifest whose databases are those of a server.
func alternating(t *testing.T, k *kit, shell, manifest, server string) *kit {
	t.Helper()
	m, ps := load(t, manifest)
	files, diags := compose.Render(m)
	schema, more := sql.Render(m)
	if diags = append(diags, more...); diags.HasErrors() {
		t.Fatal(diags)
	}
	files = append(files, schema...)
	if k != nil {
		k.install(m, ps, files...)
		return k
	}
	k = newKit(t, shell, m, ps, files...)
	k.program("docker", mounting(server))
	k.program("docker-others", dockerProgram)
	return k
}

// passwordServer is a server with a database, in which everybody but postgres needs a password; and what
// runs psql in it.
func passwordServer(t *testing.T) (*pgtest.Server, string) {
	t.Helper()
	tooltest.Need(t, "psql")
	s := pgtest.Start(t)
	hba := filepath.Join(s.Socket(), "data/pg_hba.conf")
	if err := os.WriteFile(hba, []byte("local all postgres trust\nlocal all all password\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.CreateDatabase(t, "omega")
	if _, stderr, err := s.Run("omega", "SELECT pg_reload_conf();"); err != nil {
		t.Fatal(stderr)
	}
	return s, "PGHOST='" + s.Socket() + "' exec \"$@\""
}

// logIn opens a connection to a server with a password, as a client of PostgreSQL's protocol, and closes it.
func logIn(s *pgtest.Server, user, password string) error {
	c, err := net.Dial("unix", filepath.Join(s.Socket(), ".s.PGSQL.5432"))
	if err != nil {
		return err
	}
	defer c.Close()
	send := func(kind string, body []byte) {
		_, _ = c.Write(append(append([]byte(kind), binary.BigEndian.AppendUint32(nil, uint32(len(body)+4))...), body...))
	}
	send("", append(binary.BigEndian.AppendUint32(nil, 196608), []byte("user\x00"+user+"\x00database\x00omega\x00\x00")...))
	for {
		head := make([]byte, 5)
		if _, err := io.ReadFull(c, head); err != nil {
			return err
		}
		body := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(c, body); err != nil {
			return err
		}
		switch head[0] {
		case 'R':
			if binary.BigEndian.Uint32(body) == 3 {
				send("p", []byte(password+"\x00"))
			}
		case 'E':
			return errors.New(strings.ReplaceAll(string(body), "\x00", " "))
		case 'Z':
			send("X", nil)
			return nil
		}
	}
}

// mounted are the user and the password that a container has mounted; not ok if there is no such container.
func mounted(k *kit, container string) (user, password string, ok bool) {
	folder, err := filepath.EvalSymlinks(filepath.Join(k.bin, "world/mount."+container))
	if err != nil {
		return "", "", false
	}
	u, err := os.ReadFile(filepath.Join(folder, "app_user"))
	p, err2 := os.ReadFile(filepath.Join(folder, "app_password"))
	return string(u), string(p), err == nil && err2 == nil
}

// connecting opens connections for each replica every 20 ms, until it is ended; then it returns how many, and
// reports those that failed.
func connecting(t *testing.T, k *kit, s *pgtest.Server) (end func() int) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	stop, count, failed := make(chan struct{}), 0, map[string]int{}
	for _, container := range []string{"test-web-1", "test-web-2"} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
				user, password, ok := mounted(k, container)
				if !ok {
					continue // between the former container and its successor
				}
				err := logIn(s, user, password)
				mu.Lock()
				if count++; err != nil {
					failed[container+" as "+user+": "+err.Error()]++
				}
				mu.Unlock()
			}
		}()
	}
	return func() int {
		t.Helper()
		close(stop)
		wg.Wait()
		for what, n := range failed {
			t.Errorf("%d connections failed: %s", n, what)
		}
		return count
	}
}

// loginsOf are the roles that can log in, besides postgres.
func loginsOf(t *testing.T, s *pgtest.Server) string {
	t.Helper()
	out, stderr, err := s.Run("omega", "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolcanlogin AND rolname <> 'postgres'", "-A", "-t")
	if err != nil {
		t.Fatal(stderr)
	}
	return strings.TrimSpace(out)
}

// TestRotateWithoutGap rotates the password of a role with two logins while each replica opens a connection every
// 20 ms with the files that it has mounted: none fails. Then it does so again and again, and kills the runs;
// after each, a container that is started again can log in at once, and the next run ends the rotation.
func TestRotateWithoutGap(t *testing.T) {
	s, server := passwordServer(t)
	k := alternating(t, nil, "dash", twoLogins, server)
	k.want(0)
	mustEqual(t, "logins", loginsOf(t, s), "app_a")
	end := connecting(t, k, s)
	_, was, _ := mounted(k, "test-web-1")
	out := k.want(0, "secret", "rotate", "app_password")
	contains(t, out, "Secret app_password is rotated without a gap")
	time.Sleep(200 * time.Millisecond)
	t.Logf("%d connections during a rotation", end())
	mustEqual(t, "logins", loginsOf(t, s), "app_b")
	for _, c := range []string{"test-web-1", "test-web-2"} {
		if user, password, ok := mounted(k, c); !ok || user != "app_b" || password == was || password != k.read(".omegagen/secrets/app_password") {
			t.Errorf("%s logs in as %s: %v", c, user, ok)
		}
	}
	if err := logIn(s, "app_a", was); err == nil {
		t.Error("the former login still works")
	}
	contains(t, k.want(0), "Nothing to do")

	random := rand.New(rand.NewSource(7))
	world(k, "slow", "")
	end = connecting(t, k, s)
	killed := 0
	for range max(3, kills()/10) {
		if !interrupt(k, time.Duration(random.Intn(6000))*time.Millisecond, "secret", "rotate", "app_password") {
			killed++
		}
		if err := logIn(s, k.read(".omegagen/secrets/app_user"), k.read(".omegagen/secrets/app_password")); err != nil {
			t.Errorf("a container that is started again after a kill: %v", err)
		}
		k.want(0)
		mustEqual(t, "logins", loginsOf(t, s), k.read(".omegagen/secrets/app_user"))
	}
	time.Sleep(100 * time.Millisecond)
	t.Logf("%d connections during %d kills", end(), killed)
	mustEqual(t, "logins", loginsOf(t, s), k.read(".omegagen/secrets/app_user"))
	contains(t, k.want(0), "Nothing to do")
	if left, _ := filepath.Glob(filepath.Join(k.dir, ".omegagen/secrets/.*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if killed == 0 {
		t.Error("no run was killed")
	}
}
