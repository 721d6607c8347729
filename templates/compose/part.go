package compose

import (
	"maps"
	"strings"

	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/templates/yaml"
)

// Parts tells what a file says of single services, in a time that doesn't grow
// with the file.
type Parts struct {
	file                                 *File
	services, networks, volumes, secrets map[string]yaml.Entry
}

// NewParts reads a file, which must not change any more.
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

// Of is what the file says of some services, by name, of the networks, volumes
// and secrets that these use, and of all: while it is the same, Compose has
// nothing to do about their containers. How their images come to be is left out:
// a container is another one when its image is.
func (p *Parts) Of(services []string) ([]byte, error) {
	part := &File{Name: p.file.Name, Extra: p.file.Extra}
	for _, name := range services {
		if e, ok := p.services[name]; ok {
			e.Value = unbuilt(e.Value)
			part.Services = append(part.Services, e)
		}
	}
	encoder := yaml.Encoder{String: quote.Compose}
	text, err := encoder.Marshal(part)
	if err != nil {
		return nil, err
	}
	// Whatever form a service's keys have, the name of what it uses stands in
	// them. Every service may be in the network "default" without a word.
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
	case map[string]any: // with the system's own keys in it
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

// inName reports whether the name of a network, volume or secret may have the
// character.
func inName(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '.' || r == '-'
}
