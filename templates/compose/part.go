package compose

import (
	"maps"
	"strings"

	"github.com/omegagen/omegagen/templates/yaml"
)

// Parts returns the parts of a file that concern single services, in a time
// independent of the file's size.
type Parts struct {
	file                                 *File
	services, networks, volumes, secrets map[string]yaml.Entry
}

// NewParts reads a file, which must not change afterwards.
func NewParts(f *File) *Parts {
	byKey := func(entries yaml.Map) map[string]yaml.Entry {
		out := make(map[string]yaml.Entry, len(entries))
		for _, e := range entries {
			out[e.Key] = e
		}
		return out
	}
	return &Parts{f, byKey(f.Services), byKey(f.Networks), byKey(f.Volumes), byKey(f.Secrets)}
}

// Keys are the keys of the file's services, networks and volumes, each after the word
// for its kind: "service web-1".
func (p *Parts) Keys() []string {
	var out []string
	for _, kind := range []struct {
		word    string
		entries yaml.Map
	}{{"service", p.file.Services}, {"network", p.file.Networks}, {"volume", p.file.Volumes}} {
		for _, e := range kind.entries {
			out = append(out, kind.word+" "+e.Key)
		}
	}
	return out
}

// Of is the part of the file that concerns the named services, the networks, volumes
// and secrets that they use, and all services: while it is the same, Compose doesn't
// recreate their containers. It omits how images are built: a container changes only
// with its image.
func (p *Parts) Of(services []string) ([]byte, error) {
	part := &File{Name: p.file.Name, Extra: p.file.Extra}
	for _, name := range services {
		if e, ok := p.services[name]; ok {
			e.Value = unbuilt(e.Value)
			part.Services = append(part.Services, e)
		}
	}
	encoder := yaml.Encoder{String: interpolated(p.file.from)}
	text, err := encoder.Marshal(part)
	if err != nil {
		return nil, err
	}
	// In any form, a service's keys contain the names of what the service uses. Every
	// service may be in the network "default" without naming it.
	seen := map[string]bool{}
	for _, word := range append(strings.FieldsFunc(string(text), func(r rune) bool { return !inName(r) }), "default") {
		if seen[word] {
			continue
		}
		seen[word] = true
		add(&part.Networks, p.networks, word)
		add(&part.Volumes, p.volumes, word)
		add(&part.Secrets, p.secrets, word)
	}
	return encoder.Marshal(part)
}

// unbuilt is a service without its build.
func unbuilt(service any) any {
	switch x := service.(type) {
	case *Service:
		s := *x
		s.Build, s.PullPolicy = nil, ""
		return &s
	case map[string]any: // with the system's passthrough keys
		s := maps.Clone(x)
		delete(s, "build")
		delete(s, "pull_policy")
		return s
	}
	return service
}

func add(to *yaml.Map, from map[string]yaml.Entry, name string) {
	if e, ok := from[name]; ok {
		*to = append(*to, e)
	}
}

// inName reports whether the name of a network, volume or secret may contain the
// character.
func inName(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '.' || r == '-'
}
