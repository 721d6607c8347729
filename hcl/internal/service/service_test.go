package service_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

const prelude = `system "sys" {}
image "i" {
  pull = "debian:12"
}
secret "pw" { from = "generated" }
volume "v" {}
network "n" {}
network "m" {}
`

func load(t *testing.T, src string) *manifest.Manifest {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(prelude + src)}}, Dir: "."})
	for _, d := range diags {
		t.Errorf("%v %s: %s", d.Subject, d.Summary, d.Detail)
	}
	if t.Failed() {
		t.FailNow()
	}
	return m
}

// loadQuiet is load with an unknown image, additional lines in the system block, and without warnings.
func loadQuiet(t *testing.T, src string, system ...string) *manifest.Manifest {
	t.Helper()
	src = "system \"sys\" {\n" + strings.Join(system, "\n") + "\n}\nimage \"i\" {\n pull = \"example/i:1\"\n}\n" + src
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return m
}

func service(t *testing.T, m *manifest.Manifest, name string) *manifest.Service {
	t.Helper()
	for _, s := range m.Services {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no service %s", name)
	return nil
}

func TestReplicas(t *testing.T) {
	m := load(t, `
service "web" {
  image          = image.i
  replicas       = 2
  container_name = "c-${replica.number}"
  env            = { N = replica.index, ALL = join(",", service.web.instances[*].port.http.host) }
  hostname       = "h-${replica.number}"
  domainname     = "d"
  port "http" {
    container = 80
    host      = 8080 + replica.index
  }
}
service "one" {
  image    = image.i
  replicas = 1
  env = {
    C = service.web.port.http.container
    H = service.web.instances[1].port.http.host
    N = service.web.replicas
    W = "${service.web.host}/${service.plain.container_name}"
  }
}
service "plain" {
  image = image.i
}
service "each" {
  for_each = { b = 1, a = 2 }
  image    = image.i
  env      = { V = each.value }
}
`)
	var got []string
	for _, s := range m.Services {
		for _, i := range s.Instances {
			line := s.Address + " " + i.Name + " " + i.ContainerName
			for _, e := range i.Env {
				v, _ := e.Value.Plain()
				line += " " + e.Name + "=" + v
			}
			for _, p := range i.Ports {
				line += fmt.Sprintf(" %s:%d:%d", p.Bind, p.Host, p.Container)
			}
			if x := i.Compose["hostname"]; x != nil {
				line += fmt.Sprint(" ", x.Value)
			}
			got = append(got, line)
		}
	}
	want := []string{
		`service.each["a"] each-a sys-each-a V=2`,
		`service.each["b"] each-b sys-each-b V=1`,
		`service.one one-1 sys-one-1 C=80 H=8081 N=2 W=web/sys-plain`,
		`service.plain plain sys-plain`,
		`service.web web-1 c-1 ALL=8080,8081 N=0 127.0.0.1:8080:80 h-1`,
		`service.web web-2 c-2 ALL=8080,8081 N=1 127.0.0.1:8081:80 h-2`,
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
	web := service(t, m, "web")
	if web.Compose["domainname"].Value != "d" || web.Compose["hostname"] != nil {
		t.Errorf("keys that are the same for all belong to the service: %v", web.Compose)
	}
}

func TestDefaults(t *testing.T) {
	m := load(t, `
service "a" {
  image = image.i
}
service "job" {
  image   = image.i
  oneshot = true
}
service "soft" {
  image = image.i
  user  = "10001:10001"
  harden {
    read_only  = true
    drop_caps  = false
    cap_add    = ["cap_chown", "SETUID"]
    pids_limit = 0
    reason     = "its entrypoint changes the owner of its files"
  }
}
`)
	keys := load(t, `
service "keys" {
  image      = image.i
  init       = false
  read_only  = true
  pids_limit = -1
  mem_limit  = "1g"
  cpus       = 0.5
  harden {
    reason = "its program is its own init"
  }
}
`).Services[0]
	if got := fmt.Sprintln(keys.Memory, keys.CPUs, keys.Hardening.Init, keys.Hardening.ReadOnly, keys.Hardening.PidsLimit, keys.Hardening.Off); got != "1073741824 1/2 false true 0 []\n" {
		t.Errorf("under Compose's own names: %s", got)
	}
	a, job, soft := service(t, m, "a"), service(t, m, "job"), service(t, m, "soft")
	if a.Restart.Policy != "" || job.Restart.Policy != "" {
		t.Errorf("restart: %q, %q", a.Restart, job.Restart)
	}
	h := soft.Hardening
	if got := fmt.Sprintln(h.ReadOnly, h.DropCaps, h.CapAdd, h.PidsLimit, h.User, h.Off); got != "true false [CHOWN SETUID] 0 10001:10001 [drop_caps pids_limit]\n" {
		t.Error(got)
	}
	if a.Cost.RatString() != "1" || a.Duration != 0 {
		t.Error(a.Cost, a.Duration)
	}
}

func TestEverything(t *testing.T) {
	m := load(t, `
service "db" {
  image      = image.i
  secret_env = { PASSWORD_FILE = secret.pw }
  exposed    = true
  reason     = "reads its environment alone"
  env        = { URL = "postgres://u:${secret.pw}@h" }
  networks   = [network.n, network.m, network.n]
  profiles   = ["b", "a"]
  command    = ["serve", 1]
  entrypoint = "sh -c x"
  depends_on = { up = "completed", other = "healthy" }
  cost       = 2.5
  duration   = "1m"
  labels     = { b = 1, a = "x" }
  port "sql" {
    container = 5432
  }
  port "udp" {
    container = 53
    host      = 53
    bind      = "0.0.0.0"
    protocol  = "udp"
  }
  mount "/data" {
    volume = volume.v
  }
  mount "/cfg" {
    bind      = "./cfg"
    read_only = true
  }
  mount "/tmp" {
    tmpfs = true
    size  = "64MB"
  }
  healthcheck {
    sql {
      user   = "app"
      query  = "select 1"
      port   = "sql"
    }
    interval       = "10s"
    timeout        = "3s"
    retries        = 3
    start_period   = "1m"
    start_interval = "1s"
  }
  scrape "sql" {
    exports = { b_total = "counter", a = "gauge" }
  }
  scrape "extra" {
    port     = "sql"
    interval = "5s"
    scheme   = "https"
  }
  resources {
    memory = "1.5GB"
    cpus   = 0.5
  }
  logging {
    driver = "local"
    options = { max-size = "1m" }
  }
  deploy {
    resources {
      reservations {
        memory = "1g"
      }
    }
  }
  compose = { brand_new = { x = [1, true, null] } }
}
service "up" {
  image   = image.i
  oneshot = true
}
service "other" {
  image = image.i
  port "http" {
    container = 80
  }
  healthcheck {
    http {
      port = service.other.port.http.container
      path = "/health"
    }
  }
}
`)
	s := service(t, m, "db")
	i := s.Instances[0]
	var got []string
	add := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }
	add("%v %s:%v", i.Env[0].Name, i.Env[0].Value[0].Text, i.Env[0].Value[1].Secret.Name)
	add("%s=%s", i.SecretEnv[0].Name, i.SecretEnv[0].Secret.Name)
	add("%s %s", s.Networks[0].Name, s.Networks[1].Name)
	add("%v %q %q", s.Profiles, i.Command.Exec, i.Entrypoint.Exec)
	for _, d := range s.DependsOn {
		add("%s %s", d.Service.Name, d.Condition)
	}
	add("%s %s", s.Cost.RatString(), s.Duration)
	for _, kv := range i.Labels {
		add("%s=%s", kv.Key, kv.Value)
	}
	for _, p := range i.Ports {
		add("%s %d %d %s %s", p.Name, p.Container, p.Host, p.Bind, p.Protocol)
	}
	for _, x := range i.Mounts {
		add("%s %t %s %t %d %t", x.Target, x.Volume != nil, x.Bind, x.Tmpfs, x.Size, x.ReadOnly)
	}
	h := s.Healthcheck
	sql := h.Test.(*manifest.SQLTest)
	add("sql %d %s %s %q %s %s %d %s %s", sql.Port, sql.User, sql.DBName, sql.Query, h.Interval, h.Timeout, h.Retries, h.StartPeriod, h.StartInterval)
	for _, x := range s.Scrapes {
		add("%s %s %s %s %s %v", x.Name, x.Job, x.Port, x.Path, x.Scheme, x.Exports)
	}
	add("%d %s", s.Memory, s.CPUs.RatString())
	add("%v %v", s.Compose["logging"].Value, s.Compose["deploy"].Value)
	add("%v", s.ComposeNew.Value)
	add("%d", service(t, m, "other").Healthcheck.Test.(*manifest.HTTPTest).Port)
	want := `URL postgres://u::pw
PASSWORD_FILE=pw
m n
[a b] ["serve" "1"] ["sh" "-c" "x"]
other healthy
up completed
5/2 1m0s
a=x
b=1
sql 5432 0 127.0.0.1 tcp
udp 53 53 0.0.0.0 udp
/cfg false ./cfg false 0 true
/data true  false 0 false
/tmp false  true 67108864 false
sql 5432 app app "select 1" 10s 3s 3 1m0s 1s
extra db-extra sql /metrics https []
sql db-sql sql /metrics http [{a gauge} {b_total counter}]
1610612736 1/2
map[driver:local options:map[max-size:1m]] map[resources:map[reservations:map[memory:1g]]]
map[brand_new:map[x:[1/1 true <nil>]]]
80`
	if g := strings.Join(got, "\n"); g != want {
		t.Errorf("got\n%s\nwant\n%s", g, want)
	}
}

func TestProvisioning(t *testing.T) {
	m := load(t, `
service "prom" {
  image    = image.i
  replicas = 2
  port "http" {
    container = 9090
  }
}
service "graf" {
  image = image.i
  port "http" {
    container = 3000
  }
  mount "/etc/grafana/provisioning" {
    bind = "./mine"
  }
}
prometheus {
  service = service.prom
}
grafana {
  service = service.graf
}
record "a:b" {
  expr = "sum(up)"
}
dashboard "d" {
  title = "D"
  row "R" {
    panel "P" {
      type        = "stat"
      description = "x"
      unit        = "none"
      expr        = "up"
    }
  }
}
`)
	var got []string
	for _, name := range []string{"prom", "graf"} {
		for _, i := range service(t, m, name).Instances {
			for _, x := range i.Mounts {
				got = append(got, fmt.Sprintf("%s %s %s%s %t", i.Name, x.Target, x.Generated, x.Bind, x.ReadOnly))
			}
		}
	}
	want := `prom-1 /etc/prometheus prometheus true
prom-2 /etc/prometheus prometheus true
graf /etc/grafana/provisioning ./mine false
graf /var/lib/grafana/dashboards grafana/dashboards true`
	if g := strings.Join(got, "\n"); g != want {
		t.Errorf("got\n%s\nwant\n%s", g, want)
	}
}

// A block is chosen between others with other arguments, in a local too.
func TestChosenBlock(t *testing.T) {
	m := load(t, `
variable "x" { default = false }
image "built" {
  tag     = "b:1"
  context = "."
  stage "s" {
    from = "debian:13"
    user { name = "1000" }
  }
}
locals {
  one  = var.x ? image.built : image.i
  list = [var.x ? image.i : image.built, image.i]
  map  = { a = (var.x ? image.i : var.x ? image.i : image.built) }
}
service "one" { image = local.one }
service "list" { image = local.list[0] }
service "map" { image = local.map.a }
`)
	for name, want := range map[string]string{"one": "i", "list": "built", "map": "built"} {
		if got := service(t, m, name).Image; got == nil || got.Name != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
