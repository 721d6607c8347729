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
	ruleUnknownPath = diag.Warning("OG859", "Unknown path on the server",
		"A healthcheck, criterion or scrape with a misspelled path always gets 404. The paths of Prometheus and related servers, Grafana, Loki, Elasticsearch, ClickHouse, MinIO and Meilisearch are known; a path that differs from one of them by one letter is reported.")
	ruleDefaultAccount = diag.Warning("OG860", "Default password",
		"Grafana's default login is admin / admin, RabbitMQ's is guest / guest, for anyone who can reach the port: on the machine itself, every user and program. Set the password with a secret.")
)

// probePaths reports misspelled paths on a known server.
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
			diags = append(diags, ruleUnknownPath.At(at, "%s queries %s for the path %s, which returns 404. Did you mean %s?", who, r.s.Image.Tag, path, near))
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

// owns reports whether a port block is for a port of the image's own program.
func (r *running) owns(port string) bool {
	for _, i := range r.s.Instances {
		for _, p := range i.Ports {
			if p.Name == port {
				return slices.ContainsFunc(r.f.Ports, func(o images.Port) bool { return p.Covers(o.Port) })
			}
		}
	}
	return false
}

// says reports whether the service's command or environment contains a path,
// which may configure it.
func (r *running) says(path string) bool {
	for _, i := range r.s.Instances {
		if slices.ContainsFunc(i.Command.Words(), func(w string) bool { return strings.Contains(w, path) }) ||
			slices.ContainsFunc(i.Env, func(e manifest.EnvVar) bool { return strings.Contains(joined(e.Value), path) }) {
			return true
		}
	}
	return false
}

// localPaths are the paths of a script's URLs on the container itself.
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

// openLogin is the account with a default password of a service's server; nil
// if it has none, or if that is unknown.
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

// defaultLogin reports a default password behind a port that is published on
// the machine itself. Ports open to the network are reported elsewhere.
func (r *running) defaultLogin() hcl.Diagnostics {
	login := openLogin(r.s)
	if login == nil {
		return nil
	}
	for _, i := range r.s.Instances {
		for _, p := range i.Ports {
			if !p.OnHost() || p.Protocol == "udp" || everyone(p) || !slices.ContainsFunc(login.Ports, p.Covers) {
				continue
			}
			return hcl.Diagnostics{ruleDefaultAccount.At(p.Range, "Anyone who can reach port %q of %s can log in as %s with the default password %s. %s", p.Name, r.s.Address, login.User, login.Password, r.passwordRemedy())}
		}
	}
	return nil
}

// passwordRemedy says how to replace the default password.
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
	return "Change it."
}

// everyone reports whether a port is published on every address of the machine.
func everyone(p *manifest.Port) bool { return p.Bind == "0.0.0.0" || p.Bind == "::" || p.Bind == "" }
