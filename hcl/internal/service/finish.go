package service

import (
	"fmt"
	"net/netip"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// finish checks the services together.
func (d *decoder) finish(p *lang.Evaluation) {
	for _, f := range d.later {
		f(p)
	}
	paths.Copy(p, d.mounts)
	nameReplicas(p)
	checkDefaults(p)
	for _, x := range d.services {
		if x.stated == nil {
			continue
		}
		secretNames(x.s)
		readiness(x.b, x.s)
		grace(p.Manifest, x.s)
		d.protect(p, *x)
	}
	sort.Slice(d.services, func(i, j int) bool { return d.services[i].s.Name < d.services[j].s.Name })
	d.names(p)
	d.formerNames(p)
	d.ports(p)
	d.addresses(p)
	d.restated(p)
	d.joinedNetworks(p)
	d.order(p)
	d.dependencies(p)
}

// names finds instances and containers that share a name.
func (d *decoder) names(p *lang.Evaluation) {
	type owner struct {
		at  hcl.Range
		who string
	}
	instances, containers := map[string]owner{}, map[string]owner{}
	for _, x := range d.services {
		if x.s.Replicated { // its own name is an alias of all replicas
			instances[x.s.Name] = owner{x.s.Range, x.s.Address}
		}
	}
	for _, x := range d.services {
		at := x.b.AttrRange("container_name")
		for _, i := range x.s.Instances {
			who := x.s.Address
			if x.s.Replicated {
				who = fmt.Sprintf("replica %d of %s", i.Index+1, who)
			}
			o, taken := instances[i.Name]
			if taken {
				p.Errorf(ruleInstanceName, x.s.Range, "The name of %s in the Compose file is %q, and so is that of %s at %s. Rename one of the two.", who, i.Name, o.who, lang.Place(o.at))
			}
			instances[i.Name] = owner{x.s.Range, who}
			if i.ContainerName == "" || taken && !x.b.Given("container_name") {
				continue // no name, or one that follows from the instance's
			}
			if o, ok := containers[i.ContainerName]; ok {
				hint := "Rename one of the two."
				if o.at == at {
					hint = "Include ${replica.number} in the name."
				}
				p.Errorf(ruleContainerName, at, "The container name of %s is %q, and so is that of %s at %s. %s", who, i.ContainerName, o.who, lang.Place(o.at), hint)
				break // the same error for the other replicas adds nothing
			}
			containers[i.ContainerName] = owner{at, who}
		}
	}
}

// published is one port of the host that an instance takes.
type published struct {
	at      hcl.Range
	who     string
	bind    netip.Addr
	service *manifest.Service
}

// ports finds ports of the host that two instances publish.
func (d *decoder) ports(p *lang.Evaluation) {
	type key struct {
		protocol string
		port     int
		variable string // of a parameter without a default
	}
	taken := map[key][]published{}
	reported := map[[2]hcl.Range]bool{}
	for _, x := range d.services {
		for _, i := range x.s.Instances {
			for _, h := range hostPorts(x.s, i) {
				k := key{h.Protocol, h.Host, ""}
				if h.HostVar != "" && h.Host == 1 {
					k.variable = h.HostVar
				}
				addr, _ := netip.ParseAddr(h.Bind)
				who := x.s.Address
				if h.Name != "" {
					who = fmt.Sprintf("port %q of %s", h.Name, who)
				}
				if x.s.Replicated {
					who = fmt.Sprintf("replica %d of %s", i.Index+1, x.s.Address)
				}
				now := published{h.Range, who, addr, x.s}
				for _, o := range taken[k] {
					if !sameAddress(o.bind, addr) || neverTogether(o.service, x.s) || reported[[2]hcl.Range{o.at, now.at}] {
						continue
					}
					reported[[2]hcl.Range{o.at, now.at}] = true
					hint := "Publish one of them on another port, or on another address (bind)."
					if o.at == now.at && o.service == x.s {
						hint = "Use a separate port for each replica, as in host = " + strconv.Itoa(h.Host) + " + replica.index."
					}
					p.Errorf(rulePortClash, now.at, "%s publishes %s/%s on the host, and so does %s at %s. %s", capital(who), h.Published(), h.Protocol, o.who, lang.Place(o.at), hint)
					break
				}
				taken[k] = append(taken[k], now)
			}
		}
	}
}

// capital begins a sentence: addresses stay as they are.
func capital(s string) string {
	if strings.HasPrefix(s, "service.") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// neverTogether reports whether two services never run together: they share no profile, and each has
// one.
func neverTogether(a, b *manifest.Service) bool {
	if a == b || len(a.Profiles) == 0 || len(b.Profiles) == 0 {
		return false
	}
	return !slices.ContainsFunc(a.Profiles, func(x string) bool { return slices.Contains(b.Profiles, x) })
}

// sameAddress reports whether two bound addresses overlap.
func sameAddress(a, b netip.Addr) bool {
	if a.IsValid() && b.IsValid() && a.Unmap().Is4() != b.Unmap().Is4() {
		return false // the engine binds each family by itself
	}
	return a == b || !a.IsValid() || !b.IsValid() || a.IsUnspecified() || b.IsUnspecified()
}

// hostPorts lists the ports of the host that an instance publishes: those of its port blocks, and
// those in `compose = { ports = […] }`, with ranges expanded.
func hostPorts(s *manifest.Service, i *manifest.Instance) []manifest.Port {
	var out []manifest.Port
	for _, p := range i.Ports {
		if p.Host > 0 {
			for _, one := range p.Each() {
				one.Name = p.Name
				out = append(out, *one)
			}
		}
	}
	if s.ComposeNew == nil {
		return out
	}
	m, _ := s.ComposeNew.Value.(map[string]any)
	list, _ := m["ports"].([]any)
	for _, x := range list {
		switch v := x.(type) {
		case string:
			out = append(out, shortPort(v, s.ComposeNew.Range)...)
		case map[string]any:
			spec := fmt.Sprint(v["published"]) + ":1"
			if ip, ok := v["host_ip"].(string); ok {
				spec = ip + ":" + spec
			}
			if proto, ok := v["protocol"].(string); ok {
				spec += "/" + proto
			}
			out = append(out, shortPort(strings.ReplaceAll(spec, "/1:", ":"), s.ComposeNew.Range)...)
		}
	}
	return out
}

// shortPort reads the published ports of Compose's short syntax
// [IP:]HOST[-HOST]:CONTAINER[/PROTOCOL]; what it can't read publishes nothing.
func shortPort(spec string, at hcl.Range) (out []manifest.Port) {
	spec, proto, has := strings.Cut(spec, "/")
	if !has {
		proto = "tcp"
	}
	i := strings.LastIndexByte(spec, ':')
	if i < 0 {
		return nil
	}
	host, ip := spec[:i], "" // both families
	if j := strings.LastIndexByte(host, ':'); j >= 0 {
		ip, host = strings.Trim(host[:j], "[]"), host[j+1:]
	}
	first, last, ranged := strings.Cut(host, "-")
	a, err := strconv.Atoi(first)
	b := a
	if ranged && err == nil {
		b, err = strconv.Atoi(last)
	}
	if err != nil || a < 1 || b > 65535 {
		return nil
	}
	for n := a; n <= b; n++ {
		out = append(out, manifest.Port{Host: n, Bind: ip, Protocol: proto, Range: at})
	}
	return out
}

// dependencies checks what services wait for.
func (d *decoder) dependencies(p *lang.Evaluation) {
	unclear := map[*manifest.Service]bool{} // it may be intended to have a healthcheck
	maybeOneshot := map[*manifest.Service]bool{}
	for _, x := range d.services {
		maybeOneshot[x.s] = x.b.Failed("oneshot")
		unclear[x.s] = x.b.Misspelt() || x.b.Block("healthcheck") != nil && x.s.Healthcheck == nil
	}
	for _, x := range d.services {
		for _, dep := range x.s.DependsOn {
			t := dep.Service
			switch {
			case dep.Condition == manifest.OnHealthy && (t.Healthcheck == nil && !ownHealthcheck(t) || t.Healthcheck != nil && t.Healthcheck.Disable) && t.Image != nil && !p.Incomplete("service") && !unclear[t]:
				p.Errorf(ruleDepends, dep.Range, "%s never becomes healthy because it has no healthcheck (it is declared at %s). Add one, or wait for \"started\".", t.Address, lang.Place(t.Range))
			case dep.Condition == manifest.OnCompleted && !t.Oneshot && !maybeOneshot[t]:
				p.Errorf(ruleDepends, dep.Range, "%s never completes because it isn't a one-shot (it is declared at %s). Set oneshot = true there, or wait for \"started\" or \"healthy\".", t.Address, lang.Place(t.Range))
			}
		}
	}
	const (
		white = iota
		grey
		black
	)
	colour := map[*manifest.Service]int{}
	var path []*manifest.Dependency
	var visit func(s *manifest.Service)
	visit = func(s *manifest.Service) {
		colour[s] = grey
		for _, dep := range s.DependsOn {
			switch colour[dep.Service] {
			case white:
				path = append(path, dep)
				visit(dep.Service)
				path = path[:len(path)-1]
			case grey:
				reportCycle(p, append(path, dep))
			}
		}
		colour[s] = black
	}
	for _, x := range d.services {
		if colour[x.s] == white {
			visit(x.s)
		}
	}
}

// reportCycle reports the cycle that the last dependency of a path closes.
func reportCycle(p *lang.Evaluation, path []*manifest.Dependency) {
	last := path[len(path)-1]
	start := len(path) - 1
	for start > 0 && path[start-1].Service != last.Service {
		start--
	}
	if len(path)-start == 1 {
		p.Errorf(ruleDependsCycle, last.Range, "%s depends on itself. Remove the dependency.", last.Service.Address)
		return
	}
	var steps []string
	from := last.Service.Address
	for _, dep := range path[start:] {
		steps = append(steps, fmt.Sprintf("%s needs %s (%s)", from, dep.Service.Address, lang.Place(dep.Range)))
		from = dep.Service.Address
	}
	p.Errorf(ruleDependsCycle, last.Range, "These services depend on each other: %s. Remove one of the dependencies.", strings.Join(steps, ", "))
}

// ownHealthcheck reports whether the service's image is known to have a healthcheck, which nothing replaces.
func ownHealthcheck(s *manifest.Service) bool {
	if s.Image == nil || s.Image.Facts == nil || s.Image.Facts.Healthcheck == nil {
		return false
	}
	h, given := s.ComposeKey("healthcheck").(map[string]any)
	return !given || len(h) == 0
}
