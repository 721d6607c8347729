package rules

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleUnusedObject = diag.Warning("OG801", "Unused object",
	"A secret, volume, network or resource without a reference is usually a mistake: the name that should refer to it is misspelled or missing. An unused secret would be generated and stored for nothing.")

// unused reports declared objects without references.
func unused(m *manifest.Manifest) hcl.Diagnostics {
	u := usage{secrets: map[*manifest.Secret]bool{}, volumes: map[*manifest.Volume]bool{},
		networks: map[*manifest.Network]bool{}, resources: map[*manifest.Resource]bool{}, waited: map[string]bool{}}
	u.collect(m)
	var diags hcl.Diagnostics
	report := func(used bool, o manifest.Origin, how string) {
		if !used {
			diags = append(diags, ruleUnusedObject.At(o.Range, "%s is never used. %s, or remove it.", o.Address, how))
		}
	}
	for _, s := range m.Secrets {
		report(u.secrets[s] || u.waited[s.Name], s.Origin, "Pass it to a service (secret_env), an image's build, a role or a script")
	}
	for _, v := range m.Volumes {
		report(u.volumes[v], v.Origin, "Mount it in a service")
	}
	for _, n := range m.Networks {
		report(u.networks[n], n.Origin, "List it in a service's networks")
	}
	for _, r := range m.Resources {
		report(u.resources[r], r.Origin, "Add it to an action's uses")
	}
	return diags
}

type usage struct {
	secrets   map[*manifest.Secret]bool
	volumes   map[*manifest.Volume]bool
	networks  map[*manifest.Network]bool
	resources map[*manifest.Resource]bool
	waited    map[string]bool // names of secrets that a condition requires
}

func (u *usage) collect(m *manifest.Manifest) {
	for _, s := range m.Services {
		for _, n := range s.Networks {
			u.networks[n] = true
		}
		for _, i := range s.Instances {
			u.instance(i)
		}
	}
	for _, i := range m.Images {
		for _, s := range i.Secrets {
			u.secrets[s] = true
		}
	}
	for _, d := range m.Databases {
		for _, r := range d.Roles {
			u.secrets[r.Password] = true
			u.secrets[r.User] = true
		}
	}
	for _, s := range scriptsOf(m) {
		for _, sec := range s.text.Secrets() {
			u.secrets[sec] = true
		}
	}
	for _, a := range m.Actions {
		for _, e := range a.Env {
			u.text(e.Value)
		}
		for _, use := range a.Uses {
			u.resources[use.Resource] = true
		}
		u.facts(a.Precondition)
	}
	for _, g := range m.Goals {
		u.facts(g.Condition)
	}
}

// facts counts secret.x.set in a condition as a use of the secret: an action
// that requires it reads the secret in a way that the model can't see.
func (u *usage) facts(e *manifest.Expr) {
	if e == nil {
		return
	}
	if e.Op == manifest.OpFact && e.Fact.Kind == manifest.SecretSet {
		u.waited[e.Fact.Name] = true
	}
	for _, a := range e.Args {
		u.facts(a)
	}
}

func (u *usage) instance(i *manifest.Instance) {
	for _, e := range i.Env {
		u.text(e.Value)
	}
	for _, e := range i.SecretEnv {
		u.secrets[e.Secret] = true
	}
	for _, s := range i.SecretFiles {
		u.secrets[s] = true
	}
	for _, m := range i.Mounts {
		u.volumes[m.Volume] = true
	}
}

func (u *usage) text(t manifest.Text) {
	for _, s := range t.Secrets() {
		u.secrets[s] = true
	}
}
