package checks_test

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

const base = `
system "omega" {
}
secret "password" {
  from = "generated"
}
image "x" {
  pull = "x:1"
}
service "web" {
  image    = image.x
  replicas = 2
  port "rest" {
    container = 8080
    host      = 8080 + replica.index
  }
  port "inner" {
    container = 9000
  }
}
service "prometheus" {
  image = image.x
  port "http" {
    container = 9090
    host      = 9090
  }
}
service "database" {
  image = image.x
}
prometheus {
  service = service.prometheus
}
database "omega" {
  service = service.database
}
action "smoke" {
  run = "true"
}
`

func load(t *testing.T, src string) (*manifest.Manifest, hcl.Diagnostics) {
	t.Helper()
	return loader.Load(loader.Input{Dir: ".", FS: fstest.MapFS{
		"base.hcl": {Data: []byte(base)}, "main.hcl": {Data: []byte(src)},
		"a.tmpl": {Data: []byte("hello {{.data.name}}\n")}, "bad.tmpl": {Data: []byte("\xff")},
	}})
}

func TestDecode(t *testing.T) {
	m, diags := load(t, `
criterion "rest" {
  title = "REST"
  http {
    service = service.web
    port    = "rest"
    path    = "/health?a=b"
    headers = { Accept = "application/json" }
    json    = { status = "healthy", checks = [{ ok = true }], n = 1.5, none = null }
  }
  within = "90s"
}
criterion "grpc" {
  grpc {
    service = service.web
    port    = "rest"
    list    = ["b.B", "a.A"]
  }
}
criterion "rows" {
  sql {
    database = database.omega
    query    = "SELECT count(*) FROM x"
    equals   = 5
  }
}
criterion "up" {
  promql {
    expr = "up"
    min  = 1
  }
}
criterion "running" {
  container {
    service = service.web
    health  = "healthy"
    count   = 1
  }
}
criterion "command" {
  for_each = toset(["a", "b"])
  command {
    run     = "echo ${each.key} ${secret.password}"
    matches = "^[ab]"
    tools   = ["jq >= 1.6"]
  }
}
benchmark "p99" {
  target = "< 500ms"
  run    = "echo 3"
}
runbook "r" {
  title    = "Fails"
  symptoms = ["b", "a"]
  covers   = [criterion.rest, action.smoke]
}
artifact "conf/haproxy.cfg" {
  template = "a.tmpl"
  data     = { name = "x" }
}
`)
	if len(diags) != 0 {
		t.Fatal(diags)
	}
	byName := map[string]*manifest.Criterion{}
	for _, c := range m.Criteria {
		byName[c.Name] = c
	}
	rest := byName["rest"]
	http := rest.Probe.(*manifest.HTTPProbe)
	if rest.Title != "REST" || rest.Within != 90*time.Second || http.Status != 200 || http.Service.Name != "web" || http.Method != "GET" {
		t.Errorf("%+v", http)
	}
	want := []manifest.JSONField{
		{Path: []string{"checks", "0", "ok"}, Value: true},
		{Path: []string{"n"}, Value: big.NewRat(3, 2)},
		{Path: []string{"none"}, Value: nil},
		{Path: []string{"status"}, Value: "healthy"},
	}
	same := cmp.Comparer(func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
	if d := cmp.Diff(want, http.JSON, same); d != "" {
		t.Error(d)
	}
	if got := byName["rows"].Probe.(*manifest.SQLProbe).Equals; got == nil || *got != "5" {
		t.Errorf("equals is %v", got)
	}
	if got := byName["command-a"].Probe.(*manifest.CommandProbe); len(got.Run.Secrets()) != 1 || got.Tools[0].Name != "jq" {
		t.Errorf("%+v", got)
	}
	b := m.Benchmarks[0]
	if b.Op != "<" || b.Unit != "ms" || b.Value.Cmp(big.NewRat(500, 1)) != 0 || b.Title != "p99" {
		t.Errorf("%+v", b)
	}
	if got := fmt.Sprint(m.Runbooks[0].Covers, m.Runbooks[0].Symptoms); got != "[action.smoke criterion.rest] [b a]" {
		t.Error(got)
	}
	if a := m.Artifacts[0]; a.Path != "conf/haproxy.cfg" || !strings.HasPrefix(a.Source, "hello") || a.Data["name"] != "x" {
		t.Errorf("%+v", a)
	}
}

var expected = regexp.MustCompile(`# (OG\d+)`)

// TestErrors loads a manifest with mistakes; the code of each is on its line.
func TestErrors(t *testing.T) {
	src := `
criterion "none" { # OG750
}
criterion "two" {
  tcp {
    service = service.web
    port    = "rest"
  }
  promql { # OG750
    expr = "up"
  }
}
criterion "port" {
  tcp {
    service = service.web
    port    = "rset" # OG752
  }
}
criterion "which" {
  tcp { # OG752
    service = service.web
  }
}
criterion "inner" {
  tcp {
    service = service.web
    port    = "inner" # OG752
  }
}
criterion "http" {
  http {
    service = service.prometheus
    path    = "health" # OG753
    method  = "get it" # OG753
    headers = { "a b" = "c" } # OG753
    status  = 20 # OG761
    json    = "x" # OG754
  }
}
criterion "sql" {
  sql { # OG751
    database = database.omega
    query    = "SELECT 1"
  }
}
criterion "both" {
  sql {
    database = database.omega
    query    = "SELECT 1"
    equals   = 1 # OG751
    min      = 0
  }
}
criterion "count" {
  container {
    service = service.web
    count   = 3 # OG761
  }
}
criterion "pattern" {
  command {
    run     = "true"
    matches = "(" # OG755
    status  = 256 # OG761
    tools   = ["docker >="] # OG757
    env     = { "a-b" = "c" } # OG758
  }
}
benchmark "b" {
  target = "fast" # OG756
  run    = "echo 1"
}
artifact "Deploy.sh" { # OG759
  template = "a.tmpl"
}
artifact ".omegagen/x" { # OG759
  template = "a.tmpl"
}
artifact "conf" { # OG759
  template = "a.tmpl"
}
artifact "conf/x" { # OG759
  template = "a.tmpl"
}
artifact "prometheus/rules.yml" { # OG759
  template = "a.tmpl"
}
artifact "grafana/provisioning/x.yml" { # nobody else's: there is no grafana block
  template = "a.tmpl"
}
artifact "t" {
  template = "missing.tmpl" # OG760
}
artifact "u" {
  template = "bad.tmpl" # OG760
}
`
	var want, got []string
	for i, line := range strings.Split(src, "\n") {
		for _, m := range expected.FindAllStringSubmatch(line, -1) {
			want = append(want, fmt.Sprintf("%d %s", i+1, m[1]))
		}
	}
	_, diags := load(t, src)
	for _, d := range diags {
		got = append(got, fmt.Sprintf("%d %s", d.Subject.Start.Line, diag.Code(d)))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s\n%v", d, diags)
	}
}
