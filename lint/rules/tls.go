package rules

import (
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleNoTLS = diag.Warning("OG887", "Server without TLS",
	"A client that requires TLS fails to connect to a server that has no certificate. The images of PostgreSQL, Redis, Valkey, RabbitMQ, MongoDB, NATS, Prometheus and Alertmanager have none: TLS takes a file that is mounted, and a setting. A server with a mount, a variable or an argument that could set it up isn't reported.")

// plainServers are the families of images that serve no TLS unless something sets it up, and the schemes of those
// URLs with which their clients require it. MySQL and MariaDB make a certificate by themselves.
var plainServers = map[string]string{
	"postgres": "postgres", "postgis": "postgres", "pgvector": "postgres", "timescaledb": "postgres",
	"redis": "rediss", "valkey": "rediss", "rabbitmq": "amqps", "mongo": "mongodb", "nats": "tls",
	"prometheus": "https", "alertmanager": "https",
}

var (
	tlsURL    = regexp.MustCompile(`\b(rediss|valkeys|amqps|https|tls|postgres(?:ql)?(?:\+\w+)?|mongodb)://(?:[^/\s@]*@)?([A-Za-z0-9_.-]+)(?:[:/?][^\s"']*)?`)
	tlsOption = regexp.MustCompile(`[?&](sslmode=(?:require|verify-ca|verify-full)|ssl=(?:true|require)|tls=true)(?:&|$)`)
	dsnHost   = regexp.MustCompile(`(?:^|\s)host=([A-Za-z0-9_.-]+)(?:\s|$)`)
	dsnMode   = regexp.MustCompile(`(?:^|\s)(sslmode=(?:require|verify-ca|verify-full))(?:\s|$)`)
	tlsHint   = regexp.MustCompile(`(?i)ssl|tls|cert|\.pem\b|\.crt\b|\.key\b|web\.config`)
)

// demand is what a text says of a server: its host, and the words that require TLS.
type demand struct{ scheme, host, words string }

// demands are the servers to which a text connects with TLS.
func demands(s string) (out []demand) {
	for _, u := range tlsURL.FindAllStringSubmatch(s, -1) {
		scheme, _, _ := strings.Cut(u[1], "+")
		words := u[1] + "://"
		switch scheme {
		case "valkeys":
			scheme = "rediss"
		case "postgres", "postgresql", "mongodb":
			option := tlsOption.FindStringSubmatch(u[0])
			if option == nil {
				continue
			}
			scheme, words = strings.TrimSuffix(scheme, "ql"), option[1]
		}
		out = append(out, demand{scheme, u[2], words})
	}
	if mode := dsnMode.FindStringSubmatch(s); mode != nil {
		if host := dsnHost.FindStringSubmatch(s); host != nil {
			out = append(out, demand{"postgres", host[1], mode[1]})
		}
	}
	return out
}

// ofVariables are the demands of libpq's own variables.
func ofVariables(i *manifest.Instance) (d demand, at hcl.Range) {
	for _, e := range i.Env {
		value, plain := e.Value.Plain()
		switch {
		case !plain:
		case e.Name == "PGHOST":
			d.host = value
		case e.Name == "PGSSLMODE" && (value == "require" || strings.HasPrefix(value, "verify-")):
			d.scheme, d.words, at = "postgres", "PGSSLMODE="+value, e.Range
		}
	}
	return d, at
}

// withoutTLS reports clients that require TLS of servers that have none.
func withoutTLS(m *manifest.Manifest) (diags hcl.Diagnostics) {
	hosts := servicesByHost(m)
	for _, s := range m.Services {
		seen := map[demand]bool{}
		report := func(what string, d demand, at hcl.Range) {
			server := hosts[d.host]
			if server == nil || server == s || seen[d] || !servesPlainly(server) || plainServers[server.Running().Family] != d.scheme {
				return
			}
			seen[d] = true
			diags = append(diags, ruleNoTLS.At(at, "%s of %s requires TLS of %s (%s), but nothing sets up TLS there (%s): connections fail. Remove the requirement, or mount a certificate and set it.", what, s.Address, server.Address, d.words, server.Image.Assumed()))
		}
		for _, i := range s.Instances {
			for _, e := range i.Env {
				for _, d := range demands(joined(e.Value)) {
					report(e.Name, d, e.Range)
				}
			}
			if d, at := ofVariables(i); d.host != "" && d.words != "" {
				report("PGSSLMODE", d, at)
			}
			if i.Command != nil {
				for _, w := range i.Command.Words() {
					for _, d := range demands(w) {
						report("`command`", d, i.Command.Range)
					}
				}
			}
		}
	}
	return diags
}

// servesPlainly is whether a service runs a known server, and nothing could set up TLS: no file of its own, no
// variable or argument that speaks of it.
func servesPlainly(s *manifest.Service) bool {
	if s.Image == nil || s.Image.Built() {
		return false
	}
	f := s.Running()
	if f == nil || plainServers[f.Family] == "" || len(s.Compose) > 0 {
		return false
	}
	for _, i := range s.Instances {
		if len(i.Compose) > 0 || i.Entrypoint != nil || len(i.SecretFiles) > 0 {
			return false
		}
		for _, m := range i.Mounts {
			if m.Bind != "" || m.Artifact != nil {
				return false
			}
		}
		for _, e := range i.Env {
			if tlsHint.MatchString(e.Name) || tlsHint.MatchString(joined(e.Value)) {
				return false
			}
		}
		if i.Command != nil && tlsHint.MatchString(strings.Join(i.Command.Words(), " ")) {
			return false
		}
	}
	return true
}
