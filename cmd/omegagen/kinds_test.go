package main

import (
	"slices"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/lint/policy"
	"github.com/omegagen/omegagen/planner"
)

// allKinds produces a file of each kind.
const allKinds = `
system "s" {}
image "built" {
  stage "final" {
    from = "debian:12"
  }
}
image "postgres" {
  pull = "postgres:16.4"
}
image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}
image "grafana" {
  pull = "grafana/grafana:12.0.2"
}
image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}
service "alertmanager" {
  image = image.alertmanager
}
alertmanager {
  service = service.alertmanager
  receiver "nobody" {}
  route {
    receiver = receiver.nobody
  }
}
secret "password" {}
service "db" {
  image      = image.postgres
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}
service "prom" {
  image   = image.prometheus
  mount "/etc/alerts" {
    bind      = "alerts.txt"
    read_only = true
  }
  env     = { PASSWORD = "${secret.password}" }
  exposed = true
  reason  = "a test"
}
service "show" {
  image      = image.grafana
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.password }
}
database "d" {
  service = service.db
}
prometheus {
  service = service.prom
}
alert "Down" {
  expr     = "up == 0"
  for      = "1m"
  severity = "page"
  summary  = "It is down"
}
grafana {
  service = service.show
}
artifact "own.txt" {
  template = "own.tmpl"
}
`

// forCluster is what a kit for Kubernetes needs besides.
const forCluster = "target \"kubernetes\" {\n  registry = \"registry.example.org\"\n}\n"

func compileKinds(t *testing.T, more string) *compiled {
	t.Helper()
	return compileKindsFor(t, manifest.TargetCompose, more)
}

func compileKindsFor(t *testing.T, target manifest.TargetName, more string) *compiled {
	t.Helper()
	in := loader.Input{Dir: ".", Target: target, Kit: loader.KitPlace{Path: defaultKit, Back: ".."}, FS: fstest.MapFS{"main.hcl": {Data: []byte(allKinds + more)}, "own.tmpl": {Data: []byte("x\n")}, "alerts.txt": {Data: []byte("a\n")}}}
	c, err := compile(in, planner.Options{}, policy.Levels{})
	if err != nil {
		t.Error(err)
	}
	return c
}

// Each kind of file has a renderer and a decision in lint (without one, lint panics), and no custom
// file can use the path of one.
func TestKinds(t *testing.T) {
	c := compileKinds(t, "")
	if c.diags.HasErrors() {
		t.Fatal(c.diags)
	}
	made := map[kit.Kind]bool{}
	for _, a := range c.kit {
		made[a.Kind] = true
		taken := false
		for _, d := range compileKinds(t, "artifact \""+a.Path+"\" {\n  template = \"own.tmpl\"\n}\n").diags {
			taken = taken || diag.Code(d) == "OG759" || diag.Code(d) == "OG015"
		}
		if !taken {
			t.Errorf("a file of the user's may have the path of %s (%s)", a.Path, a.Kind)
		}
	}
	cluster := compileKindsFor(t, manifest.TargetKubernetes, forCluster)
	if cluster.diags.HasErrors() {
		t.Fatal(cluster.diags)
	}
	for _, a := range cluster.kit {
		made[a.Kind] = true
	}
	taken := slices.ContainsFunc(compileKindsFor(t, manifest.TargetKubernetes, forCluster+"artifact \"kubernetes/base/namespace.yaml\" {\n  template = \"own.tmpl\"\n}\n").diags,
		func(d *hcl.Diagnostic) bool { return diag.Code(d) == "OG759" })
	if !taken {
		t.Error("a file of the user's may be among the objects of a cluster")
	}
	for _, k := range kit.Kinds() {
		if !made[k] {
			t.Errorf("no file of kind %s was made", k)
		}
	}
	if made[0] {
		t.Error("a file has no kind")
	}
}
