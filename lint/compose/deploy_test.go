package compose

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/templates/compose"
)

// project is a manifest's docker-compose.yml as Compose loads it, checked.
func project(t *testing.T, m *manifest.Manifest) (*types.Project, string) {
	t.Helper()
	files, diags := compose.Render(m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if diags := Check(m, files[0]); len(diags) > 0 {
		t.Fatalf("%s\n%s", diags, files[0].Content)
	}
	p, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir:  t.TempDir(),
		ConfigFiles: []types.ConfigFile{{Filename: files[0].Path, Content: files[0].Content}},
	}, func(o *loader.Options) { o.Profiles = []string{"*"} })
	if err != nil {
		t.Fatalf("%v\n%s", err, files[0].Content)
	}
	return p, string(files[0].Content)
}

// gets is what Compose applies to a container: limits of deploy before those of
// the service, and the restart policy of deploy before `restart`
// (getDeployResources and getRestartPolicy in pkg/compose/create.go of
// docker/compose).
func gets(s types.ServiceConfig) string {
	memory, cpus, pids, reserved, restart := int64(s.MemLimit), s.CPUS, s.PidsLimit, int64(s.MemReservation), s.Restart
	if d := s.Deploy; d != nil {
		if l := d.Resources.Limits; l != nil {
			if l.MemoryBytes != 0 {
				memory = int64(l.MemoryBytes)
			}
			if l.NanoCPUs != 0 {
				cpus = l.NanoCPUs.Value()
			}
			if l.Pids > 0 {
				pids = l.Pids
			}
		}
		if l := d.Resources.Reservations; l != nil && l.MemoryBytes != 0 {
			reserved = int64(l.MemoryBytes)
		}
		if p := d.RestartPolicy; p != nil {
			restart = p.Condition
			if p.MaxAttempts != nil {
				restart += fmt.Sprintf(":%d", *p.MaxAttempts)
			}
		}
	}
	return fmt.Sprintf("%dM %v %d %dM %s", memory>>20, cpus, pids, reserved>>20, restart)
}

// A service's limits and policy all apply, whether they are in deploy,
// elsewhere, or derived from the known image.
func TestDeployAndDefaultsHold(t *testing.T) {
	for _, c := range []struct{ system, service, want string }{
		{``, ``, "0M 0 4096 0M "},
		{``, `deploy = { resources = { limits = { memory = "1.5G" } } }`, "1536M 0 4096 0M "},
		{``, "deploy {\n    resources {\n      limits {\n        cpus = 0.5\n      }\n    }\n  }", "0M 0.5 4096 0M "},
		{``, `compose = { deploy = { resources = { limits = { pids = 7 } } } }`, "0M 0 7 0M "},
		{``, `deploy = { resources = { limits = {} } }`, "0M 0 4096 0M "},
		{``, "pids_limit = 9\n  mem_limit = \"32m\"\n  deploy = { resources = { limits = { cpus = \"1.5\" } } }", "32M 1.5 9 0M "},
		{``, "mem_limit = \"64m\"\n  cpus = 2\n  deploy = { resources = { limits = { memory = \"64m\", cpus = 2 } } }", "64M 2 4096 0M "},
		{``, "mem_reservation = \"8m\"\n  deploy = { resources = { reservations = { devices = [{ capabilities = [\"gpu\"] }] } } }", "0M 0 4096 8M "},
		{``, "compose = { mem_limit = \"32m\", deploy = { resources = { limits = { cpus = 1 } } } }", "32M 1 4096 0M "},
		{``, "compose = { mem_limit = 33554432, deploy = { resources = { limits = { cpus = 1 } } } }", "32M 1 4096 0M "},
		{`compose = { services = { a = { deploy = { resources = { limits = { memory = "32m" } } } } } }`, "pids_limit = 5\n  cpus = 1", "32M 1 5 0M "},
		{"defaults {\n    restart = \"always\"\n    resources {\n      memory = \"16m\"\n      cpus = 3\n    }\n  }", `deploy = { resources = { limits = { memory = "32m" } } }`, "32M 3 4096 0M always"},
		{"defaults {\n    restart = \"always\"\n  }", `deploy = { restart_policy = { condition = "on-failure", max_attempts = 3 } }`, "0M 0 4096 0M on-failure:3"},
		{``, "restart = \"always\"\n  deploy = { restart_policy = { condition = \"none\", delay = \"5s\" } }", "0M 0 4096 0M none"},
		{``, `deploy = { mode = "global", update_config = { parallelism = 2 }, placement = { constraints = ["node.role == manager"] } }`, "0M 0 4096 0M "},
	} {
		m := loaded(t, "system \"x\" {\n  "+c.system+"\n}\nimage \"i\" {\n  pull = \"postgres:17\"\n}\nservice \"a\" {\n  image = image.i\n  env   = { POSTGRES_HOST_AUTH_METHOD = \"trust\" }\n  "+c.service+"\n}\n")
		p, text := project(t, m)
		if got := gets(p.Services["a"]); got != c.want {
			t.Errorf("%s %s: got %q, want %q\n%s", c.system, c.service, got, c.want, text)
		}
		if policy := p.Services["a"]; policy.Deploy != nil && policy.Deploy.RestartPolicy != nil && policy.Restart != "" {
			t.Errorf("%s: a restart in addition to the policy of deploy\n%s", c.service, text)
		}
	}
}

// Each instance of deploy.replicas is a service, and Compose creates one
// container for it.
func TestDeployReplicas(t *testing.T) {
	m := loaded(t, `
system "x" {}
image "i" {
  pull = "debian:12"
}
service "a" {
  image  = image.i
  deploy = { replicas = 3, resources = { limits = { cpus = "${replica.number}" } } }
}
service "b" {
  image   = image.i
  compose = { deploy = { replicas = 2, mode = "replicated" } }
}
`)
	p, text := project(t, m)
	if got := strings.Join(p.ServiceNames(), " "); got != "a-1 a-2 a-3 b-1 b-2" || strings.Contains(text, "replicas:") {
		t.Errorf("%s\n%s", got, text)
	}
	for i, want := range []string{"0M 1 0 0M ", "0M 2 0 0M ", "0M 3 0 0M "} {
		if got := gets(p.Services[fmt.Sprintf("a-%d", i+1)]); got != want {
			t.Errorf("a-%d gets %q", i+1, got)
		}
	}
	if d := p.Services["b-2"].Deploy; d == nil || d.Mode != "replicated" {
		t.Error("the rest of deploy is lost")
	}
}

// The options of mounts reach Compose.
func TestMountOptions(t *testing.T) {
	m := loaded(t, `
system "x" {}
image "i" {
  pull = "debian:12"
}
volume "v" {}
service "a" {
  image = image.i
  mount "/a" {
    bind        = "./a"
    propagation = "rslave"
    recursive   = "readonly"
    read_only   = true
    selinux     = "z"
  }
  mount "/b" {
    volume  = volume.v
    nocopy  = true
    subpath = "data/app"
  }
  mount "/c" {
    tmpfs = true
    mode  = "1770"
  }
  mount "/e" {
    bind = "./e"
  }
}
`)
	p, _ := project(t, m)
	var got []string
	for _, v := range p.Services["a"].Volumes {
		s := v.Target
		if b := v.Bind; b != nil {
			s += fmt.Sprint(" ", b.Propagation, b.Recursive, b.SELinux, b.CreateHostPath)
		}
		if o := v.Volume; o != nil {
			s += fmt.Sprint(" ", o.NoCopy, o.Subpath)
		}
		if o := v.Tmpfs; o != nil {
			s += fmt.Sprintf(" %o", o.Mode)
		}
		got = append(got, s)
	}
	if s := strings.Join(got, "\n"); s != "/a rslavereadonlyztrue\n/b truedata/app\n/c 1770\n/e" {
		t.Error(s)
	}
}
