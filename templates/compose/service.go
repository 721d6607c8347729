package compose

import (
	"net/netip"

	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/templates/yaml"
)

func (r *renderer) service(s *manifest.Service) {
	r.checkProfiles(s)
	for _, i := range s.Instances {
		x := r.instance(s, i)
		r.overrides(x, s, i)
		r.file.Services = append(r.file.Services, yaml.Entry{Key: i.Name, Value: x})
	}
}

// instance is the service without passthrough keys.
func (r *renderer) instance(s *manifest.Service, i *manifest.Instance) *Service {
	h := s.Hardening
	x := &Service{
		comment:       comment(s),
		ContainerName: i.ContainerName,
		Profiles:      s.Profiles,
		Restart:       s.Restart.String(),
		Init:          h.Init,
		User:          h.User,
		ReadOnly:      h.ReadOnly,
		CapAdd:        h.CapAdd,
		Entrypoint:    command(i.Entrypoint),
		Command:       command(i.Command),
		DependsOn:     dependencies(s),
		Healthcheck:   healthcheck(s.Healthcheck),
		CPUs:          s.CPUs,
		PidsLimit:     h.PidsLimit,
		Tmpfs:         h.Tmpfs,
		StopGrace:     Duration(s.StopGrace),
		Labels:        map[string]string{},
	}
	if s.Image != nil {
		x.Image, x.Platform = s.Image.Reference(), s.Image.Platform
		r.build(x, s.Image)
	}
	if h.NoNewPrivileges {
		x.SecurityOpt = []string{"no-new-privileges:true"}
	}
	if h.DropCaps {
		x.CapDrop = []string{"ALL"}
	}
	if s.Memory > 0 {
		x.MemLimit = size(s.Memory)
	}
	for _, l := range i.Labels {
		x.Labels[l.Key] = l.Value
	}
	if digest := r.kit.digest(i, s.Reload); digest != "" {
		x.Labels[FilesLabel] = digest
	}
	r.environment(x, i)
	ports(x, i)
	for _, m := range i.Mounts {
		x.Volumes = append(x.Volumes, mount(m))
	}
	x.Networks = r.serviceNetworks(s, i)
	r.checkInstance(i)
	return x
}

// comment is the provenance of a service, with the reasons for reduced security.
func comment(s *manifest.Service) string {
	c := kit.From(s.Address)
	if len(s.Hardening.Off) > 0 {
		c += "\nhardening off: " + strings.Join(s.Hardening.Off, ", ") + " (" + s.Hardening.Reason + ")"
	}
	if s.Exposed && s.ExposedReason != "" {
		c += "\nsecrets in the environment: " + s.ExposedReason
	}
	return c
}

// command is the list of words; nil leaves the image's command.
func command(c *manifest.Command) any {
	if c == nil {
		return nil
	}
	return c.Exec
}

func (r *renderer) environment(x *Service, i *manifest.Instance) {
	x.Environment = map[string]any{}
	for _, e := range i.Env {
		if x.Environment[e.Name] = nil; !e.Pass {
			x.Environment[e.Name] = Value{e.Value, r.m}
		}
	}
	for _, e := range i.SecretEnv {
		at := SecretMount(e.Secret)
		if e.ByName {
			at = e.Secret.Name
		}
		x.Environment[e.Name] = Value{manifest.PlainText(at), r.m}
		if !slices.Contains(x.Secrets, e.Secret.Name) {
			x.Secrets = append(x.Secrets, e.Secret.Name)
		}
		r.mount(e.Secret)
	}
	for _, secret := range i.SecretFiles {
		if !slices.Contains(x.Secrets, secret.Name) {
			x.Secrets = append(x.Secrets, secret.Name)
		}
		r.mount(secret)
	}
	slices.Sort(x.Secrets)
}

func ports(x *Service, i *manifest.Instance) {
	for _, p := range i.Ports {
		if !p.OnHost() {
			x.Expose = append(x.Expose, p.Numbers()+"/"+p.Protocol)
			continue
		}
		if p.Last != 0 {
			x.Ports = append(x.Ports, PortRange{p.Name, shortPort(p)})
			continue
		}
		x.Ports = append(x.Ports, Port{comment: p.Name, Target: p.Container,
			Published: p.Published(), HostIP: p.Bind, Protocol: p.Protocol})
	}
}

// shortPort is a published port in Compose's short form.
func shortPort(p *manifest.Port) string {
	out := p.Numbers() + "/" + p.Protocol
	if on := p.Published(); on != "" {
		out = on + ":" + out
	} else if p.Bind != "" {
		out = ":" + out
	}
	switch ip, err := netip.ParseAddr(p.Bind); {
	case p.Bind == "":
		return out
	case err == nil && ip.Is6():
		return "[" + p.Bind + "]:" + out
	}
	return p.Bind + ":" + out
}

func mount(m *manifest.Mount) Mount {
	x := Mount{Target: m.Target, ReadOnly: m.ReadOnly}
	bind := Bind{Propagation: m.Propagation, Recursive: m.Recursive, SELinux: m.SELinux}
	switch {
	case m.Volume != nil:
		x.Type, x.Source = "volume", m.Volume.Name
		if named := (Named{m.NoCopy, m.Subpath}); named != (Named{}) {
			x.Volume = &named
		}
		return x
	case m.Artifact != nil:
		x.Source, bind.CreateHostPath = "./"+m.Artifact.Path, new(bool)
		x.comment = kit.From(m.Artifact.Address)
	case m.Generated != "":
		x.Source, bind.CreateHostPath = "./"+m.Generated, new(bool)
	case m.Anonymous:
		x.Type = "volume"
		if m.NoCopy {
			x.Volume = &Named{NoCopy: true}
		}
		return x
	case m.Tmpfs:
		x.Type = "tmpfs"
		if tmpfs := (Tmpfs{m.Size, m.Mode}); tmpfs != (Tmpfs{}) {
			x.Tmpfs = &tmpfs
		}
		return x
	default:
		x.Source = m.Bind
		if m.Create {
			bind.CreateHostPath = &m.Create
		}
	}
	x.Type = "bind"
	if bind != (Bind{}) {
		x.Bind = &bind
	}
	return x
}

// serviceNetworks puts an instance on its networks. Replicas share the
// service's name as an alias, so that it resolves to all of them.
func (r *renderer) serviceNetworks(s *manifest.Service, i *manifest.Instance) any {
	if s.Compose["network_mode"] != nil || i.Compose["network_mode"] != nil {
		return nil
	}
	names := []string{}
	for _, n := range s.Networks {
		names = append(names, n.Name)
	}
	if len(names) == 0 {
		r.defaultNetwork = true
		if i.Name == s.Host() {
			return nil
		}
		names = []string{"default"}
	}
	if i.Name == s.Host() && len(i.Joins) == 0 {
		return names
	}
	var out yaml.Map
	for _, n := range names {
		x := Network{}
		if i.Name != s.Host() {
			x.Aliases = []string{s.Host()}
		}
		for _, j := range i.Joins {
			if j.Network.Name == n {
				x = joined(x, j)
			}
		}
		out = append(out, yaml.Entry{Key: n, Value: x})
	}
	return out
}

// joined adds a service's own settings of a network.
func joined(x Network, j *manifest.Join) Network {
	x.Aliases = append(x.Aliases, j.Aliases...)
	x.IPv4, x.IPv6, x.LinkLocal, x.MAC, x.Interface = j.IPv4, j.IPv6, j.LinkLocal, j.MAC, j.Interface
	x.Priority, x.GwPriority = j.Priority, j.GatewayPriority
	if len(j.DriverOpts) > 0 {
		x.DriverOpts = map[string]string{}
	}
	for _, o := range j.DriverOpts {
		x.DriverOpts[o.Key] = o.Value
	}
	return x
}

// dependencies depends on every instance of what the service depends on.
func dependencies(s *manifest.Service) map[string]Dependency {
	out := map[string]Dependency{}
	for _, d := range slices.Concat(s.DependsOn, s.IfEnabled) {
		if d.Key != "" {
			continue // Compose reads it from that key
		}
		for _, i := range d.Service.Instances {
			x := Dependency{Condition: d.Condition.Compose(), Restart: d.Restart}
			if d.Optional {
				x.Required = new(bool)
			}
			out[i.Name] = x
		}
	}
	return out
}

func healthcheck(p *manifest.Healthcheck) *Healthcheck {
	switch {
	case p == nil:
		return nil
	case p.Disable:
		return &Healthcheck{Disable: true}
	case p.Words() == nil: // the image's own
		return nil
	}
	return &Healthcheck{
		Test:          p.Words(),
		Interval:      Duration(p.Interval),
		Timeout:       Duration(p.Timeout),
		Retries:       p.Retries,
		StartPeriod:   Duration(p.StartPeriod),
		StartInterval: Duration(p.StartInterval),
	}
}

// Duration is d as Compose and Dockerfiles write it: 1m30s; "" for 0.
func Duration(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return text.Duration(d)
}

// size is a number of bytes in the largest unit that holds it exactly;
// Compose's units are powers of 1024.
func size(n int64) string {
	for _, u := range []struct {
		bytes  int64
		suffix string
	}{{1 << 30, "g"}, {1 << 20, "m"}, {1 << 10, "k"}} {
		if n%u.bytes == 0 {
			return strconv.FormatInt(n/u.bytes, 10) + u.suffix
		}
	}
	return strconv.FormatInt(n, 10) + "b"
}

// overrides merges passthrough keys: they replace generated values, but lists that harden the container are
// joined. Those of `compose = {…}` come last: they replace defaults, and are merged with what the manifest says.
func (r *renderer) overrides(x *Service, s *manifest.Service, i *manifest.Instance) {
	extra := values(s.Compose)
	for k, v := range i.Compose {
		extra[k] = v.Value
	}
	if len(extra) == 0 && s.ComposeNew == nil {
		return
	}
	generated, _ := tree(x).(map[string]any)
	for _, k := range combined {
		if v, ok := extra[k]; ok && generated[k] != nil {
			extra[k] = mergeKey(k, generated[k], v)
		}
	}
	if s.ComposeNew != nil {
		last, _ := s.ComposeNew.Value.(map[string]any)
		for k, v := range last {
			under, ok := extra[k]
			if !ok {
				under = generated[k]
			}
			if yields(k, s) && !slices.Contains(combined, k) {
				under = nil
			}
			extra[k] = mergeKey(k, under, v)
		}
	}
	if v, ok := extra["labels"]; ok && x.Labels[FilesLabel] != "" {
		extra["labels"] = label(v, FilesLabel, x.Labels[FilesLabel])
	}
	x.settle(extra)
	if mode, ok := extra["network_mode"].(string); ok {
		x.Networks = nil
		if kind, _, _ := strings.Cut(mode, ":"); kind == "service" || kind == "container" {
			x.Expose = nil // the engine refuses it there
			delete(extra, "expose")
		}
	}
	if len(extra) > 0 {
		x.Extra = extra
	}
}
