package compose

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// name checks the name of an object of the engine.
func (r *renderer) name(name string, at hcl.Range, what string) {
	ok := len(name) >= 2
	for i, c := range []byte(name) {
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		ok = ok && (alnum || i > 0 && strings.IndexByte("_.-", c) >= 0)
	}
	if !ok {
		r.diags = r.diags.Append(ruleName.At(at,
			"%q can't name a %s. Such a name begins with a letter or digit, followed by one or more letters, digits, underscores, full stops and hyphens.", name, what))
	}
}

// checkInstance reports what a container can't be given.
func (r *renderer) checkInstance(s *manifest.Service, i *manifest.Instance) {
	r.name(i.ContainerName, s.Range, "container")
	if strings.Trim(i.Name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != "" || i.Name == "" {
		r.diags = r.diags.Append(ruleName.At(s.Range,
			"%q can't name a Compose service. Such a name is made of letters, digits, underscores, full stops and hyphens.", i.Name))
	}
	for _, e := range i.Env {
		if e.Name == "" || strings.ContainsAny(e.Name, "=\x00") {
			r.diags = r.diags.Append(ruleText.At(e.Range, "%q can't name an environment variable: such a name isn't empty and has no '='.", e.Name))
		}
		for _, p := range e.Value {
			r.text(p.Text, e.Range)
		}
	}
	for _, c := range []*manifest.Command{i.Command, i.Entrypoint} {
		if c == nil {
			continue
		}
		for _, w := range slices.Concat(c.Exec, []string{c.Shell}) {
			r.text(w, c.Range)
		}
	}
	targets := map[string]bool{}
	for _, m := range i.Mounts {
		r.text(m.Target+m.Bind, m.Range)
		if targets[m.Target] {
			r.diags = r.diags.Append(ruleTarget.At(m.Range, "%s mounts two things on %s. Mount one of them elsewhere.", s.Address, m.Target))
		}
		targets[m.Target] = true
	}
}

func (r *renderer) text(s string, at hcl.Range) {
	if strings.Contains(s, "\x00") {
		r.diags = r.diags.Append(ruleText.At(at, "The string %q has the character U+0000, which no process can be given. Take it out.", s))
	}
}

// checkProfiles reports dependencies that Compose would leave out.
func (r *renderer) checkProfiles(s *manifest.Service) {
	for _, d := range s.DependsOn {
		with := d.Service.Profiles
		if len(with) == 0 {
			continue
		}
		for _, p := range s.Profiles {
			if slices.Contains(with, p) {
				continue
			}
			r.diags = r.diags.Append(ruleProfile.At(d.Range,
				"%s depends on %s, which is left out when only the profile %q is on. Add that profile to %s, or take its profiles away.", s.Address, d.Service.Address, p, d.Service.Address))
			break
		}
		if len(s.Profiles) == 0 {
			r.diags = r.diags.Append(ruleProfile.At(d.Range,
				"%s always runs, but depends on %s, which only runs with a profile (%s). Take the profiles of %s away, or give them to %s too.", s.Address, d.Service.Address, strings.Join(with, ", "), d.Service.Address, s.Address))
		}
	}
}

// published is a port of the host, and who publishes it.
type published struct {
	service *manifest.Service
	name    string
	port    *manifest.Port
}

// checkHost reports what collides on the host: ports and container names of
// services that may run together.
func (r *renderer) checkHost() {
	ports := map[int][]published{}
	names := map[string]*manifest.Service{}
	for _, s := range r.m.Services {
		for _, i := range s.Instances {
			if other := names[i.ContainerName]; other != nil {
				r.diags = r.diags.Append(ruleContainer.At(s.Range,
					"A container of %s and one of %s are both named %q. Give each a container_name of its own, or none at all.", other.Address, s.Address, i.ContainerName))
			}
			names[i.ContainerName] = s
			for _, p := range i.Ports {
				if p.Host == 0 {
					continue
				}
				here := published{s, i.Name, p}
				for _, other := range ports[p.Host] {
					if collide(here, other) {
						r.diags = r.diags.Append(rulePort.At(p.Range,
							"%s publishes %d/%s of %s for its port %q, and %s does so at %s for its port %q. Choose another host port for one of them.",
							here.name, p.Host, p.Protocol, bind(p), p.Name, other.name, other.port.Range, other.port.Name))
						break
					}
				}
				ports[p.Host] = append(ports[p.Host], here)
			}
		}
	}
}

func bind(p *manifest.Port) string {
	if p.Bind == "" {
		return "0.0.0.0"
	}
	return p.Bind
}

func collide(a, b published) bool {
	if a.port.Protocol != b.port.Protocol || apart(a.service, b.service) {
		return false
	}
	x, err1 := netip.ParseAddr(bind(a.port))
	y, err2 := netip.ParseAddr(bind(b.port))
	if err1 != nil || err2 != nil {
		return bind(a.port) == bind(b.port)
	}
	return x == y || x.IsUnspecified() || y.IsUnspecified()
}

// apart reports whether no single profile starts both services.
func apart(a, b *manifest.Service) bool {
	if a == b || len(a.Profiles) == 0 || len(b.Profiles) == 0 {
		return false
	}
	return !slices.ContainsFunc(a.Profiles, func(p string) bool { return slices.Contains(b.Profiles, p) })
}
