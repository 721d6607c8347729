package kubernetes_test

import (
	"maps"
	"reflect"
	"slices"
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

// Replicas whose keys of Compose differ are workloads of their own; a pod with ports has time for its last requests.
func TestComposeKeysOfReplicas(t *testing.T) {
	all := of(t, shop+`
service "cache" {
  image             = image.cache
  replicas          = 2
  working_dir       = "/data/${replica.number}"
  stop_grace_period = "20s"
  port "redis" {
    container = 6379
  }
}
`)
	for _, number := range []string{"1", "2"} {
		pod := podOf(all["StatefulSet/cache-"+number].Object)
		if pod == nil || pod.Spec.Containers[0].WorkingDir != "/data/"+number || *pod.Spec.TerminationGracePeriodSeconds != 25 {
			t.Errorf("replica %s: %+v", number, pod)
		}
	}
}

// Replicas of the Alertmanager agree on who notifies, though no port for that is declared.
func TestAlertmanagerPeers(t *testing.T) {
	all := of(t, shop+`
image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}
service "alerts" {
  image    = image.alertmanager
  replicas = 2
  port "web" {
    container = 9093
  }
}
alertmanager {
  service = service.alerts
  receiver "hook" {
    webhook {
      url = "http://example.org/hook"
    }
  }
  route {
    receiver = receiver.hook
  }
}
`)
	in := all["NetworkPolicy/alerts"].Object.(*networkingv1.NetworkPolicy).Spec.Ingress
	if len(in) != 1 || in[0].From[0].PodSelector.MatchLabels["app.kubernetes.io/name"] != "alerts" || in[0].Ports[0].Port.IntValue() != 9094 || *in[0].Ports[1].Protocol != corev1.ProtocolUDP {
		t.Errorf("%+v", in)
	}
}

// Keys of Compose that Kubernetes has words for set the same in the pod.
func TestComposeKeys(t *testing.T) {
	all := of(t, shop+`
service "cache" {
  image           = image.cache
  working_dir     = "/data"
  cap_add         = ["net_bind_service"]
  cap_drop        = ["CHOWN"]
  stop_grace_period = "7s"
  tty             = true
  stdin_open      = true
  group_add       = [1000000, "20"]
  pull_policy     = "missing"
  mem_reservation = "32m"
  platform        = "linux/arm64/v8"
  dns_search      = "corp.example"
  dns_opt         = ["ndots:2", "rotate"]
  tmpfs           = ["/scratch:size=1m,noexec", "/run", "/tmp:size=2m"]
  annotations     = { "example.org/team" = "Ü" }
  extra_hosts     = { "db.corp" = "10.0.0.7", "six" = "[2001:db8::1]" }
  resources {
    memory = "64MB"
  }
}

service "lists" {
  image       = image.cache
  extra_hosts = ["a=10.0.0.1", "b:10.0.0.2", "c:10.0.0.1"]
  annotations = ["x=y=z"]
}
`)
	pod := podOf(all["Deployment/cache"].Object)
	c, spec := pod.Spec.Containers[0], pod.Spec
	if c.WorkingDir != "/data" || !c.TTY || !c.Stdin || c.ImagePullPolicy != corev1.PullIfNotPresent || c.Resources.Requests.Memory().Value() != 32<<20 {
		t.Errorf("container: %+v", c)
	}
	if !slices.Equal(spec.SecurityContext.SupplementalGroups, []int64{1000000, 20}) || !maps.Equal(spec.NodeSelector, map[string]string{"kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64"}) {
		t.Errorf("pod: %+v", spec)
	}
	if caps := c.SecurityContext.Capabilities; !slices.Equal(caps.Drop, []corev1.Capability{"ALL"}) || !slices.Equal(caps.Add, []corev1.Capability{"NET_BIND_SERVICE"}) || *spec.TerminationGracePeriodSeconds != 7 {
		t.Errorf("capabilities %+v, grace %d s", caps, *spec.TerminationGracePeriodSeconds)
	}
	two := "2"
	if want := (&corev1.PodDNSConfig{Searches: []string{"corp.example"}, Options: []corev1.PodDNSConfigOption{{Name: "ndots", Value: &two}, {Name: "rotate"}}}); !reflect.DeepEqual(spec.DNSConfig, want) {
		t.Errorf("DNS: %+v", spec.DNSConfig)
	}
	if want := []corev1.HostAlias{{IP: "10.0.0.7", Hostnames: []string{"db.corp"}}, {IP: "2001:db8::1", Hostnames: []string{"six"}}}; !reflect.DeepEqual(spec.HostAliases, want) || pod.Annotations["example.org/team"] != "Ü" {
		t.Errorf("hosts %+v, annotations %q", spec.HostAliases, pod.Annotations)
	}
	folders, mounted := map[string]string{}, map[string]bool{}
	for _, m := range c.VolumeMounts {
		if mounted[m.MountPath] {
			t.Errorf("%s is mounted twice", m.MountPath)
		}
		mounted[m.MountPath] = true
		for _, v := range spec.Volumes {
			if v.Name == m.Name && v.EmptyDir != nil && v.EmptyDir.Medium == corev1.StorageMediumMemory {
				folders[m.MountPath] = v.EmptyDir.SizeLimit.String()
			}
		}
	}
	if folders["/scratch"] != "1Mi" || folders["/run"] != "<nil>" || folders["/tmp"] != "2Mi" {
		t.Errorf("temporary folders: %v", folders)
	}
	lists := podOf(all["Deployment/lists"].Object)
	if want := []corev1.HostAlias{{IP: "10.0.0.1", Hostnames: []string{"a", "c"}}, {IP: "10.0.0.2", Hostnames: []string{"b"}}}; !reflect.DeepEqual(lists.Spec.HostAliases, want) || lists.Annotations["x"] != "y=z" {
		t.Errorf("of lists: %+v, %q", lists.Spec.HostAliases, lists.Annotations)
	}
}
