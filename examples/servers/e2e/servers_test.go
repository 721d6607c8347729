//go:build e2e

package e2e

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// stepsDown is what root needs to give the data folder away and to become another
// user.
var stepsDown = []string{"CHOWN", "DAC_OVERRIDE", "SETGID", "SETUID"}

// server is one service of the example, and what is expected of it.
type server struct {
	name string

	// known says that the kit hardens it: no capability but those in caps, no new
	// privileges, a limit on its processes. Otherwise it runs as Docker runs it.
	known bool
	caps  []string

	uid  string // of its first process
	data string // its data folder
	bye  string // what its log says last in an orderly shutdown; memcached says nothing
	ping func(t *testing.T) error

	write  func(t *testing.T)
	read   func(t *testing.T) error
	reload func(t *testing.T)
}

var servers = []server{
	{
		name: "postgres", known: true, caps: stepsDown, uid: "999", data: "/var/lib/postgresql/data", bye: "database system is shut down",
		ping: func(t *testing.T) error { return says("1", psql("SELECT 1")) },
		write: func(t *testing.T) {
			must(t, psql("CREATE TABLE kept (word text)"))
			must(t, psql("INSERT INTO kept VALUES ('kept')"))
		},
		read: func(t *testing.T) error { return says("kept", psql("SELECT word FROM kept")) },
		reload: func(t *testing.T) {
			must(t, inside("postgres", "psql", "-X", "-q", "-U", "postgres", "-c", "ALTER SYSTEM SET work_mem = '7MB'"))
			must(t, exec.Command("docker", "exec", "--user", "postgres", container("postgres"), "pg_ctl", "reload"))
			enginetest.Eventually(t, 10*time.Second, "postgres rereads its configuration", func() error { return says("7MB", psql("SHOW work_mem")) })
		},
	},
	{
		name: "mariadb", known: true, caps: stepsDown, uid: "999", data: "/var/lib/mysql", bye: "mariadbd: Shutdown complete",
		ping: func(t *testing.T) error { return says("1", mariadb("SELECT 1")) },
		write: func(t *testing.T) {
			must(t, mariadb("CREATE TABLE shop.kept (word text)"))
			must(t, mariadb("INSERT INTO shop.kept VALUES ('kept')"))
		},
		read: func(t *testing.T) error { return says("kept", mariadb("SELECT word FROM shop.kept")) },
	},
	{
		name: "redis", known: true, caps: stepsDown, uid: "999", data: "/data", bye: "Redis is now ready to exit",
		ping:  func(t *testing.T) error { return dialogue("6379", "PING\r\n", "+PONG\r\n") },
		write: func(t *testing.T) { mustSay(t, dialogue("6379", "SET kept word\r\n", "+OK\r\n")) },
		read:  func(t *testing.T) error { return dialogue("6379", "GET kept\r\n", "$4\r\nword\r\n") },
	},
	{
		name: "rabbitmq", known: true, caps: stepsDown, uid: "999", data: "/var/lib/rabbitmq", bye: "SIGTERM received - shutting down",
		// The protocol's header is answered by the method Connection.Start.
		ping:  func(t *testing.T) error { return dialogue("5672", "AMQP\x00\x00\x09\x01", "\x01\x00\x00") },
		write: func(t *testing.T) { must(t, inside("rabbitmq", "rabbitmqctl", "-q", "add_vhost", "kept")) },
		read:  func(t *testing.T) error { return says("kept", inside("rabbitmq", "rabbitmqctl", "-q", "list_vhosts")) },
	},
	{
		name: "memcached", known: true, uid: "11211",
		ping: func(t *testing.T) error {
			return dialogue("11211", "set word 0 0 4\r\nword\r\nget word\r\n", "STORED\r\nVALUE word 0 4\r\nword\r\nEND\r\n")
		},
	},
	{
		name: "nginx", known: true, caps: []string{"CHOWN", "KILL", "SETGID", "SETUID"}, uid: "0", bye: "exit",
		ping: func(t *testing.T) error { return page("8081") },
		reload: func(t *testing.T) {
			replacesWorkers(t, "nginx", exec.Command("docker", "exec", container("nginx"), "nginx", "-s", "reload"))
		},
	},
	{
		name: "haproxy", known: true, uid: "99", bye: "All workers exited. Exiting... (0)",
		ping: func(t *testing.T) error { return page("8080") },
		reload: func(t *testing.T) {
			replacesWorkers(t, "haproxy", exec.Command("docker", "kill", "--signal", "USR2", container("haproxy")))
		},
	},
	{
		name: "php", uid: "0", bye: "exiting, bye-bye!",
		ping: func(t *testing.T) error { return page("8080") }, // nothing else reaches it
		reload: func(t *testing.T) {
			replacesWorkers(t, "php-fpm", exec.Command("docker", "kill", "--signal", "USR2", container("php")))
		},
	},
}

// each runs a test of every server, named by it.
func each(t *testing.T, test func(server, *testing.T)) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) { test(s, t) })
	}
}

func container(service string) string { return "servers-" + service }

func (s server) serves(t *testing.T) {
	enginetest.Eventually(t, 30*time.Second, s.name+" serves", func() error { return s.ping(t) })
}

func (s server) writes(t *testing.T) {
	if s.write != nil {
		s.write(t)
	}
}

func (s server) reads(t *testing.T) {
	if s.read != nil {
		enginetest.Eventually(t, 30*time.Second, s.name+" has its data", func() error { return s.read(t) })
	}
}

func (s server) reloads(t *testing.T) {
	if s.reload != nil {
		s.reload(t)
		s.serves(t)
	}
}

// answersExec: an administrator's shell is that of the image's first user, and
// reads what the server has.
func (s server) answersExec(t *testing.T) {
	must(t, inside(s.name, "sh", "-c", `id && { [ -z "$1" ] || find "$1" -maxdepth 1; }`, "sh", s.data))
}

// inside is a command in a service's container.
func inside(service string, command ...string) *exec.Cmd {
	return exec.Command("docker", append([]string{"exec", container(service)}, command...)...)
}

// clients ask a server, in its container, by TCP and with the password.
var clients = map[string]string{
	"postgres": `PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE") exec psql -X -q -A -t -h "$(hostname)" -U postgres -d "${POSTGRES_DB:-postgres}" -c "$1"`,
	"mariadb":  `MYSQL_PWD=$(cat "$MARIADB_ROOT_PASSWORD_FILE") exec mariadb --skip-ssl -N -B -h "$(hostname)" -u root -e "$1"`,
	"redis":    `exec redis-cli -h "$(hostname)" -e $1`,
}

func client(container, server, query string) *exec.Cmd {
	return exec.Command("docker", "exec", container, "sh", "-c", clients[server], "sh", query)
}

func psql(query string) *exec.Cmd { return client(container("postgres"), "postgres", query) }

func mariadb(query string) *exec.Cmd { return client(container("mariadb"), "mariadb", query) }

// must runs a command, and fails the test with its output when it fails.
func must(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if _, err := enginetest.Output(cmd); err != nil {
		t.Fatal(err)
	}
}

func mustSay(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// says runs a command, one line of whose output must be a text.
func says(want string, cmd *exec.Cmd) error {
	out, err := enginetest.Output(cmd)
	if err != nil {
		return err
	}
	if !slices.Contains(strings.Split(out, "\n"), want) {
		return fmt.Errorf("%s: said %q, not %q", strings.Join(cmd.Args, " "), out, want)
	}
	return nil
}
