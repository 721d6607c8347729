package service

import (
	"fmt"
	"math/big"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// What people write who know Compose, in this language. Each function gives up on a form that it doesn't
// know: then the diagnostic says only which block to write.

// wellKnown are the names of ports that a service has most often.
var wellKnown = map[int]string{
	22: "ssh", 25: "smtp", 53: "dns", 80: "http", 443: "https", 1883: "mqtt", 3000: "http", 3306: "mysql", 5432: "postgres",
	5672: "amqp", 6379: "redis", 8080: "http", 8443: "https", 9090: "prometheus", 9200: "http", 27017: "mongodb",
}

// portDraft is a published port, or a range of them. The host port 0 is any free one.
type portDraft struct {
	container, ports int // the first, and how many
	host, hosts      int
	bind, protocol   string
}

func rewritePorts(f *lang.Foreign) (lang.Rewrite, bool) {
	data, ok := f.Data()
	if !ok {
		return lang.Rewrite{}, false
	}
	list, isList := data.([]any)
	if m, isBlock := data.(map[string]any); isBlock {
		list = []any{m}
	} else if !isList {
		list = []any{data}
	}
	var ports []portDraft
	for _, x := range list {
		more, ok := portsOf(x)
		if !ok {
			return lang.Rewrite{}, false
		}
		ports = append(ports, more...)
	}
	if len(ports) == 0 {
		return lang.Rewrite{}, len(list) == 0
	}
	r := lang.Rewrite{}
	taken := map[string]bool{}
	if f.In != nil {
		for _, b := range f.In.Body.Blocks {
			if b.Type == "port" && len(b.Labels) == 1 {
				taken[b.Labels[0]] = true
			}
		}
	}
	var blocks []string
	for _, p := range ports {
		blocks = append(blocks, p.block(taken))
		if p.bind == everywhere {
			r.Note = "Compose publishes ports on all addresses. Without `bind`, only this machine reaches them."
		}
	}
	r.Text = strings.Join(blocks, "\n\n")
	return r, true
}

const everywhere = "0.0.0.0"

func (p portDraft) block(taken map[string]bool) string {
	name := wellKnown[p.container]
	if p.protocol == "udp" && name != "" && name != "dns" {
		name += "-udp"
	}
	if name == "" || taken[name] {
		name = "port-" + strconv.Itoa(p.container)
	}
	for taken[name] {
		name += "-" + p.protocol
	}
	taken[name] = true
	pairs := []lang.Pair{{Key: "container", Text: rangeText(p.container, p.ports)}}
	pairs = append(pairs, lang.Pair{Key: "host", Text: rangeText(p.host, p.hosts)}, lang.Pair{Key: "bind", Text: lang.Write(p.bind)})
	if p.protocol == "udp" {
		pairs = append(pairs, lang.Pair{Key: "protocol", Text: `"udp"`})
	}
	return lang.AsBlock("port "+lang.Write(name), pairs)
}

// portsOf reads one entry of `ports`.
func portsOf(x any) ([]portDraft, bool) {
	switch x := x.(type) {
	case *big.Rat:
		return shortPorts(x.RatString())
	case string:
		return shortPorts(x)
	case map[string]any:
		spec := plainText(x["target"])
		if published := plainText(x["published"]); published != "" {
			spec = published + ":" + spec
			if ip := plainText(x["host_ip"]); ip != "" {
				spec = ip + ":" + spec
			}
		}
		if protocol := plainText(x["protocol"]); protocol != "" {
			spec += "/" + protocol
		}
		return shortPorts(spec)
	}
	return nil, false
}

// shortPorts reads [[IP:]HOST:]CONTAINER[/PROTOCOL], with ranges.
func shortPorts(s string) ([]portDraft, bool) {
	s, protocol, given := strings.Cut(s, "/")
	if !given {
		protocol = "tcp"
	}
	host, container, bind := "", s, everywhere
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		host, container = s[:i], s[i+1:]
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		bind, host = strings.Trim(host[:i], "[]"), host[i+1:]
	}
	p := portDraft{bind: bind, protocol: protocol}
	var ok bool
	if p.container, p.ports, ok = portRange(container); !ok || protocol != "tcp" && protocol != "udp" || bind == "" {
		return nil, false
	}
	if host != "" {
		if p.host, p.hosts, ok = portRange(host); !ok || p.hosts != p.ports && p.ports != 1 {
			return nil, false
		}
	}
	return []portDraft{p}, true
}

// rangeText is the ports from the first on as a manifest has them.
func rangeText(first, n int) string {
	if n <= 1 {
		return strconv.Itoa(first)
	}
	return strconv.Quote(fmt.Sprintf("%d-%d", first, first+n-1))
}

// portRange reads N or N-M.
func portRange(s string) (first, n int, ok bool) {
	from, to, isRange := strings.Cut(s, "-")
	first, err := strconv.Atoi(from)
	if err != nil || first < 1 || first > 65535 {
		return 0, 0, false
	}
	last := first
	if isRange {
		if last, err = strconv.Atoi(to); err != nil {
			return 0, 0, false
		}
	}
	return first, last - first + 1, last >= first && last <= 65535
}

// plainText is a string or a number as text, "" for anything else.
func plainText(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case *big.Rat:
		return x.RatString()
	}
	return ""
}

func rewriteScale(f *lang.Foreign) (lang.Rewrite, bool) {
	data, ok := f.Data()
	return lang.Rewrite{Text: "replicas = " + lang.Write(data)}, ok
}

func rewriteVolumes(f *lang.Foreign) (lang.Rewrite, bool) {
	data, ok := f.Data()
	list, isList := data.([]any)
	if m, isMap := data.(map[string]any); isMap && f.In != nil { // volumes { data = "/data" }
		for _, name := range slices.Sorted(mapKeys(m)) {
			list = append(list, name+":"+plainText(m[name]))
		}
	} else if !isList || !ok {
		return lang.Rewrite{}, false
	}
	var blocks, beside []string
	for _, x := range list {
		block, volume, ok := mountOf(f, x)
		if !ok {
			return lang.Rewrite{}, false
		}
		blocks = append(blocks, block)
		if volume != "" && !f.Declared("volume", volume) && !slices.Contains(beside, volume) {
			beside = append(beside, volume)
		}
	}
	for i, v := range beside {
		beside[i] = "volume " + lang.Write(v) + " {}"
	}
	return lang.Rewrite{Text: strings.Join(blocks, "\n\n"), Beside: strings.Join(beside, "\n\n")}, true
}

func mapKeys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// mountOf is the block for one entry of `volumes`, and the volume that it mounts.
func mountOf(f *lang.Foreign, x any) (block, volume string, ok bool) {
	source, target, readOnly := "", "", false
	switch x := x.(type) {
	case string:
		parts := strings.Split(x, ":")
		switch len(parts) {
		case 1:
			target = parts[0]
		case 2, 3:
			source, target = parts[0], parts[1]
		default:
			return "", "", false
		}
		if len(parts) == 3 {
			modes := strings.Split(parts[2], ",")
			if slices.ContainsFunc(modes, func(m string) bool { return !slices.Contains([]string{"ro", "rw", "z", "Z"}, m) }) {
				return "", "", false
			}
			readOnly = slices.Contains(modes, "ro")
		}
	case map[string]any:
		source, target, readOnly = plainText(x["source"]), plainText(x["target"]), x["read_only"] == true
		if kind := plainText(x["type"]); kind == "tmpfs" {
			return lang.AsBlock("mount "+lang.Write(target), []lang.Pair{{Key: "tmpfs", Text: "true"}}), "", path.IsAbs(target)
		} else if kind != "volume" && kind != "bind" || x["bind"] != nil || x["volume"] != nil {
			return "", "", false
		}
	}
	if !path.IsAbs(target) || strings.Contains(source+target, "$") {
		return "", "", false
	}
	if strings.HasPrefix(source, ".") || strings.HasPrefix(source, "/") || strings.HasPrefix(source, "~") {
		volume, source = "", "bind = "+lang.Write(source)
	} else {
		if volume = source; source == "" { // an anonymous volume gets a name
			volume = f.In.Labels[0] + "-" + strings.Trim(strings.NewReplacer("/", "-", ".", "-", "_", "-").Replace(target), "-")
		}
		if !validName(volume) {
			return "", "", false
		}
		source = "volume = volume." + volume
	}
	key, value, _ := strings.Cut(source, " = ")
	pairs := []lang.Pair{{Key: key, Text: value}}
	if readOnly {
		pairs = append(pairs, lang.Pair{Key: "read_only", Text: "true"})
	}
	return lang.AsBlock("mount "+lang.Write(path.Clean(target)), pairs), volume, true
}

// validName reports whether a name can be a label and the end of a reference.
func validName(s string) bool { return lang.Key(s) == s }

func rewriteSecrets(f *lang.Foreign) (lang.Rewrite, bool) {
	data, ok := f.Data()
	list, isList := data.([]any)
	if !ok || !isList {
		return lang.Rewrite{}, false
	}
	var refs, beside []string
	for _, x := range list {
		name := plainText(x)
		if m, long := x.(map[string]any); long {
			name = plainText(m["source"])
		}
		if !validName(name) {
			return lang.Rewrite{}, false
		}
		refs = append(refs, "secret."+name)
		if !f.Declared("secret", name) {
			beside = append(beside, "secret "+lang.Write(name)+" {\n  from = \"generated\"\n}")
		}
	}
	r := lang.Rewrite{Text: "secrets = [" + strings.Join(refs, ", ") + "]", Beside: strings.Join(beside, "\n\n"),
		Note: "Each is mounted as /run/secrets/NAME. Write secret_env = { NAME_FILE = secret.x } instead where a variable is to have that path."}
	if len(beside) > 0 {
		r.Note += " `from` says where a secret comes from that isn't generated."
	}
	return r, len(refs) > 0
}

// rewriteBuild moves the build to an image block.
func rewriteBuild(f *lang.Foreign) (lang.Rewrite, bool) {
	data, ok := f.Data()
	if !ok || f.In == nil || len(f.In.Labels) != 1 {
		return lang.Rewrite{}, false
	}
	m, isMap := data.(map[string]any)
	if !isMap {
		m = map[string]any{"context": data}
	}
	context, dockerfile := plainText(m["context"]), plainText(m["dockerfile"])
	if context == "" {
		context = "."
	}
	if dockerfile == "" {
		dockerfile = "Dockerfile"
	}
	pairs := []lang.Pair{{Key: "context", Text: lang.Write(context)}, {Key: "dockerfile", Text: lang.Write(path.Join(context, dockerfile))}}
	for _, k := range slices.Sorted(mapKeys(m)) {
		switch k {
		case "context", "dockerfile":
		case "target":
			pairs = append(pairs, lang.Pair{Key: k, Text: lang.Write(m[k])})
		case "args":
			args, isMap := m[k].(map[string]any)
			if !isMap {
				return lang.Rewrite{}, false
			}
			pairs = append(pairs, lang.Pair{Key: "build_args", Text: lang.Write(args)})
		default:
			return lang.Rewrite{}, false
		}
	}
	name := f.Free("image", f.In.Labels[0])
	r := lang.Rewrite{Text: "image = image." + name, Beside: lang.AsBlock("image "+lang.Write(name), pairs)}
	if f.In.Body.Attributes["image"] != nil {
		return lang.Rewrite{}, false
	}
	return r, validName(name)
}

// conditions are those of Compose, and what they are called here.
var conditions = map[string]manifest.Condition{
	"service_started": manifest.OnStarted, "service_healthy": manifest.OnHealthy, "service_completed_successfully": manifest.OnCompleted,
	"started": manifest.OnStarted, "healthy": manifest.OnHealthy, "completed": manifest.OnCompleted,
}

// rewriteDependsOn writes the map of conditions.
func rewriteDependsOn(f *lang.Foreign) (lang.Rewrite, bool) {
	data, ok := f.Data()
	if !ok {
		return lang.Rewrite{}, false
	}
	var pairs []lang.Pair
	switch data := data.(type) {
	case string:
		pairs = append(pairs, lang.Pair{Key: data, Text: `"started"`})
	case []any:
		for _, x := range data {
			pairs = append(pairs, lang.Pair{Key: plainText(x), Text: `"started"`})
		}
	case map[string]any:
		for _, k := range slices.Sorted(mapKeys(data)) {
			c, options := plainText(data[k]), 0
			if m, long := data[k].(map[string]any); long {
				c, options = plainText(m["condition"]), len(m)
			}
			if conditions[c] == "" || options > 1 {
				return lang.Rewrite{}, false
			}
			pairs = append(pairs, lang.Pair{Key: k, Text: lang.Write(string(conditions[c]))})
		}
	}
	for _, p := range pairs {
		if !f.Declared("service", p.Key) {
			return lang.Rewrite{}, false
		}
	}
	return lang.Rewrite{Text: "depends_on = " + lang.WriteMap(pairs)}, len(pairs) > 0
}

// rewriteNetworks lists the networks of a map or a block without options.
func rewriteNetworks(f *lang.Foreign) (lang.Rewrite, bool) {
	data, ok := f.Data()
	if !ok {
		return lang.Rewrite{}, false
	}
	var names []string
	switch data := data.(type) {
	case string:
		names = []string{data}
	case []any:
		for _, x := range data {
			names = append(names, plainText(x))
		}
	case map[string]any:
		for _, k := range slices.Sorted(mapKeys(data)) {
			if m, isMap := data[k].(map[string]any); data[k] != nil && (!isMap || len(m) > 0) {
				return lang.Rewrite{}, false
			}
			names = append(names, k)
		}
	}
	var refs, beside []string
	for _, n := range names {
		if !validName(n) {
			return lang.Rewrite{}, false
		}
		refs = append(refs, "network."+n)
		if !f.Declared("network", n) {
			beside = append(beside, fmt.Sprintf("network %q {}", n))
		}
	}
	return lang.Rewrite{Text: "networks = [" + strings.Join(refs, ", ") + "]", Beside: strings.Join(beside, "\n\n")}, len(refs) > 0
}

// rewriteTest writes a healthcheck's test.
func rewriteTest(f *lang.Foreign) (lang.Rewrite, bool) {
	data, ok := f.Data()
	if !ok {
		return lang.Rewrite{}, false
	}
	if s, isString := data.(string); isString {
		return lang.Rewrite{Text: "shell = " + lang.Write(s)}, s != ""
	}
	list, _ := data.([]any)
	if len(list) == 0 {
		return lang.Rewrite{}, false
	}
	switch kind := list[0]; {
	case kind == "NONE" && len(list) == 1:
		return lang.Rewrite{Text: "disable = true"}, true
	case kind == "CMD-SHELL" && len(list) == 2:
		return lang.Rewrite{Text: "shell = " + lang.Write(list[1])}, true
	case kind == "CMD" && len(list) > 1:
		return lang.Rewrite{Text: "command = " + lang.Write(list[1:])}, true
	}
	return lang.Rewrite{}, false
}

// restartHabits are other names of restart policies: YAML's booleans, and Compose's conditions of a swarm.
var restartHabits = map[string]string{
	"false": "no", "never": "no", "none": "no", "true": "always", "any": "always", "yes": "always",
	"unless-stopped": "unless-stopped", "on-failure": "on-failure",
}

// composeTest reports a command that begins with the word by which Compose tells a command from a script.
func composeTest(h *lang.Block) bool {
	words := h.Strings("command")
	if len(words) == 0 || !slices.Contains([]string{"CMD", "CMD-SHELL", "NONE"}, words[0]) || h.Failed("command") {
		return false
	}
	h.InvalidAs("command", rewriteTest, "must not begin with %q, which belongs to Compose's `test`: here it is the program that runs", words[0])
	return true
}

// rewriteLimits moves what `deploy.resources.limits` has into the block itself.
func rewriteLimits(f *lang.Foreign) (lang.Rewrite, bool) {
	data, _ := f.Data()
	m, isMap := data.(map[string]any)
	var lines []string
	for _, k := range slices.Sorted(mapKeys(m)) {
		if k != "memory" && k != "cpus" {
			return lang.Rewrite{}, false
		}
		lines = append(lines, k+" = "+lang.Write(m[k]))
	}
	return lang.Rewrite{Text: strings.Join(lines, "\n")}, isMap && len(lines) > 0
}
