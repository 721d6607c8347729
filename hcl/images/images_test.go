package images

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	source     = regexp.MustCompile(`^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+@[0-9a-f]{40}:.+$`)
	capability = []string{"CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "IPC_LOCK", "NET_ADMIN", "NET_BIND_SERVICE", "NET_RAW",
		"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}
	signals = []string{"SIGTERM", "SIGINT", "SIGQUIT", "SIGWINCH", "SIGUSR1", "SIGRTMIN+3", "SIGKILL"}
)

func checkCapabilities(t *testing.T, list []string) {
	t.Helper()
	if !slices.IsSorted(list) {
		t.Errorf("%v isn't sorted", list)
	}
	for _, c := range list {
		if !slices.Contains(capability, c) {
			t.Errorf("%q is not a capability of the facts", c)
		}
	}
}

// Every entry has the format that the code relies on.
func TestForm(t *testing.T) {
	taken := map[string]string{}
	entries := 0
	for _, f := range Families() {
		if len(f.Match) == 0 || len(f.Versions()) == 0 {
			t.Errorf("%s has no repository or no version", f.Name)
		}
		for _, m := range f.Match {
			if o := taken[qualify(m)]; o != "" {
				t.Errorf("%s is of %s and of %s", m, o, f.Name)
			}
			taken[qualify(m)] = f.Name
			if !strings.Contains(m, "*") && FamilyOf(m) != f {
				t.Errorf("%s doesn't find %s", m, f.Name)
			}
		}
		for _, v := range f.Versions() {
			entries++
			t.Run(f.Name+"/"+v.Variant+"/"+v.Range.Min, func(t *testing.T) { checkForm(t, v) })
		}
	}
	if len(Families()) < 112 || entries < 183 {
		t.Errorf("%d families with %d entries", len(Families()), entries)
	}
}

func checkForm(t *testing.T, v *Facts) {
	for _, p := range []string{v.TagHas, v.TagHasNot} {
		if _, err := regexp.Compile(p); err != nil {
			t.Error(err)
		}
	}
	if c, ok := compare(strings.TrimPrefix(v.Range.Min, "*-"), v.Range.MaxExc); ok && (c > 0 || v.Range.Min == v.Range.MaxExc) {
		t.Errorf("the range %s to %s is empty", v.Range.Min, v.Range.MaxExc)
	}
	if len(v.Source) == 0 && v.Family != "scratch" {
		t.Error("no source")
	}
	for _, s := range v.Source {
		if !source.MatchString(s) {
			t.Errorf("%q is not owner/repository@commit:path", s)
		}
	}
	root, known := v.Root()
	if known && v.User != nil {
		name, _, _ := strings.Cut(*v.User, ":")
		if asRoot := name == "" || name == "0" || name == "root"; asRoot != root {
			t.Errorf("user %q, yet starts_as_root is %v", *v.User, root)
		}
	}
	switch c := v.Capabilities; {
	case known && root != (c != nil):
		t.Errorf("starts_as_root is %v, capabilities are %v", root, c)
	case c != nil:
		if !slices.Contains([]Basis{Simulated, Measured, Documented, Inferred, NotDerived}, c.Basis) {
			t.Errorf("basis %q", c.Basis)
		}
		checkCapabilities(t, c.Minimum)
		checkCapabilities(t, c.FreshVolume)
		if c.Basis == Simulated && !slices.Contains(c.Minimum, "DAC_OVERRIDE") {
			t.Error("a simulated set without DAC_OVERRIDE: it would fail at its second start")
		}
	}
	checkCapabilities(t, v.FileCapabilities)
	if v.RootStaysParent && !root {
		t.Error("root stays the parent of an image that doesn't start as root")
	}
	if !slices.Contains(signals, v.StopSignal) {
		t.Errorf("stop signal %q", v.StopSignal)
	}
	if g := v.StopGrace; g != nil && (g.Seconds <= 10 || g.Basis == "") {
		t.Errorf("grace %+v", *g)
	}
	for _, p := range v.Ports {
		if p.Port < 1 || p.Port > 65535 || p.Proto != "tcp" && p.Proto != "udp" || p.What == "" {
			t.Errorf("port %+v", p)
		}
	}
	for _, x := range v.Volumes {
		if !strings.HasPrefix(x.Path, "/") {
			t.Errorf("volume %+v", x)
		}
	}
	for _, r := range v.Readiness {
		if r.Cmd == "" || r.Kind != "upstream" && r.Kind != "tool-present" {
			t.Errorf("readiness %+v", r)
		}
	}
	for _, r := range v.RequiredEnv {
		if len(r.AnyOf)+len(r.AllOf) == 0 || r.When == "" {
			t.Errorf("required %+v", r)
		}
	}
	if v.Unverified.Metrics != nil && v.Metrics != nil {
		t.Error("metrics are both known and unverified")
	}
	for _, e := range v.Unverified.PasswordEnv {
		if slices.Contains(v.PasswordEnv, e) {
			t.Errorf("%s is both known and unverified", e)
		}
	}
	for _, e := range v.Unverified.SecretEnv {
		if slices.Contains(v.SecretEnv, e) {
			t.Errorf("%s is both known and unverified", e)
		}
	}
	checkEnvForm(t, v)
	checkServerForm(t, v)
	checkReload(t, v)
	if v.Checked.DockerfileFields == "" || v.Checked.Environment == "" {
		t.Error("it isn't said how the entry was checked")
	}
}

// The name of a variable, and one with an open end.
var (
	variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)
	pattern  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*\*?$`)
)

// checkEnvForm checks the facts about variables.
func checkEnvForm(t *testing.T, v *Facts) {
	for _, list := range [][]string{v.SecretEnv, v.SecretNameEnv, v.PasswordEnv, v.UnreadEnv, v.RefusedEnv, v.PrivateFileEnv} {
		for _, e := range list {
			if !variable.MatchString(e) {
				t.Errorf("%q is not the name of a variable", e)
			}
		}
	}
	for _, e := range v.RefusedEnv {
		if _, known := v.FileForm(strings.TrimSuffix(e, "_FILE")); !known && strings.HasSuffix(e, "_FILE") {
			t.Errorf("%s is refused, yet other forms may be read", e)
		}
	}
	if len(v.UnreadEnv) > 0 != (v.UnreadNote != "") {
		t.Error("variables that aren't read, and what sets the same, come together")
	}
	for _, r := range v.RequiredEnv {
		for _, e := range append(append(append([]string{}, r.AnyOf...), r.AllOf...), r.Unless...) {
			for _, one := range strings.Split(e, " or ") {
				if name, _, _ := strings.Cut(one, "="); !variable.MatchString(name) {
					t.Errorf("%q is not a variable", one)
				}
			}
		}
		if r.If != "" && !variable.MatchString(r.If) {
			t.Errorf("%q is not a variable", r.If)
		}
	}
	if x := v.FileForms; x != nil && x.Form != "" && strings.Count(x.Form, "NAME") != 1 {
		t.Errorf("the form %q has no NAME", x.Form)
	}
	if l := v.DefaultLogin; l != nil && (l.User == "" || l.Password == "" || len(l.Ports) == 0 || len(l.Unless) == 0) {
		t.Errorf("login %+v", *l)
	}
}

// checkServerForm checks the facts about flags, files, folders and ports.
func checkServerForm(t *testing.T, v *Facts) {
	if v.PortsComplete && len(v.Ports) == 0 {
		t.Error("no port, and these are all")
	}
	if x := v.Flags; x != nil && (len(x.Names) < 5 || x.Source == "" || x.Dashes != "-" && x.Dashes != "--" || slices.ContainsFunc(x.Names, func(n string) bool { return strings.HasPrefix(n, "-") })) {
		t.Errorf("flags %+v", *x)
	}
	for _, p := range v.ConfigPaths {
		if !strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "$PGDATA/") {
			t.Errorf("%q is not a path", p)
		}
	}
	for _, p := range v.HTTPPaths {
		if !strings.HasPrefix(p, "/") {
			t.Errorf("%q is not a path", p)
		}
	}
	for _, x := range v.Volumes {
		if x.Holds != "" && x.Holds != Data && x.Holds != Cache {
			t.Errorf("volume %+v", x)
		}
		for _, by := range x.MovedBy {
			if by == "" || by[0] != '-' && by[0] != '/' && !pattern.MatchString(by) {
				t.Errorf("%q moves nothing", by)
			}
		}
	}
}

// checkReload checks how changed files are read again.
func checkReload(t *testing.T, v *Facts) {
	r := v.Reload
	if r == nil {
		return
	}
	if len(r.Paths) == 0 || (r.Signal == "") == (len(r.Command) == 0) {
		t.Errorf("reload %+v has no folder, or not one of signal and command", *r)
	}
	if r.Signal == "" && (r.Metrics != nil || r.Loaded+r.Refused != "") || r.Metrics != nil && (r.Loaded == "" || r.Refused == "") {
		t.Errorf("reload %+v: a command shows by its status whether the files were loaded, and metrics may not be readable", *r)
	}
	for _, p := range append(slices.Clone(r.Paths), r.Except...) {
		if !strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/") {
			t.Errorf("%q is not the path of a folder", p)
		}
	}
	for _, pattern := range []string{r.Loaded, r.Refused} {
		if _, err := regexp.CompilePOSIX(pattern); err != nil {
			t.Error(err)
		}
	}
	if x := r.Metrics; x != nil && (!slices.ContainsFunc(v.Ports, func(p Port) bool { return p.Port == x.Port }) || x.Successful == "" || x.Timestamp == "") {
		t.Errorf("metrics %+v", *x)
	}
}

// The variable that takes a file, if there is one and it is known.
func TestFileForm(t *testing.T) {
	for _, test := range []struct {
		ref, name, form string
		known           bool
	}{
		{"postgres:17", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", true},
		{"postgres:17", "APP_PASSWORD", "", true},
		{"grafana/grafana:11.6.0", "GF_SECURITY_ADMIN_PASSWORD", "GF_SECURITY_ADMIN_PASSWORD__FILE", true},
		{"grafana/grafana:11.6.0", "GF_SECURITY_ADMIN_PASSWORD__FILE", "", true},
		{"grafana/grafana:11.6.0", "OTHER_PASSWORD", "", true},
		{"rabbitmq:4.1", "RABBITMQ_DEFAULT_PASS", "", true},
		{"redis:7.4", "REDIS_PASSWORD", "", true},
		{"lscr.io/linuxserver/plex:1.41.0", "PLEX_CLAIM", "FILE__PLEX_CLAIM", true},
		{"vaultwarden/server:1.32.0", "ADMIN_TOKEN", "ADMIN_TOKEN_FILE", true},
		{"n8nio/n8n:1.70.0", "N8N_ENCRYPTION_KEY", "", false},
		{"n8nio/n8n:1.70.0", "DB_POSTGRESDB_PASSWORD", "DB_POSTGRESDB_PASSWORD_FILE", true},
		{"nginx:1.27", "PASSWORD", "", false},
		{"example.org/app:1", "PASSWORD", "", false},
	} {
		f := Lookup(test.ref)
		if form, known := f.FileForm(test.name); form != test.form || known != test.known {
			t.Errorf("%s of %s: %q, %v", test.name, test.ref, form, known)
		}
		if test.form != "" && f.ValueOf(test.form) != test.name {
			t.Errorf("%s of %s holds %q", test.form, test.ref, f.ValueOf(test.form))
		}
	}
	rabbit := Lookup("rabbitmq:4.1")
	if !rabbit.Refused("RABBITMQ_DEFAULT_PASS_FILE") || !rabbit.Refused("RABBITMQ_SSL_CERTFILE") || rabbit.Refused("RABBITMQ_DEFAULT_PASS") || rabbit.Refused("RABBITMQ_DEFAULT_USER_FILES") {
		t.Error("what RabbitMQ refuses")
	}
	if (*Facts)(nil).Refused("X") || (*Facts)(nil).ValueOf("X") != "" {
		t.Error("an unknown image knows variables")
	}
}

func TestLookup(t *testing.T) {
	for ref, want := range map[string]string{
		"postgres:17.2":                                   "postgres debian 12",
		"postgres":                                        "postgres debian 18",
		"postgres:latest":                                 "postgres debian 18",
		"postgres:18":                                     "postgres debian 18",
		"postgres:18beta1":                                "postgres debian 18",
		"postgres:17-alpine":                              "postgres alpine 12",
		"postgres:alpine3.22":                             "postgres alpine 18",
		"postgres:9.6":                                    "",
		"docker.io/postgres:17":                           "postgres debian 12",
		"docker.io/library/postgres:17":                   "postgres debian 12",
		"index.docker.io/library/postgres:17":             "postgres debian 12",
		"registry-1.docker.io/library/postgres:17":        "postgres debian 12",
		"public.ecr.aws/docker/library/postgres:17":       "postgres debian 12",
		"mirror.gcr.io/library/postgres:17":               "postgres debian 12",
		"example/postgres:17":                             "",
		"ghcr.io/example/postgres:17":                     "",
		"ghcr.io/library/postgres:17":                     "",
		"localhost:5000/postgres:17":                      "",
		"registry.example.org/library/postgres:17":        "",
		"public.ecr.aws/postgres:17":                      "",
		"postgres:17@sha256:" + strings.Repeat("0", 64):   "postgres debian 12",
		"postgres@sha256:" + strings.Repeat("0", 64):      "",
		"redis:7.4":                                       "redis debian 6.2",
		"redis:8":                                         "redis debian 8.6",
		"redis:8.2":                                       "redis debian 8.0.2",
		"redis:8.0.1":                                     "",
		"redis:7-alpine":                                  "redis alpine 6.2",
		"pgvector/pgvector:pg17":                          "pgvector any pg13",
		"pgvector/pgvector:0.8.0-pg17":                    "pgvector any pg13",
		"pgvector/pgvector:0.8.1-pg18":                    "pgvector any pg18",
		"timescale/timescaledb:2.17.2-pg16":               "timescaledb alpine *-pg14",
		"timescale/timescaledb:2.27.0-pg18":               "",
		"postgis/postgis:16-3.4":                          "postgis debian 14-3",
		"prom/prometheus:v3.5.0":                          "prometheus busybox (default tag) 3",
		"prom/prometheus:v2.53.3":                         "prometheus busybox 2",
		"quay.io/prometheus/prometheus:v3.9.0-distroless": "prometheus distroless 3",
		"nginx:1.27-alpine-slim":                          "nginx alpine-slim 1.19",
		"nginx:1.27-alpine":                               "nginx alpine 1.19",
		"nginx:stable":                                    "nginx debian 1.19",
		"bitnami/redis:7.4":                               "bitnami minideb ",
		"bitnami/odoo:17":                                 "",
		"bitnami/minideb:bookworm":                        "",
		"lscr.io/linuxserver/wireguard:1":                 "linuxserver-wireguard any ",
		"lscr.io/linuxserver/sonarr:4":                    "linuxserver any ",
		"lscr.io/linuxserver/a/b:4":                       "",
		"minio/minio:RELEASE.2025-04-22T22-12-26Z":        "minio ubi9-micro RELEASE.2024",
		"php:8.4-fpm-alpine":                              "php fpm-alpine 8",
		"rust:1.90-slim":                                  "",
		"scratch":                                         "scratch any ",
		"Postgres:17":                                     "",
		"":                                                "",
	} {
		got := ""
		if f := Lookup(ref); f != nil {
			got = f.Family + " " + f.Variant + " " + f.Range.Min
		}
		if got != want {
			t.Errorf("%s: %q, want %q", ref, got, want)
		}
	}
}

// An inferred set decides nothing, and an unverified entry provides no user.
func TestDoubt(t *testing.T) {
	if c := Lookup("redis:8").Capabilities; c.Basis.Decides() {
		t.Errorf("redis:8 decides by %s", c.Basis)
	}
	if c := Lookup("linuxserver/wireguard:1").Capabilities; c.Basis.Decides() {
		t.Errorf("an init that was never tried decides by %s", c.Basis)
	}
	if c := Lookup("postgres:17").Capabilities; !c.Basis.Decides() {
		t.Error("postgres:17 decides nothing")
	}
	if uid, ok := Lookup("prom/prometheus:v3.5.0").VerifiedUID(); ok {
		t.Errorf("the number of nobody is taken for verified: %d", uid)
	}
	if uid, ok := Lookup("grafana/grafana:11.6.0").VerifiedUID(); !ok || uid != 472 {
		t.Errorf("grafana's user is %d, %v", uid, ok)
	}
	if !Lookup("nginx:1.27").GivesUpRoot() || Lookup("debian:13").GivesUpRoot() || (*Facts)(nil).GivesUpRoot() {
		t.Error("who gives up root")
	}
	if has, known := Lookup("postgres:17").HasTool("curl"); has || !known {
		t.Error("the tools of postgres:17")
	}
	if has, known := Lookup("grafana/loki:3.6.0").HasTool("sh"); has || !known {
		t.Error("loki 3.6 has no shell")
	}
}

// Finding one image must not require reading all of them.
func BenchmarkOneImage(b *testing.B) {
	for range b.N {
		entries, _ := data.ReadDir("facts")
		for _, e := range entries {
			f, err := open(e.Name())
			if err != nil {
				b.Fatal(err)
			}
			if f.Name == "postgres" {
				f.Versions()
			}
		}
	}
}
