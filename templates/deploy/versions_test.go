package deploy_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	artifact "github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/compose"
)

// composed is the docker-compose.yml of a manifest, as a kit has it.
func composed(t *testing.T, m *manifest.Manifest) artifact.Artifact {
	t.Helper()
	files, diags := compose.Render(m)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return files[0]
}

// starting is an action that starts the service web.
var starting = task{name: "start", run: "echo yes >started", edit: func(a *manifest.Action) {
	a.Achieves = []manifest.FactRef{{Fact: manifest.Fact{Kind: manifest.ServiceStarted, Name: "web"}}}
}}

// Before anything starts, deploy.sh names each key that the Compose or the
// Engine here is too old for, and what it needs.
func TestOldPrograms(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m := model()
		web := published("web", 0)
		web.Compose = map[string]*manifest.Passthrough{
			"post_start":  {Value: []any{map[string]any{"command": "true"}}},
			"annotations": {Value: map[string]any{"a": "b"}},
		}
		m.Services = []*manifest.Service{web}
		p := planOf(m, starting)
		p.Steps[0].Action.Achieves = []manifest.Fact{{Kind: manifest.ServiceStarted, Name: "web"}}
		k := newKit(t, shell, m, plans(p), composed(t, m))
		world(k, "container.test-web", "running none 0 false 0 0 0")
		versions := func(engine, plugin string) {
			k.program("docker", strings.NewReplacer("echo 27.3.1", "echo "+engine, "echo 2.30.0", "echo "+plugin).Replace(dockerProgram))
		}
		versions("23.0.6", "2.25.0")
		out := k.want(3)
		contains(t, out,
			"post_start of service web requires Docker Compose 2.30.0 or later; the installed version is 2.25.0.", "Install Docker Compose 2.30.0 or later.",
			"annotations of service web requires Docker Compose 2.26.0 or later; the installed version is 2.25.0.",
			"annotations of service web requires Docker Engine 24.0 or later; the installed version is 23.0.6.", "Install Docker Engine 24.0 or later.",
			"3 prerequisite(s) missing")
		versions("19.03.1", "2.26.1-4")
		out = k.want(3)
		contains(t, out, "post_start of service web requires Docker Compose 2.30.0 or later; the installed version is 2.26.1-4.", "2 prerequisite(s) missing")
		if strings.Contains(out, "name of") || strings.Contains(out, "annotations of service web requires Docker Compose") {
			t.Errorf("met needs are named:\n%s", out)
		}
		if k.read("started") != "" {
			t.Error("the action was run")
		}
		world(k, "container.test-web", "running none 0 false 0 0 0")
		versions("24.0.2", "v2.30.0")
		k.want(0)
		if k.read("started") == "" {
			t.Error("the action wasn't run")
		}
	})
}

// The kit needs an Engine for more than for single keys.
func TestOldEngine(t *testing.T) {
	m := model()
	web := published("web", 0)
	m.Services = []*manifest.Service{web}
	p := planOf(m, starting)
	p.Steps[0].Action.Achieves = []manifest.Fact{{Kind: manifest.ServiceStarted, Name: "web"}}
	k := newKit(t, "dash", m, plans(p), composed(t, m))
	k.program("docker", strings.Replace(dockerProgram, "27.3.1", "19.03.1", 1))
	contains(t, k.want(3), "Docker Engine has version 19.03.1.", "The kit requires 20.10 or later.")
	k.program("docker", strings.Replace(dockerProgram, "echo 2.30.0", "echo 2.2.3", 1))
	contains(t, k.want(3), "name of docker-compose.yml requires Docker Compose 2.3.3 or later; the installed version is 2.2.3.")
}
