package planner

import (
	"math/big"
	"slices"
	"sort"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Actions are all actions of a manifest: the declared ones, and those that the
// compiler makes for facts of the kit's own that no declared action achieves.
// They are sorted by ID.
func Actions(m *manifest.Manifest) []*Action {
	var out []*Action
	for _, a := range m.Actions {
		out = append(out, declared(a))
	}
	achieved := map[manifest.Fact]bool{}
	for _, a := range m.Actions {
		for _, f := range a.Achieves {
			achieved[f.Fact] = true
		}
	}
	made := func(f manifest.Fact, a Action, cost *big.Rat) {
		if achieved[f] {
			return
		}
		if a.Cost = cost; cost == nil {
			a.Cost = big.NewRat(1, 1)
		}
		a.Priority = manifest.Medium
		a.Achieves = []manifest.Fact{f}
		out = append(out, &a)
	}
	for _, i := range m.Images {
		a := Action{ID: "image." + i.Name + ".build", Kind: ImageBuild, Title: "Build image " + i.Name, Duration: i.Duration, Image: i, Range: i.Range}
		if !i.Built() {
			a.ID, a.Kind, a.Title = "image."+i.Name+".pull", ImagePull, "Pull image "+i.Name
		}
		made(manifest.Fact{Kind: manifest.ImageReady, Name: i.Name}, a, i.Cost)
	}
	for _, s := range m.Secrets {
		made(manifest.Fact{Kind: manifest.SecretSet, Name: s.Name},
			Action{ID: "secret." + s.Name + ".make", Kind: SecretMake, Title: "Make secret " + s.Name, Duration: s.Duration, Secret: s, Range: s.Range}, s.Cost)
	}
	logins := logins(m, achieved)
	for _, s := range m.Services {
		made(manifest.Fact{Kind: manifest.ServiceStarted, Name: s.Name},
			Action{ID: "service." + s.Name + ".start", Kind: ServiceStart, Title: "Start service " + s.Name, Duration: s.Duration, Service: s, Range: s.Range,
				Uses: []Use{{ComposeResource, 1}}, Logins: logins[s]}, s.Cost)
		if f, ok := awaited(s); ok {
			made(f, Action{ID: "service." + s.Name + ".await", Kind: ServiceAwait, Title: awaitTitle(s), Duration: s.Duration, Service: s, Range: s.Range}, s.Cost)
		}
	}
	for _, d := range m.Databases {
		made(manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name},
			Action{ID: "database." + d.Name + ".apply", Kind: DatabaseApply, Title: "Apply the schema of database " + d.Name, Duration: d.Duration, Database: d, Range: d.Range}, d.Cost)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// logins are, by service, the databases with a role whose password the service
// is given: until the schema is applied the role can't log in. Left out are those
// that a declared action applies, which says itself what it waits for, and those
// whose server waits for the service.
func logins(m *manifest.Manifest, achieved map[manifest.Fact]bool) map[*manifest.Service][]*manifest.Database {
	roles := map[*manifest.Secret][]*manifest.Database{}
	for _, d := range m.Databases {
		if d.Service == nil || achieved[manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name}] {
			continue
		}
		for _, r := range d.Roles {
			if r.Password != nil && !slices.Contains(roles[r.Password], d) {
				roles[r.Password] = append(roles[r.Password], d)
			}
		}
	}
	out := map[*manifest.Service][]*manifest.Database{}
	if len(roles) == 0 {
		return out
	}
	waitsFor := func(s, other *manifest.Service) bool {
		seen := map[*manifest.Service]bool{s: true}
		for queue := []*manifest.Service{s}; len(queue) > 0; queue = queue[1:] {
			if queue[0] == other {
				return true
			}
			next := make([]*manifest.Service, 0, len(queue[0].DependsOn)+len(out[queue[0]]))
			for _, d := range queue[0].DependsOn {
				next = append(next, d.Service)
			}
			for _, d := range out[queue[0]] {
				next = append(next, d.Service)
			}
			for _, n := range next {
				if !seen[n] {
					seen[n] = true
					queue = append(queue, n)
				}
			}
		}
		return false
	}
	for _, s := range m.Services {
		for _, secret := range serviceSecrets(s) {
			for _, d := range roles[secret] {
				if !slices.Contains(out[s], d) && !waitsFor(d.Service, s) {
					out[s] = append(out[s], d)
				}
			}
		}
	}
	return out
}

// Grave reports whether the manifest calls an action critical or high: that a
// plan does without it is worth a word.
func (a *Action) Grave() bool { return a.Priority == manifest.Critical || a.Priority == manifest.High }

func declared(a *manifest.Action) *Action {
	p := &Action{ID: a.Name, Kind: Declared, Title: a.Title, Milestone: a.Milestone, Priority: a.Priority,
		Cost: a.Cost, Duration: a.Duration, Declared: a, Range: a.Range}
	if p.Cost == nil {
		p.Cost = new(big.Rat)
	}
	for _, f := range a.Achieves {
		p.Achieves = append(p.Achieves, f.Fact)
	}
	for _, f := range a.Destroys {
		p.Destroys = append(p.Destroys, f.Fact)
	}
	for _, u := range a.Uses {
		p.Uses = append(p.Uses, Use{u.Resource.Name, u.Amount})
	}
	return p
}

// awaited is the fact that a service is awaited for: completed, of a one-shot;
// healthy, where there is a healthcheck; else there is nothing to wait for.
func awaited(s *manifest.Service) (manifest.Fact, bool) {
	switch {
	case s.Oneshot:
		return manifest.Fact{Kind: manifest.ServiceCompleted, Name: s.Name}, true
	case s.Healthcheck != nil && !s.Healthcheck.Disable:
		return manifest.Fact{Kind: manifest.ServiceHealthy, Name: s.Name}, true
	}
	return manifest.Fact{}, false
}

// up is the fact that says that a service does its work.
func up(s *manifest.Service) manifest.Fact {
	if f, ok := awaited(s); ok {
		return f
	}
	return manifest.Fact{Kind: manifest.ServiceStarted, Name: s.Name}
}

func awaitTitle(s *manifest.Service) string {
	if s.Oneshot {
		return "Wait until service " + s.Name + " has completed"
	}
	return "Wait until service " + s.Name + " is healthy"
}

// needed is a fact that an action needs beyond its precondition, with the place
// that asks for it.
type needed = manifest.FactRef

// Needs are the facts that an action needs besides a declared action's
// precondition, each once: what it depends on, and for a made action what it
// is made from.
func (a *Action) Needs() []manifest.FactRef {
	var out []needed
	seen := map[manifest.Fact]bool{}
	need := func(f needed) {
		if !seen[f.Fact] {
			seen[f.Fact] = true
			out = append(out, f)
		}
	}
	fact := func(k manifest.FactKind, name string, of manifest.Origin) {
		need(needed{Fact: manifest.Fact{Kind: k, Name: name}, Range: of.Range})
	}
	switch a.Kind {
	case Declared:
		for _, d := range a.Declared.DependsOn {
			need(needed{Fact: manifest.Fact{Kind: manifest.ActionDone, Name: d.Action.Name}, Range: d.Range})
		}
	case ImageBuild:
		for _, base := range a.Image.Bases() {
			fact(manifest.ImageReady, base.Name, a.Image.Origin)
		}
		for _, sec := range a.Image.Secrets {
			fact(manifest.SecretSet, sec.Name, a.Image.Origin)
		}
	case ImagePull, SecretMake:
	case ServiceStart:
		s := a.Service
		if s.Image != nil {
			fact(manifest.ImageReady, s.Image.Name, s.Origin)
		}
		for _, sec := range serviceSecrets(s) {
			fact(manifest.SecretSet, sec.Name, s.Origin)
		}
		for _, d := range s.DependsOn {
			need(needed{Fact: manifest.Fact{Kind: d.Condition.Fact(), Name: d.Service.Name}, Range: d.Range})
		}
		for _, d := range a.Logins {
			fact(manifest.DatabaseApplied, d.Name, s.Origin)
		}
	case ServiceAwait:
		fact(manifest.ServiceStarted, a.Service.Name, a.Service.Origin)
	case DatabaseApply:
		d := a.Database
		if d.Service != nil {
			f := up(d.Service)
			fact(f.Kind, f.Name, d.Origin)
		}
		for _, r := range d.Roles {
			if r.Password != nil {
				fact(manifest.SecretSet, r.Password.Name, r.Origin)
			}
		}
	}
	return out
}

// serviceSecrets are the secrets that a service's containers are given.
func serviceSecrets(s *manifest.Service) []*manifest.Secret {
	var out []*manifest.Secret
	seen := map[*manifest.Secret]bool{}
	put := func(x *manifest.Secret) {
		if x != nil && !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	for _, i := range s.Instances {
		for _, e := range i.SecretEnv {
			put(e.Secret)
		}
		for _, e := range i.Env {
			for _, x := range e.Value.Secrets() {
				put(x)
			}
		}
	}
	return out
}
