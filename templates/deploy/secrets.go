package deploy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker"
	"github.com/omegagen/omegagen/templates/env"
)

// secretRow is a secret as the runtime knows it: name, variable, source, length, traits, users,
// description, and the words of the source.
func (s *script) secretRow(x *manifest.Secret) []value {
	uses := s.m.UsesOf(x)
	length, words := 0, []string(nil)
	switch from := x.From.(type) {
	case *manifest.GeneratedSecret:
		length = from.Length
		if len(uses.Logins) > 0 {
			words = uses.Logins[0].Logins()[:1]
		}
	case *manifest.FileSecret:
		words = []string{from.Path}
	case *manifest.EnvSecret:
		words = []string{from.Name}
	case *manifest.PromptSecret:
	case *manifest.CommandSecret:
		words = from.Words
	}
	out := []value{word(x.Name, x.Range), word(x.EnvVar, x.Range), word(x.From.Form(), x.Range), word(strconv.Itoa(length), x.Range),
		quoted(strings.Join(s.traits(x, uses), " "), x.Range), quoted(strings.Join(users(uses), ", "), x.Range),
		quoted(strings.Join(strings.Fields(x.Description), " "), x.Range)}
	for _, w := range words {
		out = append(out, word(w, x.Range))
	}
	return out
}

// loginRows are the roles with two logins that the actions make, as the runtime knows them; plan.sh says what
// is in a row.
func (s *script) loginRows(actions []*planner.Action) [][]value {
	var out [][]value
	for _, d := range s.m.Databases {
		id := "database." + d.Name + ".apply"
		if d.Service == nil || len(d.Service.Instances) == 0 || !slices.ContainsFunc(actions, func(a *planner.Action) bool { return a.ID == id }) {
			continue
		}
		for _, r := range d.Roles {
			if r.User == nil || r.Password == nil {
				continue
			}
			names, row := r.Logins(), []value(nil)
			script := func(phase deployment.Phase) string {
				return strings.TrimPrefix(kit.ActionScriptPath(id, string(phase)), kit.DeployDir+"/")
			}
			for _, w := range []string{r.Password.Name, r.User.Name, docker.Container(d.Service.Instances[0]), script(deployment.Login), script(deployment.Retire), names[0], names[1]} {
				row = append(row, word(w, r.Range))
			}
			out = append(out, row)
		}
	}
	return out
}

// traits are what the runtime must know of a secret's uses; runtime/secrets.sh describes them.
func (s *script) traits(x *manifest.Secret, uses manifest.SecretUses) []string {
	var out []string
	if len(uses.Roles)+len(uses.Databases) > 0 {
		out = append(out, "role")
	}
	if len(uses.Logins) > 0 {
		out = append(out, "login")
	}
	if len(uses.Servers) > 0 && len(uses.Databases) == 0 {
		out = append(out, "server")
	}
	if len(uses.Makers) > 0 {
		out = append(out, "made")
	}
	exposed := false
	for _, v := range env.Variables(s.m) {
		exposed = exposed || v.Secret == x
	}
	if exposed {
		out = append(out, "exposed")
	}
	if exposed || len(uses.Roles)+len(uses.Databases) > 0 {
		out = append(out, "line")
	}
	return out
}

// users names what uses a secret, for people.
func users(uses manifest.SecretUses) []string {
	var out []string
	for _, x := range uses.Services {
		out = append(out, x.Address)
	}
	for _, x := range slices.Concat(uses.Roles, uses.Logins) {
		out = append(out, x.Address)
	}
	for _, x := range uses.Images {
		out = append(out, x.Address)
	}
	if uses.Scripted {
		out = append(out, "scripts")
	}
	return unique(out)
}
