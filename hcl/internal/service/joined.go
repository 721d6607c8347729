package service

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// refusedByJoined are the keys that the engine refuses for a container in another one's network.
var refusedByJoined = []string{"networks", "network", "hostname", "mac_address", "dns", "extra_hosts", "expose"}

// joinedNetworks checks services whose containers have the network of another one.
func (d *decoder) joinedNetworks(p *lang.Evaluation) {
	for _, x := range d.services {
		for _, i := range x.s.Instances {
			owner, ok := networkOwner(x.s, i)
			if !ok {
				continue
			}
			where := "the container " + owner
			for _, y := range d.services {
				for _, j := range y.s.Instances {
					if j.Name == owner {
						where = y.s.Address
					}
				}
			}
			for _, port := range i.Ports {
				if port.OnHost() {
					p.Errorf(rulePortJoined, port.Range, "%s has the network of %s, and the engine refuses published ports there. Publish the port there: port %q { container = %s, host = … } in %s, and no host here.", x.s.Address, where, port.Name, portValue(port), where)
				}
			}
			for _, k := range refusedByJoined {
				if x.b.Given(k) || x.b.Block(k) != nil {
					at := x.b.NameRange(k)
					if b := x.b.Block(k); b != nil {
						at = b.Range
					}
					p.Errorf(rulePortJoined, at, "%s has the network of %s, and the engine refuses %s there. Set it in %s.", x.s.Address, where, k, where)
				}
			}
			break // the same error for the other replicas adds nothing
		}
	}
}

// networkOwner is the service or container whose network an instance has.
func networkOwner(s *manifest.Service, i *manifest.Instance) (name string, ok bool) {
	mode := fmt.Sprint(s.ComposeKey("network_mode"))
	if x := i.Compose["network_mode"]; x != nil {
		mode = fmt.Sprint(x.Value)
	}
	kind, name, _ := strings.Cut(mode, ":")
	return name, kind == "service" || kind == "container"
}

// portValue is the container port as a manifest has it.
func portValue(p *manifest.Port) string {
	if p.Last == 0 {
		return p.Numbers()
	}
	return strconv.Quote(p.Numbers())
}
