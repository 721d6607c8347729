package service_test

import (
	"fmt"
	"strings"
	"testing"
)

// Compose's deploy has the same effect as the language's own arguments, in every format.
func TestDeploy(t *testing.T) {
	m := load(t, `
locals {
  three = { replicas = "3", labels = { a = "b" } }
}
service "block" {
  image = image.i
  deploy {
    replicas = 2
    resources {
      limits {
        memory = "1.5G"
        cpus   = "0.5"
        pids   = 77
      }
    }
    restart_policy {
      condition    = "on-failure"
      max_attempts = 3
      delay        = "5s"
    }
  }
}
service "attr" {
  image   = image.i
  restart = "always"
  deploy  = { replicas = 1, restart_policy = { condition = "none" } }
}
service "local" {
  image  = image.i
  deploy = local.three
}
service "compose" {
  image    = image.i
  replicas = 2
  deploy   = { resources = { limits = { memory = "64m" } } }
  compose  = { deploy = { replicas = 2, resources = { limits = { memory = "128m" } } }, pids_limit = 5 }
}
service "replicas" {
  image  = image.i
  deploy = { replicas = 3, resources = { limits = { memory = "${64 * replica.number}m" } } }
}
service "equal" {
  image     = image.i
  mem_limit = "1g"
  resources {
    cpus = 2
  }
  deploy = { resources = { limits = { memory = "1024m", cpus = "2.0" } } }
}
service "top" {
  image   = image.i
  compose = { mem_limit = "32m", cpus = "0.25" }
}
service "any" {
  image  = image.i
  deploy = { restart_policy = { condition = "any", window = "9s" } }
}
service "neither" {
  image   = image.i
  restart = "unless-stopped"
  deploy  = { restart_policy = { max_attempts = 2 }, resources = { limits = { cpus = 0 } } }
}
service "odd" {
  image   = image.i
  deploy  = { replicas = null, resources = { limits = { cpus = "2.5e-1" } } }
  compose = { deploy = { replicas = null } }
}
service "sees" {
  image = image.i
  env   = { N = service.block.replicas, HOSTS = join(",", service.local.instances[*].host) }
}
`)
	var got []string
	for _, name := range []string{"block", "attr", "local", "compose", "replicas", "equal", "top", "any", "neither", "odd"} {
		s := service(t, m, name)
		cpus := "-"
		if s.CPUs != nil {
			cpus = s.CPUs.RatString()
		}
		var names []string
		for _, i := range s.Instances {
			names = append(names, i.Name)
		}
		line := fmt.Sprintf("%s: %s memory %d cpus %s pids %d restart %q", name, names, s.Memory, cpus, s.Hardening.PidsLimit, s.Restart)
		if x := s.Compose["deploy"]; x != nil {
			line += fmt.Sprint(" ", x.Value)
		}
		if x := s.ComposeNew; x != nil {
			line += fmt.Sprint(" ", x.Value)
		}
		got = append(got, line)
	}
	for _, e := range service(t, m, "sees").Instances[0].Env {
		got = append(got, e.Name+"="+e.Value[0].Text)
	}
	want := `block: [block-1 block-2] memory 1610612736 cpus 1/2 pids 77 restart "on-failure:3" map[resources:map[limits:map[cpus:0.5 memory:1.5G pids:77/1]] restart_policy:map[condition:on-failure delay:5s max_attempts:3/1]]
attr: [attr-1] memory 0 cpus - pids 0 restart "no" map[restart_policy:map[condition:none]]
local: [local-1 local-2 local-3] memory 0 cpus - pids 0 restart "" map[labels:map[a:b]]
compose: [compose-1 compose-2] memory 134217728 cpus - pids 0 restart "" map[resources:map[limits:map[memory:64m]]] map[deploy:map[resources:map[limits:map[memory:128m]]] pids_limit:5/1]
replicas: [replicas-1 replicas-2 replicas-3] memory 201326592 cpus - pids 0 restart ""
equal: [equal] memory 1073741824 cpus 2 pids 0 restart "" map[resources:map[limits:map[cpus:2.0 memory:1024m]]]
top: [top] memory 33554432 cpus 1/4 pids 0 restart "" map[cpus:0.25 mem_limit:32m]
any: [any] memory 0 cpus - pids 0 restart "always" map[restart_policy:map[condition:any window:9s]]
neither: [neither] memory 0 cpus - pids 0 restart "no" map[resources:map[limits:map[cpus:0/1]] restart_policy:map[max_attempts:2/1]]
odd: [odd] memory 0 cpus 1/4 pids 0 restart "" map[resources:map[limits:map[cpus:2.5e-1]]] map[]
HOSTS=local-1,local-2,local-3
N=2`
	if g := strings.Join(got, "\n"); g != want {
		t.Errorf("got\n%s\nwant\n%s", g, want)
	}
	if x := service(t, m, "replicas").Instances[1].Compose["deploy"]; fmt.Sprint(x.Value) != "map[resources:map[limits:map[memory:128m]]]" {
		t.Error(x.Value)
	}
}
