package service

import (
	"fmt"
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func (d *decoder) declare(b *lang.Block) any {
	s := &manifest.Service{Origin: b.Origin(), Name: b.Name}
	d.of[b] = &declared{b: b, s: s}
	d.services = append(d.services, d.of[b])
	m := b.Evaluation().Manifest
	m.Services = append(m.Services, s)
	b.Export("host", func() (cty.Value, error) { return cty.StringVal(b.Name), nil })
	b.Export("replicas", func() (cty.Value, error) { return cty.NumberIntVal(int64(len(d.replicas(b)))), nil })
	b.Export("container_name", func() (cty.Value, error) {
		if startsFirst(b) && !b.Given("container_name") {
			return cty.NilVal, fmt.Errorf("Compose chooses the name of %s's container, because its rollout starts a second one beside the first. Find it by its labels: docker ps --quiet --filter label=com.docker.compose.service=NAME.", b.Address())
		}
		return d.same(b, "container_name", func(v *lang.Block, i int) cty.Value { return strVal(containerName(v, d.instanceName(b, i))) })
	})
	b.Export("instances", func() (cty.Value, error) {
		if d.count(b); b.Failed("replicas") { // how many there are isn't known, which was reported
			return cty.NilVal, nil
		}
		return d.instancesVal(b), nil
	})
	d.portable(b)
	for _, c := range manifest.Conditions {
		b.ExportRef(string(c), "fact", manifest.Fact{Kind: c.Fact(), Name: b.Name})
	}
	return s
}

// declarePort exports the numbers of a port, if all replicas agree.
func (d *decoder) declarePort(pb *lang.Block) any {
	for _, attr := range []string{"container", "host"} {
		pb.Export(attr, func() (cty.Value, error) {
			if first := portOf(d.replicas(pb.Parent)[0], pb.Name); attr == "host" && !first.Has("host") {
				return cty.NilVal, fmt.Errorf("The port %s isn't published: it has no `host`.", pb.Address())
			} else if n, _ := first.Ports("host"); attr == "host" && n == 0 && first.Deferred("host") == "" && !first.Failed("host") {
				return cty.NilVal, fmt.Errorf("The port %s is published on any free port, which is only known once the container runs. Write its number as `host`.", pb.Address())
			}
			return d.same(pb.Parent, "port."+pb.Name+"."+attr, func(v *lang.Block, _ int) cty.Value {
				p := portOf(v, pb.Name)
				if p == nil {
					return cty.NilVal
				}
				if x := p.Deferred(attr); x != "" {
					return cty.StringVal(x)
				}
				return portVal(p, attr)
			})
		})
	}
	for _, attr := range []string{"bind", "protocol"} {
		pb.Export(attr, func() (cty.Value, error) {
			return d.same(pb.Parent, "port."+pb.Name+"."+attr, func(v *lang.Block, _ int) cty.Value {
				p := portOf(v, pb.Name)
				if p == nil {
					return cty.NilVal
				}
				if attr == "bind" {
					return strVal(bind(p))
				}
				return strVal(p.String(attr))
			})
		})
	}
	return &manifest.Port{Name: pb.Name}
}

func containerName(v *lang.Block, instance string) string {
	if v.Has("container_name") {
		return v.String("container_name")
	}
	if startsFirst(v) {
		return "" // two containers can't have one name
	}
	if sys := v.Evaluation().Blocks("system"); len(sys) > 0 {
		return sys[0].Name + "-" + instance
	}
	return instance
}

func portOf(v *lang.Block, name string) *lang.Block {
	for _, p := range v.Blocks("port") {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// same evaluates something for each replica; it must be equal for all.
func (d *decoder) same(b *lang.Block, what string, f func(v *lang.Block, i int) cty.Value) (cty.Value, error) {
	var out cty.Value
	for i, v := range d.replicas(b) {
		x := f(v, i)
		if x == cty.NilVal {
			return cty.NilVal, nil
		}
		if i > 0 && !x.RawEquals(out) {
			return cty.NilVal, fmt.Errorf("%s.%s differs between the replicas of the service. Select one of them, as in %s.instances[0].%s, or all, as in %s.instances[*].%s.",
				b.Address(), what, b.Address(), what, b.Address(), what)
		}
		out = x
	}
	return out, nil
}

// portVal is a port as a number, or a range as a string.
func portVal(b *lang.Block, attr string) cty.Value {
	first, last := b.Ports(attr)
	if b.Failed(attr) {
		return cty.NilVal
	}
	if last > first {
		return cty.StringVal(strconv.Itoa(first) + "-" + strconv.Itoa(last))
	}
	return cty.NumberIntVal(int64(first))
}

func strVal(s string) cty.Value {
	if s == "" {
		return cty.NilVal
	}
	return cty.StringVal(s)
}

// instancesVal is service.x.instances: a list of objects.
func (d *decoder) instancesVal(b *lang.Block) cty.Value {
	var out []cty.Value
	known := func(v cty.Value) cty.Value {
		if v == cty.NilVal {
			return cty.DynamicVal
		}
		return v
	}
	for i, v := range d.replicas(b) {
		name := d.instanceName(b, i)
		ports, urls := map[string]cty.Value{}, map[string]cty.Value{}
		for _, p := range v.Blocks("port") {
			attrs := map[string]cty.Value{"name": cty.StringVal(p.Name), "container": known(portVal(p, "container"))}
			if p.Has("host") {
				if attrs["host"] = cty.StringVal(p.Deferred("host")); p.Deferred("host") == "" {
					attrs["host"] = known(portVal(p, "host"))
				}
			}
			ports[p.Name] = cty.ObjectVal(attrs)
			if text, _ := url(p); text != "" {
				urls[p.Name] = cty.StringVal(text)
			}
		}
		instance := map[string]cty.Value{
			"name":           cty.StringVal(name),
			"host":           cty.StringVal(name),
			"container_name": known(strVal(containerName(v, name))),
			"exec":           cty.StringVal(d.exec(v, b, i)),
			"url":            cty.ObjectVal(urls),
			"port":           cty.ObjectVal(ports),
		}
		if startsFirst(b) && !b.Given("container_name") {
			delete(instance, "container_name") // Compose chooses it
		}
		out = append(out, cty.ObjectVal(instance))
	}
	return cty.TupleVal(out)
}
