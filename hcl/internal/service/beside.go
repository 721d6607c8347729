package service

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// startsFirst reports whether a service's rollout starts a second container beside the first.
func startsFirst(b *lang.Block) bool {
	r := b.Block("rollout")
	return r != nil && r.String("order") == "start_first"
}

// obstacle is why two containers of a service can't run at the same time.
type obstacle struct {
	why string
	at  hcl.Range
}

// beside checks that a second container can run beside the first, where the rollout wants that.
func (o *ordering) beside(x *declared) {
	if !x.s.Rollout.StartFirst {
		return
	}
	var found []obstacle
	for _, i := range x.s.Instances {
		if found = o.obstacles(x, i); len(found) > 0 {
			break // the same for other replicas adds nothing
		}
	}
	at := x.b.Block("rollout").AttrRange("order")
	for _, f := range found {
		o.p.Errorf(ruleStartFirst, at, "Two containers of %s can't run at the same time: %s, at %s. Write order = \"stop_first\", or remove that.", x.s.Address, f.why, lang.Place(f.at))
	}
}

func (o *ordering) obstacles(x *declared, i *manifest.Instance) []obstacle {
	var out []obstacle
	put := func(at hcl.Range, format string, args ...any) {
		out = append(out, obstacle{fmt.Sprintf(format, args...), at})
	}
	if x.s.Oneshot {
		put(x.b.AttrRange("oneshot"), "it runs once")
	}
	if x.b.Given("container_name") {
		put(x.b.AttrRange("container_name"), "both would have the same container_name")
	}
	for _, p := range hostPorts(x.s, i) {
		put(p.Range, "both would publish the host port %s", p.Published())
	}
	for _, j := range i.Joins {
		if j.IPv4 != "" || j.IPv6 != "" || j.MAC != "" {
			put(j.Range, "both would have the same address on %s", j.Network.Address)
		}
	}
	for _, m := range i.Mounts {
		if (m.Volume != nil || m.Bind != "") && !m.ReadOnly {
			put(m.Range, "both would write to what is mounted at %s", m.Target)
		}
	}
	if f := x.s.Running(); f != nil {
		for _, v := range f.Volumes {
			if v.Holds != images.Cache && len(unmounted(x.s, []string{v.Path})) > 0 {
				put(x.b.AttrRange("image"), "each would have its own data at %s, a volume of the image", v.Path)
			}
		}
	}
	for _, d := range o.p.Manifest.Databases {
		if d.Service == x.s {
			put(d.Range, "each would have its own %s", d.Address)
		}
	}
	for _, key := range append(slices.Clone(namespaces), "volumes_from", "mac_address", "container_name") {
		if v, part := o.first(x, i, key); v != nil && v != "none" && v != "private" && v != "shareable" && v != "bridge" {
			put(part().Range, "both would have the same %s", key)
		}
	}
	if v, part := o.first(x, i, "volumes"); v != nil { // in `compose`
		list, _ := v.([]any)
		for n, entry := range list {
			s, _ := entry.(string)
			if !strings.HasSuffix(s, ":ro") && inside(entry, "read_only") != true && inside(entry, "type") != "tmpfs" {
				put(part(strconv.Itoa(n)).Range, "both would write to this volume")
			}
		}
	}
	if v, part := o.first(x, i, "networks"); v != nil {
		networks, _ := v.(map[string]any)
		names := make([]string, 0, len(networks))
		for name := range networks {
			names = append(names, name)
		}
		sort.Strings(names)
		for _, name := range names {
			for _, key := range []string{"ipv4_address", "ipv6_address", "mac_address"} {
				if inside(networks[name], key) != nil {
					put(part(name, key).Range, "both would have the same %s", key)
				}
			}
		}
	}
	return append(out, o.joined(x, i)...)
}

// joined are the services that join a namespace of an instance, or use its volumes: they would keep those
// of the first container.
func (o *ordering) joined(x *declared, i *manifest.Instance) []obstacle {
	var out []obstacle
	for _, dep := range o.joins {
		if dep.to.i == i && dep.from.s != x.s {
			out = append(out, obstacle{fmt.Sprintf("the %s of %s is that of its container", strings.TrimSuffix(dep.key, "_mode"), dep.from.s.Address), dep.at})
		}
	}
	return out
}
