//go:build unix

package rules_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/pgtest"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// freePort is a port of loopback that nothing listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// runServer runs a server until the test ends.
func runServer(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// eventually waits until something succeeds.
func eventually(t *testing.T, try func() error) {
	t.Helper()
	var err error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err = try(); err == nil {
			return
		}
	}
	t.Fatal(err)
}

// Servers as their packages start them answer the clients that the rule accepts, and not those that it reports.
func TestServersWithoutTLS(t *testing.T) {
	t.Run("PostgreSQL", func(t *testing.T) {
		var ssl []struct{ Setting string }
		pgtest.Start(t).Query(t, "postgres", "SELECT setting FROM pg_settings WHERE name = 'ssl'", &ssl)
		if len(ssl) != 1 || ssl[0].Setting != "off" {
			t.Errorf("the setting ssl is %q", ssl)
		}
	})
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yml")
	for _, c := range []struct {
		image, program, plain, tls, path string
		args                             func(port string) []string
		text                             string // of the configuration
	}{
		{"redis:7.4", "redis-server", "redis", "rediss", "/0", func(port string) []string {
			return []string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", dir}
		}, ""},
		{"prom/prometheus:v3.5.0", "prometheus", "http", "https", "/-/healthy", func(port string) []string {
			return []string{"--config.file=" + config, "--storage.tsdb.path=" + filepath.Join(dir, "data"), "--web.listen-address=127.0.0.1:" + port}
		}, "global: {}\n"},
		{"prom/alertmanager:v0.28.1", "prometheus-alertmanager", "http", "https", "/-/healthy", func(port string) []string {
			return []string{"--config.file=" + config, "--storage.path=" + filepath.Join(dir, "am"), "--cluster.listen-address=", "--web.listen-address=127.0.0.1:" + port}
		}, "route: {receiver: a}\nreceivers: [{name: a}]\n"},
	} {
		t.Run(c.program, func(t *testing.T) {
			tooltest.Need(t, c.program)
			if err := os.WriteFile(config, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			port := freePort(t)
			runServer(t, c.program, c.args(port)...)
			connect := func(scheme, host string) error { return answers(t.Context(), scheme, "://"+host+":"+port+c.path) }
			eventually(t, func() error { return connect(c.plain, "127.0.0.1") })
			if connect(c.tls, "127.0.0.1") == nil {
				t.Errorf("%s answers %s", c.program, c.tls)
			}
			for scheme, bad := range map[string]bool{c.plain: false, c.tls: true} {
				if said := reported(t, clientOf(c.image, scheme+"://store:"+port+c.path))["OG887"]; said != bad {
					t.Errorf("%s is reported: %v", scheme, said)
				}
			}
		})
	}
}

// answers is nil if a server answers at a URL, whatever its certificate.
func answers(ctx context.Context, scheme, rest string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if strings.HasPrefix(scheme, "redis") {
		out, err := exec.CommandContext(ctx, "redis-cli", "-u", scheme+rest, "ping").CombinedOutput()
		if err == nil && strings.TrimSpace(string(out)) != "PONG" {
			err = fmt.Errorf("%s", out)
		}
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+rest, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// clientOf is a system in which a service connects to another one by a URL.
func clientOf(image, url string) string {
	return `system "s" {}
image "server" { pull = "` + image + `" }
image "app" { pull = "example.org/app:1.0" }
service "store" { image = image.server }
service "app" {
  image = image.app
  env   = { URL = "` + url + `" }
}
`
}
