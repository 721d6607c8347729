package deployment

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// ServiceSecrets are the secrets that a service's containers get, each once.
func ServiceSecrets(s *manifest.Service) []*manifest.Secret {
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
		for _, x := range i.SecretFiles {
			put(x)
		}
		for _, e := range i.Env {
			for _, x := range e.Value.Secrets() {
				put(x)
			}
		}
	}
	return out
}

// Logins are, by service, the databases with a role whose password the service
// gets: until the schema is applied, the role can't log in, or not with a new password. Excluded are those
// that a declared action applies, which declares its own preconditions, and
// those whose server depends on the service.
func Logins(m *manifest.Manifest, declared map[manifest.Fact]bool) map[*manifest.Service][]*manifest.Database {
	roles := map[*manifest.Secret][]*manifest.Database{}
	for _, d := range m.Databases {
		if d.Service == nil || declared[manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name}] {
			continue
		}
		secrets := []*manifest.Secret{d.OwnPassword()}
		for _, r := range d.Roles {
			secrets = append(secrets, r.Password, r.User)
		}
		for _, x := range secrets {
			if x != nil && !slices.Contains(roles[x], d) {
				roles[x] = append(roles[x], d)
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
		for _, secret := range ServiceSecrets(s) {
			for _, d := range roles[secret] {
				if !slices.Contains(out[s], d) && !waitsFor(d.Service, s) {
					out[s] = append(out[s], d)
				}
			}
		}
	}
	return out
}
