package compose_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/compose"
)

// Keys need their versions wherever they are written: in typed blocks, in keys
// that are passed on, in `compose`, of single instances, of networks and of the
// system.
func TestRequirements(t *testing.T) {
	m := full()
	constellation, db, worker := m.Services[0], m.Services[1], m.Services[2]
	db.Healthcheck.StartInterval = 1
	db.Compose["post_start"] = extra([]any{map[string]any{"command": "x"}})
	db.Compose["gpus"] = extra([]any{map[string]any{"count": big.NewRat(1, 1)}})
	db.Compose["pull_policy"] = extra("every_12h")
	constellation.Instances[1].Compose["annotations"] = extra(map[string]any{"a": "b"})
	worker.ComposeNew.Value.(map[string]any)["volumes"] = []any{
		map[string]any{"type": "volume", "source": "data", "target": "/d", "volume": map[string]any{"subpath": "x"}},
		map[string]any{"type": "image", "source": "i", "target": "/i"},
	}
	worker.ComposeNew.Value.(map[string]any)["gpus"] = "all"
	worker.ComposeNew.Value.(map[string]any)["pull_policy"] = "always"
	m.Networks[0].Compose["enable_ipv4"] = extra(false)
	top := m.System.Compose.Value.(map[string]any)
	top["include"] = []any{"more.yml"}
	top["services"] = map[string]any{"database": map[string]any{"depends_on": map[string]any{"worker": map[string]any{"condition": "service_started", "restart": true}}}}
	files, diags := compose.Render(m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	needs, err := files[0].Doc.(*compose.File).Requirements()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range needs {
		got = append(got, fmt.Sprintf("%s: %s %s", n, n.Compose, n.Engine))
	}
	want := `annotations of service constellation-2: 2.26.0 24.0
content of config c: 2.23.1 
depends_on.worker.restart of service database: 2.17.0 
deploy.resources.limits.pids of service worker: 2.3.3 
enable_ipv4 of network omega-net: 2.34.0 28.0
gpus of service worker: 2.33.0 
gpus of services database and worker: 2.30.0 
healthcheck.start_interval of service database: 2.24.0 25.0
include of docker-compose.yml: 2.20.3 
name of docker-compose.yml: 2.3.3 
post_start of service database: 2.30.0 
pull_policy of service database: 2.34.0 
volumes.type of service worker: 2.35.0 28.0
volumes.volume.subpath of service worker: 2.26.0 26.0`
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
}

func TestRequirementOfMany(t *testing.T) {
	m := &manifest.Manifest{System: &manifest.System{Name: "many"}}
	image := &manifest.Image{Name: "i", Tag: "i:1", Pull: "i:1"}
	for _, name := range strings.Split("abcdefghijklmno", "") {
		m.Services = append(m.Services, &manifest.Service{Name: name, Image: image, Restart: manifest.Restart{Policy: manifest.RestartNo},
			Instances: []*manifest.Instance{{Name: name}}, Compose: map[string]*manifest.Passthrough{"uts": extra("host")}})
	}
	files, _ := compose.Render(m)
	needs, err := files[0].Doc.(*compose.File).Requirements()
	if err != nil || len(needs) != 2 || needs[1].String() != "uts of services a, b, c, d, e, f, g, h, i, j, k, l and 3 more" {
		t.Error(needs, err)
	}
}

func TestNewer(t *testing.T) {
	for _, c := range [][3]string{{"2.9.1", "2.10", "2.10"}, {"2.20.2", "2.20.3", "2.20.3"}, {"25.0", "25", "25.0"}, {"", "2.0", "2.0"}, {"5.0.2", "2.40.3", "5.0.2"}} {
		if got := compose.Newer(c[0], c[1]); got != c[2] {
			t.Errorf("the newer of %s and %s is not %s", c[0], c[1], got)
		}
	}
}
