package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleWrongServer = diag.Error("OG861", "Service runs another server",
		"The prometheus, grafana and alertmanager blocks write files for the server that their service runs. If its image is known to be another program, the files are mounted into the wrong container, and nothing reads them. Only pulled images that are known are checked, and only if the service doesn't replace their program.")
	ruleHostControl = diag.Warning("OG865", "Container controls the host",
		"Whoever can write to the engine's socket, or to the host's root folder, is root on the host, whatever else harden drops. Mount only what the service needs, or write harden { reason = \"…\" }. Images whose purpose requires it, such as Traefik, Portainer and cAdvisor, are exempt.")
)

// wrongServer is the other program that a block's service runs; "" if it isn't known, or the right one.
func wrongServer(s *manifest.Service, want ...string) string {
	if s == nil || s.Image == nil || s.Image.Built() {
		return ""
	}
	f := s.Running()
	if f == nil || f.Family == "" || len(f.Ports) == 0 || slices.Contains(want, f.Family) || strings.Contains(repository(s.Image.Assumed()), want[0]) {
		return ""
	}
	return f.Family
}

// wrongServers checks the servers of the monitoring blocks.
func wrongServers(m *manifest.Manifest) (diags hcl.Diagnostics) {
	src := sources{files: m.Files}
	check := func(block string, s *manifest.Service, at hcl.Range, want ...string) {
		if other := wrongServer(s, want...); other != "" {
			if image := src.attr(s.Range, "image"); image != nil && setUpFor(s, want[0]) {
				at = image.Range() // the rest of the service is right
			}
			diags = append(diags, ruleWrongServer.At(at, "The service of the %s block, %s, runs %s (%s). Refer to the service that runs %s, or correct its image.", block, s.Address, other, s.Image.Assumed(), want[0]))
		}
	}
	if p := m.Prometheus; p != nil {
		check("prometheus", p.Service, p.Range, "prometheus", "victoriametrics", "bitnami")
	}
	if g := m.Grafana; g != nil {
		check("grafana", g.Service, g.Range, "grafana", "bitnami")
	}
	if a := m.Alertmanager; a != nil {
		check("alertmanager", a.Service, a.Range, "alertmanager", "bitnami")
	}
	return diags
}

// setUpFor reports whether a service has a flag, a variable or a mount that only the wanted server knows.
func setUpFor(s *manifest.Service, want string) bool {
	family, ok := map[string]string{"prometheus": "prom/prometheus:v3.5.0", "alertmanager": "prom/alertmanager:v0.28.1", "grafana": "grafana/grafana:11.6.0"}[want]
	if !ok {
		return false
	}
	f, own := images.Lookup(family), s.Running()
	for _, i := range s.Instances {
		for _, m := range i.Mounts {
			at := clean(m.Target)
			has := func(v images.Volume) bool { return v.Path == at }
			if slices.ContainsFunc(f.Volumes, has) && (own == nil || !slices.ContainsFunc(own.Volumes, has)) {
				return true
			}
		}
		for _, e := range i.Env {
			if want == "grafana" && strings.HasPrefix(e.Name, "GF_") {
				return true
			}
		}
	}
	return false
}

// misplaced are the services that wrongServers reports: their ports aren't compared with those of the program
// that they run, which is the same mistake.
func misplaced(m *manifest.Manifest, s *manifest.Service) bool {
	return m.Prometheus != nil && m.Prometheus.Service == s && wrongServer(s, "prometheus", "victoriametrics", "bitnami") != "" ||
		m.Grafana != nil && m.Grafana.Service == s && wrongServer(s, "grafana", "bitnami") != "" ||
		m.Alertmanager != nil && m.Alertmanager.Service == s && wrongServer(s, "alertmanager", "bitnami") != ""
}

// watchers are families whose purpose requires the engine's socket, or the host's root folder read-only.
var watchers = map[string][]string{
	"/var/run/docker.sock": {"portainer", "traefik", "watchtower", "cadvisor", "promtail", "alloy", "otel-collector-contrib"},
	"/":                    {"cadvisor", "node-exporter"},
}

// hostControl reports mounts by which a container controls the host.
func hostControl(m *manifest.Manifest) (diags hcl.Diagnostics) {
	for _, s := range m.Services {
		if s.Hardening.Reason != "" {
			continue
		}
		for _, i := range s.Instances {
			for _, x := range i.Mounts {
				what := path.Clean(x.Bind)
				if x.Bind == "" {
					continue
				}
				if what == "/run/docker.sock" {
					what = "/var/run/docker.sock"
				}
				exempt, dangerous := watchers[what]
				if !dangerous || what == "/" && x.ReadOnly && slices.Contains(exempt, family(s.Image)) || what != "/" && slices.Contains(exempt, family(s.Image)) {
					continue
				}
				how := "the engine's socket: it can start any container, with any part of the host"
				if what == "/" {
					how = "the host's root folder, with its keys and passwords"
				}
				diags = append(diags, ruleHostControl.At(x.Range, "%s mounts %s. Mount less, or write harden { reason = \"…\" }.", s.Address, how))
			}
		}
	}
	return once(diags)
}
