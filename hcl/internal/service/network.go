package service

import (
	"net/netip"
	"slices"
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func joinSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "network", Doc: "A network that the service joins, with settings of its own; `networks` is the short form without any.",
		Labels:    lang.Name1("The name of the network, if `network` isn't set."),
		ComposeOf: "services.networks",
		Compose:   []lang.ComposeKey{{Key: "use_service_name_alias", Write: "compose = { networks = { NAME = { use_service_name_alias = … } } }", Why: "The service's name is always a host name on its networks, because the kit uses it."}},
		Attrs: []lang.Attr{
			{Name: "network", Type: lang.RefTo("network"), Doc: "The network. Default: the one with the block's label."},
			{Name: "aliases", Type: lang.Strings, Deploy: true, Doc: "Compose: aliases. More host names of the service on the network."},
			{Name: "ipv4_address", Type: lang.String, Deploy: true, Doc: "Compose: ipv4_address. A static address; the network requires ipam with a subnet that contains it."},
			{Name: "ipv6_address", Type: lang.String, Deploy: true, Doc: "Compose: ipv6_address. A static address; the network requires enable_ipv6 and ipam with a subnet that contains it."},
			{Name: "link_local_ips", Type: lang.Strings, Deploy: true, Doc: "Compose: link_local_ips."},
			{Name: "mac_address", Type: lang.String, Deploy: true, Doc: "Compose: mac_address."},
			{Name: "interface_name", Type: lang.String, Doc: "Compose: interface_name. The name of the interface in the container."},
			{Name: "driver_opts", Type: lang.StringMap, Doc: "Compose: driver_opts. Options for the network's driver."},
			{Name: "priority", Type: lang.Int, Doc: "Compose: priority. Networks are joined in descending order of it."},
			{Name: "gw_priority", Type: lang.Int, Doc: "Compose: gw_priority. The network with the highest one is the default gateway."},
		},
	}
}

// joins reads the networks that an instance joins with settings of its own.
func joins(v *lang.Block, s *manifest.Service, i *manifest.Instance) {
	for _, b := range v.Blocks("network") {
		j := &manifest.Join{Range: b.Range, Aliases: b.Strings("aliases"), IPv4: b.String("ipv4_address"), IPv6: b.String("ipv6_address"),
			LinkLocal: b.Strings("link_local_ips"), MAC: b.String("mac_address"), Interface: b.String("interface_name"),
			DriverOpts: b.StringMap("driver_opts"), Priority: b.Int("priority"), GatewayPriority: b.Int("gw_priority")}
		if f, ok := lang.Ref[*manifest.Network](b, "network"); ok {
			j.Network = f.Value
		} else if !b.Given("network") {
			if o := v.Evaluation().Lookup("network", b.Name, b.LabelRange()); o != nil {
				j.Network, _ = o.Ref.(*manifest.Network)
			}
		}
		if j.Network == nil {
			continue
		}
		for _, other := range i.Joins {
			if other.Network == j.Network {
				v.Evaluation().Errorf(ruleJoin, b.Range, "%s joins %s twice; the other block is at %s. Keep one of the two.", s.Address, j.Network.Address, lang.Place(other.Range))
			}
		}
		address(b, "ipv4_address", j.IPv4, netip.Addr.Is4, "IPv4")
		address(b, "ipv6_address", j.IPv6, netip.Addr.Is6, "IPv6")
		i.Joins = append(i.Joins, j)
		if !slices.Contains(s.Networks, j.Network) {
			s.Networks = append(s.Networks, j.Network)
			sort.Slice(s.Networks, func(a, b int) bool { return s.Networks[a].Name < s.Networks[b].Name })
		}
	}
}

func address(b *lang.Block, attr, ip string, is func(netip.Addr) bool, family string) {
	if ip == "" || manifest.HasParameter(ip) {
		return
	}
	if addr, err := netip.ParseAddr(ip); err != nil || !is(addr) {
		b.Evaluation().Errorf(ruleJoin, b.AttrRange(attr), "%q is not a valid %s address.", ip, family)
	}
}

// addresses checks static addresses against the networks and each other.
func (d *decoder) addresses(p *lang.Evaluation) {
	type taken struct {
		network *manifest.Network
		ip      netip.Addr
	}
	first := map[taken]hcl.Range{}
	for _, x := range d.services {
		for _, i := range x.s.Instances {
			for _, j := range i.Joins {
				for attr, ip := range map[string]string{"ipv4_address": j.IPv4, "ipv6_address": j.IPv6} {
					addr, err := netip.ParseAddr(ip)
					if err != nil {
						continue
					}
					at := j.Range
					for _, b := range x.b.Blocks("network") {
						if b.Range == j.Range {
							at = b.AttrRange(attr)
						}
					}
					if o, ok := first[taken{j.Network, addr}]; ok {
						p.Errorf(ruleJoin, at, "%s is already the address of another container on %s, at %s. Each needs its own.", ip, j.Network.Address, lang.Place(o))
						continue
					}
					first[taken{j.Network, addr}] = at
					if !inSubnet(j.Network, addr) && !ipamFailed(p, j.Network) {
						p.Errorf(ruleJoin, at, "The engine assigns %s only if the network has a subnet that contains it. Add ipam = { config = [{ subnet = \"…\" }] } to %s (declared at %s).", ip, j.Network.Address, lang.Place(j.Network.Range))
					}
				}
			}
		}
	}
}

// inSubnet reports whether a network has a subnet with the address, as far as is known.
func inSubnet(n *manifest.Network, addr netip.Addr) bool {
	if n.External {
		return true
	}
	x := n.Compose["ipam"]
	if x == nil {
		return false
	}
	if _, ok := x.Value.(map[string]any); !ok {
		return true // Compose's loader reports it
	}
	list, _ := inside(x.Value, "config").([]any)
	for _, c := range list {
		s, _ := inside(c, "subnet").(string)
		if subnet, err := netip.ParsePrefix(s); err != nil || subnet.Contains(addr) {
			return true // an invalid one is the engine's to report
		}
	}
	return false
}

// ipamFailed reports whether the ipam of a network has an error, which was reported.
func ipamFailed(p *lang.Evaluation, n *manifest.Network) bool {
	return slices.ContainsFunc(p.Blocks("network"), func(b *lang.Block) bool {
		return b.Ref == any(n) && (b.Misspelt() || b.Failed("ipam", "external"))
	})
}
