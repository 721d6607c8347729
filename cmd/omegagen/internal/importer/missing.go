package importer

import (
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Missing lists the paths that the files name and that aren't there. Those that Docker makes as folders on the first
// start are no mistake.
func (d *Draft) Missing() []Loss {
	m := &missing{s: d.s}
	services := mapOf(d.s.model["services"])
	for _, name := range sortedKeys(services) {
		if d.written("services", name) {
			m.service(name, mapOf(services[name]))
		}
	}
	for _, kind := range []string{"configs", "secrets"} {
		for _, name := range sortedKeys(mapOf(d.s.model[kind])) {
			m.check(at(d.s.model, kind, name, "file"), d.s.Place(kind, name, "file"), kind+"."+name+".file")
		}
	}
	return m.out
}

type missing struct {
	s   *Source
	out []Loss
}

// check lists a path if nothing is there.
func (m *missing) check(v any, place, what string) {
	if name := str(v); name != "" && m.s.missing(name) {
		m.out = append(m.out, Loss{Place: place, What: what, Why: fmt.Sprintf("There is no %q.", name)})
	}
}

func (m *missing) service(name string, x map[string]any) {
	at1 := func(keys ...string) []string { return append([]string{"services", name}, keys...) }
	list := func(key, part string, skip func(e any) bool) {
		all := listOf(at(x, strings.Split(key, ".")...))
		for i, e := range all {
			if !skip(e) {
				m.check(at(e, part), m.s.elementPlace(i, len(all), at1(strings.Split(key, ".")...)...), "services."+name+"."+key)
			}
		}
	}
	list("env_file", "path", func(e any) bool { return at(e, "required") == false })
	list("volumes", "source", func(e any) bool { return str(at(e, "type")) != "bind" || made(mapOf(e)) })
	list("develop.watch", "path", func(any) bool { return false })
	for i, e := range listOf(x["label_file"]) {
		m.check(e, m.s.elementPlace(i, len(listOf(x["label_file"])), at1("label_file")...), "services."+name+".label_file")
	}
	m.build(at1("build"), mapOf(x["build"]))
}

// build checks the paths of a build.
func (m *missing) build(p []string, build map[string]any) {
	what := strings.Join(p, ".")
	context := str(build["context"])
	if build == nil || remote(context) {
		return
	}
	if context != "" && m.s.missing(context) {
		m.check(context, m.s.Place(append(p, "context")...), what+".context")
		return
	}
	file := str(build["dockerfile"])
	if file == "" {
		file = "Dockerfile"
	}
	if context == "" {
		context = m.s.fromManifest(m.s.dir)
	}
	if str(build["dockerfile_inline"]) == "" && !path.IsAbs(path.Join(context, file)) {
		name := path.Join(context, file)
		if !strings.HasPrefix(name, "../") {
			name = "./" + name
		}
		m.check(name, m.s.Place(append(p, "dockerfile")...), what+".dockerfile")
	}
	for _, k := range sortedKeys(mapOf(build["additional_contexts"])) {
		if v := str(at(build, "additional_contexts", k)); strings.HasPrefix(v, ".") {
			m.check(v, m.s.Place(append(p, "additional_contexts", k)...), what+".additional_contexts."+k)
		}
	}
}

// made reports whether Docker makes the source of a bind mount, and that is meant: a folder that the service writes.
func made(mount map[string]any) bool {
	return !boolOf(mount["read_only"]) && at(mount, "bind", "create_host_path") != false && !isFileName(str(mount["source"])) && !isFileName(str(mount["target"]))
}

// isFileName reports whether a path ends as those of files do.
func isFileName(name string) bool {
	ext := path.Ext(strings.TrimPrefix(path.Base(name), "."))
	return ext != "" && ext != ".d"
}

// elementPlace is FILE:LINE of one element of a list, or of the list if that in the file is another one.
func (s *Source) elementPlace(i, n int, path ...string) string {
	file, key, list := s.places.find(path)
	if list != nil && list.Kind == yaml.SequenceNode && len(list.Content) == n && key.Value == path[len(path)-1] {
		return fmt.Sprintf("%s:%d", file, list.Content[i].Line)
	}
	return s.Place(path...)
}
