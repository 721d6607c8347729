package importer

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ports writes the published ports. Those that a block can't say make all of them Compose's list, which
// replaces the blocks' ports.
func (s *serviceDraft) ports() {
	s.used["ports"] = true
	list := listOf(s.m["ports"])
	if len(list) == 0 {
		return
	}
	blocks := s.at(s.path("ports")...) == typed
	for _, x := range list {
		blocks = blocks && s.portBlock(mapOf(x))
	}
	if !blocks {
		s.pass("ports", list)
		return
	}
	names := map[string]bool{}
	for i := 0; i < len(list); i++ {
		p := mapOf(list[i])
		container, host := numeric(p["target"]), numeric(p["published"])
		if str(p["published"]) == "" {
			host = number("0")
		} else if strings.Contains(str(p["published"]), "-") {
			host = p["published"]
		}
		b := &block{kind: "port", label: portName(p, names), path: s.path("ports"), comment: s.s.element(i, len(list), s.path("ports")...)}
		if n := run(list[i:]); n >= shortestRange {
			container, host = span(p["target"], n), span(p["published"], n)
			i += n - 1
		}
		b.items = append(b.items, item{name: "container", value: container}, item{name: "host", value: host})
		if ip := str(p["host_ip"]); ip != "" {
			b.items = append(b.items, item{name: "bind", value: p["host_ip"]})
		}
		if str(p["protocol"]) == "udp" {
			b.items = append(b.items, item{name: "protocol", value: "udp"})
		}
		s.block(b, "ports")
	}
}

// portBlock reports whether a block can say a port.
func (s *serviceDraft) portBlock(p map[string]any) bool {
	published := str(p["published"])
	from, to, among := strings.Cut(published, "-")
	free := published == "" || among && validPort(from) && validPort(to)
	return only(p, "mode", "target", "published", "host_ip", "protocol", "name") && str(p["mode"]) != "host" && validPort(p["target"]) &&
		(free || validPort(p["published"]) && s.replicas() < 2) && (str(p["protocol"]) == "tcp" || str(p["protocol"]) == "udp") &&
		validBind(str(p["host_ip"])) && !(s.s.opts.Faithful && str(p["host_ip"]) == "")
}

// shortestRange is how many consecutive ports become one block.
const shortestRange = 3

// run counts the ports that are consecutive from the first on, on the host too.
func run(list []any) int {
	first := mapOf(list[0])
	n := 1
	for ; n < len(list); n++ {
		p := mapOf(list[n])
		for _, k := range []string{"host_ip", "protocol", "name", "mode"} {
			if str(p[k]) != str(first[k]) {
				return n
			}
		}
		if _, plain := p["published"].(string); !plain || !follows(p["target"], first["target"], n) || !follows(p["published"], first["published"], n) {
			return n
		}
	}
	return n
}

// follows reports whether a port is the n-th after another.
func follows(port, first any, n int) bool {
	a, err := strconv.Atoi(str(first))
	b, err2 := strconv.Atoi(str(port))
	return err == nil && err2 == nil && b == a+n
}

// span is a range of n ports.
func span(first any, n int) any {
	a, _ := strconv.Atoi(str(first)) // run has read it
	return fmt.Sprintf("%d-%d", a, a+n-1)
}

// block adds a block for a key.
func (s *serviceDraft) block(b *block, key string) {
	s.used[key] = true
	if s.written(s.path(key)...) {
		s.b.items = append(s.b.items, item{block: b, path: s.path(key), gap: true})
	}
}

func validPort(v any) bool {
	n, err := strconv.Atoi(str(v))
	t, isText := v.(*Text)
	return err == nil && n >= 1 && n <= 65535 && strconv.Itoa(n) == str(v) && (!isText || len(t.Parts) == 1)
}

// numeric is a number, or a variable that is one.
func numeric(v any) any {
	if s, ok := v.(string); ok {
		return number(s)
	}
	return v
}

// portNames are the usual names of ports.
var portNames = map[string]string{"22": "ssh", "53": "dns", "80": "http", "443": "https", "1883": "mqtt", "3306": "mysql", "5432": "postgres", "5601": "http",
	"5672": "amqp", "6379": "redis", "8000": "http", "8080": "http", "8443": "https", "9090": "http", "9092": "kafka", "9200": "http", "27017": "mongodb", "3000": "http"}

func portName(p map[string]any, taken map[string]bool) string {
	name := str(p["name"])
	if name == "" {
		name = portNames[str(p["target"])]
	}
	number := "port_" + str(p["target"])
	if str(p["protocol"]) == "udp" {
		number = "udp_" + str(p["target"])
		if name != "" && str(p["name"]) == "" {
			name += "_udp"
		}
	}
	if name == "" || !validKey(name) {
		name = number
	}
	for _, n := range []string{name, number, number + "_" + str(p["published"])} {
		if name = n; !taken[n] {
			break
		}
	}
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s_%d", number, n)
	}
	taken[name] = true
	return name
}

// mounts writes the volumes, with the same restriction as ports.
func (s *serviceDraft) mounts() {
	s.used["volumes"] = true
	list := listOf(s.m["volumes"])
	if len(list) == 0 {
		return
	}
	replaced := func(v any) bool {
		return s.monitor != nil && s.monitor.service == s.name && slices.Contains(s.monitor.targets, path.Clean(str(at(v, "target"))))
	}
	var blocks []*block
	for i, x := range list {
		if replaced(x) {
			continue
		}
		b := s.mount(mapOf(x))
		if b == nil || s.at(s.path("volumes")...) == passed {
			s.pass("volumes", s.volumeList(slices.DeleteFunc(slices.Clone(list), replaced)))
			return
		}
		b.comment = s.s.element(i, len(list), s.path("volumes")...)
		blocks = append(blocks, b)
	}
	for _, b := range blocks {
		s.block(b, "volumes")
	}
}

// volumeList is Compose's list, with the keys that volumes have in the manifest.
func (s *serviceDraft) volumeList(list []any) []any {
	var out []any
	for _, x := range list {
		m := map[string]any{}
		for k, v := range mapOf(x) {
			if !empty(v) {
				m[k] = v
			}
		}
		if l := s.Draft.labels["volumes "+str(m["source"])]; str(m["type"]) == "volume" && l != "" {
			m["source"] = l
		}
		out = append(out, m)
	}
	return out
}

// mount is a mount as a block, nil if that can't say it.
func (s *serviceDraft) mount(m map[string]any) *block {
	if !only(m, "type", "source", "target", "read_only", "bind", "volume", "tmpfs", "consistency") || !path.IsAbs(str(m["target"])) || m["target"] == "/" {
		return nil
	}
	b := &block{kind: "mount", label: str(m["target"]), path: s.path("volumes")}
	var options map[string]string
	switch kind := str(m["type"]); kind {
	case "bind":
		if str(m["source"]) == "" {
			return nil
		}
		b.items = append(b.items, item{name: "bind", value: m["source"]})
		if s.s.missing(str(m["source"])) && made(m) { // anything else is listed as missing
			b.items = append(b.items, item{name: "create", value: true})
		}
		options = map[string]string{"propagation": "propagation", "recursive": "recursive", "selinux": "selinux"}
	case "volume":
		options = map[string]string{"nocopy": "nocopy", "subpath": "subpath"}
		if str(m["source"]) == "" {
			if at(m, "volume", "subpath") != nil {
				return nil
			}
			b.items = append(b.items, item{name: "anonymous", value: true})
			break
		}
		label := s.Draft.labels["volumes "+str(m["source"])]
		if label == "" || at(s.s.model, "volumes", str(m["source"])) == nil {
			return nil
		}
		b.items = append(b.items, item{name: "volume", value: ref{"volume", label}})
	case "tmpfs":
		b.items = append(b.items, item{name: "tmpfs", value: true})
		options = map[string]string{"size": "size", "mode": "mode"}
	default:
		return nil
	}
	for _, k := range sortedKeys(mapOf(m[str(m["type"])])) {
		v := at(m, str(m["type"]), k)
		name := options[k]
		switch {
		case name == "":
			return nil
		case name == "size":
			v = size(v)
		case name == "mode":
			n, err := strconv.ParseInt(str(v), 10, 64)
			if err != nil {
				return nil
			}
			v = strconv.FormatInt(n, 8)
		}
		b.items = append(b.items, item{name: name, value: v})
	}
	if boolOf(m["read_only"]) {
		b.items = append(b.items, item{name: "read_only", value: true})
		if s.s.opts.Faithful && str(m["type"]) == "bind" && s.s.inFolder(str(m["source"])) {
			b.items = append(b.items, item{name: "copy", value: false})
		}
	}
	return b
}

// engineTimeout is the engine's default timeout of a health test. The language's is shorter.
const engineTimeout = 30 * time.Second

func (s *serviceDraft) healthcheck() {
	h := mapOf(s.m["healthcheck"])
	s.used["healthcheck"] = true
	if f := s.dockerfiles[s.imageOf[s.name]]; len(h) == 0 && f != nil && f.health != nil {
		h = f.health // stages have no healthcheck
	}
	if len(h) == 0 {
		if s.s.opts.Faithful {
			s.pass("healthcheck", object{}) // or the image's facts would add one
		}
		return
	}
	b := &block{kind: "healthcheck", path: s.path("healthcheck"), comment: s.s.comment(s.path("healthcheck")...)}
	test := listOf(h["test"])
	b.comment = strings.Trim(b.comment+"\n"+s.stillHas(test), "\n")
	set := func(name string, v any) { b.items = append(b.items, item{name: name, value: v}) }
	switch {
	case s.at(s.path("healthcheck")...) == passed:
		s.pass("healthcheck", h)
		return
	case boolOf(h["disable"]) || len(test) > 0 && str(test[0]) == "NONE":
		set("disable", true)
		s.block(b, "healthcheck")
		return
	case len(test) > 1 && str(test[0]) == "CMD":
		set("command", s.wordReferences(test[1:]))
	case len(test) == 2 && str(test[0]) == "CMD-SHELL":
		set("shell", s.references(test[1], false))
	default:
		s.pass("healthcheck", h)
		return
	}
	for _, k := range []string{"interval", "timeout", "retries", "start_period", "start_interval"} {
		if v, ok := h[k]; ok {
			set(k, v)
		}
		if interval, err := time.ParseDuration(str(h["interval"])); k == "timeout" && h[k] == nil && err == nil && interval > 0 && interval < engineTimeout && s.s.opts.Faithful {
			set(k, "30s")
		}
	}
	s.block(b, "healthcheck")
}

// resources writes the limits, and the rest of deploy.
func (s *serviceDraft) resources() {
	s.used["deploy"], s.used["mem_limit"], s.used["cpus"] = true, true, true
	deploy := clone(mapOf(s.m["deploy"]))
	delete(deploy, "replicas")
	limits := mapOf(at(deploy, "resources", "limits"))
	b := &block{kind: "resources", path: s.path("deploy")}
	set := func(name string, v any) {
		if v != nil && str(v) != "0" {
			b.items = append(b.items, item{name: name, value: v})
		}
	}
	reserved := mapOf(at(deploy, "resources", "reservations"))
	if only(limits, "memory", "cpus") && s.at(s.path("deploy")...) == typed && only(reserved, "memory") && str(limits["cpus"]) != "0" && !s.s.opts.Faithful {
		if reserved["memory"] != nil {
			s.set("mem_reservation", size(reserved["memory"]), "mem_reservation")
			delete(mapOf(deploy["resources"]), "reservations")
		}
		memory, cpus := s.m["mem_limit"], s.m["cpus"]
		if limits["memory"] != nil {
			memory = limits["memory"]
		}
		if limits["cpus"] != nil {
			cpus = limits["cpus"]
		}
		set("memory", size(memory))
		set("cpus", numericText(cpus))
		delete(mapOf(deploy["resources"]), "limits")
		if len(mapOf(deploy["resources"])) == 0 {
			delete(deploy, "resources")
		}
	} else {
		set("memory", size(s.m["mem_limit"]))
		set("cpus", numericText(s.m["cpus"]))
	}
	if len(b.items) > 0 {
		s.block(b, "deploy")
	}
	if len(deploy) > 0 {
		for _, k := range []string{"limits", "reservations"} {
			if m := mapOf(at(deploy, "resources", k)); m["memory"] != nil {
				m["memory"] = size(m["memory"])
			}
		}
		s.set("deploy", deploy, "deploy")
	}
}

// numericText is a number that Compose may give as a string.
func numericText(v any) any {
	if t, ok := v.(string); ok {
		return number(t)
	}
	return v
}

func clone(m map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		if x, ok := v.(map[string]any); ok {
			v = clone(x)
		}
		out[k] = v
	}
	return out
}

// ordinary are the capabilities that the engine grants by default.
var ordinary = []string{"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
	"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"}

// harden gives the reason that settings require which weaken the protection. The files don't say more.
func (s *serviceDraft) harden() {
	if s.s.opts.Faithful {
		return
	}
	weak := boolOf(s.m["privileged"])
	for _, k := range []string{"pid", "ipc", "userns_mode", "uts", "cgroup", "network_mode"} {
		weak = weak || str(s.m[k]) == "host"
	}
	for _, c := range listOf(s.m["cap_add"]) {
		weak = weak || !slices.Contains(ordinary, strings.TrimPrefix(strings.ToUpper(str(c)), "CAP_"))
	}
	for _, o := range listOf(s.m["security_opt"]) {
		t := str(o)
		weak = weak || strings.HasSuffix(t, "unconfined") || strings.HasSuffix(t, "disable") || strings.HasSuffix(t, "false")
	}
	for _, k := range []string{"init", "read_only"} {
		weak = weak || s.m[k] == false
	}
	user, _, _ := strings.Cut(str(s.m["user"]), ":")
	root := user == "0" || user == "root"
	if !weak && !root && s.Draft.at(s.path("harden")...) == typed {
		return
	}
	b := &block{kind: "harden"}
	if root {
		b.items = append(b.items, item{name: "non_root", value: false})
	}
	b.items = append(b.items, item{name: "reason", value: "so in the Compose file, which gives no reason"})
	s.b.items = append(s.b.items, item{block: b, gap: true, path: s.path("harden")})
}

// rest passes through what has no argument.
func (s *serviceDraft) rest() {
	for _, k := range []string{"extends", "container_name", "image", "build", "platform", "provider", "extensions"} {
		s.used[k] = true
	}
	for _, k := range sortedKeys(s.m) {
		if !s.used[k] && !strings.HasPrefix(k, "x-") && !empty(s.m[k]) {
			s.pass(k, s.m[k])
		}
	}
	if len(s.compose) > 0 {
		s.b.items = append(s.b.items, item{name: "compose", value: s.compose, gap: true, path: s.path("compose")})
	}
}
