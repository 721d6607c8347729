package manifest

import (
	"math/big"
	"slices"
	"strings"
	"time"
)

// Secret is a value that a deployment needs and no file of the kit contains: deploy.sh gets it from
// its source, and keeps it.
type Secret struct {
	Origin
	Name        string
	From        SecretSource // never nil
	Description string       // what it is, for the people who are asked for it
	Cost        *big.Rat     // of secret.N.make
	Duration    time.Duration
	EnvVar      string // upper-case name, as scripts and .env know it: POSTGRES_PASSWORD
}

// SecretSource is where a secret's value is from; a closed set of types.
type SecretSource interface {
	// Form is the value of the argument `from`.
	Form() string
}

// GeneratedSecret is made by deploy.sh, once.
type GeneratedSecret struct {
	Length int // characters of [A-Za-z0-9]; URL-safe by construction
}

// FileSecret is read from a file at each deployment.
type FileSecret struct {
	Path string // relative to the kit's folder, unless absolute
}

// EnvSecret is read from a variable of the caller of deploy.sh.
type EnvSecret struct {
	Name string
}

// PromptSecret is asked for on the terminal, or given by `./deploy.sh secret set`.
type PromptSecret struct{}

// CommandSecret is what a command prints.
type CommandSecret struct {
	Words []string
}

// Form implements SecretSource.
func (*GeneratedSecret) Form() string { return "generated" }

// Form implements SecretSource.
func (*FileSecret) Form() string { return "file" }

// Form implements SecretSource.
func (*EnvSecret) Form() string { return "env" }

// Form implements SecretSource.
func (*PromptSecret) Form() string { return "prompt" }

// Form implements SecretSource.
func (*CommandSecret) Form() string { return "command" }

// SecretForms are the values of the argument `from`.
func SecretForms() []string {
	return []string{(&GeneratedSecret{}).Form(), (&FileSecret{}).Form(), (&EnvSecret{}).Form(), (&PromptSecret{}).Form(), (&CommandSecret{}).Form()}
}

// SecretUses is what uses a secret.
type SecretUses struct {
	Services []*Service // that get it, sorted by name
	// Servers are those of Services that set it as their own password when they start with empty data.
	Servers []*Service
	// Databases are those whose schema deploy.sh applies as the role with this password, which Servers set.
	Databases []*Database
	Roles     []*Role   // whose password it is
	Logins    []*Role   // whose user it is
	Images    []*Image  // whose build may mount it
	Makers    []*Action // that set it instead of deploy.sh
	Scripted  bool      // a script gets it
}

// UsesOf finds what uses a secret.
func (m *Manifest) UsesOf(x *Secret) SecretUses {
	var out SecretUses
	for _, s := range m.Services {
		gets, sets := s.gets(x)
		if gets {
			out.Services = append(out.Services, s)
		}
		if sets {
			out.Servers = append(out.Servers, s)
		}
	}
	for _, i := range m.Images {
		if slices.Contains(i.Secrets, x) {
			out.Images = append(out.Images, i)
		}
	}
	for _, d := range m.Databases {
		for _, r := range d.Roles {
			if r.Password == x {
				out.Roles = append(out.Roles, r)
			}
			if r.User == x {
				out.Logins = append(out.Logins, r)
			}
		}
		if d.OwnPassword() == x && !m.applies(d) {
			out.Databases = append(out.Databases, d)
		}
	}
	made := Fact{Kind: SecretSet, Name: x.Name}
	scripts := m.texts()
	for _, a := range m.Actions {
		if slices.ContainsFunc(a.Achieves, func(f FactRef) bool { return f.Fact == made }) {
			out.Makers = append(out.Makers, a)
		}
	}
	for _, t := range scripts {
		out.Scripted = out.Scripted || slices.Contains(t.Secrets(), x)
	}
	return out
}

// applies reports whether a declared action applies the schema of a database.
func (m *Manifest) applies(d *Database) bool {
	applied := Fact{Kind: DatabaseApplied, Name: d.Name}
	return slices.ContainsFunc(m.Actions, func(a *Action) bool {
		return slices.ContainsFunc(a.Achieves, func(f FactRef) bool { return f.Fact == applied })
	})
}

// texts are the scripts of the manifest, with their environments.
func (m *Manifest) texts() []Text {
	var out []Text
	env := func(list []EnvVar) {
		for _, e := range list {
			out = append(out, e.Value)
		}
	}
	for _, a := range m.Actions {
		out = append(out, a.Run, a.Validate, a.Rollback)
		env(a.Env)
	}
	for _, c := range m.Criteria {
		if p, ok := c.Probe.(*CommandProbe); ok {
			out = append(out, p.Run)
			env(p.Env)
		}
	}
	for _, b := range m.Benchmarks {
		out = append(out, b.Run)
		env(b.Env)
	}
	return out
}

// Used reports whether anything uses the secret.
func (u SecretUses) Used() bool {
	return len(u.Services)+len(u.Roles)+len(u.Logins)+len(u.Images) > 0 || u.Scripted
}

// SetByKit reports whether the value may be any, because the kit itself sets it wherever it counts: as
// the password of a role, or of a server; or because services agree on it among themselves.
func (u SecretUses) SetByKit() bool {
	return len(u.Roles)+len(u.Logins) > 0 || len(u.Servers) > 0 || len(u.Services) > 1 || len(u.Makers) > 0
}

// gets reports whether a service gets a secret, and whether its server sets it as its own password.
func (s *Service) gets(x *Secret) (gets, sets bool) {
	f := s.Running()
	for _, i := range s.Instances {
		gets = gets || slices.Contains(i.SecretFiles, x)
		for _, e := range i.SecretEnv {
			if e.Secret == x {
				gets = true
				sets = sets || f.SetsPassword(f.ValueOf(e.Name)) || e.ByName && f.SetsPassword(e.Name) || f.SetsPassword(strings.TrimSuffix(e.Name, "_FILE"))
			}
		}
		for _, e := range i.Env {
			if slices.Contains(e.Value.Secrets(), x) {
				gets = true
				sets = sets || len(e.Value) == 1 && f.SetsPassword(e.Name)
			}
		}
	}
	return gets, sets
}

// Mount is where containers find the secret's file.
func (x *Secret) Mount() string { return "/run/secrets/" + x.Name }
