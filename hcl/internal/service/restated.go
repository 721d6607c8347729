package service

import (
	"fmt"
	"maps"
	"math/big"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// restating checks that `compose = {…}` of a service, or the system's for it, only adds to what its block
// says: Compose would let the last one win, so that what the block says would silently not hold.
type restating struct {
	p *lang.Evaluation
	x *declared
	i *manifest.Instance

	from   *lang.Block // has `compose`
	prefix []string    // keys in `compose` before those of the service
}

// restated checks the services' own `compose`, and the system's.
func (d *decoder) restated(p *lang.Evaluation) {
	for _, x := range d.services {
		for n, i := range x.s.Instances {
			if x.s.ComposeNew != nil && n == 0 {
				r := &restating{p: p, x: x, i: i, from: x.b}
				r.keys(x.s.ComposeNew.Value)
			}
			for _, sys := range p.Blocks("system") {
				r := &restating{p: p, x: x, i: i, from: sys, prefix: []string{"services", i.Name}}
				r.keys(inside(sys.Any("compose"), r.prefix...))
			}
		}
	}
}

func (r *restating) keys(v any) {
	m, _ := v.(map[string]any)
	for _, k := range slices.Sorted(maps.Keys(m)) {
		switch k {
		case "environment":
			r.environment(m[k])
		case "labels":
			for _, l := range r.i.Labels {
				r.pair(k, m[k], l.Key, l.Value, l.Range)
			}
		case "volumes":
			r.mounts(m[k])
		case "secrets":
			r.secrets(m[k])
		case "healthcheck":
			r.health(m[k])
		case "networks":
			r.joins(m[k])
		case "build":
			if img := r.x.s.Image; img != nil && img.Pull == "" {
				r.report("build", img.Range, k)
			}
		case "image", "container_name", "restart", "command", "entrypoint", "user", "init", "read_only":
			r.argument(k, m[k])
		default:
			r.passedThrough(k, m[k])
		}
	}
}

// report names both places of what is said twice.
func (r *restating) report(what string, said hcl.Range, path ...string) {
	at := r.from.Part("compose", slices.Concat(r.prefix, path)...).Range
	r.p.Errorf(ruleRestated, at, "%s already has %s, at %s. `compose` can add to what a block says, but not change it: keep one of the two.", r.x.s.Address, what, lang.Place(said))
}

// argument compares with an argument of the service or of its harden block.
func (r *restating) argument(k string, v any) {
	for _, b := range []*lang.Block{r.x.b, r.x.b.Block("harden")} {
		if b == nil || !b.Given(k) {
			continue
		}
		if k != "image" {
			b = b.With("replica", replica(r.i.Index))
			if said := b.Any(k); b.Failed(k) || said == nil || v == nil || equal(said, v) {
				return
			}
		}
		r.report(k, b.AttrRange(k), k)
		return
	}
}

// passedThrough compares with a key that the block sets under Compose's name.
func (r *restating) passedThrough(k string, over any) {
	under := r.x.s.Compose[k]
	if v := r.i.Compose[k]; v != nil {
		under = v
	}
	if under == nil || !strings.HasPrefix(under.Address, r.x.s.Address+".") {
		return // or it is a default of the system's
	}
	keys, found := clash(k, under.Value, over)
	if !found || k == "deploy" && slices.Contains([]string{"replicas", "resources", "restart_policy"}, keys[0]) {
		return // deployReader compares those
	}
	said := r.x.b.Part(k, keys...).Range
	if b := r.x.b.Block(k); b != nil {
		said = b.Range
		if len(keys) > 0 {
			said = b.Part(keys[0], keys[1:]...).Range
		}
	}
	r.report(strings.Join(append([]string{k}, keys...), "."), said, append([]string{k}, keys...)...)
}

// sequences are the keys that Compose joins as lists, whether they are strings, lists or maps.
var sequences = []string{"dns", "dns_opt", "dns_search", "env_file", "label_file", "extra_hosts", "tmpfs"}

// pairs are the keys whose lists of KEY=VALUE Compose merges by key.
var pairs = []string{"annotations", "sysctls"}

// clash is the path of the first part of a value that another one, merged over it as Compose merges
// files, changes. Lists are joined.
func clash(key string, under, over any) (keys []string, found bool) {
	if slices.Contains(sequences, key) {
		return nil, false
	}
	if slices.Contains(pairs, key) {
		under, over = pairsOf(under), pairsOf(over)
	}
	if under == nil || over == nil || equal(under, over) {
		return nil, false
	}
	switch u := under.(type) {
	case map[string]any:
		o, ok := over.(map[string]any)
		if !ok {
			return nil, true
		}
		for _, k := range slices.Sorted(maps.Keys(o)) {
			if in, found := clash("", u[k], o[k]); found {
				return append([]string{k}, in...), true
			}
		}
		return nil, false
	case []any:
		_, ok := over.([]any)
		return nil, !ok
	}
	return nil, true
}

// pairsOf is a map of what Compose accepts as a map or as a list of KEY=VALUE.
func pairsOf(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for _, x := range texts(list) {
		k, v, has := strings.Cut(x, "=")
		if out[k] = nil; has {
			out[k] = v
		}
	}
	return out
}

// equal reports whether Compose reads two values as the same; numbers may be strings.
func equal(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && maps.EqualFunc(x, y, equal)
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	case *big.Rat:
		n, ok := number(b)
		return ok && n.Cmp(x) == 0
	case string:
		if _, isNumber := b.(*big.Rat); isNumber {
			return equal(b, a)
		}
	}
	return a == b
}

func (r *restating) environment(v any) {
	for _, e := range r.i.Env {
		value := any(nil)
		if text, ok := e.Value.Plain(); ok {
			value = text
		}
		r.pair("environment", v, e.Name, value, e.Range)
	}
	for _, e := range r.i.SecretEnv {
		r.pair("environment", v, e.Name, nil, e.Range)
	}
}

// pair compares one entry of a map, or of a list of KEY=VALUE.
func (r *restating) pair(key string, v any, name string, value any, said hcl.Range) {
	m, _ := pairsOf(v).(map[string]any)
	over, has := m[name]
	if !has || value != nil && equal(value, over) {
		return
	}
	if n, isNumber := over.(*big.Rat); isNumber && value == n.RatString() {
		return
	}
	r.report("the "+map[string]string{"environment": "variable", "labels": "label"}[key]+" "+name, said, r.entry(v, key, func(x any) bool {
		s, _ := x.(string)
		k, _, _ := strings.Cut(s, "=")
		return k == name
	}, name)...)
}

// entry is the path of an entry in a list, or of a key in a map.
func (r *restating) entry(v any, key string, is func(x any) bool, name string) []string {
	list, ok := v.([]any)
	if !ok {
		return []string{key, name}
	}
	return []string{key, strconv.Itoa(slices.IndexFunc(list, is))}
}

func (r *restating) mounts(v any) {
	list, _ := v.([]any)
	for n, x := range list {
		target, _ := inside(x, "target").(string)
		if short, ok := x.(string); ok {
			parts := strings.Split(short, ":")
			target = parts[min(1, len(parts)-1)]
		}
		for _, m := range r.i.Mounts {
			if target != "" && path.Clean(m.Target) == path.Clean(target) {
				r.report("a mount at "+target, m.Range, "volumes", strconv.Itoa(n))
			}
		}
	}
}

func (r *restating) secrets(v any) {
	list, _ := v.([]any)
	for n, x := range list {
		source, _ := x.(string)
		target := source
		if m, ok := x.(map[string]any); ok {
			source, _ = m["source"].(string)
			if target, _ = m["target"].(string); target == "" {
				target = source
			}
		}
		target = strings.TrimPrefix(target, "/run/secrets/")
		for _, e := range r.i.SecretEnv {
			if target == e.Secret.Name && source != target {
				r.report("a mount at /run/secrets/"+target, e.Range, "secrets", strconv.Itoa(n))
				break
			}
		}
		for _, f := range lang.Refs[*manifest.Secret](r.x.b, "secrets") {
			if target == f.Value.Name && source != target {
				r.report("a mount at /run/secrets/"+target, f.Range, "secrets", strconv.Itoa(n))
				break
			}
		}
	}
}

// health compares with the arguments of the healthcheck block.
func (r *restating) health(v any) {
	b := r.x.b.Block("healthcheck")
	m, _ := v.(map[string]any)
	if b == nil || r.x.s.Healthcheck == nil {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		switch {
		case k == "test" && !r.x.s.Healthcheck.Disable:
			r.report("a test in its healthcheck", b.Range, "healthcheck", k)
		case k != "test" && b.Given(k) && m[k] != nil && fmt.Sprint(m[k]) != fmt.Sprint(b.Any(k)):
			r.report(k+" in its healthcheck", b.AttrRange(k), "healthcheck", k)
		}
	}
}

// joins compares with the network blocks.
func (r *restating) joins(v any) {
	for _, j := range r.i.Joins {
		for key, said := range map[string]string{"ipv4_address": j.IPv4, "ipv6_address": j.IPv6, "mac_address": j.MAC, "interface_name": j.Interface} {
			if over := inside(v, j.Network.Name, key); said != "" && over != nil && over != said {
				r.report("networks."+j.Network.Name+"."+key, j.Range, "networks", j.Network.Name, key)
			}
		}
		for key, said := range map[string]int{"priority": j.Priority, "gw_priority": j.GatewayPriority} {
			if over := inside(v, j.Network.Name, key); said != 0 && over != nil && !equal(big.NewRat(int64(said), 1), over) {
				r.report("networks."+j.Network.Name+"."+key, j.Range, "networks", j.Network.Name, key)
			}
		}
	}
}
