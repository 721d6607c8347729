package compose

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"

	manifestloader "github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/compose"
)

const everyOrder = `
system "x" {
  compose = { services = { by-system = { pid = "service:target" } } }
}
image "i" {
  pull = "debian:12"
}
service "target" {
  image = image.i
}
service "healthy" {
  image = image.i
  healthcheck {
    command = ["true"]
  }
}
service "once" {
  image   = image.i
  oneshot = true
}
service "optional" {
  image    = image.i
  profiles = ["more"]
}
service "replicated" {
  image    = image.i
  replicas = 2
}
service "by-network" {
  image        = image.i
  network_mode = "service:target"
}
service "by-ipc" {
  image = image.i
  ipc   = "service:replicated-2"
}
service "by-pid" {
  image = image.i
  pid   = "service:target"
}
service "by-uts" {
  image = image.i
  uts   = "service:target"
}
service "by-volumes" {
  image        = image.i
  volumes_from = ["target:ro", "once", "container:x-healthy"]
}
service "by-links" {
  image = image.i
  links = ["target:alias", "replicated-1"]
}
service "by-system" {
  image = image.i
}
service "by-replica" {
  image        = image.i
  replicas     = 2
  network_mode = "service:replicated-${replica.number}"
}
service "by-compose" {
  image      = image.i
  depends_on = [service.target]
  links      = ["once"]
  compose = {
    network_mode = "service:target"
    links        = ["replicated-1"]
    depends_on = {
      target   = { condition = "service_started", restart = true }
      healthy  = { condition = "service_healthy" }
      once     = { condition = "service_completed_successfully" }
      optional = { condition = "service_started", required = false }
    }
  }
}
service "by-list" {
  image      = image.i
  depends_on = { healthy = "healthy" }
  compose    = { depends_on = ["target"] }
}
service "alone" {
  image = image.i
}
`

func loaded(t *testing.T, src string) *manifest.Manifest {
	t.Helper()
	m, diags := manifestloader.Load(manifestloader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return m
}

// The plan starts a service after all dependencies that Compose's own loader
// derives, and under the same conditions.
func TestOrderIsComposes(t *testing.T) {
	m := loaded(t, everyOrder)
	files, diags := compose.Render(m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if diags := Check(m, files[0]); len(diags) > 0 {
		t.Fatal(diags)
	}
	project, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir:  t.TempDir(),
		ConfigFiles: []types.ConfigFile{{Filename: files[0].Path, Content: files[0].Content}},
	}, func(o *loader.Options) { o.Profiles = []string{"*"} })
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]string{types.ServiceConditionStarted: "started", types.ServiceConditionHealthy: "healthy", types.ServiceConditionCompletedSuccessfully: "completed"}
	services := map[manifest.Fact]*manifest.Service{}
	for _, s := range m.Services {
		services[manifest.Fact{Kind: manifest.ServiceStarted, Name: s.Name}] = s
	}
	for _, a := range planner.Actions(m, planner.Options{}) {
		service := services[a.Achieves[0]]
		if service == nil {
			continue
		}
		var got, want []string
		for _, n := range a.Needs {
			if kind := string(n.Fact.Kind); strings.HasPrefix(kind, "service.") {
				got = append(got, n.Fact.String())
			}
		}
		for _, i := range service.Instances {
			for name, d := range project.Services[i.Name].DependsOn {
				if name == "optional" && !d.Required {
					continue // it may be disabled, so nothing waits for it
				}
				fact := fmt.Sprintf("service.%s.%s", strings.TrimRight(name, "-12"), facts[d.Condition])
				if !slices.Contains(want, fact) {
					want = append(want, fact)
				}
			}
		}
		if service.Name == "by-volumes" { // Compose orders containers by name in no defined way
			want = append(want, "service.healthy.started")
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s starts after %q, in Compose after %q", service.Name, got, want)
		}
		if implies := strings.HasPrefix(service.Name, "by-"); implies != (len(got) > 0) {
			t.Errorf("%s starts after %q", service.Name, got)
		}
	}
	if d := project.Services["by-compose"].DependsOn["target"]; !d.Restart {
		t.Error("the restart of a dependency is lost")
	}
}
