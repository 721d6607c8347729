package kubernetes

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// edges are the services to which each service connects: what it depends on or names, what Prometheus scrapes
// and tells, what Grafana reads and shows; and its other replicas, where they have names.
// Sorted by the services' names.
func (r *renderer) edges() map[*manifest.Service][]*manifest.Service {
	out := map[*manifest.Service][]*manifest.Service{}
	add := func(from, to *manifest.Service) {
		if from != nil && to != nil && from != to && !slices.Contains(out[from], to) {
			out[from] = append(out[from], to)
		}
	}
	for _, s := range r.m.Services {
		for _, d := range s.DependsOn {
			add(s, d.Service)
		}
		for _, other := range s.Mentions {
			add(s, other)
		}
		if p := r.m.Prometheus; p != nil && len(s.Scrapes) > 0 {
			add(p.Service, s)
		}
	}
	if p, a := r.m.Prometheus, r.m.Alertmanager; p != nil && a != nil {
		add(p.Service, a.Service)
	}
	if g := r.m.Grafana; g != nil {
		if p := r.m.Prometheus; p != nil {
			add(g.Service, p.Service)
		}
		if a := r.m.Alertmanager; a != nil {
			add(g.Service, a.Service)
		}
	}
	for _, s := range r.m.Services {
		if len(s.Instances) > 1 && s.Named {
			out[s] = append(out[s], s)
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b *manifest.Service) int { return strings.Compare(a.Name, b.Name) })
	}
	return out
}

// policies let through only what the manifest declares: nothing by default, DNS for all, and for each edge the
// ports of the service at its end. What is published is open to everyone.
func (r *renderer) policies() {
	both := []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}
	deny := r.policy("default-deny", nil, networkingv1.NetworkPolicySpec{PolicyTypes: both})
	r.add(deny, &deny.ObjectMeta, "NetworkPolicy", r.m.System.Origin, nil)
	dns := r.policy("allow-dns", nil, networkingv1.NetworkPolicySpec{
		PolicyTypes: both[1:],
		Egress: []networkingv1.NetworkPolicyEgressRule{{
			To: []networkingv1.NetworkPolicyPeer{{
				NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "kube-system"}},
				PodSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{"k8s-app": "kube-dns"}},
			}},
			Ports: []networkingv1.NetworkPolicyPort{policyPort(53, corev1.ProtocolUDP), policyPort(53, corev1.ProtocolTCP)},
		}},
	})
	r.add(dns, &dns.ObjectMeta, "NetworkPolicy", r.m.System.Origin, nil)
	edges := r.edges()
	clients := map[*manifest.Service][]networkingv1.NetworkPolicyPeer{}
	for _, s := range r.m.Services {
		for _, to := range edges[s] {
			clients[to] = append(clients[to], r.peer(s))
		}
	}
	for _, s := range r.m.Services {
		spec := networkingv1.NetworkPolicySpec{PodSelector: metav1.LabelSelector{MatchLabels: r.selector(s)}}
		from, ports := clients[s], policyPorts(s)
		if r.settings.Runner != nil {
			from = append(from, r.runnerPeer())
		}
		if len(from) > 0 && len(ports) > 0 {
			spec.Ingress = append(spec.Ingress, networkingv1.NetworkPolicyIngressRule{From: from, Ports: ports})
		}
		if a := r.m.Alertmanager; a != nil && a.Service == s && len(s.Instances) > 1 {
			spec.Ingress = append(spec.Ingress, networkingv1.NetworkPolicyIngressRule{From: []networkingv1.NetworkPolicyPeer{r.peer(s)}, Ports: []networkingv1.NetworkPolicyPort{
				policyPort(manifest.AlertmanagerPeerPort, corev1.ProtocolTCP), policyPort(manifest.AlertmanagerPeerPort, corev1.ProtocolUDP),
			}})
		}
		if open := publishedPorts(s); len(open) > 0 {
			spec.Ingress = append(spec.Ingress, networkingv1.NetworkPolicyIngressRule{Ports: open})
		}
		for _, to := range edges[s] {
			if ports := policyPorts(to); len(ports) > 0 {
				spec.Egress = append(spec.Egress, networkingv1.NetworkPolicyEgressRule{To: []networkingv1.NetworkPolicyPeer{r.peer(to)}, Ports: ports})
			}
		}
		if a := r.m.Alertmanager; slices.Contains(r.settings.Egress, s) || a != nil && a.Service == s {
			spec.Egress = append(spec.Egress, networkingv1.NetworkPolicyEgressRule{}) // to everywhere
		} else if port := r.externalAlertmanager(s); port != 0 {
			spec.Egress = append(spec.Egress, networkingv1.NetworkPolicyEgressRule{Ports: []networkingv1.NetworkPolicyPort{policyPort(port, corev1.ProtocolTCP)}})
		}
		if len(spec.Ingress) > 0 {
			spec.PolicyTypes = append(spec.PolicyTypes, networkingv1.PolicyTypeIngress)
		}
		if len(spec.Egress) > 0 {
			spec.PolicyTypes = append(spec.PolicyTypes, networkingv1.PolicyTypeEgress)
		}
		if len(spec.PolicyTypes) > 0 {
			o := r.policy(Name(s.Name), s, spec)
			r.add(o, &o.ObjectMeta, "NetworkPolicy", s.Origin, s)
		}
	}
}

// externalAlertmanager is the port of the external Alertmanager if a service is one of its clients, which are
// Prometheus and Grafana; otherwise 0. A policy can't name its host.
func (r *renderer) externalAlertmanager(s *manifest.Service) int32 {
	a, p, g := r.m.Alertmanager, r.m.Prometheus, r.m.Grafana
	if a == nil || a.URL == "" || !(p != nil && p.Service == s || g != nil && g.Service == s) {
		return 0
	}
	u, err := url.Parse(a.URL)
	if err != nil {
		return 0 // reported where it is read
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); err == nil {
		return int32(port)
	}
	return map[string]int32{"http": 80, "https": 443}[u.Scheme]
}

func (r *renderer) policy(name string, s *manifest.Service, spec networkingv1.NetworkPolicySpec) *networkingv1.NetworkPolicy {
	return &networkingv1.NetworkPolicy{TypeMeta: metav1.TypeMeta{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy"}, ObjectMeta: r.meta(name, s), Spec: spec}
}

func (r *renderer) peer(s *manifest.Service) networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{PodSelector: &metav1.LabelSelector{MatchLabels: r.selector(s)}}
}

func policyPort(n int32, p corev1.Protocol) networkingv1.NetworkPolicyPort {
	port := intstr.FromInt32(n)
	return networkingv1.NetworkPolicyPort{Protocol: &p, Port: &port}
}

func policyPorts(s *manifest.Service) []networkingv1.NetworkPolicyPort {
	return distinct(s.Instances[0].Ports)
}

// publishedPorts are those with a port of the host on Compose.
func publishedPorts(s *manifest.Service) []networkingv1.NetworkPolicyPort {
	var published []*manifest.Port
	for _, p := range s.Instances[0].Ports {
		if p.OnHost() {
			published = append(published, p)
		}
	}
	return distinct(published)
}

// distinct are ports in a policy, each once.
func distinct(ports []*manifest.Port) []networkingv1.NetworkPolicyPort {
	type key struct {
		first, last int
		protocol    string
	}
	seen := map[key]bool{}
	var out []networkingv1.NetworkPolicyPort
	for _, p := range ports {
		if k := (key{p.Container, p.Last, p.Protocol}); !seen[k] {
			seen[k] = true
			out = append(out, portOf(p))
		}
	}
	return out
}

// portOf is a port, or a range of them, in a policy.
func portOf(p *manifest.Port) networkingv1.NetworkPolicyPort {
	out := policyPort(int32(p.Container), protocol(p))
	if p.Last != 0 {
		last := int32(p.Last)
		out.EndPort = &last
	}
	return out
}
