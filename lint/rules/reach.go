package rules

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleSharedName = diag.Error("OG862", "Name of another service",
		"In a network, a container is found by its service's name, its container_name and its hostname. If one service has the name of another one, half of the connections to that name go to the wrong container.")
	ruleApart = diag.Error("OG863", "Address in another network",
		"Containers reach each other only through a network that both have. A service without `networks` is in the default network only. The name of a service in another network isn't resolved, so every connection fails.")
	ruleSamePort = diag.Error("OG864", "Two listeners on one port",
		"Two sockets can't listen on one port of a network namespace: the second fails with \"address already in use\". Reported are variables that are named like a port block but have the number of another one, while nothing has its own number; and services that join the same network namespace (network_mode) and declare the same port.")
)

// sharedNames reports container names and hostnames that are another service's name.
func sharedNames(m *manifest.Manifest) (diags hcl.Diagnostics) {
	owners := map[string]*manifest.Service{}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			owners[i.Name] = s
		}
	}
	for _, s := range m.Services {
		owners[s.Name] = s
	}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			hostname, _ := s.ComposeKey("hostname").(string)
			at := i.Compose["hostname"]
			if at == nil {
				at = s.Compose["hostname"]
			}
			for _, x := range []struct{ attr, name string }{{"container_name", i.ContainerName}, {"hostname", hostname}} {
				o := owners[x.name]
				if o == nil || o == s || !sharesNetwork(s, o) || s.ComposeKey("network_mode") != nil || o.ComposeKey("network_mode") != nil {
					continue
				}
				where := s.Range
				if x.attr == "hostname" && at != nil {
					where = at.Range
				}
				diags = append(diags, ruleSharedName.At(where, "The %s of %s is %q, which is also the name of %s in the same network: connections to %q reach either container. Remove it, or choose another name.", x.attr, s.Address, x.name, o.Address, x.name))
			}
		}
	}
	return once(diags)
}

// sharesNetwork reports whether two services have a common network.
func sharesNetwork(a, b *manifest.Service) bool {
	return slices.ContainsFunc(networksOf(a), func(n string) bool { return slices.Contains(networksOf(b), n) })
}

// networksOf are the addresses of a service's networks. One without networks is in the default network.
func networksOf(s *manifest.Service) []string {
	if len(s.Networks) == 0 {
		return []string{"network.default"}
	}
	var out []string
	for _, n := range s.Networks {
		out = append(out, n.Address)
	}
	return out
}

// servicesByHost are the services by their hosts: their names, and those of their containers.
func servicesByHost(m *manifest.Manifest) map[string]*manifest.Service {
	hosts := map[string]*manifest.Service{}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			hosts[i.Name], hosts[cmp.Or(i.ContainerName, i.Name)] = s, s
		}
	}
	for _, s := range m.Services {
		hosts[s.Name] = s
	}
	return hosts
}

// apart reports addresses of services in other networks in a service's environment.
func apart(m *manifest.Manifest) (diags hcl.Diagnostics) {
	owners := servicesByHost(m)
	for _, s := range m.Services {
		if hasLinks(s) {
			continue
		}
		reported := map[*manifest.Service]bool{}
		for _, i := range s.Instances {
			for _, e := range i.Env {
				for _, host := range hostsOf(i, e) {
					o := owners[host]
					if o == nil || o == s || reported[o] || hasLinks(o) || sharesNetwork(s, o) || aliased(m, s, host) {
						continue
					}
					reported[o] = true
					diags = append(diags, ruleApart.At(e.Range, "%s of %s is an address of %s, but the two share no network: %s is in %s, %s in %s. Add one of these networks to the other service.",
						e.Name, s.Address, o.Address, s.Address, networkNames(s), o.Address, networkNames(o)))
				}
			}
		}
	}
	return diags
}

// aliased reports whether a service of one of s's networks has a name as an alias there.
func aliased(m *manifest.Manifest, s *manifest.Service, name string) bool {
	for _, o := range m.Services {
		for _, i := range o.Instances {
			hostname, _ := o.ComposeKey("hostname").(string)
			if o != s && (i.ContainerName == name || hostname == name) && sharesNetwork(s, o) {
				return true
			}
			for _, j := range i.Joins {
				if slices.Contains(j.Aliases, name) {
					return true
				}
			}
		}
	}
	return s.ComposeKey("networks") != nil
}

func networkNames(s *manifest.Service) string {
	if len(s.Networks) == 0 {
		return "the default network"
	}
	var names []string
	for _, n := range s.Networks {
		names = append(names, n.Address)
	}
	return strings.Join(names, ", ")
}

// hostsOf are the hosts to which a variable's value says to connect: those of addresses with a port and of URLs,
// and the whole value of a variable that is named as a host.
func hostsOf(i *manifest.Instance, e manifest.EnvVar) (hosts []string) {
	value := joined(e.Value)
	for _, a := range endpointsOf(i, e) {
		hosts = append(hosts, a.host)
	}
	if _, rest, ok := strings.Cut(value, "://"); ok {
		if end := strings.IndexAny(rest, "/?# "); end >= 0 {
			rest = rest[:end]
		}
		host := rest[strings.LastIndexByte(rest, '@')+1:]
		if !strings.Contains(host, ":") {
			hosts = append(hosts, host)
		}
	}
	name := strings.ToUpper(e.Name)
	for _, suffix := range []string{"HOST", "HOSTNAME", "_SERVER", "_ADDR", "_ADDRESS"} {
		if strings.HasSuffix(name, suffix) {
			hosts = append(hosts, value)
			break
		}
	}
	return hosts
}

// samePorts reports variables with the number of another port than the one that they are named after, and
// ports that services of one network namespace declare twice.
func samePorts(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, s := range m.Services {
		for _, i := range s.Instances {
			diags = append(diags, misnumbered(s, i)...)
		}
	}
	return append(once(diags), sharedPorts(m)...)
}

// listener is a variable that says where a port listens.
type listener struct {
	env    manifest.EnvVar
	port   *manifest.Port // that it is named after
	number int
}

func misnumbered(s *manifest.Service, i *manifest.Instance) (diags hcl.Diagnostics) {
	var all []listener
	told := map[int]bool{}
	for _, e := range i.Env {
		value, plain := e.Value.Plain()
		n, ok := listenPort(value)
		for _, p := range i.Ports {
			if !plain || strings.Contains(value, strconv.Itoa(p.Container)) {
				told[p.Container] = true
			}
		}
		if !plain || !ok {
			continue
		}
		for _, p := range i.Ports {
			if namedAfter(e.Name, p.Name) {
				all = append(all, listener{e, p, n})
			}
		}
	}
	for _, c := range []*manifest.Command{i.Entrypoint, i.Command} {
		for _, w := range c.Words() {
			for _, p := range i.Ports {
				told[p.Container] = told[p.Container] || strings.Contains(w, strconv.Itoa(p.Container))
			}
		}
	}
	for _, l := range all {
		for _, o := range all {
			if l.port != o.port && l.number == o.number && o.number == o.port.Container && l.port.Container != l.number && !told[l.port.Container] && l.port.Protocol == o.port.Protocol {
				diags = append(diags, ruleSamePort.At(l.env.Range, "%s and %s of %s are both port %d, and nothing tells the program port %q, which is %d. Write ${%s}.", o.env.Name, l.env.Name, s.Address, l.number, l.port.Name, l.port.Container, reference(s, l.port.Name)))
				break
			}
		}
	}
	return diags
}

// listenPort is the port of a listening address: a number, :number, or an address of all interfaces.
func listenPort(value string) (int, bool) {
	host, port, err := net.SplitHostPort(value)
	if err != nil {
		host, port = "", value
	}
	if host != "" && host != "0.0.0.0" && host != "::" && host != "*" && host != "127.0.0.1" && host != "localhost" {
		return 0, false
	}
	n, err := strconv.Atoi(port)
	return n, err == nil && n > 0 && n < 65536
}

// namedAfter reports whether a variable is the listening address of the port of a name: NAME_ADDR, APP_NAME_PORT and
// the like.
func namedAfter(variable, port string) bool {
	port = strings.ToUpper(strings.ReplaceAll(port, "-", "_"))
	for _, suffix := range []string{"_PORT", "_ADDR", "_ADDRESS", "_LISTEN", "_BIND", "_LISTEN_ADDR", "_LISTEN_ADDRESS", "_BIND_ADDR", "_LISTEN_PORT"} {
		stem, ok := strings.CutSuffix(strings.ToUpper(variable), suffix)
		if ok && (stem == port || strings.HasSuffix(stem, "_"+port)) {
			return true
		}
	}
	return false
}

// sharedPorts reports ports that two services declare in one network namespace.
func sharedPorts(m *manifest.Manifest) (diags hcl.Diagnostics) {
	named := map[string]*manifest.Instance{}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			named[i.Name] = i
			if i.ContainerName != "" {
				named["container:"+i.ContainerName] = i
			}
		}
	}
	type place struct{ space, port string }
	taken := map[place]*manifest.Port{}
	owner := map[place]*manifest.Service{}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			space := namespace(s, i, named)
			if space == i.Name {
				continue // its ports may be those of who joins it, which only it can publish
			}
			for _, p := range i.Ports {
				at := place{space, fmt.Sprintf("%d/%s", p.Container, cmp.Or(p.Protocol, "tcp"))}
				if o := owner[at]; o == nil {
					taken[at], owner[at] = p, s
				} else if o != s && together(s, o) {
					diags = append(diags, ruleSamePort.At(p.Range, "Port %q of %s is %s, which is also port %q of %s (%s), and the two share a network namespace: only one can listen there. Use another number in one of them.", p.Name, s.Address, at.port, taken[at].Name, o.Address, taken[at].Range))
				}
			}
		}
	}
	return once(diags)
}

// together reports whether two services may run at the same time.
func together(a, b *manifest.Service) bool {
	return len(a.Profiles) == 0 || len(b.Profiles) == 0 || slices.ContainsFunc(a.Profiles, func(p string) bool { return slices.Contains(b.Profiles, p) })
}

// namespace names the network namespace of a container.
func namespace(s *manifest.Service, i *manifest.Instance, named map[string]*manifest.Instance) string {
	mode, _ := s.ComposeKey("network_mode").(string)
	if x := i.Compose["network_mode"]; x != nil {
		mode, _ = x.Value.(string)
	}
	if mode == "host" {
		return "host"
	}
	if name, ok := strings.CutPrefix(mode, "service:"); ok && named[name] != nil {
		return named[name].Name
	}
	if strings.HasPrefix(mode, "container:") && named[mode] != nil {
		return named[mode].Name
	}
	return i.Name
}
