package kubernetes_test

import (
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// Aliases are Services of the same pods, and labels are annotations of the pods.
func TestAliasesAndLabels(t *testing.T) {
	all := of(t, shop+`
network "back" {}

service "cache" {
  image    = image.cache
  replicas = 2
  labels   = { "traefik.http.routers.cache.rule" = "Host(`+"`a b`"+`)", "Team" = "Ü: any text" }
  network "back" {
    aliases = ["kv", "cache"]
  }
  port "redis" {
    container = 6379
  }
}
`)
	service, alias := all["Service/cache"].Object.(*corev1.Service), all["Service/kv"].Object.(*corev1.Service)
	if !maps.Equal(service.Spec.Selector, alias.Spec.Selector) || len(alias.Spec.Ports) != 1 || alias.Spec.Ports[0] != service.Spec.Ports[0] {
		t.Errorf("the alias is %+v", alias.Spec)
	}
	pod := podOf(all["Deployment/cache"].Object)
	if want := map[string]string{"traefik.http.routers.cache.rule": "Host(`a b`)", "Team": "Ü: any text"}; !maps.Equal(pod.Annotations, want) {
		t.Errorf("annotations: %q", pod.Annotations)
	}
	if in := all["NetworkPolicy/cache"].Object; in != nil {
		t.Errorf("replicas connect to each other: %+v", in)
	}
}

// Replicas whose labels differ are workloads of their own.
func TestLabelsOfReplicas(t *testing.T) {
	all := of(t, shop+`
service "cache" {
  image    = image.cache
  replicas = 2
  labels   = { number = "n${replica.number}" }
}
`)
	for _, number := range []string{"1", "2"} {
		if pod := podOf(all["StatefulSet/cache-"+number].Object); pod == nil || pod.Annotations["number"] != "n"+number {
			t.Errorf("replica %s: %+v", number, pod)
		}
	}
}

// Replicas that have names may connect to each other.
func TestPeers(t *testing.T) {
	all := of(t, shop+`
service "cache" {
  image    = image.cache
  replicas = 2
  env      = { PEERS = join(",", [for i in service.cache.instances : i.host]) }
  port "redis" {
    container = 6379
  }
}
`)
	spec := all["NetworkPolicy/cache"].Object.(*networkingv1.NetworkPolicy).Spec
	for name, selector := range map[string]map[string]string{
		"in": spec.Ingress[0].From[0].PodSelector.MatchLabels, "out": spec.Egress[0].To[0].PodSelector.MatchLabels, "of": spec.PodSelector.MatchLabels,
	} {
		if selector["app.kubernetes.io/name"] != "cache" {
			t.Errorf("%s: %v", name, selector)
		}
	}
}
