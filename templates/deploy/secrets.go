package deploy

import (
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
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

// traits are what the runtime must know of a secret's uses; runtime/secrets.sh describes them.
func (s *script) traits(x *manifest.Secret, uses manifest.SecretUses) []string {
	var out []string
	if len(uses.Roles) > 0 {
		out = append(out, "role")
	}
	if len(uses.Servers) > 0 {
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
	if exposed || len(uses.Roles) > 0 {
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
	for _, x := range uses.Roles {
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
