package importer

import (
	"math/big"
	"net/netip"
	"slices"
	"strings"
)

// passedKeys are the keys that the language passes through under their own names.
var passedKeys = []string{
	"annotations", "attach", "blkio_config", "cap_add", "cap_drop", "cgroup", "cgroup_parent", "configs", "cpu_count",
	"cpu_percent", "cpu_period", "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpu_shares", "cpuset", "credential_spec",
	"develop", "device_cgroup_rules", "devices", "dns", "dns_opt", "dns_search", "domainname", "env_file", "expose",
	"external_links", "extra_hosts", "gpus", "group_add", "hostname", "ipc", "isolation", "label_file", "links",
	"logging", "mac_address", "mem_reservation", "mem_swappiness", "memswap_limit", "models", "network_mode",
	"oom_kill_disable", "oom_score_adj", "pid", "platform", "post_start", "pre_start", "pre_stop", "privileged",
	"pull_policy", "pull_refresh_after", "runtime", "security_opt", "shm_size", "stdin_open", "stop_grace_period",
	"stop_signal", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits", "umask", "use_api_socket", "userns_mode", "uts",
	"volumes_from", "working_dir",
}

// key writes a key that is passed through.
func (s *serviceDraft) key(key string) {
	v, ok := s.m[key]
	if s.used[key] {
		return
	}
	if key == "stop_grace_period" && !ok && s.s.opts.Faithful {
		v, ok = "10s", true // Compose's default, instead of that of the image
	}
	if !ok || empty(v) {
		return
	}
	switch key {
	case "shm_size", "mem_reservation", "memswap_limit":
		v = size(v)
	case "env_file":
		v = simple(v, "path", func(m map[string]any) bool { return only(m, "path", "required") && m["required"] != false })
	case "configs":
		v = slices.DeleteFunc(slices.Clone(listOf(v)), func(x any) bool { return !s.written("configs", str(at(x, "source"))) })
		if len(listOf(v)) == 0 {
			s.used[key] = true
			return
		}
	case "expose":
		if v = s.unblocked(v); len(listOf(v)) == 0 {
			s.used[key] = true
			return
		}
	case "devices":
		v = devices(v)
	case "dns", "dns_search", "tmpfs", "label_file":
		if l := listOf(v); len(l) == 1 {
			v = l[0]
		}
	}
	s.set(key, s.renamed(key, v), key)
}

// simple shortens a list of maps to the values of one key.
func simple(v any, key string, can func(m map[string]any) bool) any {
	var out []any
	for _, x := range listOf(v) {
		if m := mapOf(x); m == nil || !can(m) {
			return v
		}
		out = append(out, at(x, key))
	}
	if len(out) == 1 {
		return out[0]
	}
	return out
}

// devices are devices in the short form, if each has one.
func devices(v any) any {
	var out []any
	for _, x := range listOf(v) {
		m := mapOf(x)
		from, to, may := str(m["source"]), str(m["target"]), str(m["permissions"])
		if !only(m, "source", "target", "permissions") || from == "" || strings.Contains(from+to, ":") {
			return v
		}
		short := from
		if to != from || may != "rwm" {
			short += ":" + to
		}
		if may != "rwm" {
			short += ":" + may
		}
		out = append(out, short)
	}
	return out
}

// renamed replaces the names of services in keys that contain them.
func (s *serviceDraft) renamed(key string, v any) any {
	label := func(text string) string {
		name, rest, has := strings.Cut(strings.TrimPrefix(text, "service:"), ":")
		l := s.Draft.labels["services "+name]
		if l == "" || l == name {
			return text
		}
		if strings.HasPrefix(text, "service:") {
			l = "service:" + l
		}
		if has {
			l += ":" + rest
		} else if key == "links" {
			l += ":" + name
		}
		return l
	}
	switch key {
	case "network_mode", "ipc", "pid", "uts":
		if t, ok := v.(string); ok && strings.HasPrefix(t, "service:") {
			return label(t)
		}
	case "links", "volumes_from":
		var out []any
		for _, x := range listOf(v) {
			out = append(out, label(str(x)))
		}
		return out
	}
	return v
}

// size is a number of bytes in a unit that holds it exactly.
func size(v any) any {
	n, ok := new(big.Int).SetString(str(v), 10)
	if !ok || n.Sign() <= 0 {
		return v
	}
	for _, u := range []struct {
		shift  uint
		suffix string
	}{{30, "g"}, {20, "m"}, {10, "k"}} {
		unit := new(big.Int).Lsh(big.NewInt(1), u.shift)
		if q, r := new(big.Int).QuoRem(n, unit, new(big.Int)); r.Sign() == 0 {
			return q.String() + u.suffix
		}
	}
	return v
}

func validBind(ip string) bool {
	_, err := netip.ParseAddr(ip)
	return ip == "" || err == nil
}
