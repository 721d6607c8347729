//go:build unix

package exporter_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/omegagen/omegagen/hcl/internal/exporter"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// scraped is what a program exports: types by name, and series.
type scraped struct {
	types  map[string]string
	series []labels.Labels
}

// vary are beginnings of names that differ among kernels and versions of servers.
var vary = map[string][]string{
	"node":     {"node_memory_", "node_vmstat_", "node_pressure_", "node_disk_"},
	"postgres": {"pg_settings_"},
}

// absent are selectors of alerts that no series satisfies as long as all is well.
var absent = map[string]bool{
	"pg_stat_activity_max_tx_duration{state=~\"active|idle in transaction.*\",usename!=\"\"}": true,
}

// command are the words of the preset's service.
func command(t *testing.T, service string) []string {
	t.Helper()
	for _, s := range load(t).Services {
		if s.Name == service && len(s.Instances) > 0 {
			if c := s.Instances[0].Command; c != nil {
				return c.Exec
			}
			return nil
		}
	}
	t.Fatalf("there is no service %q", service)
	return nil
}

// run starts a program and scrapes it once the condition holds.
func run(t *testing.T, program, path string, env []string, ready func(scraped) bool, args ...string) scraped {
	t.Helper()
	tooltest.Need(t, program)
	at := freeAddress(t)
	var log bytes.Buffer
	c := exec.Command(program, append(slices.Clone(args), "--web.listen-address="+at)...)
	c.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { c.Process.Kill(); c.Wait() }()
	var got scraped
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		r, err := http.Get("http://" + at + path)
		if err != nil {
			continue
		}
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || r.StatusCode != http.StatusOK {
			continue
		}
		if got = parse(t, body); ready(got) {
			return got
		}
	}
	c.Process.Kill()
	c.Wait()
	t.Fatalf("%s is never ready: %d metrics\n%s", program, len(got.types), log.String())
	return got
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func parse(t *testing.T, body []byte) scraped {
	t.Helper()
	p := expfmt.NewTextParser(model.LegacyValidation)
	families, err := p.TextToMetricFamilies(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	s := scraped{types: map[string]string{}}
	for name, f := range families {
		s.types[name] = strings.ToLower(f.GetType().String())
		for _, m := range f.GetMetric() {
			for _, suffix := range []string{"", "_bucket", "_sum", "_count"} {
				b := labels.NewBuilder(labels.FromStrings(model.MetricNameLabel, name+suffix))
				for _, l := range m.GetLabel() {
					b.Set(l.GetName(), l.GetValue())
				}
				s.series = append(s.series, b.Labels())
			}
		}
	}
	return s
}

// compare reports how a program differs from the record of its preset, and which selector finds none of its series.
func compare(t *testing.T, kind string, got scraped) {
	t.Helper()
	if os.Getenv("UPDATE_RECORDS") != "" {
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(got.types)) {
			fmt.Fprintf(&b, "%s %s\n", name, got.types[name])
		}
		if err := os.WriteFile("records/"+kind+".txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	varies := func(name string) bool {
		return slices.ContainsFunc(vary[kind], func(prefix string) bool { return strings.HasPrefix(name, prefix) })
	}
	recorded := map[string]bool{}
	for _, p := range exporter.All() {
		if p.Kind != kind {
			continue
		}
		for _, m := range p.Record() {
			recorded[m.Name] = true
			switch typ, ok := got.types[m.Name]; {
			case !ok && !varies(m.Name):
				t.Errorf("%s no longer exports %s", kind, m.Name)
			case ok && typ != m.Type:
				t.Errorf("%s is a %s instead of a %s", m.Name, typ, m.Type)
			}
		}
	}
	for name := range got.types {
		if !recorded[name] && !varies(name) {
			t.Errorf("%s exports %s, which isn't recorded: run the test with UPDATE_RECORDS=1", kind, name)
		}
	}
	found := 0
	for what, list := range selectors(t, load(t), kind) {
		for _, s := range list {
			if s.Name == "up" {
				continue
			}
			if slices.ContainsFunc(got.series, func(l labels.Labels) bool { return satisfies(s, l) }) {
				found++
			} else if !absent[key(s.String())] {
				t.Errorf("%s: no series satisfies %s", what, s)
			}
		}
	}
	if found < 3 {
		t.Errorf("only %d selectors of %s find series", found, kind)
	}
}

// key is a selector without its job.
func key(selector string) string {
	before, rest, ok := strings.Cut(selector, "job=\"")
	if !ok {
		return selector
	}
	_, after, _ := strings.Cut(rest, "\"")
	return strings.TrimSuffix(before+strings.TrimPrefix(after, ","), "{}")
}

func TestNode(t *testing.T) {
	args := slices.DeleteFunc(command(t, "node-exporter"), func(s string) bool { return strings.HasPrefix(s, "--path.") })
	got := run(t, "prometheus-node-exporter", "/metrics", nil, func(s scraped) bool { return s.types["node_load1"] != "" }, args...)
	compare(t, "node", got)
}

// The exporter logs in with the privileges that its role has in a kit, and none of its collectors fails.
func TestPostgres(t *testing.T) {
	m := load(t)
	var role *manifest.Role
	for _, d := range m.Databases {
		for _, r := range d.Roles {
			if r.Name == "postgres_exporter" {
				role = r
			}
		}
	}
	if role == nil || role.Superuser || len(role.MemberOf) != 1 {
		t.Fatalf("the role is %+v", role)
	}
	s := pgtest.Start(t)
	if _, stderr, err := s.Run("postgres", "CREATE ROLE postgres_exporter LOGIN; GRANT pg_monitor TO postgres_exporter; CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 100); ANALYZE t;"); err != nil {
		t.Fatal(err, stderr)
	}
	env := []string{"DATA_SOURCE_NAME=host=" + s.Socket() + " user=postgres_exporter dbname=postgres sslmode=disable"}
	got := run(t, "prometheus-postgres-exporter", "/metrics", env, func(s scraped) bool {
		return s.types["pg_stat_user_tables_n_dead_tup"] != "" && s.types["pg_settings_max_connections"] != ""
	}, command(t, "db-exporter")...)
	compare(t, "postgres", got)
}

// started starts a server that ends with the test, once its port answers.
func started(t *testing.T, at, program string, args ...string) {
	t.Helper()
	tooltest.Need(t, program)
	var log bytes.Buffer
	c := exec.Command(program, args...)
	c.Stdout, c.Stderr = &log, &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	c.WaitDelay = time.Second // a child may keep its output open
	t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if conn, err := net.Dial("tcp", at); err == nil {
			conn.Close()
			return
		}
	}
	c.Process.Kill()
	c.Wait()
	t.Fatalf("%s doesn't start\n%s", program, log.String())
}

func TestRedis(t *testing.T) {
	at := freeAddress(t)
	_, port, _ := strings.Cut(at, ":")
	started(t, at, "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--requirepass", "pw", "--dir", t.TempDir())
	conn, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "AUTH pw\r\nSET a 1 EX 1000\r\nGET a\r\n")
	time.Sleep(100 * time.Millisecond)
	env := []string{"REDIS_ADDR=redis://" + at, "REDIS_PASSWORD=pw"}
	scrapes := 0
	got := run(t, "prometheus-redis-exporter", "/metrics", env, func(s scraped) bool {
		scrapes++ // the first one counts the commands of none
		return scrapes > 1 && s.types["redis_db_keys"] != ""
	})
	compare(t, "redis", got)
}

func TestNginx(t *testing.T) {
	at, dir := freeAddress(t), t.TempDir()
	config := fmt.Sprintf("daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error; events {} http { access_log off; client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; "+
		"uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e; server { listen %[2]s; location /status { stub_status; } } }", dir, at)
	if err := os.WriteFile(dir+"/nginx.conf", []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin")
	started(t, at, "nginx", "-c", dir+"/nginx.conf", "-e", dir+"/error")
	args := command(t, "web-exporter")
	if !slices.Equal(args, []string{"--nginx.scrape-uri=http://web:80/status"}) {
		t.Errorf("the command is %q", args)
	}
	got := run(t, "prometheus-nginx-exporter", "/metrics", nil, func(s scraped) bool { return s.types["nginx_http_requests_total"] != "" }, strings.Replace(args[0], "web:80", at, 1))
	compare(t, "nginx", got)
}

// A probe of an address with https, as the preset's job requests it.
func TestBlackbox(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Last-Modified", "Mon, 30 Nov 2026 07:00:00 GMT")
	}))
	defer server.Close()
	config := t.TempDir() + "/config.yml"
	if err := os.WriteFile(config, []byte("modules: {http_2xx: {prober: http, http: {tls_config: {insecure_skip_verify: true}}}}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := run(t, "prometheus-blackbox-exporter", "/probe?module=http_2xx&target="+server.URL, nil, func(s scraped) bool { return s.types["probe_success"] != "" }, "--config.file="+config)
	compare(t, "blackbox", got)
}
