package importer

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// shared is what all services have in common, for system { defaults { … } }.
type shared struct {
	bind    bool // some port is published without an address
	restart string
	logging any
}

func (d *Draft) share() *shared {
	out := &shared{}
	services := mapOf(d.s.model["services"])
	var restarts, logs []any
	for name, x := range services {
		for _, p := range listOf(at(x, "ports")) {
			out.bind = out.bind || str(at(p, "host_ip")) == ""
		}
		if !d.oneshot(name) {
			restarts = append(restarts, at(x, "restart"))
		}
		logs = append(logs, at(x, "logging"))
	}
	same := func(all []any) bool {
		return len(all) > 1 && all[0] != nil && !slices.ContainsFunc(all, func(v any) bool { return !reflect.DeepEqual(v, all[0]) })
	}
	if same(restarts) {
		out.restart = str(restarts[0])
	}
	if same(logs) {
		out.logging = logs[0]
	}
	return out
}

// oneshot reports whether a service runs once and ends: others wait for that.
func (d *Draft) oneshot(name string) bool {
	restart := str(at(d.s.model, "services", name, "restart"))
	if restart != "" && restart != "no" && !strings.HasPrefix(restart, "on-failure") || at(d.s.model, "services", name, "deploy", "restart_policy") != nil {
		return false
	}
	for _, x := range mapOf(d.s.model["services"]) {
		if str(at(x, "depends_on", name, "condition")) == "service_completed_successfully" {
			return true
		}
	}
	return false
}

// serviceDraft is one service while it is written.
type serviceDraft struct {
	*Draft
	name    string
	m       map[string]any
	b       *block
	compose object // keys that have no argument of their own
	used    map[string]bool
}

func (d *Draft) service(name string, m map[string]any) {
	s := &serviceDraft{Draft: d, name: name, m: m, used: map[string]bool{},
		b: &block{kind: "service", label: d.labels["services "+name], path: []string{"services", name}, comment: d.s.comment("services", name)}}
	s.image()
	s.containerName()
	s.networks()
	s.plain("profiles")
	s.words("entrypoint")
	s.words("command")
	s.environment()
	s.labels()
	s.dependsOn()
	s.restart()
	s.scale()
	for _, k := range []string{"user", "init", "read_only", "pids_limit"} {
		s.plain(k)
	}
	for _, k := range passedKeys {
		s.key(k)
	}
	s.ports()
	s.scrapes()
	s.mounts()
	s.healthcheck()
	s.resources()
	s.harden()
	s.rest()
	d.add(s.b)
}

func (s *serviceDraft) path(keys ...string) []string {
	return append([]string{"services", s.name}, keys...)
}

// set writes an attribute for a key.
func (s *serviceDraft) set(name string, value any, key string) {
	s.used[key] = true
	s.b.set(s.Draft, name, value, s.path(key)...)
}

// pass writes a key below `compose`.
func (s *serviceDraft) pass(key string, value any) {
	s.used[key] = true
	if s.written(s.path(key)...) {
		s.compose = append(s.compose, entry{key: key, value: value, path: s.path(key), comment: s.s.comment(s.path(key)...)})
	}
}

// plain writes an argument that has Compose's name.
func (s *serviceDraft) plain(key string) {
	v, ok := s.m[key]
	if !ok || empty(v) {
		return
	}
	if s.at(s.path(key)...) == passed {
		s.pass(key, v)
		return
	}
	s.set(key, v, key)
}

// empty reports whether a value is one that the encoding of a project adds.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// words writes a command, which Compose has split into words.
func (s *serviceDraft) words(key string) {
	v, ok := s.m[key]
	if !ok || v == nil {
		return
	}
	if len(listOf(v)) == 0 || s.at(s.path(key)...) == passed {
		s.pass(key, v)
		return
	}
	words := s.wordReferences(s.wordsOf(v, key))
	if s.monitor != nil && s.monitor.service == s.name && key == "command" {
		words = s.monitor.withoutRetention(s.Draft, words)
	}
	s.set(key, words, key)
}

func (s *serviceDraft) containerName() {
	name := str(s.m["container_name"])
	switch {
	case name != "":
		s.plain("container_name")
	case s.s.opts.Faithful && s.replicas() < 2:
		s.set("container_name", s.s.Name+"-"+s.name+"-1", "container_name")
	case identifier(s.s.Name) != s.s.Name && s.replicas() < 2: // the system's name begins no container's
		s.set("container_name", s.s.Name+"-"+s.name, "container_name")
	case identifier(s.s.Name) != s.s.Name:
		s.set("container_name", keyword(`"`+s.s.Name+"-"+s.b.label+`-${replica.number}"`), "container_name")
	}
}

func (s *serviceDraft) networks() {
	nets := mapOf(s.m["networks"])
	s.used["networks"] = true
	if s.m["network_mode"] != nil {
		return
	}
	renamed := s.b.label != s.name
	if len(nets) == 0 && renamed || len(nets) == 1 && nets["default"] == nil && slices.Contains(sortedKeys(nets), "default") && !s.declared("default") {
		nets = map[string]any{"default": nil}
		if !renamed {
			return
		}
	}
	joins := map[string]map[string]any{} // with its name, which is that of a host, where the label is another
	typedAll := s.at(s.path("networks")...) == typed
	for n, v := range nets {
		x := clone(mapOf(v))
		if renamed {
			x["aliases"] = append(append([]any{}, listOf(x["aliases"])...), s.name)
		}
		joins[n] = x
		typedAll = typedAll && s.declared(n) && only(x, joinKeys...)
	}
	if !typedAll {
		s.passNetworks(joins)
		return
	}
	var refs []any
	for _, n := range sortedKeys(joins) {
		if len(joins[n]) == 0 {
			refs = append(refs, ref{"network", s.Draft.labels["networks "+n]})
		}
	}
	if len(refs) > 0 {
		s.set("networks", refs, "networks")
	}
	for _, n := range sortedKeys(joins) {
		if len(joins[n]) == 0 {
			continue
		}
		b := &block{kind: "network", label: s.Draft.labels["networks "+n], path: s.path("networks", n), comment: s.s.comment(s.path("networks", n)...)}
		for _, k := range joinKeys {
			if v := joins[n][k]; !empty(v) {
				b.items = append(b.items, item{name: k, value: v})
			}
		}
		s.block(b, "networks")
	}
}

// joinKeys are the settings of a network that a network block of a service has.
var joinKeys = []string{"aliases", "ipv4_address", "ipv6_address", "link_local_ips", "mac_address", "interface_name", "driver_opts", "priority", "gw_priority"}

// declared reports whether the manifest has a block for a network of the files.
func (s *serviceDraft) declared(network string) bool {
	return at(s.s.model, "networks", network) != nil && s.written("networks", network) && s.Draft.labels["networks "+network] != ""
}

// passNetworks writes the networks below `compose`.
func (s *serviceDraft) passNetworks(joins map[string]map[string]any) {
	var refs []any
	for _, n := range sortedKeys(joins) {
		if s.declared(n) {
			refs = append(refs, ref{"network", s.Draft.labels["networks "+n]})
		}
	}
	if len(refs) > 0 && len(refs) == len(joins) {
		s.set("networks", refs, "networks")
	}
	var out object
	for _, n := range sortedKeys(joins) {
		label := n
		if l := s.Draft.labels["networks "+n]; l != "" {
			label = l
		}
		out = append(out, entry{key: label, value: joins[n]})
	}
	s.pass("networks", out)
}

func (s *serviceDraft) labels() {
	if labels := mapOf(s.m["labels"]); len(labels) > 0 {
		s.set("labels", s.entries("labels", labels), "labels")
	}
	s.used["labels"] = true
}

// entries is a map with the comments of its keys.
func (s *serviceDraft) entries(key string, m map[string]any) object {
	var out object
	for _, k := range sortedKeys(m) {
		p := s.path(key, k)
		if s.written(p...) {
			out = append(out, entry{key: k, value: m[k], path: p, comment: s.s.comment(p...)})
		}
	}
	return out
}

var conditions = map[string]string{"service_started": "started", "service_healthy": "healthy", "service_completed_successfully": "completed"}

func (s *serviceDraft) dependsOn() {
	s.used["depends_on"] = true
	var out, rest object
	add := func(on string, x map[string]any, condition string, p []string) {
		var value any = condition
		if x["required"] == false || x["restart"] == true {
			full := object{{key: "condition", value: condition}}
			if x["required"] == false {
				full = append(full, entry{key: "required", value: false})
			}
			if x["restart"] == true {
				full = append(full, entry{key: "restart", value: true})
			}
			value = full
		}
		out = append(out, entry{key: s.Draft.labels["services "+on], value: value, path: p, comment: s.s.comment(p...)})
	}
	for _, on := range sortedKeys(mapOf(s.m["depends_on"])) {
		p := s.path("depends_on", on)
		x := mapOf(at(s.m, "depends_on", on))
		if !s.written("services", on) || at(s.s.model, "services", on) == nil {
			continue
		}
		if !s.written(p...) { // the health of a service that has no healthcheck here
			out = append(out, entry{key: s.Draft.labels["services "+on], value: "started"})
			continue
		}
		condition, healthy := conditions[str(x["condition"])], mapOf(at(s.s.model, "services", on, "healthcheck"))
		switch {
		case condition == "" || s.at(p...) == passed || s.at(s.path("depends_on")...) == passed:
		case condition == "completed" && !s.oneshot(on):
		case condition == "healthy" && s.s.opts.Faithful && len(listOf(healthy["test"])) == 0:
		default:
			add(on, x, condition, p)
			continue
		}
		if n := s.replicasOf(on); n > 1 {
			for i := range n {
				rest = append(rest, entry{key: s.Draft.labels["services "+on] + "-" + strconv.Itoa(i+1), value: x, path: p})
			}
			continue
		}
		rest = append(rest, entry{key: s.Draft.labels["services "+on], value: x, path: p})
	}
	if len(out) > 0 {
		s.set("depends_on", out, "depends_on")
	}
	if len(rest) > 0 {
		s.pass("depends_on", rest)
	}
}

func (s *serviceDraft) restart() {
	if s.oneshot(s.name) {
		s.b.items = append(s.b.items, item{name: "oneshot", value: true})
	}
	if s.defaults.logging != nil {
		s.used["logging"] = true
	}
	if r := str(s.m["restart"]); r != "" && r == s.defaults.restart && !s.oneshot(s.name) {
		s.used["restart"] = true
		return
	}
	s.plain("restart")
}

func (d *Draft) replicasOf(name string) int {
	if !d.written("services", name, "scale") {
		return 1
	}
	m := mapOf(at(d.s.model, "services", name))
	for _, v := range []any{m["scale"], at(m, "deploy", "replicas")} {
		if n, err := strconv.Atoi(str(v)); err == nil {
			return n
		}
	}
	return 1
}

func (s *serviceDraft) replicas() int { return s.replicasOf(s.name) }

func (s *serviceDraft) scale() {
	s.used["scale"] = true
	if n := s.replicas(); n > 1 {
		s.b.items = append(s.b.items, item{name: "replicas", value: number(strconv.Itoa(n)), path: s.path("scale")})
	}
}
