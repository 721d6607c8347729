package docker

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
)

// What makes each container of a service read its files again.
func TestReloads(t *testing.T) {
	prometheus := images.Lookup("prom/prometheus:v3.5.0").Reload
	ports := []*manifest.Port{{Container: 9090, Host: 0}, {Container: 9091, Host: 1, Bind: "0.0.0.0", Protocol: "udp"}, {Container: 9091, Host: 8001, Bind: "0.0.0.0"}, {Container: 80, Host: 8080, Bind: "::"}, {Container: 81, Host: 8081, Bind: "10.0.0.1"}}
	metrics := func(urls string) string {
		return "reload_metrics c SIGHUP " + urls + " prometheus_config_last_reload_successful prometheus_config_last_reload_success_timestamp_seconds"
	}
	for _, c := range []struct {
		reload  manifest.Reload
		command []string
		want    string
	}{
		{manifest.Reload{Signal: "SIGUSR1"}, nil, "reload_signal c SIGUSR1 3 "},
		{manifest.Reload{Signal: "SIGHUP", Check: []string{"nginx", "-t"}, Confirm: &images.Reload{Refused: "[emerg]"}}, nil, "reload_check c nginx -t\nreload_signal c SIGHUP 3 [emerg]"},
		{manifest.Reload{Command: []string{"app", "reload"}}, nil, "reload_command c app reload"},
		{manifest.Reload{HTTP: &manifest.ReloadRequest{Port: 80, Path: "/r", Method: "POST"}}, nil, "reload_http c POST http://127.0.0.1:80/r http://[::1]:8080/r"},
		{manifest.Reload{HTTP: &manifest.ReloadRequest{Port: 81, Path: "/", Method: "PUT"}}, nil, "reload_http c PUT http://127.0.0.1:81/ http://10.0.0.1:8081/"},
		{manifest.Reload{Signal: "SIGHUP", Confirm: prometheus}, nil, metrics("http://127.0.0.1:9090/metrics ")},
		{manifest.Reload{Signal: "SIGHUP", Confirm: prometheus}, []string{"--web.listen-address=:9091"}, metrics("http://127.0.0.1:9091/metrics http://127.0.0.1:8001/metrics")},
		{manifest.Reload{Signal: "SIGHUP", Confirm: prometheus}, []string{"--web.listen-address", "0.0.0.0:80", "--web.external-url=https://x.example/prom/"}, metrics("http://127.0.0.1:80/prom/metrics http://[::1]:8080/prom/metrics")},
		{manifest.Reload{Signal: "SIGHUP", Confirm: prometheus}, []string{"--web.external-url=https://x.example/prom", "--web.route-prefix=/"}, metrics("http://127.0.0.1:9090/metrics ")},
	} {
		s := &manifest.Service{Name: "s", Reload: &c.reload, Instances: []*manifest.Instance{{ContainerName: "c", Ports: ports, Command: &manifest.Command{Exec: c.command}}}}
		var got []string
		for _, p := range reloads(s) {
			if len(p.Phases) != 1 || p.Phases[0] != deployment.Reload {
				t.Errorf("the phases of a reload are %v", p.Phases)
			}
			got = append(got, strings.Join(p.Call, " "))
		}
		if text := strings.Join(got, "\n"); !strings.HasPrefix(text, c.want) {
			t.Errorf("%+v:\n%s\nnot\n%s", c.reload, text, c.want)
		}
	}
	s := &manifest.Service{Name: "s", Reload: &manifest.Reload{Signal: "SIGHUP"}, Instances: []*manifest.Instance{{ContainerName: "a"}, {ContainerName: "b"}}}
	if got := reloads(s); len(got) != 2 || got[1].Call[1] != "b" {
		t.Errorf("of two containers: %v", got)
	}
	if got := reloads(&manifest.Service{Instances: s.Instances}); got != nil {
		t.Errorf("without a reload: %v", got)
	}
	s.Reload = &manifest.Reload{Signal: "SIGHUP", Files: []string{"conf/a", "../host.conf"}}
	s.Instances[0].Mounts = []*manifest.Mount{{Bind: "./conf", Target: "/etc/conf"}, {Bind: "../host.conf", Target: "/etc/host.conf"}}
	if got := reloads(s); len(got) != 3 || strings.Join(got[0].Call, " ") != "reload_folder a ../host.conf /etc/host.conf" {
		t.Errorf("of a path that is mounted itself: %v", got)
	}
	s.Reload = &manifest.Reload{Files: []string{"a"}}
	if got := makingOf(s); len(got.Loads) != 0 || len(got.Parts) != 1 {
		t.Errorf("of a server that looks for changes by itself: %v, %v", got.Loads, got.Parts)
	}
}
