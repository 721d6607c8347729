package service_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// shown formats the protection of a service, without what is off.
func shown(s *manifest.Service) string {
	h := s.Hardening
	out := []string{map[manifest.Knowledge]string{manifest.Unknown: "unknown", manifest.KnownUser: "user", manifest.KnownRoot: "root"}[h.Knowledge]}
	add := func(is bool, format string, args ...any) {
		if is {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	add(h.DropCaps, "drop")
	add(len(h.CapAdd) > 0, "%s", strings.Join(h.CapAdd, ","))
	add(h.NoNewPrivileges, "nnp")
	add(h.Init, "init")
	add(h.ReadOnly, "ro")
	add(len(h.Tmpfs) > 0, "tmpfs=%s", strings.Join(h.Tmpfs, ","))
	add(h.PidsLimit > 0, "pids=%d", h.PidsLimit)
	add(h.User != "", "user=%s", h.User)
	add(h.Undecided != nil, "undecided=%s", strings.Join(h.Undecided, ","))
	add(s.StopGrace > 0, "grace=%s", s.StopGrace)
	if p := s.Healthcheck; p != nil {
		add(true, "ready=%s", strings.TrimSpace(testKind(p)+" "+p.Written()))
	}
	return strings.Join(out, " ")
}

func testKind(h *manifest.Healthcheck) string {
	switch h.Test.(type) {
	case *manifest.CommandTest:
		return "command"
	case *manifest.ShellTest:
		return "shell"
	case *manifest.ImageTest:
		return "image"
	case *manifest.HTTPTest, *manifest.TCPTest, *manifest.SQLTest:
	}
	return "typed"
}

// The protection for each kind of image, and how the manifest changes it.
func TestProtection(t *testing.T) {
	const (
		four    = "CHOWN,DAC_OVERRIDE,SETGID,SETUID"
		pgReady = ` ready=shell pg_isready -q -h 127.0.0.1 -U "${POSTGRES_USER:-postgres}" -d postgres`
		minute  = " grace=1m0s"
	)
	for name, test := range map[string]struct{ image, service, want string }{
		"unknown":                   {`pull = "example/app:1"`, ``, "unknown"},
		"unknown with a user":       {`pull = "example/app:1"`, `harden { user = "1000:1000" }`, "unknown user=1000:1000"},
		"unknown, stated":           {`pull = "example/app:1"`, "harden {\n drop_caps = true\n init = true\n}", "unknown drop init"},
		"a namesake":                {`pull = "ghcr.io/example/postgres:17"`, ``, "unknown"},
		"starts as root":            {`pull = "postgres:17.2"`, ``, "root drop " + four + " nnp pids=4096" + minute + pgReady},
		"with init":                 {`pull = "postgres:17.2"`, `init = true`, "root drop CHOWN,DAC_OVERRIDE,KILL,SETGID,SETUID nnp init pids=4096" + minute + pgReady},
		"as its user":               {`pull = "postgres:17.2"`, `user = "999:999"`, "user drop nnp pids=4096 user=999:999" + minute + pgReady},
		"a mirror":                  {"pull = \"registry.example.org/db:1\"\n runtime { like = \"postgres:17\" }", ``, "root drop " + four + " nnp pids=4096" + minute + pgReady},
		"another program":           {`pull = "postgres:17.2"`, `command = ["sleep", "1d"]`, "unknown"},
		"its own program":           {`pull = "postgres:17.2"`, `command = ["postgres", "-c", "fsync=on"]`, "root drop " + four + " nnp pids=4096" + minute + pgReady},
		"flags":                     {`pull = "postgres:17.2"`, `command = ["-c", "fsync=on"]`, "root drop " + four + " nnp pids=4096" + minute + pgReady},
		"another port":              {`pull = "postgres:17.2"`, `command = ["-p", "5433"]`, "root drop " + four + " nnp pids=4096" + minute},
		"another entrypoint":        {`pull = "postgres:17.2"`, `entrypoint = ["/bin/x"]`, "unknown"},
		"root stays parent":         {`pull = "nginx:1.27"`, ``, "root drop CHOWN,KILL,SETGID,SETUID nnp pids=4096 ready=shell curl -s -o /dev/null http://127.0.0.1/"},
		"root reads the host":       {`pull = "nginx:1.27"`, `mount "/etc/nginx/conf.d" { bind = "conf" }`, "root drop CHOWN,DAC_OVERRIDE,KILL,SETGID,SETUID nnp pids=4096"},
		"on the host":               {`pull = "nginx:1.27"`, `network_mode = "host"\n harden { reason = "r" }`, "root drop CHOWN,KILL,NET_BIND_SERVICE,SETGID,SETUID nnp pids=4096"},
		"inferred":                  {`pull = "redis:8"`, ``, "unknown undecided=CHOWN,DAC_OVERRIDE,FOWNER,SETGID,SETUID" + minute + " ready=shell redis-cli ping"},
		"inferred, as user":         {`pull = "redis:8"`, `user = "999:999"`, "user drop nnp pids=4096 user=999:999" + minute + " ready=shell redis-cli ping"},
		"an init of its own":        {`pull = "linuxserver/wireguard:1"`, ``, "unknown undecided=CHOWN,DAC_OVERRIDE,FOWNER,KILL,NET_ADMIN,SETGID,SETUID"},
		"tini as root":              {`pull = "ghcr.io/dragonflydb/dragonfly:v1.30.0"`, ``, "root drop CHOWN,DAC_OVERRIDE,KILL,SETGID,SETUID nnp pids=4096" + minute + " ready=image"},
		"a user":                    {`pull = "grafana/grafana:11.6.0"`, ``, "user drop nnp pids=4096 ready=shell curl -fs http://127.0.0.1:3000/api/health"},
		"a user, as root":           {`pull = "grafana/grafana:11.6.0"`, "user = \"0\"\n harden {\n non_root = false\n reason = \"r\"\n }", "unknown user=0 ready=shell curl -fs http://127.0.0.1:3000/api/health"},
		"another program as a user": {`pull = "grafana/grafana:11.6.0"`, `entrypoint = ["/bin/x"]`, "user drop nnp pids=4096"},
		"read-only documented":      {`pull = "nginxinc/nginx-unprivileged:1.27-alpine"`, ``, "user drop nnp ro tmpfs=/tmp pids=4096 ready=shell nc -z 127.0.0.1 8080"},
		"read-only refused":         {`pull = "nginxinc/nginx-unprivileged:1.27-alpine"`, "harden {\n read_only = false\n reason = \"r\"\n}", "user drop nnp pids=4096 ready=shell nc -z 127.0.0.1 8080"},
		"templates at start":        {`pull = "nginxinc/nginx-unprivileged:1.27-alpine"`, `mount "/etc/nginx/templates" { bind = "t" }`, "user drop nnp pids=4096"},
		"tmpfs of one's own":        {`pull = "nginxinc/nginx-unprivileged:1.27-alpine"`, `mount "/tmp" { tmpfs = true }`, "user drop nnp ro pids=4096 ready=shell nc -z 127.0.0.1 8080"},
		"file capability":           {`pull = "caddy:2.10"`, ``, "root drop NET_BIND_SERVICE nnp pids=4096"},
		"privileges needed":         {`pull = "dpage/pgadmin4:9.8"`, ``, "user drop NET_BIND_SERVICE pids=4096 ready=shell wget -q -O /dev/null http://127.0.0.1:${PGADMIN_LISTEN_PORT:-80}/misc/ping"},
		"image's healthcheck":       {`pull = "itzg/minecraft-server:2024.6.1"`, ``, "unknown undecided=CHOWN,DAC_OVERRIDE,SETGID,SETUID grace=1m0s ready=image"},
		"ping is off":               {`pull = "traefik:v3.5"`, ``, "unknown undecided="},
		"ping is on":                {`pull = "traefik:v3.5"`, `command = ["--ping"]`, "unknown undecided= ready=shell traefik healthcheck --ping"},
		"Docker's own, by compose":  {`pull = "example/app:1"`, `cap_drop = ["ALL"]\n cap_add = ["CHOWN", "cap_setuid"]`, "unknown"},
		"privileged":                {`pull = "postgres:17.2"`, "privileged = true\n user = \"999\"\n harden { reason = \"r\" }", "user pids=4096 user=999" + minute + pgReady},
		"new privileges":            {`pull = "postgres:17.2"`, "security_opt = [\"no-new-privileges:false\"]\n harden { reason = \"r\" }", "root drop " + four + " pids=4096" + minute + pgReady},
		"init by compose":           {`pull = "postgres:17.2"`, `compose = { init = true }`, "root drop CHOWN,DAC_OVERRIDE,KILL,SETGID,SETUID nnp pids=4096" + minute + pgReady},
		"user by compose":           {`pull = "postgres:17.2"`, `compose = { user = "999" }`, "user drop nnp pids=4096" + minute + pgReady},
		"ping is elsewhere":         {`pull = "traefik:v3.5"`, `command = ["--ping", "--entrypoints.traefik.address=:9000"]`, "unknown undecided="},
		"no shell to ask":           {`pull = "quay.io/coreos/etcd:v3.6.4"`, ``, "unknown undecided=" + minute + " ready=command /usr/local/bin/etcdctl endpoint health"},
		"the default command asks":  {`pull = "nats:2.11-alpine"`, ``, "unknown undecided= ready=shell wget -q --spider http://127.0.0.1:8222/healthz"},
		"another command doesn't":   {`pull = "nats:2.11-alpine"`, `command = ["-js"]`, "unknown undecided="},
		"a word of the command":     {`pull = "quay.io/keycloak/keycloak:26.3"`, `command = ["start-dev"]`, "user drop nnp pids=4096 ready=shell exec 3<>/dev/tcp/127.0.0.1/8080"},
		"without that word":         {`pull = "quay.io/keycloak/keycloak:26.3"`, `command = ["start"]`, "user drop nnp pids=4096"},
		"a port that isn't asked":   {`pull = "minio/minio:RELEASE.2025-04-22T22-12-26Z"`, `command = ["server", "/data", "--console-address", ":9001"]`, "unknown undecided= ready=shell curl -fs http://localhost:9000/minio/health/live"},
		"a flag with other dashes":  {`pull = "oliver006/redis_exporter:v1.70.0-alpine"`, `command = ["--web.listen-address=:9999"]`, "user drop nnp pids=4096"},
		"below another path":        {`pull = "prom/alertmanager:v0.28.1"`, `command = ["--web.route-prefix=/alerts"]`, "user drop nnp pids=4096"},
		"stated user":               {"pull = \"example/app:1\"\n runtime { user = \"999:999\" }", ``, "user drop nnp pids=4096 user=999:999"},
		"stated root":               {"pull = \"example/app:1\"\n runtime {\n starts_as_root = true\n user = \"999\"\n capabilities = [\"CAP_SETUID\", \"setgid\"]\n }", ``, "root drop SETGID,SETUID nnp pids=4096"},
		"stated root, init":         {"pull = \"example/app:1\"\n runtime {\n starts_as_root = true\n user = \"999\"\n capabilities = [\"SETUID\"]\n init = true\n }", ``, "root drop KILL,SETUID nnp init pids=4096"},
		"stated, no set":            {"pull = \"example/app:1\"\n runtime { starts_as_root = true }", ``, "unknown"},
		"stated over inferred":      {"pull = \"redis:8\"\n runtime { capabilities = [\"SETGID\", \"SETUID\"] }", ``, "root drop SETGID,SETUID nnp pids=4096" + minute + " ready=shell redis-cli ping"},
		"stated read-only":          {"pull = \"example/app:1\"\n runtime {\n user = \"9\"\n read_only = true\n}", ``, "user drop nnp ro pids=4096 user=9"},
		"built, own user":           {"stage \"s\" {\n from = \"debian:13\"\n user { name = \"10001\" }\n entrypoint { command = [\"/app\"] }\n}", ``, "user drop nnp init pids=4096"},
		"built, own init":           {"stage \"s\" {\n from = \"debian:13\"\n user { name = \"10001\" }\n entrypoint { command = [\"/usr/bin/tini\", \"--\", \"/app\"] }\n}", ``, "user drop nnp pids=4096"},
		"built, shell form":         {"stage \"s\" {\n from = \"debian:13\"\n user { name = \"10001\" }\n cmd { command = \"exec /app\" }\n}", ``, "user drop nnp pids=4096"},
		"built on node":             {"stage \"s\" {\n from = \"node:22-slim\"\n user { name = \"1000\" }\n cmd { command = [\"node\", \"x.js\"] }\n}", ``, "user drop nnp init pids=4096"},
		"built, unknown base":       {"stage \"s\" {\n from = \"example/base:1\"\n user { name = \"10001\" }\n}", ``, "unknown"},
		"built on a server":         {"stage \"s\" {\n from = \"postgres:17\"\n copy {\n src = \"a\"\n dest = \"/\"\n}\n}", ``, "root drop " + four + " nnp pids=4096" + minute + pgReady},
		"built, setcap":             {"stage \"s\" {\n from = \"debian:13\"\n run { command = \"setcap cap_net_raw+ep /app\" }\n user { name = \"10001\" }\n}", ``, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			src := "image \"it\" {\n" + test.image + "\n}\nservice \"it\" {\n image = image.it\n " + strings.ReplaceAll(test.service, `\n`, "\n") + "\n}\n"
			if got := shown(service(t, loadQuiet(t, src), "it")); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// The system's defaults apply if a service doesn't override them.
func TestSystemDefaults(t *testing.T) {
	m := loadQuiet(t, `
service "plain" {
  image = image.i
  port "p" {
    container = 80
    host      = 8080
  }
}
service "own" {
  image   = image.i
  restart = "always"
  logging = { driver = "none" }
  port "p" {
    container = 80
    host      = 8081
    bind      = "127.0.0.1"
  }
  resources {
    memory = "1GB"
  }
  harden {
    drop_caps = false
    reason    = "r"
  }
}
service "job" {
  image   = image.i
  oneshot = true
}
`, `
  defaults {
    bind    = "0.0.0.0"
    restart = "unless-stopped"
    logging = { driver = "local" }
    harden {
      drop_caps = true
    }
    resources {
      memory = "64MB"
      cpus   = 2
    }
  }
`)
	got := ""
	for _, s := range m.Services {
		bind := ""
		if len(s.Instances[0].Ports) > 0 {
			bind = s.Instances[0].Ports[0].Bind
		}
		got += fmt.Sprintln(s.Name, bind, s.Restart, s.Compose["logging"].Value, s.Memory>>20, s.CPUs.RatString(), shown(s))
	}
	want := `job   map[driver:local] 64 2 unknown drop
own 127.0.0.1 always map[driver:none] 1024 2 unknown
plain 0.0.0.0 unless-stopped map[driver:local] 64 2 unknown drop
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A database has a minute to stop, whatever its image.
func TestDatabaseGrace(t *testing.T) {
	m := loadQuiet(t, "service \"db\" {\n image = image.i\n}\ndatabase \"d\" {\n service = service.db\n}\n")
	if s := service(t, m, "db"); s.StopGrace != time.Minute {
		t.Errorf("grace %v", s.StopGrace)
	}
}

// A health test's timeout is at most its interval, and at most the engine's.
func TestProbeTimeout(t *testing.T) {
	for attrs, want := range map[string]time.Duration{
		"interval = \"5s\"": 5 * time.Second, "interval = \"1m\"": 0, "": 0, "interval = \"5s\"\n timeout = \"2s\"": 2 * time.Second,
	} {
		m := loadQuiet(t, "service \"a\" {\n image = image.i\n healthcheck {\n command = [\"true\"]\n "+attrs+"\n }\n}\n")
		if got := service(t, m, "a").Healthcheck.Timeout; got != want {
			t.Errorf("%q: %v, want %v", attrs, got, want)
		}
	}
}

// A secret is passed by its path, or by its name if the image expects that.
func TestSecretNames(t *testing.T) {
	m := loadQuiet(t, `
secret "password" {
  from = "generated"
}
image "pihole" {
  pull = "pihole/pihole:2025.08.0"
}
service "pihole" {
  image      = image.pihole
  secret_env = { WEBPASSWORD_FILE = secret.password, OTHER_FILE = secret.password }
}
`)
	for _, e := range service(t, m, "pihole").Instances[0].SecretEnv {
		if want := e.Name == "WEBPASSWORD_FILE"; e.ByName != want {
			t.Errorf("%s goes by its name: %v", e.Name, e.ByName)
		}
	}
}
