package service_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
)

// Which files the image facts reload: those of the kit in folders that the image
// is known to read again, if they are mounted with their folder.
func TestKnownReload(t *testing.T) {
	const artifacts = `artifact "web/nginx.conf" {
  template = "t"
}
artifact "web/templates/a" {
  template = "t"
}
artifact "other/b" {
  template = "t"
}
prometheus {
  service = service.prometheus
}
image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}
service "prometheus" {
  image = image.prometheus
}
grafana {
  service = service.grafana
}
dashboard "d" {
  title = "D"
}
image "grafana" {
  pull = "grafana/grafana:11.6.0"
}
service "grafana" {
  image = image.grafana
}
`
	for name, c := range map[string]struct{ service, files string }{
		"a folder":                {"mount \"/etc/nginx\" {\n bind = \"./web/\"\n}", "web/nginx.conf"},
		"a folder above":          {"mount \"/etc\" {\n bind = \"web\"\n}", ""},
		"a folder in it":          {"mount \"/etc/nginx/conf.d\" {\n bind = \"other\"\n}", "other/b"},
		"two folders":             {"mount \"/etc/nginx/conf.d\" {\n bind = \"other\"\n}\nmount \"/etc/nginx\" {\n bind = \"web\"\n}", "other/b web/nginx.conf"},
		"a folder for the start":  {"mount \"/etc/nginx/templates\" {\n bind = \"other\"\n}", ""},
		"a folder elsewhere":      {"mount \"/srv\" {\n bind = \"web\"\n}", ""},
		"a folder without a file": {"mount \"/etc/nginx\" {\n bind = \"../nginx\"\n}", ""},
		"a single file":           {"mount \"/etc/nginx/nginx.conf\" {\n file = artifact[\"web/nginx.conf\"]\n}", ""},
		"a single file, too":      {"mount \"/etc/nginx/nginx.conf\" {\n file = artifact[\"web/nginx.conf\"]\n}\nmount \"/etc/nginx/web\" {\n bind = \"web\"\n}", "web/templates/a"},
		"another command":         {"mount \"/etc/nginx\" {\n bind = \"web\"\n}\ncommand = [\"nginx\", \"-c\", \"/x\"]", ""},
		"another program":         {"mount \"/etc/nginx\" {\n bind = \"web\"\n}\nentrypoint = [\"sleep\"]", ""},
		"disabled":                {"mount \"/etc/nginx\" {\n bind = \"web\"\n}\nreload {\n disable = true\n}", ""},
		"listed":                  {"mount \"/srv\" {\n bind = \"web\"\n}\nreload {\n files = [\"./web\"]\n}", "web"},
		"all that is mounted":     {"mount \"/srv\" {\n bind = \"web\"\n}\nreload {\n signal = \"SIGHUP\"\n}", "web/nginx.conf web/templates/a"},
	} {
		t.Run(name, func(t *testing.T) {
			m, diags := loader.Load(loader.Input{Dir: ".", FS: fstest.MapFS{"t": {}, "main.hcl": {Data: []byte("system \"s\" {}\n" + artifacts +
				"image \"nginx\" {\n  pull = \"nginx:1.29\"\n}\nservice \"web\" {\n  image = image.nginx\n" + c.service + "\n}\n")}}})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			var files string
			for _, s := range m.Services {
				switch r := s.Reload; {
				case s.Name == "grafana":
					if r == nil || !slices.Equal(r.Files, []string{"grafana/dashboards"}) || r.Signal != "" {
						t.Errorf("Grafana: %+v", r)
					}
				case s.Name == "prometheus":
					if r == nil || !r.Derived || !slices.Equal(r.Files, []string{"prometheus"}) || r.Signal != "SIGHUP" || r.Confirm.Metrics == nil {
						t.Errorf("Prometheus: %+v", r)
					}
				case r != nil:
					files = strings.Join(r.Files, " ")
					if r.Derived == strings.Contains(c.service, "reload {") || r.Signal != "SIGHUP" {
						t.Errorf("%+v", *r)
					}
				}
			}
			if files != c.files {
				t.Errorf("reloads %q, not %q", files, c.files)
			}
		})
	}
}
