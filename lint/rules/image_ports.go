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

var ruleUnheardPort = diag.Warning("OG848", "Port that the image doesn't listen on",
	"A port block forwards to a number inside the container; it doesn't make the server listen there. The ports of known images are compared with it where nothing moves them: no flag, no variable, no configuration that is mounted, no word of that number in the command or the environment. An image that is built here, and one in whose network another service runs, are not asked.")

// unheard looks for ports that nothing listens on. Mistakes that were reported
// of a port already are left out.
func unheard(m *manifest.Manifest, reported func(*manifest.Service, int) bool) hcl.Diagnostics {
	var diags hcl.Diagnostics
	shared := sharedNetworks(m)
	for _, s := range m.Services {
		f := s.Running()
		if f == nil || !f.PortsComplete || s.Image.Built() || shared[s] || !s.Keeps(f, f.ListenSettings) {
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
				if d := r.heard(i, p); d != nil && !reported(s, p.Container) {
					found = append(found, d)
				}
			}
		}
		diags = append(diags, once(found)...)
	}
	return diags
}

// heard says that a port is none of the image's.
func (r *running) heard(i *manifest.Instance, p *manifest.Port) *hcl.Diagnostic {
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
		return ruleUnheardPort.At(p.Range, "%s listens on %d over %s alone, and port %q of %s is %s. Write protocol = %q.", r.s.Image.Tag, p.Container, strings.ToUpper(other), p.Name, r.s.Address, strings.ToUpper(proto), other)
	case len(all) == 0:
		return ruleUnheardPort.At(p.Range, "%s listens on no %s port, and port %q of %s is %d: nothing answers there.", r.s.Image.Tag, strings.ToUpper(proto), p.Name, r.s.Address, p.Container)
	}
	return ruleUnheardPort.At(p.Range, "%s listens on %s, and port %q of %s is %d inside the container, where nothing answers. Write container = %s, or tell the server to listen on %d.",
		r.s.Image.Tag, text.List(all), p.Name, r.s.Address, p.Container, all[0], p.Container)
}

// saysNumber says whether a container's command or environment holds a number.
func (r *running) saysNumber(i *manifest.Instance, n int) bool {
	holds := func(text string) bool {
		words := strings.FieldsFunc(text, func(c rune) bool { return c < '0' || c > '9' })
		return slices.Contains(words, strconv.Itoa(n))
	}
	return slices.ContainsFunc(i.Command.Words(), holds) || slices.ContainsFunc(i.Env, func(e manifest.EnvVar) bool { return holds(joined(e.Value)) })
}

// configured says whether a file that is mounted may move the ports.
func (r *running) configured(i *manifest.Instance) bool {
	if r.f.Flags != nil {
		return false // flags alone set the ports of those
	}
	for _, m := range i.Mounts {
		if m.Generated != "" || m.Tmpfs {
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

// harmless are files and folders of /etc that configure no server.
var harmless = []string{"localtime", "timezone", "hosts", "passwd", "group", "ssl", "certs", "letsencrypt", "machine-id"}

// configExtensions are of files that may configure a server.
var configExtensions = []string{".conf", ".cnf", ".cfg", ".ini", ".yml", ".yaml", ".toml", ".json", ".xml", ".properties", ".hcl", ".env"}
