package rules

import (
	"cmp"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/credential"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleOpenPort = diag.Warning("OG806", "Unprotected port open to the network",
		"Anyone who can reach the machine can connect to a port that is bound to all interfaces. Databases, Prometheus and metrics endpoints have no password or a default one, and a password in the manifest doesn't protect: bind them to 127.0.0.1, which is the default.")
	ruleUnreachableAddress = diag.Warning("OG809", "Unreachable service address",
		"Between containers, use a service's name and container port; a host port doesn't work there. ${service.x.host}:${service.x.port.p.container} contains both and follows their changes.")
)

// openPorts reports public ports of services that anyone could use.
func openPorts(m *manifest.Manifest) hcl.Diagnostics {
	why := map[*manifest.Service]string{}
	for _, d := range m.Databases {
		why[d.Service] = "it is the server of " + d.Address
	}
	if m.Prometheus != nil && m.Prometheus.Service != nil {
		why[m.Prometheus.Service] = "Prometheus requires no password"
	}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, e := range i.Env {
				if v, plain := e.Value.Plain(); plain && v != "" && credential.Named(e.Name) && !credential.Never(v) {
					why[s] = e.Name + " is in the manifest"
				}
			}
		}
		if login := openLogin(s); login != nil {
			why[s] = fmt.Sprintf("anyone can log in as %s with the default password", login.User)
		}
	}
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		seen := map[string]bool{}
		scraped := map[string]bool{}
		for _, x := range s.Scrapes {
			scraped[x.Port] = true
		}
		for _, i := range s.Instances {
			for _, p := range i.Ports {
				reason := why[s]
				if reason == "" && scraped[p.Name] {
					reason = "metrics are only for Prometheus"
				}
				if reason == "" || !p.OnHost() || !everyone(p) || seen[p.Name] {
					continue
				}
				seen[p.Name] = true
				diags = append(diags, ruleOpenPort.At(p.Range, "Port %q of %s is open to the network, and %s. Write bind = \"127.0.0.1\" in the port.", p.Name, s.Address, reason))
			}
		}
	}
	return diags
}

// hasEnv reports whether a service has a variable, or its file form.
func hasEnv(s *manifest.Service, name string) bool {
	for _, i := range s.Instances {
		for _, e := range i.Env {
			if strings.HasPrefix(e.Name, name) {
				return true
			}
		}
		for _, e := range i.SecretEnv {
			if strings.HasPrefix(e.Name, name) {
				return true
			}
		}
	}
	return false
}

// listening is the container ports by every name that a service has in its
// networks.
func listening(m *manifest.Manifest) map[string]map[int]bool {
	ports := map[string]map[int]bool{}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, n := range []string{s.Name, i.Name, cmp.Or(i.ContainerName, i.Name)} {
				if ports[n] == nil {
					ports[n] = map[int]bool{}
				}
				for _, p := range i.Ports {
					ports[n][p.Container] = true
				}
			}
		}
	}
	return ports
}

// addresses checks the addresses of other services in a service's environment.
func addresses(m *manifest.Manifest) hcl.Diagnostics {
	ports := listening(m)
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		seen := map[string]bool{}
		for _, i := range s.Instances {
			for _, e := range i.Env {
				remedy := "${service.NAME.host}:${service.NAME.port.PORT.container}"
				if e.Name == "PGPORT" {
					remedy = "service.NAME.port.PORT.container"
				}
				for _, a := range endpointsOf(i, e) {
					key := e.Name + a.text
					if seen[key] {
						continue
					}
					if a.host == s.Name || a.host == i.Name || a.host == cmp.Or(i.ContainerName, i.Name) {
						continue // its own address, where it may listen as it likes
					}
					known, ok := ports[a.host]
					switch {
					case ok && len(known) > 0 && !known[a.port]:
						seen[key] = true
						noun := "port"
						if len(known) > 1 {
							noun = text.Plural(noun)
						}
						diags = append(diags, ruleUnreachableAddress.At(e.Range, "%s of %s connects to %s, but inside the network that service listens on %s %s. Write %s.", e.Name, s.Address, a.text, noun, list(known), remedy))
					case !ok && a.url && !hasLinks(s) && isBareHostname(a.host):
						seen[key] = true
						diags = append(diags, ruleUnreachableAddress.At(e.Range, "%s of %s connects to %s, but no service is named %q. Write ${service.NAME.host}:${service.NAME.port.PORT.container}.", e.Name, s.Address, a.text, a.host))
					}
				}
			}
		}
	}
	return diags
}

func list(set map[int]bool) string {
	var all []int
	for p := range set {
		all = append(all, p)
	}
	sort.Ints(all)
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = strconv.Itoa(p)
	}
	return strings.Join(out, ", ")
}

// isBareHostname reports whether a host can only be a service's name: one label
// that names neither this container nor its host.
func isBareHostname(host string) bool {
	return host != "localhost" && !strings.Contains(host, ".") && !strings.Contains(host, placeholder) && strings.IndexFunc(host, func(r rune) bool { return r < '0' || r > '9' }) >= 0
}

// hasLinks reports whether a service has aliases for others.
func hasLinks(s *manifest.Service) bool {
	for _, k := range []string{"links", "external_links", "extra_hosts", "network_mode"} {
		if s.Compose[k] != nil {
			return true
		}
	}
	return s.ComposeNew != nil
}

// joined is a text with a placeholder for each secret.
func joined(t manifest.Text) string {
	if len(t) == 1 {
		return t[0].Text
	}
	var b strings.Builder
	for _, p := range t {
		if p.Secret != nil {
			b.WriteString(placeholder)
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// endpointsOf lists the endpoints in a variable's value; PGPORT's is that of
// PGHOST.
func endpointsOf(i *manifest.Instance, e manifest.EnvVar) []endpoint {
	text := joined(e.Value)
	if e.Name != "PGPORT" {
		return endpoints(text)
	}
	for _, h := range i.Env {
		if host, plain := h.Value.Plain(); h.Name == "PGHOST" && plain {
			return endpoints(host + ":" + text)
		}
	}
	return nil
}

// endpoint is a host and port in a text.
type endpoint struct {
	host string
	port int
	text string
	url  bool // after :// or @
}

func endpoints(s string) []endpoint {
	var out []endpoint
	for at := 0; ; {
		i := strings.IndexByte(s[at:], ':')
		if i < 0 {
			return out
		}
		i += at
		at = i + 1
		end := at
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if end-at < 2 || end-at > 5 || end < len(s) && (nameByte(s[end]) || s[end] == ':' || s[end] == '@') {
			continue
		}
		start := i
		for start > 0 && nameByte(s[start-1]) {
			start--
		}
		if start == i {
			continue
		}
		port, _ := strconv.Atoi(s[at:end])
		out = append(out, endpoint{s[start:i], port, s[start:end], strings.HasSuffix(s[:start], "://") || strings.HasSuffix(s[:start], "@")})
	}
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
}
