package rules

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleUndeclaredPort = diag.Warning("OG839", "Undeclared container port",
	"A service's port blocks declare where it listens. If a database or healthcheck uses a different container port, the deployment waits until it times out, unless the program also listens there without a port block. service.x.port.p.container, and a port's name in a healthcheck, follow the block. Services without a TCP port are skipped.")

// portUse is a block's expectation that something answers at a port inside a
// container.
type portUse struct {
	kind     string // its server: postgres, prometheus or grafana; "" unknown
	who      string
	service  *manifest.Service
	instance *manifest.Instance
	port     int
	at       hcl.Range
	name     string // suggested name of a port block for it
	// refer says how the block refers to a port of the service; nil: it already
	// does.
	refer func(port string) string
}

// ports compares expected ports with the declared ones and with the servers'
// settings. Databases come first: a healthcheck with the same number is the
// same mistake, and isn't reported again.
func ports(m *manifest.Manifest) hcl.Diagnostics {
	type mistake struct {
		service *manifest.Service
		port    int
	}
	seen := map[mistake]bool{}
	var diags hcl.Diagnostics
	for _, a := range portUses(m) {
		if seen[mistake{a.service, a.port}] || misplaced(m, a.service) {
			continue
		}
		d := a.portConflict()
		if d == nil {
			d = a.undeclared()
		}
		if d == nil {
			d = a.notConfigured()
		}
		if d != nil {
			seen[mistake{a.service, a.port}] = true
			diags = append(diags, d)
		}
	}
	return append(diags, unusedPorts(m, func(s *manifest.Service, port int) bool { return seen[mistake{s, port}] })...)
}

// portUses lists which blocks expect which port of a service by its number, and
// where the servers of the monitoring blocks are expected.
func portUses(m *manifest.Manifest) (out []portUse) {
	for _, d := range m.Databases {
		if d.Service != nil && len(d.Service.Instances) > 0 {
			out = append(out, portUse{kind: "postgres", who: d.Address, service: d.Service, instance: d.Service.Instances[0], port: d.Port,
				at: d.At.Of("port", d.Range), name: "sql", refer: func(port string) string {
					return "write port = " + reference(d.Service, port) + " in " + d.Address
				}})
		}
	}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			out = append(out, healthPortUses(s, i)...)
		}
	}
	server := func(kind string, s *manifest.Service, port string) {
		if s == nil {
			return
		}
		for _, i := range s.Instances {
			for _, p := range i.Ports {
				if p.Name == port {
					out = append(out, portUse{kind: kind, who: fmt.Sprintf("port %q of %s", p.Name, s.Address), service: s, instance: i, port: p.Container, at: p.Range})
				}
			}
		}
	}
	if p := m.Prometheus; p != nil {
		server("prometheus", p.Service, p.Port)
	}
	if g := m.Grafana; g != nil {
		server("grafana", g.Service, g.Port)
	}
	return out
}

// healthPortUses lists the ports of its own container that a healthcheck uses.
func healthPortUses(s *manifest.Service, i *manifest.Instance) (out []portUse) {
	p := s.Healthcheck
	if p == nil || p.Disable || p.Derived {
		return nil
	}
	a := portUse{who: "the healthcheck of " + s.Address, service: s, instance: i, at: p.At.Of("port", p.Range), name: "health"}
	in := func(block string) func(string) string {
		return func(port string) string { return fmt.Sprintf("write port = %q in its %s block", port, block) }
	}
	var written string
	switch t := p.Test.(type) {
	case *manifest.SQLTest:
		a.kind, a.name, a.port, a.refer = "postgres", "sql", t.Port, in("sql")
		return []portUse{a}
	case *manifest.HTTPTest:
		a.port, a.refer = t.Port, in("http")
		return []portUse{a}
	case *manifest.TCPTest:
		a.port, a.refer = t.Port, in("tcp")
		return []portUse{a}
	case *manifest.CommandTest:
		written = strings.Join(t.Exec, "\n")
	case *manifest.ShellTest:
		written = t.Script
	case *manifest.ImageTest:
	}
	a.refer = func(port string) string { return "use ${" + reference(s, port) + "}" }
	for _, e := range endpoints(written) {
		if e.host == "localhost" || e.host == "127.0.0.1" {
			a.port = e.port
			out = append(out, a)
		}
	}
	return out
}

// undeclared reports that the service declares TCP ports, but not this one.
func (a *portUse) undeclared() *hcl.Diagnostic {
	if a.service.ComposeNew != nil || a.key("expose") || a.key("network_mode") {
		return nil // which may declare it, or add what others listen on
	}
	tcp := a.declared()
	if len(tcp) == 0 {
		return nil
	}
	var all []string
	for _, p := range tcp {
		if p.Container == a.port {
			return nil
		}
		all = append(all, fmt.Sprintf("%q is %d (%s)", p.Name, p.Container, p.Range))
	}
	return ruleUndeclaredPort.At(a.at, "%s uses port %d of %s, which doesn't declare it: %s. Unless something listens there, the deployment waits until it times out. If the declared port is meant, %s; if %d is right, declare it: port %q { container = %d }.",
		upper(a.who), a.port, a.service.Address, strings.Join(all, ", "), a.refer(a.pick()), a.port, a.name, a.port)
}

// declared are the TCP ports of the instance, by name.
func (a *portUse) declared() (tcp []*manifest.Port) {
	for _, p := range a.instance.Ports {
		if p.Protocol != "udp" {
			tcp = append(tcp, p)
		}
	}
	return tcp
}

// pick is the port name for a remedy: the port with the first of the numbers
// that is declared, or the only one.
func (a *portUse) pick(numbers ...int) string {
	tcp := a.declared()
	for _, n := range numbers {
		for _, p := range tcp {
			if p.Container == n {
				return p.Name
			}
		}
	}
	if len(tcp) == 1 {
		return tcp[0].Name
	}
	return "NAME"
}

// reference is a reference to a port's number.
func reference(s *manifest.Service, port string) string {
	return s.Address + ".port." + port + ".container"
}

// key reports whether a Compose key is set, for all replicas or for this one.
func (a *portUse) key(name string) bool {
	return a.service.Compose[name] != nil || a.instance.Compose[name] != nil
}

// upper capitalizes the beginning of a sentence, except a block's address.
func upper(who string) string {
	for _, word := range []string{"the ", "port "} {
		if strings.HasPrefix(who, word) {
			return strings.ToUpper(who[:1]) + who[1:]
		}
	}
	return who
}
