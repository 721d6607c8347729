package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// running is a service with a known image.
type running struct {
	m *manifest.Manifest
	s *manifest.Service
	f *images.Facts // facts with the service's entrypoint and command
	// ofImage are the variables that the image's own stages set.
	ofImage map[string]string
	// hidden: variables may be set in places that can't be read
	hidden bool
	// prepared are the volumes that several services mount: another service may
	// have changed their owner.
	prepared map[*manifest.Volume]bool
}

// ofImages checks each service against the facts of its image.
func ofImages(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	prepared := sharedVolumes(m)
	for _, s := range m.Services {
		f := s.Running()
		if f == nil || len(s.Instances) == 0 {
			continue
		}
		r := &running{m: m, s: s, f: f, prepared: prepared}
		r.ofImage, r.hidden = stageEnv(s.Image)
		r.hidden = r.hidden || r.anyKey("env_file", "environment", "extends")
		for _, check := range []func(*running) hcl.Diagnostics{
			(*running).required, (*running).refused, (*running).unread, (*running).misspelledVariables, (*running).exposedSecrets,
			(*running).dataFolders, (*running).volumeOwner, (*running).initProcess, (*running).missingCapabilities,
			(*running).configFiles, (*running).flags, (*running).probePaths, (*running).defaultLogin,
		} {
			diags = append(diags, once(check(r))...)
		}
	}
	return diags
}

// once removes repeated reports of a service's replicas.
func once(diags hcl.Diagnostics) hcl.Diagnostics {
	var out hcl.Diagnostics
	for _, d := range diags {
		if !slices.ContainsFunc(out, func(o *hcl.Diagnostic) bool { return o.Detail == d.Detail && *o.Subject == *d.Subject }) {
			out = append(out, d)
		}
	}
	return out
}

// anyKey reports whether one of the Compose keys is set.
func (r *running) anyKey(keys ...string) bool {
	for _, k := range keys {
		if r.s.ComposeKey(k) != nil {
			return true
		}
		for _, i := range r.s.Instances {
			if i.Compose[k] != nil {
				return true
			}
		}
	}
	return false
}

// stageEnv are the variables that an image's stages set; hidden if its base is
// unknown.
func stageEnv(i *manifest.Image) (env map[string]string, hidden bool) {
	if i.Built() && len(i.Stages) == 0 {
		return nil, true
	}
	_, stages := origin(i)
	for n := len(stages) - 1; n >= 0; n-- {
		for _, do := range stages[n].Steps {
			set, ok := do.(*manifest.EnvInstruction)
			if !ok {
				continue
			}
			for _, kv := range set.Values {
				if env == nil {
					env = map[string]string{}
				}
				env[kv.Key] = kv.Value
			}
		}
	}
	return env, false
}

// set reports whether a container has a variable, and its value unless that is a
// secret.
func (r *running) set(i *manifest.Instance, name string) (value string, plain, is bool) {
	for _, e := range i.Env {
		if e.Name == name {
			value, plain = e.Value.Plain()
			plain = plain && !e.Pass
			return value, plain, !plain || value != ""
		}
	}
	for _, e := range i.SecretEnv {
		if e.Name == name {
			return "", false, true
		}
	}
	value, is = r.ofImage[name]
	return value, is, is && value != ""
}

// setsLike reports whether a container has a variable that matches one of the
// patterns: a name, or a prefix followed by a star.
func (r *running) setsLike(i *manifest.Instance, patterns []string) bool {
	for _, p := range patterns {
		prefix, glob := strings.CutSuffix(p, "*")
		match := func(name string) bool { return name == p || glob && strings.HasPrefix(name, prefix) }
		if slices.ContainsFunc(i.Env, func(e manifest.EnvVar) bool { return match(e.Name) }) ||
			slices.ContainsFunc(i.SecretEnv, func(e manifest.SecretEnv) bool { return match(e.Name) }) {
			return true
		}
		for name := range r.ofImage {
			if match(name) {
				return true
			}
		}
	}
	return false
}

// family is the name by which an image is known, whatever its version: from its
// facts, or its reference; "" if neither is known.
func family(i *manifest.Image) string {
	switch {
	case i == nil:
		return ""
	case i.Facts != nil && i.Facts.Family != "":
		return i.Facts.Family
	}
	if f := images.FamilyOf(i.Assumed()); f != nil {
		return f.Name
	}
	return ""
}

// sharedNetworks are the services whose network another service or container
// joins: that one may listen on their ports.
func sharedNetworks(m *manifest.Manifest) map[*manifest.Service]bool {
	var joins []string
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, x := range []any{s.ComposeKey("network_mode"), extra(i.Compose["network_mode"])} {
				if mode, _ := x.(string); strings.Contains(mode, ":") {
					joins = append(joins, mode[strings.IndexByte(mode, ':')+1:])
				}
			}
		}
	}
	if len(joins) == 0 {
		return nil
	}
	named := map[string]*manifest.Service{}
	for _, s := range m.Services {
		named[s.Name] = s
		for _, i := range s.Instances {
			named[i.Name], named[cmp.Or(i.ContainerName, i.Name)] = s, s
		}
	}
	out := map[*manifest.Service]bool{}
	for _, name := range joins {
		out[named[name]] = true
	}
	return out
}

// sharedVolumes are those that several services mount.
func sharedVolumes(m *manifest.Manifest) map[*manifest.Volume]bool {
	first, out := map[*manifest.Volume]*manifest.Service{}, map[*manifest.Volume]bool{}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, x := range i.Mounts {
				if x.Volume == nil {
					continue
				}
				if o := first[x.Volume]; o != nil && o != s {
					out[x.Volume] = true
				}
				first[x.Volume] = s
			}
		}
	}
	return out
}

func extra(x *manifest.Passthrough) any {
	if x == nil {
		return nil
	}
	return x.Value
}
