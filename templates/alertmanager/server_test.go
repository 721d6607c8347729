package alertmanager_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/tooltest"
	"github.com/omegagen/omegagen/templates/alertmanager"
)

const delivered = `
system "s" {}
image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}
service "alertmanager" {
  image = image.alertmanager
  port "http" {
    container = 9093
  }
}
alertmanager {
  service  = service.alertmanager
  watchdog = receiver.switch
  receiver "team" {
    webhook {
      url = "%[1]s/team"
    }
  }
  receiver "boss" {
    webhook {
      url = "%[1]s/boss"
    }
  }
  receiver "switch" {
    webhook {
      url = "%[1]s/switch"
    }
  }
  route {
    receiver       = receiver.team
    group_by       = ["alertname"]
    group_wait     = "0s"
    group_interval = "1s"
    route {
      matchers  = ["team=night"]
      mute_time = [mute_time.always]
    }
    route {
      matchers = ["severity=critical"]
      receiver = receiver.boss
      continue = true
    }
    route {
      matchers = ["severity=~critical|warning"]
    }
  }
  inhibit {
    source = ["severity=critical"]
    target = ["severity=warning"]
    equal  = ["job"]
  }
  mute_time "always" {
    interval {
      years = ["2000:2999"]
    }
  }
}
`

// hook is a webhook that remembers what it was told, as "path alertname status".
type hook struct {
	sync.Mutex
	told []string
}

func (h *hook) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var body struct {
		Alerts []struct {
			Status string
			Labels map[string]string
		}
	}
	if json.NewDecoder(r.Body).Decode(&body) != nil {
		return
	}
	h.Lock()
	defer h.Unlock()
	for _, a := range body.Alerts {
		h.told = append(h.told, r.URL.Path+" "+a.Labels["alertname"]+" "+a.Status)
	}
}

func (h *hook) has(what string) bool {
	h.Lock()
	defer h.Unlock()
	return slices.Contains(h.told, what)
}

func (h *hook) wait(t *testing.T, what string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !h.has(what); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s never arrived, but %q", what, h.told)
		}
	}
}

// TestDelivery runs Alertmanager with a rendered configuration: an alert arrives at each receiver of its
// routes, firing and resolved; an inhibited one arrives once its source is gone; a muted one never does.
func TestDelivery(t *testing.T) {
	tooltest.Need(t, "prometheus-alertmanager")
	if _, err := os.Stat("/usr/share/prometheus/alertmanager/default.tmpl"); err != nil {
		tooltest.Missing(t, "the templates of Debian's Alertmanager: %v", err)
	}
	h := &hook{}
	receivers := httptest.NewServer(h)
	defer receivers.Close()
	server := serve(t, fmt.Sprintf(delivered, receivers.URL))

	server.send(t, "Down", "critical", "job", "shop", false)
	h.wait(t, "/boss Down firing")
	h.wait(t, "/team Down firing")
	server.send(t, "Slow", "warning", "job", "shop", false)
	server.send(t, "Slower", "warning", "job", "store", false)
	server.send(t, "Late", "critical", "team", "night", false)
	server.send(t, "Watchdog", "none", "job", "", false)
	h.wait(t, "/switch Watchdog firing")
	h.wait(t, "/team Slower firing")
	time.Sleep(2 * time.Second) // two intervals of a group
	if h.has("/team Slow firing") || h.has("/boss Slower firing") {
		t.Errorf("arrived, though inhibited or of another route: %q", h.told)
	}
	server.send(t, "Down", "critical", "job", "shop", true)
	h.wait(t, "/boss Down resolved")
	h.wait(t, "/team Down resolved")
	server.send(t, "Slow", "warning", "job", "shop", false)
	h.wait(t, "/team Slow firing")
	if h.has("/team Late firing") || h.has("/boss Late firing") || h.has("/team Watchdog firing") {
		t.Errorf("arrived, though muted or of another route: %q", h.told)
	}
}

type server struct{ url string }

// serve starts Alertmanager with the configuration of a manifest, for the length of the test.
func serve(t *testing.T, src string) server {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	files, diags := alertmanager.Render(m)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "alertmanager.yml")
	if err := os.WriteFile(config, files[0].Content, 0o600); err != nil {
		t.Fatal(err)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := free.Addr().String()
	_ = free.Close()
	cmd := exec.Command("prometheus-alertmanager", "--config.file="+config, "--storage.path="+filepath.Join(dir, "data"), "--web.listen-address="+at, "--cluster.listen-address=")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	s := server{"http://" + at}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		resp, err := http.Get(s.url + "/-/ready")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return s
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("Alertmanager doesn't start")
		}
	}
}

// send posts an alert as Prometheus does.
func (s server) send(t *testing.T, name, severity, label, value string, resolved bool) {
	t.Helper()
	alert := map[string]any{"labels": map[string]string{"alertname": name, "severity": severity, label: value}, "startsAt": time.Now().Add(-time.Minute)}
	if resolved {
		alert["endsAt"] = time.Now().Add(-time.Second)
	}
	body, err := json.Marshal([]any{alert})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(s.url+"/api/v2/alerts", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, answer)
	}
}
