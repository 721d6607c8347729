package service

import (
	"fmt"
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// Portable words mean the same on each target, and are the text that is right on the one that the kit is built for.

// portable exports those of a service.
func (d *decoder) portable(b *lang.Block) {
	b.Export("exec", func() (cty.Value, error) {
		views := d.replicas(b)
		if len(views) > 1 {
			return cty.NilVal, fmt.Errorf("%s has %d replicas, so a command needs one of them: write %s.instances[0].exec, or a loop over %s.instances[*].exec.", b.Address(), len(views), b.Address(), b.Address())
		}
		return cty.StringVal(d.exec(views[0], b, 0)), nil
	})
	var ports []string
	for _, p := range b.Blocks("port") {
		ports = append(ports, p.Name)
	}
	b.ExportGroup("url", ports, func(name string) (cty.Value, error) {
		first := portOf(d.replicas(b)[0], name)
		switch _, why := url(first); {
		case why != "":
			return cty.NilVal, fmt.Errorf("The port %s %s.", first.Address(), why)
		case first.Failed():
			return cty.NilVal, nil
		}
		return d.same(b, "url."+name, func(v *lang.Block, _ int) cty.Value {
			p := portOf(v, name)
			if p == nil {
				return cty.NilVal
			}
			text, _ := url(p)
			return strVal(text)
		})
	})
}

// exec is the prefix that runs a command in a replica. On Kubernetes it is found by the Service that has that pod alone.
func (d *decoder) exec(v, b *lang.Block, i int) string {
	if v.Evaluation().Manifest.Target == manifest.TargetKubernetes {
		name := d.instanceName(b, i)
		if len(d.replicas(b)) == 1 {
			name = b.Name
		}
		return manifest.KubernetesExec(namespace(v.Evaluation()), name)
	}
	name := d.instanceName(b, i)
	return manifest.ComposeExec(name, containerName(v, name))
}

// namespace is that of the system's objects on Kubernetes, before the blocks that say so are decoded.
func namespace(p *lang.Evaluation) string {
	if k := p.Settings(); k != nil && k.String("namespace") != "" {
		return k.String("namespace")
	}
	for _, s := range p.Blocks("system") {
		return (&manifest.System{Name: s.Name}).Namespace()
	}
	return ""
}

// url is the address at which a script reaches a published port; why is the reason if there is none.
func url(p *lang.Block) (text, why string) {
	first, last := p.Ports("host")
	deferred := p.Deferred("host")
	switch {
	case p.Failed("host", "protocol", "bind"):
		return "", ""
	case !p.Has("host"):
		return "", "isn't published, so scripts can't reach it: it has no `host`. Add one, or run the command in the service's container with `exec`"
	case deferred == "" && first == 0:
		return "", "is published on any free port, which is only known once the container runs. Write its number as `host`"
	case last > first:
		return "", "is a range of ports. Write the address of one of them"
	case p.String("protocol") == "udp":
		return "", "takes datagrams, and no address begins with http:// for these. Write its host and port"
	}
	port := deferred
	if port == "" {
		port = strconv.Itoa(first)
	}
	address := manifest.ForwardAddress
	if p.Evaluation().Manifest.Target != manifest.TargetKubernetes {
		address = manifest.Reachable(bind(p))
	}
	return "http://" + address + ":" + port, ""
}

// nameReplicas notes the services of which scripts name single replicas: on Kubernetes each needs a name of its own.
func nameReplicas(p *lang.Evaluation) {
	if p.Manifest.Target != manifest.TargetKubernetes {
		return
	}
	for _, typ := range []string{"action", "criterion", "benchmark", "runbook", "artifact"} {
		for _, b := range p.Blocks(typ) {
			for _, x := range b.Mentioned("service", "instances") {
				if s, ok := x.(*manifest.Service); ok {
					s.Named = true
				}
			}
		}
	}
}
