package validate

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
)

// needs computes which facts actions require besides a precondition: what a
// generated action declares, and independently, what the manifest's objects
// read.
type needs struct {
	objects map[manifest.Fact][]manifest.Fact
	known   map[*deployment.Action][]manifest.Fact
}

func newNeeds(m *manifest.Manifest) *needs {
	n := &needs{map[manifest.Fact][]manifest.Fact{}, map[*deployment.Action][]manifest.Fact{}}
	for _, i := range m.Images {
		n.objects[fact(manifest.ImageReady, i.Name)] = ofImage(i)
	}
	for _, s := range m.Services {
		started := fact(manifest.ServiceStarted, s.Name)
		n.objects[started] = ofService(s)
		n.objects[fact(manifest.ServiceHealthy, s.Name)] = []manifest.Fact{started}
		n.objects[fact(manifest.ServiceCompleted, s.Name)] = []manifest.Fact{started}
	}
	for _, d := range m.Databases {
		n.objects[fact(manifest.DatabaseApplied, d.Name)] = ofDatabase(d)
	}
	return n
}

// of are the facts that an action requires; for a declared one, its
// dependencies.
func (n *needs) of(a *deployment.Action) []manifest.Fact {
	if out, ok := n.known[a]; ok {
		return out
	}
	var out []manifest.Fact
	add := func(list ...manifest.Fact) {
		for _, f := range list {
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	if a.Declared != nil {
		for _, d := range a.Declared.DependsOn {
			add(fact(manifest.ActionDone, d.Action.Name))
		}
	} else {
		for _, f := range a.Needs {
			add(f.Fact)
		}
		for _, f := range a.Achieves {
			add(n.objects[f]...)
		}
	}
	n.known[a] = out
	return out
}

func fact(k manifest.FactKind, name string) manifest.Fact {
	return manifest.Fact{Kind: k, Name: name}
}

// ofImage are the images and secrets that a build reads; none for a pulled
// image.
func ofImage(i *manifest.Image) []manifest.Fact {
	if !i.Built() {
		return nil
	}
	var out []manifest.Fact
	for _, base := range i.Bases() {
		out = append(out, fact(manifest.ImageReady, base.Name))
	}
	for _, x := range i.Secrets {
		out = append(out, fact(manifest.SecretSet, x.Name))
	}
	if i.MadeBy != nil {
		out = append(out, fact(manifest.ActionDone, i.MadeBy.Action.Name))
	}
	return out
}

// ofService are a service's image, its secrets and what it depends on.
func ofService(s *manifest.Service) []manifest.Fact {
	var out []manifest.Fact
	if s.Image != nil {
		out = append(out, fact(manifest.ImageReady, s.Image.Name))
	}
	for _, i := range s.Instances {
		for _, e := range i.SecretEnv {
			out = append(out, fact(manifest.SecretSet, e.Secret.Name))
		}
		for _, x := range i.SecretFiles {
			out = append(out, fact(manifest.SecretSet, x.Name))
		}
		for _, e := range i.Env {
			for _, part := range e.Value {
				if part.Secret != nil {
					out = append(out, fact(manifest.SecretSet, part.Secret.Name))
				}
			}
		}
	}
	for _, d := range s.DependsOn {
		switch d.Condition {
		case manifest.OnHealthy:
			out = append(out, fact(manifest.ServiceHealthy, d.Service.Name))
		case manifest.OnCompleted:
			out = append(out, fact(manifest.ServiceCompleted, d.Service.Name))
		case manifest.OnStarted:
			out = append(out, fact(manifest.ServiceStarted, d.Service.Name))
		}
	}
	for _, made := range s.MadeBy() {
		out = append(out, fact(manifest.ActionDone, made.Action.Name))
	}
	return out
}

// ofDatabase are that its server is up, and the passwords of its roles.
func ofDatabase(d *manifest.Database) []manifest.Fact {
	var out []manifest.Fact
	if s := d.Service; s != nil {
		switch {
		case s.Oneshot:
			out = append(out, fact(manifest.ServiceCompleted, s.Name))
		case s.Healthcheck != nil && !s.Healthcheck.Disable:
			out = append(out, fact(manifest.ServiceHealthy, s.Name))
		default:
			out = append(out, fact(manifest.ServiceStarted, s.Name))
		}
	}
	for _, r := range d.Roles {
		if r.Password != nil {
			out = append(out, fact(manifest.SecretSet, r.Password.Name))
		}
		if r.User != nil {
			out = append(out, fact(manifest.SecretSet, r.User.Name))
		}
	}
	return out
}
