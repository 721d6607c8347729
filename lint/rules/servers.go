package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	rulePortConflict = diag.Error("OG840", "Conflicting server port",
		"A server listens only where its own setting says: PGPORT or -p of a PostgreSQL server, --web.listen-address of the prometheus block's service, GF_SERVER_HTTP_PORT of the grafana block's service. Clients must use the same port. If both refer to one port block, they can't differ.")
	ruleUnconfiguredPort = diag.Warning("OG841", "Server port not configured",
		"A port block declares where a server listens; it doesn't make the server listen there. By default, PostgreSQL listens on 5432, Prometheus on 9090 and Grafana on 3000. Only pulled images that are known to run these servers are checked, and only where no file can contain the setting.")
)

// server describes a program that listens: how its port is set, and its default
// port.
type server struct {
	name     string
	program  string   // the entrypoint of its images runs it with the command's flags
	families []string // images that contain only this program
	port     int
	variable string                   // environment variable that sets the port, or ""
	fix      string                   // how to set it, given a port's reference
	files    bool                     // a file may set the port
	flags    func(*setting, []string) // reads a command's flags; nil: unknown
}

var servers = map[string]*server{
	"postgres": {name: "PostgreSQL", program: "postgres", families: []string{"postgres", "pgvector", "postgis", "timescaledb"}, port: 5432,
		variable: "PGPORT", fix: "PGPORT = %s in its env", files: true, flags: (*setting).postgresFlags},
	"prometheus": {name: "Prometheus", program: "prometheus", families: []string{"prometheus"}, port: 9090,
		fix: "\"--web.listen-address=:${%s}\" in its command", flags: (*setting).listenAddress},
	"grafana": {name: "Grafana", families: []string{"grafana"}, port: 3000,
		variable: "GF_SERVER_HTTP_PORT", fix: "GF_SERVER_HTTP_PORT = %s in its env", files: true},
}

// setting is a service's setting for its server. No ports: none was found.
// Opaque: it may be set in something that can't be read.
type setting struct {
	name   string
	ports  []int
	at     hcl.Range
	fix    string // as server.fix
	opaque bool
}

// settingOf reads the setting of the server's port. A flag takes precedence over the
// variable.
func (v *server) settingOf(s *manifest.Service, i *manifest.Instance) setting {
	if s.ComposeNew != nil || i.Entrypoint != nil {
		return setting{opaque: true}
	}
	out := setting{}
	if c := i.Command; c != nil {
		first := ""
		if len(c.Exec) > 0 {
			first = c.Exec[0]
		}
		if v.flags == nil || !strings.HasPrefix(first, "-") && base(first) != v.program {
			return setting{opaque: true}
		}
		out.at, out.fix = c.Range, v.fix
		v.flags(&out, c.Exec)
		if len(out.ports) > 0 || out.opaque {
			return out
		}
	}
	for _, e := range i.Env {
		if v.variable == "" || e.Name != v.variable {
			continue
		}
		text, plain := e.Value.Plain()
		n, err := strconv.Atoi(text)
		if !plain || err != nil {
			return setting{opaque: true}
		}
		return setting{name: e.Name, ports: []int{n}, at: e.Range, fix: v.fix}
	}
	return out
}

// postgresFlags reads -p N, --port=N and -c port=N; the last one counts.
func (t *setting) postgresFlags(words []string) {
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		assigned := ""
		switch {
		case w == "-p":
			assigned = "port=" + next
		case w == "-c":
			assigned = next
		case w == "-D":
			assigned = "data_directory=" + next
		case strings.HasPrefix(w, "--"):
			assigned = w[2:]
		case strings.HasPrefix(w, "-p"):
			assigned = "port=" + w[2:]
		case strings.HasPrefix(w, "-c"):
			assigned = w[2:]
		}
		key, value, _ := strings.Cut(assigned, "=")
		switch strings.ReplaceAll(key, "-", "_") {
		case "port":
			n, err := strconv.Atoi(value)
			t.name, t.ports, t.opaque = "the flag "+w, []int{n}, err != nil
			t.fix = "${%s} in the flag"
		case "config_file", "data_directory":
			t.opaque = t.opaque || len(t.ports) == 0
		}
	}
}

// listenAddress reads --web.listen-address, which may be repeated.
func (t *setting) listenAddress(words []string) {
	const flag = "--web.listen-address"
	for i, w := range words {
		name, value, assigned := strings.Cut(w, "=")
		if name != flag {
			continue
		}
		if !assigned && i+1 < len(words) {
			value = words[i+1]
		}
		n, err := strconv.Atoi(value[strings.LastIndexByte(value, ':')+1:])
		t.name, t.ports, t.opaque = flag, append(t.ports, n), t.opaque || err != nil
	}
}

// portConflict reports that the server is configured to listen elsewhere.
func (a *portUse) portConflict() *hcl.Diagnostic {
	v := servers[a.kind]
	if v == nil || a.kind == "postgres" && !postgresServer(a.service) {
		return nil
	}
	t := v.settingOf(a.service, a.instance)
	if t.opaque || len(t.ports) == 0 || slices.Contains(t.ports, a.port) {
		return nil
	}
	port := a.pick(append(t.ports, a.port)...)
	remedy := strings.ReplaceAll(t.fix, "%s", reference(a.service, port))
	if a.refer != nil {
		remedy += ", and " + a.refer(port)
	}
	return rulePortConflict.At(t.at, "%s tells %s in %s to listen on %s, but %s (%s) expects %d, where nothing will answer. Let both refer to one port block: %s.",
		upper(t.name), v.name, a.service.Address, numbers(t.ports), a.who, a.at, a.port, remedy)
}

// notConfigured reports that the server listens on its default port, because nothing
// configures another one.
func (a *portUse) notConfigured() *hcl.Diagnostic {
	v := servers[a.kind]
	if v == nil || a.port == v.port || a.service.Image == nil || a.service.Image.Built() || !slices.Contains(v.families, family(a.service.Image)) {
		return nil
	}
	for _, k := range []string{"env_file", "extends", "configs", "volumes_from"} {
		if a.key(k) {
			return nil
		}
	}
	for _, m := range a.instance.Mounts {
		if v.files && (m.Bind != "" || m.Artifact != nil) {
			return nil
		}
	}
	if t := v.settingOf(a.service, a.instance); t.opaque || len(t.ports) > 0 {
		return nil
	}
	return ruleUnconfiguredPort.At(a.at, "%s expects %s on %d, but it isn't configured, so %s listens on %d. Write %s.",
		upper(a.who), v.name, a.port, a.service.Image.Address, v.port, strings.ReplaceAll(v.fix, "%s", reference(a.service, a.pick(a.port))))
}

// postgresServer reports whether a service is known to run a PostgreSQL server, so
// that PGPORT is where it listens, not where it connects.
func postgresServer(s *manifest.Service) bool {
	from, _ := origin(s.Image)
	return slices.Contains(servers["postgres"].families, from.family()) || hasEnv(s, "POSTGRES_")
}

func numbers(list []int) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, ", ")
}
