package rules_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint"
)

// A client that requires TLS is reported where nothing can have set it up at its server.
func TestWithoutTLS(t *testing.T) {
	manifest := func(image, server, env, command string) string {
		return `system "s" {}
secret "key" { from = "generated" }
image "server" { pull = "` + image + `" }
image "app" { pull = "example.org/app:1.0" }
service "store" {
  image = image.server
  ` + server + `
}
service "app" {
  image = image.app
  env = { ` + env + ` }
  ` + command + `
}
`
	}
	for name, c := range map[string]struct {
		image, server, env, command string
		want                        string // who requires it; "": silent
	}{
		"a URL":                     {"postgres:17.2", "", `U = "postgresql+asyncpg://a@store:5432/x?a=b&sslmode=verify-full"`, "", "U of service.app"},
		"a DSN":                     {"pgvector/pgvector:0.8.0-pg17", "", `D = "host=store user=a sslmode=require"`, "", "D of service.app"},
		"libpq's variables":         {"postgres:17.2", "", `PGHOST = "store", PGSSLMODE = "require"`, "", "PGSSLMODE of service.app"},
		"Redis":                     {"redis:7.4", "", `U = "rediss://store:6379/0"`, "", "U of service.app"},
		"in the command":            {"valkey/valkey:8.0", "", "", `command = ["/app", "--url", "valkeys://store:6379"]`, "`command` of service.app"},
		"RabbitMQ":                  {"rabbitmq:4.0", "", `U = "amqps://a:b@store:5671/"`, "", "U of service.app"},
		"MongoDB":                   {"mongo:8.0", "", `U = "mongodb://store/x?tls=true"`, "", "U of service.app"},
		"Prometheus":                {"prom/prometheus:v3.5.0", "", `U = "https://store:9090"`, "", "U of service.app"},
		"prefer is none":            {"postgres:17.2", "", `U = "postgres://a@store/x?sslmode=prefer"`, "", ""},
		"another server's scheme":   {"redis:7.4", "", `U = "https://store:6379"`, "", ""},
		"a setting":                 {"postgres:17.2", `command = ["postgres", "-c", "ssl=on"]`, `U = "postgres://a@store/x?sslmode=require"`, "", ""},
		"a variable":                {"redis:7.4", `env = { REDIS_TLS_PORT = "6379" }`, `U = "rediss://store"`, "", ""},
		"a file":                    {"redis:7.4", "mount \"/etc/redis.conf\" {\n bind = \"/etc/redis.conf\"\n }", `U = "rediss://store"`, "", ""},
		"a certificate of its own":  {"mysql:8.4", "", `U = "mysql://a@store/x?sslmode=require"`, "", ""},
		"a server that isn't known": {"example.org/redis:7", "", `U = "rediss://store"`, "", ""},
		"its own address":           {"redis:7.4", `env = { SELF = "rediss://store" }`, "", "", ""},
		"a secret file":             {"redis:7.4", "secrets = [secret.key]", `U = "rediss://store"`, "", ""},
		"another program":           {"redis:7.4", `entrypoint = ["/start"]`, `U = "rediss://store"`, "", ""},
		"several replicas":          {"redis:7.4", "", `U = "rediss://store"`, "replicas = 2", "U of service.app"},
		"another host":              {"redis:7.4", "", `U = "rediss://example.org:6379"`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			src := manifest(c.image, c.server, c.env, c.command)
			m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "."})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			var said []string
			for _, d := range lint.Manifest(m) {
				if diag.Code(d) == "OG887" {
					said = append(said, d.Detail)
				}
			}
			switch {
			case c.want == "" && len(said) > 0:
				t.Errorf("reported: %s", said)
			case c.want != "" && (len(said) != 1 || !strings.HasPrefix(said[0], c.want+" requires TLS of service.store")):
				t.Errorf("not as it should be: %q", said)
			}
		})
	}
}
