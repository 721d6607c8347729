package rules

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var ruleNotListening = diag.Warning("OG848", "Image doesn't listen on the port",
	"A port block forwards to a container port; it doesn't make the server listen there. The port is compared with the ports of known images unless something may change them: a flag, a variable, a mounted configuration, or that number in the command or the environment. Built images, and services whose network another service joins, are skipped.")

// unusedPorts reports ports that nothing listens on, except those already reported.
func unusedPorts(m *manifest.Manifest, reported func(*manifest.Service, int) bool) hcl.Diagnostics {
	var diags hcl.Diagnostics
	shared := sharedNetworks(m)
	for _, s := range m.Services {
		f := s.Running()
		if f == nil || !f.PortsComplete || s.Image.Built() || shared[s] || misplaced(m, s) || !s.Keeps(f, f.ListenSettings) {
			continue
		}
		r := &running{m: m, s: s, f: f}
		if r.anyKey("env_file", "environment", "extends", "volumes", "volumes_from", "configs", "network_mode", "ports") {
			continue
		}
		var found hcl.Diagnostics
		for _, i := range s.Instances {
			if r.configured(i) {
				continue
			}
			for _, p := range i.Ports {
				if p.Last != 0 {
					continue // servers that use ranges choose among them as they need
				}
				if d := r.notListening(i, p); d != nil && !reported(s, p.Container) {
					found = append(found, d)
				}
			}
		}
		diags = append(diags, once(found)...)
	}
	return diags
}

// notListening reports a port that the image doesn't listen on.
func (r *running) notListening(i *manifest.Instance, p *manifest.Port) *hcl.Diagnostic {
	proto := p.Protocol
	if proto == "" {
		proto = "tcp"
	}
	var all []string
	other := ""
	for _, o := range r.f.Ports {
		if o.Port == p.Container && o.Proto == proto {
			return nil
		}
		if o.Port == p.Container {
			other = o.Proto
		}
		if n := strconv.Itoa(o.Port); o.Proto == proto && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	switch {
	case r.saysNumber(i, p.Container):
		return nil
	case other != "":
		return ruleNotListening.At(p.Range, "%s listens on %d over %s only, but port %q of %s is %s. Write protocol = %q.", r.s.Image.Tag, p.Container, strings.ToUpper(other), p.Name, r.s.Address, strings.ToUpper(proto), other)
	case len(all) == 0:
		return ruleNotListening.At(p.Range, "%s listens on no %s port, but port %q of %s is %d: nothing answers there.", r.s.Image.Tag, strings.ToUpper(proto), p.Name, r.s.Address, p.Container)
	}
	return ruleNotListening.At(p.Range, "%s listens on %s, but port %q of %s forwards to container port %d, where nothing answers. Write container = %s, or configure the server to listen on %d.",
		r.s.Image.Tag, text.List(all), p.Name, r.s.Address, p.Container, all[0], p.Container)
}

// saysNumber reports whether a container's command or environment contains a
// number.
func (r *running) saysNumber(i *manifest.Instance, n int) bool {
	holds := func(text string) bool {
		words := strings.FieldsFunc(text, func(c rune) bool { return c < '0' || c > '9' })
		return slices.Contains(words, strconv.Itoa(n))
	}
	return slices.ContainsFunc(i.Command.Words(), holds) || slices.ContainsFunc(i.Env, func(e manifest.EnvVar) bool { return holds(joined(e.Value)) })
}

// configured reports whether a mounted file may change the ports.
func (r *running) configured(i *manifest.Instance) bool {
	if r.f.Flags != nil {
		return false // only flags set their ports
	}
	for _, m := range i.Mounts {
		if m.Generated != "" || m.Tmpfs || m.Anonymous {
			continue
		}
		if slices.Contains(configExtensions, path.Ext(m.Target)) || below(m.Target, "/etc") && !slices.Contains(harmless, path.Base(m.Target)) {
			return true
		}
		one := &manifest.Instance{Mounts: []*manifest.Mount{m}}
		for _, p := range r.f.ConfigPaths {
			inData := strings.HasPrefix(p, "$") && m.Bind != "" && slices.ContainsFunc(r.f.Volumes, func(v images.Volume) bool {
				return v.Path == clean(m.Target) || below(clean(m.Target), v.Path) || below(v.Path, clean(m.Target))
			})
			if inData || !strings.Contains(p, "initdb") && one.MountsUnder([]string{p}) {
				return true
			}
		}
	}
	return false
}

// harmless are files and directories in /etc that don't configure a server.
var harmless = []string{"localtime", "timezone", "hosts", "passwd", "group", "ssl", "certs", "letsencrypt", "machine-id"}

// configExtensions are the extensions of files that may configure a server.
var configExtensions = []string{".conf", ".cnf", ".cfg", ".ini", ".yml", ".yaml", ".toml", ".json", ".xml", ".properties", ".hcl", ".env"}
