package compose

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// name checks the name of an object of the engine.
func (r *renderer) name(name string, at hcl.Range, what string) {
	ok := len(name) >= 2
	for i, c := range []byte(name) {
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		ok = ok && (alnum || i > 0 && strings.IndexByte("_.-", c) >= 0)
	}
	if !ok {
		r.diags = r.diags.Append(ruleName.At(at,
			"%q can't name a %s. Such a name begins with a letter or digit, followed by one or more letters, digits, underscores, full stops and hyphens.", name, what))
	}
}

// checkInstance reports what a container can't be given.
func (r *renderer) checkInstance(i *manifest.Instance) {
	for _, e := range i.Env {
		for _, p := range e.Value {
			r.text(p.Text, e.Range)
		}
	}
	for _, c := range []*manifest.Command{i.Command, i.Entrypoint} {
		if c == nil {
			continue
		}
		for _, w := range slices.Concat(c.Exec, []string{c.Shell}) {
			r.text(w, c.Range)
		}
	}
	for _, m := range i.Mounts {
		r.text(m.Target+m.Bind, m.Range)
	}
	for _, l := range i.Labels {
		r.text(l.Key+l.Value, l.Range)
	}
}

func (r *renderer) text(s string, at hcl.Range) {
	if strings.Contains(s, "\x00") {
		r.diags = r.diags.Append(ruleText.At(at, "The string %q has the character U+0000, which no process can be given. Take it out.", s))
	}
}

// checkProfiles reports dependencies that Compose would leave out.
func (r *renderer) checkProfiles(s *manifest.Service) {
	for _, d := range s.DependsOn {
		with := d.Service.Profiles
		if len(with) == 0 {
			continue
		}
		for _, p := range s.Profiles {
			if slices.Contains(with, p) {
				continue
			}
			r.diags = r.diags.Append(ruleProfile.At(d.Range,
				"%s depends on %s, which is left out when only the profile %q is on. Add that profile to %s, or take its profiles away.", s.Address, d.Service.Address, p, d.Service.Address))
			break
		}
		if len(s.Profiles) == 0 {
			r.diags = r.diags.Append(ruleProfile.At(d.Range,
				"%s always runs, but depends on %s, which only runs with a profile (%s). Take the profiles of %s away, or give them to %s too.", s.Address, d.Service.Address, strings.Join(with, ", "), d.Service.Address, s.Address))
		}
	}
}
