package service

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// namespaces are the Compose keys by which a container joins a namespace of
// another service's.
var namespaces = []string{"network_mode", "ipc", "pid", "uts"}

// mention is one place in a Compose key that names another service, or a
// container where container is set.
type mention struct {
	key, name string
	condition manifest.Condition
	container bool
	optional  bool // optional in Compose
	at        hcl.Range
}

// instanceOf is an instance with its service, as in the Compose file.
type instanceOf struct {
	s *manifest.Service
	i *manifest.Instance
}

// order determines which services are started before others because of their Compose keys, as
// Compose's loader does.
func (d *decoder) order(p *lang.Evaluation) {
	o := &ordering{p: p, keys: map[string]instanceOf{}, containers: map[string]instanceOf{}, services: map[string]*manifest.Service{},
		within: map[*manifest.Instance][]within{}}
	for _, sys := range p.Blocks("system") {
		o.system = sys
		o.more, _ = inside(sys.Any("compose"), "services").(map[string]any)
		o.included = inside(sys.Any("compose"), "include") != nil
	}
	for _, x := range d.services {
		o.services[x.s.Name] = x.s
		for _, i := range x.s.Instances {
			o.keys[i.Name] = instanceOf{x.s, i}
			if i.ContainerName != "" {
				o.containers[i.ContainerName] = instanceOf{x.s, i}
			}
		}
	}
	for _, x := range d.services {
		x.s.DependsOn = slices.DeleteFunc(x.s.DependsOn, func(dep *manifest.Dependency) bool {
			if dep.Optional && !together(x.s, dep.Service) {
				x.s.IfEnabled = append(x.s.IfEnabled, dep)
				return true
			}
			return false
		})
		for _, i := range x.s.Instances {
			for _, m := range o.mentions(x, i) {
				o.add(x, i, m)
			}
			o.extended(x, i)
		}
		d.sortDepends(x.s)
	}
	for _, x := range d.services {
		o.cycles(x.s)
		o.beside(x)
	}
}

type ordering struct {
	p          *lang.Evaluation
	system     *lang.Block
	more       map[string]any        // services in `compose` of the system
	included   bool                  // which may bring in others
	keys       map[string]instanceOf // by key of the Compose file
	containers map[string]instanceOf // by name
	services   map[string]*manifest.Service
	within     map[*manifest.Instance][]within
	joins      []join
}

// join is the dependency of an instance on the very container of another one: it shares a namespace or
// volumes with it.
type join struct {
	from, to instanceOf
	key      string
	at       hcl.Range
}

// within is the dependency of an instance on another one of its service.
type within struct {
	to *manifest.Instance
	at hcl.Range
}

// add records one dependency. What depends_on already says isn't added again.
func (o *ordering) add(x *declared, i *manifest.Instance, m mention) {
	target, ok := o.keys[m.name]
	if m.container {
		if target, ok = o.containers[m.name]; !ok {
			return // a container that isn't of this kit
		}
	}
	if !ok {
		o.unknown(m)
		return
	}
	if m.key == "volumes_from" || slices.Contains(namespaces, m.key) {
		o.joins = append(o.joins, join{instanceOf{x.s, i}, target, m.key, m.at})
	}
	if target.s == x.s && target.i != i {
		o.within[i] = append(o.within[i], within{target.i, m.at})
		return
	}
	if m.optional && !together(x.s, target.s) {
		return
	}
	for _, dep := range x.s.DependsOn {
		if dep.Service != target.s {
			continue
		}
		if m.key == "depends_on" && dep.Key == "" && dep.Condition != m.condition {
			o.p.Errorf(ruleBothForms, m.at, "Here %s waits until %s is %s, but its depends_on until it is %s, at %s. Keep one of the two.",
				x.s.Address, m.name, m.condition, dep.Condition, lang.Place(dep.Range))
		}
		if m.key != "depends_on" || dep.Condition == m.condition || dep.Key == "" {
			return
		}
	}
	x.s.DependsOn = append(x.s.DependsOn, &manifest.Dependency{Service: target.s, Condition: m.condition, Key: m.key, Range: m.at})
}

// extended reports a service that `extends` names in the kit's own file, where it isn't.
func (o *ordering) extended(x *declared, i *manifest.Instance) {
	for _, v := range o.values(x, i, "extends") {
		name, at := "", v.part().Range
		switch e := v.value.(type) {
		case string:
			name = e
		case map[string]any:
			if e["file"] != nil {
				continue
			}
			name, _ = e["service"].(string)
			at = v.part("service").Range
		}
		if _, ok := o.keys[name]; !ok && name != "" {
			o.unknown(mention{key: "extends", name: name, at: at})
		}
	}
}

// together reports whether the other service is there whenever this one is.
func together(s, other *manifest.Service) bool {
	if len(other.Profiles) == 0 {
		return true
	}
	return len(s.Profiles) > 0 && !slices.ContainsFunc(s.Profiles, func(p string) bool { return !slices.Contains(other.Profiles, p) })
}

// unknown reports a name that the Compose file doesn't have.
func (o *ordering) unknown(m mention) {
	if s := o.services[m.name]; s != nil && len(s.Instances) > 0 {
		var names []string
		for _, i := range s.Instances[:min(len(s.Instances), 3)] {
			names = append(names, strconv.Quote(i.Name))
		}
		if len(s.Instances) > len(names) {
			names = append(names, "…")
		}
		o.p.Errorf(ruleComposeRef, m.at, "%s has replicas, so docker-compose.yml has %s instead of %q. Use one of those.", s.Address, strings.Join(names, ", "), m.name)
		return
	}
	if o.p.Incomplete("service") || o.included || o.more[m.name] != nil {
		return
	}
	names := make([]string, 0, len(o.keys))
	for k := range o.keys {
		names = append(names, k)
	}
	hint := ""
	if s := o.p.Suggest(m.name, names); s != "" {
		hint = " Did you mean \"" + s + "\"?"
	}
	o.p.Errorf(ruleComposeRef, m.at, "`%s` names the service %q, which docker-compose.yml doesn't have.%s", m.key, m.name, hint)
}

// cycles reports instances of one service that wait for each other.
func (o *ordering) cycles(s *manifest.Service) {
	state := map[*manifest.Instance]int{}
	var visit func(i *manifest.Instance) bool
	visit = func(i *manifest.Instance) bool {
		state[i] = 1
		for _, w := range o.within[i] {
			if state[w.to] == 1 {
				o.p.Errorf(ruleDependsCycle, w.at, "Replicas of %s depend on each other: %s and %s form a cycle. Remove one of the dependencies.", s.Address, i.Name, w.to.Name)
				return false
			}
			if state[w.to] == 0 && !visit(w.to) {
				return false
			}
		}
		state[i] = 2
		return true
	}
	for _, i := range s.Instances {
		if state[i] == 0 && !visit(i) {
			return
		}
	}
}

// mentions lists the names in the Compose keys of an instance, in the order in which Compose reads
// them.
func (o *ordering) mentions(x *declared, i *manifest.Instance) []mention {
	var out []mention
	put := func(m mention) {
		if m.name != "" {
			out = append(out, m)
		}
	}
	for _, v := range o.values(x, i, "depends_on") {
		dependsOn(v.value, v.part, put)
	}
	for _, v := range o.values(x, i, "links") {
		for n, l := range texts(v.value) {
			name, _, _ := strings.Cut(l, ":")
			put(mention{key: "links", name: name, condition: manifest.OnStarted, at: v.part(strconv.Itoa(n)).Range})
		}
	}
	for _, k := range namespaces {
		v, part := o.first(x, i, k)
		mode, _ := v.(string)
		if kind, name, ok := strings.Cut(mode, ":"); ok && (kind == "service" || kind == "container") {
			put(mention{key: k, name: name, condition: manifest.OnStarted, container: kind == "container", at: part().Range})
		}
	}
	for _, v := range o.values(x, i, "volumes_from") {
		for n, from := range texts(v.value) {
			m := mention{key: "volumes_from", condition: manifest.OnStarted, at: v.part(strconv.Itoa(n)).Range}
			from, m.container = strings.CutPrefix(from, "container:")
			m.name, _, _ = strings.Cut(from, ":")
			put(m)
		}
	}
	return out
}

// dependsOn reads depends_on in Compose's formats, a list or a map.
func dependsOn(v any, part func(...string) lang.Part, put func(mention)) {
	for n, name := range texts(v) {
		put(mention{key: "depends_on", name: name, condition: manifest.OnStarted, at: part(strconv.Itoa(n)).Range})
	}
	m, _ := v.(map[string]any)
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		how, _ := m[name].(map[string]any)
		word, _ := how["condition"].(string)
		condition := manifest.OnStarted // for an invalid word too, which Compose's loader reports
		for _, c := range manifest.Conditions {
			if c.Compose() == word {
				condition = c
			}
		}
		put(mention{key: "depends_on", name: name, condition: condition, optional: how["required"] == false, at: part(name).Key})
	}
}

// written is a value of a Compose key, with the function that finds the ranges of its parts.
type written struct {
	value any
	part  func(path ...string) lang.Part
}

// values are what Compose merges under a key of an instance, what has precedence first: the value in
// `compose` of the system, of the service, and of the key itself.
func (o *ordering) values(x *declared, i *manifest.Instance, key string) (out []written) {
	put := func(v any, b *lang.Block, attr string, prefix ...string) {
		if v != nil {
			out = append(out, written{v, func(path ...string) lang.Part { return b.Part(attr, slices.Concat(prefix, path)...) }})
		}
	}
	put(inside(o.more[i.Name], key), o.system, "compose", "services", i.Name, key)
	if x.s.ComposeNew != nil {
		put(inside(x.s.ComposeNew.Value, key), x.b, "compose", key)
	}
	own := x.s.Compose[key]
	if v := i.Compose[key]; v != nil {
		own = v
	}
	if own != nil {
		put(own.Value, x.b, key)
	}
	return out
}

// first is the value that has precedence, nil if there is none.
func (o *ordering) first(x *declared, i *manifest.Instance, key string) (any, func(path ...string) lang.Part) {
	all := o.values(x, i, key)
	if len(all) == 0 {
		return nil, nil
	}
	return all[0].value, all[0].part
}

// inside is the value at a path of keys, nil if there is none.
func inside(v any, path ...string) any {
	for _, k := range path {
		m, _ := v.(map[string]any)
		v = m[k]
	}
	return v
}

// texts are the elements of a list, by position; "" for one that isn't a string.
func texts(v any) []string {
	list, _ := v.([]any)
	out := make([]string, len(list))
	for n, x := range list {
		out[n], _ = x.(string)
	}
	return out
}
