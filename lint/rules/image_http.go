package rules

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleStrayProbe = diag.Warning("OG859", "Path that the server doesn't have",
		"A healthcheck, a criterion or a scrape that asks a path beside the right one gets 404, for ever. The paths of Prometheus and its kin, Grafana, Loki, Elasticsearch, ClickHouse, MinIO and Meilisearch are known; what is one letter beside one of them is reported.")
	ruleDefaultAccount = diag.Warning("OG860", "Account with a default password",
		"Grafana's first login is admin / admin, RabbitMQ's is guest / guest, for everyone who reaches the port, which on the machine itself is every user and program. A secret takes its place.")
)

// probePaths looks for slips in paths that are asked of a known server.
func (r *running) probePaths() hcl.Diagnostics {
	known := slices.Clone(r.f.HTTPPaths)
	if x := r.f.Metrics; x != nil && !slices.Contains(known, x.Path) {
		known = append(known, x.Path)
	}
	if len(known) == 0 {
		return nil
	}
	var diags hcl.Diagnostics
	report := func(asked, who string, at hcl.Range) {
		path := asked
		if i := strings.IndexAny(path, "?#"); i >= 0 {
			path = path[:i]
		}
		if slices.Contains(known, path) || r.says(path) {
			return
		}
		if near := text.Slip(path, known); near != "" {
			diags = append(diags, ruleStrayProbe.At(at, "%s asks %s for %s, which answers with 404. Did you mean %s?", who, r.s.Image.Tag, path, near))
		}
	}
	if p := r.s.Healthcheck; p != nil && !p.Derived && !p.Disable {
		who := "The healthcheck of " + r.s.Address
		switch t := p.Test.(type) {
		case *manifest.HTTPTest:
			report(t.Path, who, p.At.Of("path", p.Range))
		case *manifest.CommandTest, *manifest.ShellTest:
			for _, path := range localPaths(p.Written()) {
				report(path, who, p.Range)
			}
		case *manifest.TCPTest, *manifest.SQLTest, *manifest.ImageTest: // no path
		}
	}
	for _, x := range r.s.Scrapes {
		report(x.Path, "The scrape of "+x.Address, x.Range)
	}
	for _, c := range r.m.Criteria {
		switch p := c.Probe.(type) {
		case *manifest.HTTPProbe:
			if p.Service == r.s && r.owns(p.Port) {
				report(p.Path, upper(c.Address), p.Range)
			}
		case *manifest.TCPProbe, *manifest.GRPCProbe, *manifest.SQLProbe, *manifest.PromQLProbe, *manifest.ContainerProbe, *manifest.CommandProbe: // no path
		}
	}
	return diags
}

// owns says whether a port block is of a port of the image's own program.
func (r *running) owns(port string) bool {
	for _, i := range r.s.Instances {
		for _, p := range i.Ports {
			if p.Name == port {
				return slices.ContainsFunc(r.f.Ports, func(o images.Port) bool { return o.Port == p.Container })
			}
		}
	}
	return false
}

// says reports whether the service's command or environment names a path, which
// may then be one that it has been given.
func (r *running) says(path string) bool {
	for _, i := range r.s.Instances {
		if slices.ContainsFunc(i.Command.Words(), func(w string) bool { return strings.Contains(w, path) }) ||
			slices.ContainsFunc(i.Env, func(e manifest.EnvVar) bool { return strings.Contains(joined(e.Value), path) }) {
			return true
		}
	}
	return false
}

// localPaths are the paths of a script's URLs that ask the container itself.
func localPaths(script string) (out []string) {
	for _, word := range strings.FieldsFunc(script, func(r rune) bool { return strings.ContainsRune(" \t\n\"'|;&()", r) }) {
		_, rest, ok := strings.Cut(word, "://")
		host, path, found := strings.Cut(rest, "/")
		name, _, _ := strings.Cut(host, ":")
		if ok && found && path != "" && !strings.ContainsAny(path, "$%") && (name == "localhost" || name == "127.0.0.1") {
			out = append(out, "/"+path)
		}
	}
	return out
}

// openLogin is the account with a default password that a service's server has;
// nil where it has none, or where it can't be seen.
func openLogin(s *manifest.Service) *images.Login {
	f := s.Running()
	if f == nil || f.DefaultLogin == nil || len(s.Instances) == 0 {
		return nil
	}
	r := &running{s: s, f: f}
	r.ofImage, r.hidden = stageEnv(s.Image)
	if r.hidden || s.Image.Built() || r.anyKey("env_file", "environment", "extends", "volumes", "volumes_from", "configs") {
		return nil
	}
	for _, i := range s.Instances {
		if r.setsLike(i, f.DefaultLogin.Unless) {
			return nil
		}
		for _, m := range i.Mounts {
			one := &manifest.Instance{Mounts: []*manifest.Mount{m}}
			if m.Generated == "" && one.MountsUnder(f.ConfigPaths) && !strings.Contains(m.Target, "/provisioning") && !strings.HasSuffix(m.Target, "/enabled_plugins") {
				return nil
			}
		}
	}
	return f.DefaultLogin
}

// defaultLogin looks for a default password behind a port that is published on
// the machine itself. What is open to the network is reported elsewhere.
func (r *running) defaultLogin() hcl.Diagnostics {
	login := openLogin(r.s)
	if login == nil {
		return nil
	}
	for _, i := range r.s.Instances {
		for _, p := range i.Ports {
			if p.Host == 0 || p.Protocol == "udp" || everyone(p) || !slices.Contains(login.Ports, p.Container) {
				continue
			}
			return hcl.Diagnostics{ruleDefaultAccount.At(p.Range, "Whoever reaches port %q of %s logs in as %s with the password %s. %s", p.Name, r.s.Address, login.User, login.Password, r.passwordRemedy())}
		}
	}
	return nil
}

// passwordRemedy says how the default password is replaced.
func (r *running) passwordRemedy() string {
	for _, name := range r.f.PasswordEnv {
		if !slices.ContainsFunc(r.f.DefaultLogin.Unless, func(u string) bool { return strings.HasPrefix(name, strings.TrimSuffix(u, "*")) }) {
			continue
		}
		if form, _ := r.f.FileForm(name); form != "" {
			return "Write secret_env = { " + form + " = secret.NAME }."
		}
		return "Write env = { " + name + " = secret.NAME } with exposed = true and a reason."
	}
	return "Give it another one."
}

// everyone says whether a port is published on every address of the machine.
func everyone(p *manifest.Port) bool { return p.Bind == "0.0.0.0" || p.Bind == "::" || p.Bind == "" }
