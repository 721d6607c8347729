package monitoring_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// base contains what the blocks under test refer to.
const base = `
system "omega" {
}
volume "data" {
}
image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}
image "grafana" {
  pull = "grafana/grafana:11.6.0"
}
service "prometheus" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
  port "admin" {
    container = 9091
  }
  healthcheck {
    http {
      port = "http"
      path = "/-/healthy"
    }
  }
}
service "grafana" {
  image = image.grafana
  port "http" {
    container = 3000
  }
  mount "/var/lib/grafana" {
    volume = volume.data
  }
  healthcheck {
    http {
      port = "http"
      path = "/api/health"
    }
  }
}
`

func load(src string) (*manifest.Manifest, hcl.Diagnostics) {
	return loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(base + src)}}, Dir: "."})
}

// must loads a valid manifest.
func must(t *testing.T, src string) *manifest.Manifest {
	t.Helper()
	m, diags := load(src)
	for _, d := range diags {
		t.Errorf("%s %s: %s", diag.Code(d), d.Subject, d.Detail)
	}
	if t.Failed() {
		t.FailNow()
	}
	return m
}

const full = `
prometheus {
  service         = service.prometheus
  scrape_interval = "20s"
  external_labels = { cluster = "dev" }
  retention       = "15d"
}
grafana {
  service = service.grafana
  folder  = "Omega"
}
record "job:up:sum" {
  expr   = "sum by (job) (up)"
  labels = { team = "omega" }
}
runbook "down" {
  title      = "Down"
  symptoms   = ["It is down"]
  resolution = "Start it."
}
alert "Down" {
  for_each    = { prod = "critical", dev = "warning" }
  expr        = "up{env=\"${each.key}\"} == 0"
  for         = "1m"
  severity    = each.value
  summary     = "{{ $labels.instance }} is down"
  annotations = { note = "x" }
  group       = "g"
  runbook     = runbook.down
  test {
    series = { "up{env=\"${each.key}\"}" = "0x10" }
    at     = "5m"
  }
  test {
    series   = {}
    at       = "5m"
    fires    = false
    interval = "30s"
  }
}
dashboard "overview" {
  title = "Overview"
  tags  = ["a"]
  panel "Loose" {
    type = "stat"
    expr = "up"
  }
  row "Traffic" {
    panel "Requests" {
      unit   = "reqps"
      legend = "{{instance}}"
      expr   = "up"
      min    = 0
      width  = 12
      threshold {
        color = "green"
      }
      threshold {
        color = "red"
        value = 0.5
      }
      options = { legend = { calcs = ["mean"] } }
    }
    panel "Requests" {
      type = "timeseries"
      query {
        expr = "up"
      }
      query {
        expr    = "up == 0"
        legend  = "down"
        instant = true
      }
    }
    panel "Note" {
      type    = "text"
      content = "# x"
    }
  }
  variable "instance" {
    query       = "label_values(up, instance)"
    include_all = true
  }
  panel "Last" {
    expr = "up"
  }
}
`

func TestDecode(t *testing.T) {
	m := must(t, full)
	p, g := m.Prometheus, m.Grafana
	if p.Port != "http" || p.ScrapeInterval != 20*time.Second || p.EvaluationInterval != p.ScrapeInterval || !p.SelfScrape || p.ConfigPath != "/etc/prometheus" {
		t.Errorf("%+v", p)
	}
	if g.Port != "http" || g.Folder != "Omega" || g.DatasourceUID != "prometheus" {
		t.Errorf("%+v", g)
	}
	mounts := func(s *manifest.Service) string {
		var out []string
		for _, m := range s.Instances[0].Mounts {
			if m.Generated != "" {
				out = append(out, m.Generated+":"+m.Target)
			}
		}
		return strings.Join(out, " ")
	}
	if got, want := mounts(p.Service), "prometheus:/etc/prometheus"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := mounts(g.Service), "grafana/provisioning/dashboards:/etc/grafana/provisioning/dashboards grafana/provisioning/datasources:/etc/grafana/provisioning/datasources grafana/dashboards:/var/lib/grafana/dashboards"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := fmt.Sprint(p.Service.Instances[0].Command.Exec), "[--config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus --storage.tsdb.retention.time=15d]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(m.Records) != 1 || m.Records[0].Group != "omega" || m.Records[0].Labels[0].Value != "omega" {
		t.Errorf("%+v", m.Records)
	}
	if len(m.Alerts) != 2 || m.Alerts[0].Name != "Down-dev" || m.Alerts[1].Severity != "critical" || m.Alerts[1].Runbook != m.Runbooks[0] {
		t.Fatalf("%+v", m.Alerts)
	}
	a := m.Alerts[0]
	if a.For != time.Minute || a.Group != "g" || len(a.Tests) != 2 || !a.Tests[0].Fires || a.Tests[1].Fires || a.Tests[1].Interval != 30*time.Second || a.Tests[0].Series[0].Key != `up{env="dev"}` {
		t.Errorf("%+v", a)
	}
	d := m.Dashboards[0]
	if d.UID != "overview" || d.Refresh != "30s" || d.From != "now-1h" || len(d.Variables) != 1 || !d.Variables[0].IncludeAll {
		t.Errorf("%+v", d)
	}
	if len(d.Rows) != 3 || d.Rows[0].Title != "" || d.Rows[1].Title != "Traffic" || d.Rows[2].Panels[0].Title != "Last" {
		t.Fatalf("%+v", d.Rows)
	}
	requests := d.Rows[1].Panels[0]
	if requests.Type != "timeseries" || requests.Min.Sign() != 0 || requests.Max != nil || requests.Width != 12 || requests.Thresholds[1].Value.Cmp(big.NewRat(1, 2)) != 0 || requests.Thresholds[0].Value != nil || requests.Options["legend"] == nil {
		t.Errorf("%+v", requests)
	}
	if q := d.Rows[1].Panels[1].Targets; len(q) != 2 || !q[1].Instant || q[1].Legend != "down" {
		t.Errorf("%+v", q)
	}
}

// TestOwnMounts: the manifest's own mounts are not duplicated.
func TestOwnMounts(t *testing.T) {
	m := must(t, `
prometheus {
  service = service.own
}
service "own" {
  image = image.prometheus
  port "http" {
    container = 9090
  }
  mount "/etc/prometheus/prometheus.yml" {
    bind = "./own.yml"
  }
  healthcheck {
    shell = "true"
  }
}
`)
	if mounts := m.Prometheus.Service.Instances[0].Mounts; len(mounts) != 1 || mounts[0].Generated != "" {
		t.Errorf("%+v", mounts)
	}
}

func TestReferences(t *testing.T) {
	m := must(t, `
dashboard "d" {
  uid   = "abc"
  title = "T"
  panel "x" {
    expr = "up"
  }
}
dashboard "e" {
  description = "See ${dashboard.d.title}, ${dashboard.d.uid}, ${dashboard.e.uid}"
}
`)
	if got, want := m.Dashboards[1].Description, "See T, abc, e"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestDiagnostics(t *testing.T) {
	for _, c := range []struct{ code, src, detail string }{
		{"OG500", "alert \"A\" {\n expr = \"up == 0\"\n severity = \"x\"\n labels = { severity = \"y\" }\n}", "severity"},
		{"OG500", "alert \"A\" {\n expr = \"up == 0\"\n labels = { alertname = \"y\" }\n}", "alertname"},
		{"OG501", "dashboard \"d\" {\n panel \"p\" {\n }\n}", "has no query"},
		{"OG502", "dashboard \"d\" {\n panel \"p\" {\n legend = \"x\"\n query {\n expr = \"up\"\n }\n }\n}", "legend"},
		{"OG503", "dashboard \"d\" {\n panel \"p\" {\n type = \"text\"\n expr = \"up\"\n }\n}", "text panel"},
		{"OG503", "dashboard \"d\" {\n panel \"p\" {\n content = \"x\"\n expr = \"up\"\n }\n}", "content"},
		{"OG504", "prometheus {\n service = service.prometheus\n port = \"htpp\"\n}", `Did you mean "http"?`},
		{"OG505", "dashboard \"d\" {\n variable \"v\" {\n }\n}", "query"},
		{"OG506", "dashboard \"d\" {\n variable \"datasource\" {\n query = \"x\"\n }\n}", "datasource"},
	} {
		_, diags := load(c.src)
		if len(diags) != 1 || diag.Code(diags[0]) != c.code || !strings.Contains(diags[0].Detail, c.detail) || diags[0].Subject == nil {
			t.Errorf("%s: %v", c.code, diags)
		}
	}
}

// A server's default port is one with an HTTP interface.
func TestDefaultPort(t *testing.T) {
	m := must(t, `
service "dns" {
  image = image.prometheus
  port "a" {
    container = 9090
    protocol  = "udp"
  }
  port "b" {
    container = 9091
  }
}
prometheus {
  service = service.dns
}
`)
	if got := m.Prometheus.Port; got != "b" {
		t.Errorf("the port is %q", got)
	}
}

// Replicas of Alertmanager are each other's peers; the flags of a command stay.
func TestPeers(t *testing.T) {
	for _, c := range []struct{ more, want string }{
		{"", ""},
		{"replicas = 3", "--config.file=/etc/alertmanager/alertmanager.yml --storage.path=/alertmanager --cluster.peer=am-2:9094 --cluster.peer=am-3:9094"},
		{"replicas = 2\n  command = [\"--log.level=debug\"]", "--log.level=debug --cluster.peer=am-2:9094"},
		{"replicas = 2\n  command = [\"--cluster.peer=other:9094\"]", "--cluster.peer=other:9094"},
		{"replicas = 2\n  command = \"alertmanager\"", "alertmanager --cluster.peer=am-2:9094"},
	} {
		m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(`
system "s" {}
image "am" {
  pull = "prom/alertmanager:v0.28.1"
}
service "am" {
  image = image.am
  port "http" {
    container = 9093
  }
  ` + c.more + `
}
alertmanager {
  service = service.am
  receiver "nobody" {}
  route {
    receiver = receiver.nobody
  }
}
`), Dir: "."})
		if diags.HasErrors() {
			t.Error(diags)
			continue
		}
		if got := strings.Join(m.Alertmanager.Service.Instances[0].Command.Words(), " "); got != c.want {
			t.Errorf("%s: %s instead of %s", c.more, got, c.want)
		}
	}
}
