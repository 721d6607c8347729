package compose

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// name checks the name of a volume or network.
func (r *renderer) name(name string, at hcl.Range, what string) {
	ok := len(name) >= 2
	for i, c := range []byte(name) {
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		ok = ok && (alnum || i > 0 && strings.IndexByte("_.-", c) >= 0)
	}
	if !ok {
		r.diags = r.diags.Append(ruleName.At(at,
			"%q is not a valid %s name. It must start with a letter or digit, followed by one or more letters, digits, underscores, periods or hyphens.", name, what))
	}
}

// checkInstance reports values that a container can't receive.
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
		for _, w := range c.Exec {
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
		r.diags = r.diags.Append(ruleText.At(at, "The string %q contains the character U+0000, which a process cannot receive. Remove it.", s))
	}
}

// checkProfiles reports dependencies that may not be enabled.
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
				"%s depends on %s, which is not enabled when only the profile %q is. Add that profile to %s, or remove its profiles.", s.Address, d.Service.Address, p, d.Service.Address))
			break
		}
		if len(s.Profiles) == 0 {
			r.diags = r.diags.Append(ruleProfile.At(d.Range,
				"%s is always enabled, but depends on %s, which is enabled only with a profile (%s). Remove the profiles of %s, or add them to %s too.", s.Address, d.Service.Address, strings.Join(with, ", "), d.Service.Address, s.Address))
		}
	}
}
