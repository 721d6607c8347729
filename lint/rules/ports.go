package rules

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleUndeclaredPort = diag.Warning("OG839", "Port that its service doesn't declare",
	"The port blocks of a service say where it listens. A database or a healthcheck that asks another number inside the container waits until the deployment gives up, unless the program listens there too and no block says so. service.x.port.p.container, and the name of a port in a probe, follow the block. A service without a TCP port is not asked: it declares nothing to compare with.")

// ask is a block's claim that something answers at a port inside a container.
type ask struct {
	kind     string // whose server it is: postgres, prometheus or grafana; "" unknown
	who      string
	service  *manifest.Service
	instance *manifest.Instance
	port     int
	at       hcl.Range
	name     string // what a port block for it may be called
	// refer says how the asker refers to a port of the service; nil: it does.
	refer func(port string) string
}

// ports compares what is asked with what is declared and with what servers are
// told. Databases come first: a healthcheck that asks the same number makes the
// same mistake, and is not reported again.
func ports(m *manifest.Manifest) hcl.Diagnostics {
	type mistake struct {
		service *manifest.Service
		port    int
	}
	seen := map[mistake]bool{}
	var diags hcl.Diagnostics
	for _, a := range asks(m) {
		if seen[mistake{a.service, a.port}] {
			continue
		}
		d := a.contradicted()
		if d == nil {
			d = a.undeclared()
		}
		if d == nil {
			d = a.untold()
		}
		if d != nil {
			seen[mistake{a.service, a.port}] = true
			diags = append(diags, d)
		}
	}
	return append(diags, unheard(m, func(s *manifest.Service, port int) bool { return seen[mistake{s, port}] })...)
}

// asks lists who asks which port of a service by its number, and where the
// servers of the monitoring blocks are expected.
func asks(m *manifest.Manifest) (out []ask) {
	for _, d := range m.Databases {
		if d.Service != nil && len(d.Service.Instances) > 0 {
			out = append(out, ask{kind: "postgres", who: d.Address, service: d.Service, instance: d.Service.Instances[0], port: d.Port,
				at: d.At.Of("port", d.Range), name: "sql", refer: func(port string) string {
					return "write port = " + reference(d.Service, port) + " in " + d.Address
				}})
		}
	}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			out = append(out, healthAsks(s, i)...)
		}
	}
	server := func(kind string, s *manifest.Service, port string) {
		if s == nil {
			return
		}
		for _, i := range s.Instances {
			for _, p := range i.Ports {
				if p.Name == port {
					out = append(out, ask{kind: kind, who: fmt.Sprintf("port %q of %s", p.Name, s.Address), service: s, instance: i, port: p.Container, at: p.Range})
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

// healthAsks lists what a healthcheck asks of its own container.
func healthAsks(s *manifest.Service, i *manifest.Instance) (out []ask) {
	p := s.Healthcheck
	if p == nil || p.Disable || p.Derived {
		return nil
	}
	a := ask{who: "the healthcheck of " + s.Address, service: s, instance: i, at: p.At.Of("port", p.Range), name: "health"}
	in := func(block string) func(string) string {
		return func(port string) string { return fmt.Sprintf("write port = %q in its %s block", port, block) }
	}
	var written string
	switch t := p.Test.(type) {
	case *manifest.SQLTest:
		a.kind, a.name, a.port, a.refer = "postgres", "sql", t.Port, in("sql")
		return []ask{a}
	case *manifest.HTTPTest:
		a.port, a.refer = t.Port, in("http")
		return []ask{a}
	case *manifest.TCPTest:
		a.port, a.refer = t.Port, in("tcp")
		return []ask{a}
	case *manifest.CommandTest:
		written = strings.Join(t.Exec, "\n")
	case *manifest.ShellTest:
		written = t.Script
	case *manifest.ImageTest:
	}
	a.refer = func(port string) string { return "ask ${" + reference(s, port) + "}" }
	for _, e := range endpoints(written) {
		if e.host == "localhost" || e.host == "127.0.0.1" {
			a.port = e.port
			out = append(out, a)
		}
	}
	return out
}

// undeclared says that the service declares TCP ports, and not this one.
func (a *ask) undeclared() *hcl.Diagnostic {
	if a.service.ComposeNew != nil || a.key("expose") || a.key("network_mode") {
		return nil // which may declare it, or bring in what others listen on
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
	return ruleUndeclaredPort.At(a.at, "%s asks port %d of %s, which doesn't declare it: %s. Unless something listens there, the deployment waits in vain. If the declared port is meant, %s; if %d is right, declare it: port %q { container = %d }.",
		upper(a.who), a.port, a.service.Address, strings.Join(all, ", "), a.refer(a.pick()), a.port, a.name, a.port)
}

// declared are the TCP ports of the instance, by name.
func (a *ask) declared() (tcp []*manifest.Port) {
	for _, p := range a.instance.Ports {
		if p.Protocol != "udp" {
			tcp = append(tcp, p)
		}
	}
	return tcp
}

// pick is the name of the port that a remedy speaks of: the one that has the
// first of the numbers that is declared, or the only one.
func (a *ask) pick(numbers ...int) string {
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

// reference is how the manifest refers to a port's number.
func reference(s *manifest.Service, port string) string {
	return s.Address + ".port." + port + ".container"
}

// key says whether a Compose key is set, for all replicas or for this one.
func (a *ask) key(name string) bool {
	return a.service.Compose[name] != nil || a.instance.Compose[name] != nil
}

// upper begins a sentence. What stands for a block's address keeps its case.
func upper(who string) string {
	for _, word := range []string{"the ", "port "} {
		if strings.HasPrefix(who, word) {
			return strings.ToUpper(who[:1]) + who[1:]
		}
	}
	return who
}
