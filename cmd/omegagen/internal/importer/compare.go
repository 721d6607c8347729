package importer

import (
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/compose"
)

// Difference is a kind of difference between the models that was chosen, and where it is.
type Difference struct {
	Name, Reason string
	Where        []string // services, or keys of the file
}

// Loss is what the manifest doesn't have.
type Loss struct{ Place, What, Why string }

// Compare compares the files' model with that of a kit's docker-compose.yml. What differs by no choice
// is a loss.
func (d *Draft) Compare(file []byte) ([]Difference, []Loss, error) {
	env := map[string]string{"PWD": d.s.kit}
	for name, value := range d.s.variables {
		env[name] = value
		if d.parameter(name) {
			env[name] = d.defaultOf(name)
		}
	}
	d.credentials.compose(env)
	built, err := read(&types.ConfigDetails{WorkingDir: d.s.kit, ConfigFiles: []types.ConfigFile{{Filename: d.s.kit + "/docker-compose.yml", Content: file}}},
		reading{env: env, name: "", resolve: true, normalise: true})
	if err != nil {
		return nil, nil, fmt.Errorf("Compose refuses the kit's docker-compose.yml: %w", err)
	}
	got, err := tree(built)
	if err != nil {
		return nil, nil, err
	}
	want := plainValue(d.s.whole).(map[string]any)
	got = d.sourceNames(got)
	c := &comparison{d: d, chosen: map[string]*Difference{}}
	c.folds(got)
	c.copies(got)
	c.monitor(want, got)
	c.replicas(want, got)
	c.credentials(got)
	for _, m := range []map[string]any{want, got} {
		meaning(m)
	}
	c.values(nil, want, got)
	c.variables()
	c.names()
	losses := c.losses
	for _, name := range d.s.unset {
		if (d.parameter(name) || d.credentials.variables[name] != nil) && d.s.variables[name] != "" {
			continue // deploy.sh requires it
		}
		losses = append(losses, Loss{Place: d.s.variablePlace(name), What: "${" + name + "}", Why: "No .env gives a value to this variable, which the files require. The manifest has a placeholder: set the default of the variable."})
	}
	var out []Difference
	for _, k := range chosen {
		if x := c.chosen[k.name]; x != nil {
			slices.Sort(x.Where)
			x.Where = slices.Compact(x.Where)
			out = append(out, *x)
		}
	}
	return out, losses, nil
}

// meaning writes each setting in one form.
func meaning(m map[string]any) {
	project := str(m["name"])
	for name, x := range mapOf(m["services"]) {
		serviceMeaning(project, name, mapOf(x))
	}
	for _, kind := range []string{"networks", "volumes", "secrets", "configs"} {
		for name, x := range mapOf(m[kind]) {
			if x == nil || len(mapOf(x)) == 0 {
				mapOf(m[kind])[name] = map[string]any{}
			}
		}
	}
	if n := mapOf(at(m, "networks", "default")); len(n) == 1 && str(n["name"]) == project+"_default" {
		delete(mapOf(m["networks"]), "default")
	}
	for k := range m {
		if strings.HasPrefix(k, "x-") || empty(m[k]) {
			delete(m, k)
		}
	}
}

// limits are those of deploy that mean the same as a key of the service.
var limits = []struct{ part, name, key string }{
	{"limits", "memory", "mem_limit"}, {"limits", "cpus", "cpus"}, {"limits", "pids", "pids_limit"}, {"reservations", "memory", "mem_reservation"},
}

// sets are the lists whose order means nothing.
var sets = []string{"ports", "volumes", "expose", "cap_add", "cap_drop", "security_opt", "secrets", "configs", "profiles"}

func serviceMeaning(project, name string, m map[string]any) {
	// A build for one platform is one with that platform of the service, for which Compose also runs the image.
	if list := listOf(at(m, "build", "platforms")); len(list) == 1 && (empty(m["platform"]) || str(m["platform"]) == str(list[0])) {
		m["platform"] = list[0]
		delete(mapOf(m["build"]), "platforms")
	}
	deploy := mapOf(m["deploy"])
	for _, l := range limits {
		part := mapOf(at(deploy, "resources", l.part))
		if v := part[l.name]; v != nil {
			m[l.key] = v
			delete(part, l.name)
		}
	}
	for _, k := range []string{"limits", "reservations"} {
		if len(mapOf(at(deploy, "resources", k))) == 0 {
			delete(mapOf(deploy["resources"]), k)
		}
	}
	if len(mapOf(deploy["resources"])) == 0 {
		delete(deploy, "resources")
	}
	for k, none := range map[string]string{"restart": "no", "stop_grace_period": "10s", "scale": "1", "cpus": "0", "pids_limit": "0", "container_name": project + "-" + name + "-1"} {
		if str(m[k]) == none {
			delete(m, k)
		}
	}
	if deploy["restart_policy"] != nil { // which Compose prefers
		delete(m, "restart")
	}
	if str(deploy["replicas"]) == "1" {
		delete(deploy, "replicas")
	}
	if str(m["pids_limit"]) == "-1" {
		delete(m, "pids_limit")
	}
	if m["build"] != nil && (m["image"] == nil || str(m["image"]) == project+"-"+name+":latest") {
		m["image"] = project + "-" + name
	}
	if h := mapOf(m["healthcheck"]); h != nil {
		if str(h["timeout"]) == "30s" {
			delete(h, "timeout")
		}
		if t := listOf(h["test"]); len(t) > 0 && str(t[0]) == "NONE" || boolOf(h["disable"]) {
			m["healthcheck"] = map[string]any{"disable": true}
		}
	}
	for i, e := range listOf(m["expose"]) {
		listOf(m["expose"])[i] = strings.TrimSuffix(str(e), "/tcp")
	}
	for _, v := range listOf(m["volumes"]) {
		for _, k := range []string{"bind", "volume", "tmpfs"} {
			if len(mapOf(at(v, k))) == 0 {
				delete(mapOf(v), k)
			}
		}
	}
	for n, x := range mapOf(m["networks"]) {
		if len(mapOf(x)) == 0 {
			mapOf(m["networks"])[n] = nil
		}
	}
	for _, k := range sets {
		slices.SortFunc(listOf(m[k]), func(a, b any) int { return strings.Compare(encoded(a), encoded(b)) })
	}
	for k, v := range m {
		if l, isList := v.([]any); strings.HasPrefix(k, "x-") || empty(v) || isList && len(l) == 0 && k != "command" && k != "entrypoint" || v == false {
			delete(m, k)
		}
	}
}

func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

type comparison struct {
	d      *Draft
	chosen map[string]*Difference
	losses []Loss
}

// values compares two values.
func (c *comparison) values(path []string, want, got any) {
	w, isMap := want.(map[string]any)
	g, gotMap := got.(map[string]any)
	if (isMap || want == nil) && (gotMap || got == nil) && (isMap && gotMap || len(path) < 2) {
		keys := map[string]bool{}
		for k := range w {
			keys[k] = true
		}
		for k := range g {
			keys[k] = true
		}
		for _, k := range sortedKeys(keys) {
			x, in := w[k]
			y, out := g[k]
			if !in || !out || !reflect.DeepEqual(x, y) {
				if in != out && x == nil && y == nil { // a key without a value
					c.differ(append(slices.Clone(path), k), presence(in), presence(out))
					continue
				}
				c.values(append(slices.Clone(path), k), x, y)
			}
		}
		return
	}
	if str(want) != "" && str(want) == str(got) {
		return
	}
	c.differ(path, want, got)
}

func presence(has bool) any {
	if has {
		return map[string]any{}
	}
	return nil
}

// differ records a difference as chosen or as a loss.
func (c *comparison) differ(path []string, want, got any) {
	for _, k := range chosen {
		if k.match == nil || c.d.s.opts.Faithful && !k.always || !k.match(c, path, want, got) {
			continue
		}
		c.choose(k.name, path)
		return
	}
	why := fmt.Sprintf("%s in the files, %s in the kit", shown(want), shown(got))
	for n := len(path); n > 1; n-- {
		if reason := c.d.why[strings.Join(path[:n], "\x00")]; reason != "" {
			why = reason
		}
	}
	c.losses = append(c.losses, Loss{Place: c.d.s.Place(path...), What: strings.Join(path, "."), Why: why})
}

func shown(v any) string {
	if v == nil {
		return "nothing"
	}
	text := encoded(v)
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return text
}

func (c *comparison) choose(name string, path []string) {
	x := c.chosen[name]
	if x == nil {
		for _, k := range chosen {
			if k.name == name {
				x = &Difference{Name: name, Reason: k.reason}
			}
		}
		c.chosen[name] = x
	}
	where := path[0]
	if len(path) > 1 {
		where = path[1]
	}
	x.Where = append(x.Where, where)
}

// names lists the services that had to be renamed.
func (c *comparison) names() {
	for name := range mapOf(c.d.s.model["services"]) {
		if c.d.labels["services "+name] != name && c.d.written("services", name) && !c.d.folded(name) {
			c.choose("names", []string{"services", name})
		}
	}
}

// variables names the variables whose values are now those of the build.
func (c *comparison) variables() {
	for name := range c.d.s.variables {
		if c.d.credentials.variables[name] != nil || c.d.sensitive[name] {
			continue
		}
		kind := "variables"
		if c.d.parameter(name) {
			if _, set := c.d.s.env[name]; !set || slices.Contains(c.d.s.unset, name) {
				continue
			}
			kind = "parameters"
		}
		c.choose(kind, []string{"", name})
	}
	for _, name := range c.d.s.fixed {
		c.choose("values", []string{"", name})
	}
	for label, why := range c.d.kept {
		if !c.d.s.opts.KeepDockerfiles && !c.d.s.opts.Faithful {
			c.choose("dockerfiles", []string{"", label + ": " + why})
		}
	}
	for key, why := range c.d.why {
		if strings.HasPrefix(key, "prometheus\x00") {
			c.choose("monitoring files", []string{"", why})
		}
	}
	for label := range c.d.dockerfiles {
		c.choose("stages", []string{"", label})
	}
}

// copies compares what the kit has copies of with the files in the manifest's folder.
func (c *comparison) copies(got map[string]any) {
	for name, x := range mapOf(got["services"]) {
		for _, v := range listOf(mapOf(x)["volumes"]) {
			m := mapOf(v)
			in, ok := strings.CutPrefix(str(m["source"]), path.Join(c.d.s.kit, kit.MountedDir)+"/")
			if !ok || str(m["type"]) != "bind" {
				continue
			}
			m["source"] = path.Join(c.d.s.out, in)
			c.choose("copies", []string{"services", name})
			labels := mapOf(mapOf(x)["labels"])
			if delete(labels, compose.FilesLabel); len(labels) == 0 {
				delete(mapOf(x), "labels")
			}
		}
	}
}

// replicas compares the services NAME-1 and so on of the kit as one.
func (c *comparison) replicas(want, got map[string]any) {
	services := mapOf(got["services"])
	for name := range mapOf(want["services"]) {
		n := c.d.replicasOf(name)
		if n < 2 {
			continue
		}
		label := c.d.labels["services "+name]
		first := mapOf(services[label+"-1"])
		if first == nil {
			continue
		}
		for i := range n {
			delete(services, fmt.Sprintf("%s-%d", label, i+1))
		}
		for _, x := range mapOf(first["networks"]) {
			delete(mapOf(x), "aliases") // the service's name
		}
		services[name] = first
		delete(mapOf(at(want, "services", name)), "scale")
		delete(mapOf(at(want, "services", name, "deploy")), "replicas")
		c.choose("replicas", []string{"services", name})
		for _, x := range services { // depends on each of them
			if on := mapOf(at(x, "depends_on")); on[label+"-1"] != nil {
				on[name] = on[label+"-1"]
				for i := range n {
					delete(on, fmt.Sprintf("%s-%d", label, i+1))
				}
			}
		}
	}
}
