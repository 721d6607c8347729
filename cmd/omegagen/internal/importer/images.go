package importer

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// image writes the block of the service's image, once for all services with the same, and refers to it.
func (s *serviceDraft) image() {
	ref1 := func(label string) {
		s.imageOf[s.name] = label
		s.b.items = append(s.b.items, item{name: "image", value: ref{"image", label}, path: s.path("image"), comment: s.s.comment(s.path("image")...)})
	}
	name := s.m["image"]
	if s.m["build"] == nil {
		if label := s.builtBy(str(name)); label != "" {
			ref1(label)
			return
		}
		key := "pull " + str(name)
		if s.images[key] == "" {
			s.images[key] = s.unique("image", imageLabel(str(name)))
			b := &block{kind: "image", label: s.images[key], path: s.path("image")}
			b.items = append(b.items, item{name: "pull", value: name, path: s.path("image")})
			s.Draft.add(b)
		}
		ref1(s.images[key])
		return
	}
	identity, _ := json.Marshal(plainValue(s.m["build"]))
	key := "build " + str(name) + string(identity)
	if s.images[key] == "" {
		label := s.b.label
		if str(name) != "" {
			label = imageLabel(str(name))
		}
		s.images[key] = s.unique("image", label)
		s.built(s.images[key], name)
	}
	ref1(s.images[key])
}

// builtBy is the label of the image that another service builds under the name; "" if none does.
func (s *serviceDraft) builtBy(name string) string {
	for _, other := range sortedKeys(mapOf(s.s.model["services"])) {
		m := mapOf(at(s.s.model, "services", other))
		if m["build"] == nil || str(m["image"]) != name || name == "" {
			continue
		}
		identity, _ := json.Marshal(plainValue(m["build"]))
		key := "build " + name + string(identity)
		if s.images[key] == "" {
			o := &serviceDraft{Draft: s.Draft, name: other, m: m, b: &block{label: s.Draft.labels["services "+other]}, used: map[string]bool{}}
			o.image()
		}
		return s.images[key]
	}
	return ""
}

// imageLabel is the last part of a reference's repository.
func imageLabel(reference string) string {
	name, _, _ := strings.Cut(reference, "@")
	name = path.Base(name)
	name, _, _ = strings.Cut(name, ":")
	return strings.TrimLeft(identifier(name), "_")
}

// buildKeys are the keys of a build that an image block has under another or the same name.
var buildKeys = []struct{ key, attr string }{
	{"target", "target"}, {"labels", "labels"}, {"network", "network"}, {"cache_from", "cache_from"},
	{"additional_contexts", "additional_contexts"}, {"extra_hosts", "extra_hosts"}, {"shm_size", "shm_size"},
}

// buildValue is the value of a build's key as the image block has it.
func buildValue(key string, v any) any {
	switch key {
	case "shm_size":
		return size(v)
	case "extra_hosts":
		var out []any
		for _, x := range listOf(v) {
			out = append(out, strings.Replace(str(x), "=", ":", 1))
		}
		return out
	}
	return v
}

func (s *serviceDraft) built(label string, name any) {
	p := s.path("build")
	build := mapOf(s.m["build"])
	b := &block{kind: "image", label: label, path: p, comment: s.s.comment(p...)}
	tag := name
	if str(name) == "" {
		tag = s.s.Name + "-" + s.name
	}
	context := build["context"]
	if str(context) == "" {
		context = s.s.fromManifest(s.s.dir)
	}
	b.set(s.Draft, "tag", tag, s.path("image")...)
	b.set(s.Draft, "context", context, append(p, "context")...)
	file := str(build["dockerfile"])
	if file == "" {
		file = "Dockerfile"
	}
	if !remote(str(context)) && !filepath.IsAbs(file) {
		file = path.Join(str(context), file)
		if !path.IsAbs(file) && !strings.HasPrefix(file, "../") {
			file = "./" + file
		}
	}
	stages, err := s.stages(label)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) { // that is listed as missing
			s.kept[label] = err.Error()
		}
		if str(build["dockerfile_inline"]) == "" {
			b.set(s.Draft, "dockerfile", file, append(p, "dockerfile")...)
		}
	}
	args := map[string]any{}
	for k, v := range mapOf(build["args"]) {
		if v != nil {
			args[k] = v
		}
	}
	if len(args) > 0 {
		b.set(s.Draft, "build_args", args, append(p, "args")...)
	}
	for _, k := range buildKeys {
		if v := build[k.key]; !empty(v) && k.attr != "" {
			b.set(s.Draft, k.attr, buildValue(k.key, v), append(p, k.key)...)
		}
	}
	// The engine's own builder has one platform for a build.
	if list := listOf(build["platforms"]); len(list) == 1 && str(s.m["platform"]) == "" {
		b.set(s.Draft, "platform", list[0], append(p, "platforms")...)
	}
	var secrets []any
	for _, u := range listOf(build["secrets"]) {
		if name := str(at(u, "source")); s.secretTyped(name) {
			secrets = append(secrets, ref{"secret", s.Draft.labels["secrets "+name]})
		}
	}
	if len(secrets) > 0 {
		b.set(s.Draft, "secrets", secrets, append(p, "secrets")...)
	}
	if list := listOf(build["ssh"]); len(list) > 0 {
		b.set(s.Draft, "ssh", list, append(p, "ssh")...)
	}
	if stages != nil {
		if patterns := ignored(str(at(s.s.whole, "services", s.name, "build", "context")), str(build["dockerfile"])); len(patterns) > 0 {
			b.set(s.Draft, "ignore", patterns, append(p, "ignore")...)
		}
	}
	for _, stage := range stages {
		stage.path = p
		b.items = append(b.items, item{block: stage, gap: true})
	}
	s.Draft.add(b)
}

// stages are those of the service's build.
func (s *serviceDraft) stages(label string) ([]*block, error) {
	switch {
	case (s.s.opts.KeepDockerfiles || s.s.opts.Faithful) && str(at(s.m, "build", "dockerfile_inline")) == "":
		return nil, errors.New("as asked for")
	case s.at(s.path("build")...) != typed:
		return nil, errors.New(s.why[strings.Join(s.path("build"), "\x00")])
	}
	stages, err := s.staged(label, mapOf(at(s.s.whole, "services", s.name, "build")), mapOf(s.m["build"]))
	if err == nil {
		s.dockerfiles[label].path = s.path("build")
	}
	return stages, err
}

// remote reports whether a build context is a URL, as Docker does.
func remote(context string) bool {
	for _, p := range []string{"https://", "http://", "git://", "ssh://", "github.com/", "git@"} {
		if strings.HasPrefix(context, p) {
			return true
		}
	}
	return false
}

// plainValue is a value of the model without what it knows of variables.
func plainValue(v any) any {
	switch v := v.(type) {
	case *Text:
		return v.Value
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = plainValue(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = plainValue(x)
		}
		return out
	}
	return v
}
