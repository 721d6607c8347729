package compose_test

import (
	"flag"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	lint "github.com/omegagen/omegagen/lint/compose"
	"github.com/omegagen/omegagen/templates/compose"
)

var update = flag.Bool("update", false, "rewrite testdata")

func origin(address string) manifest.Origin {
	return manifest.Origin{Address: address, Range: hcl.Range{Filename: address, Start: hcl.InitialPos, End: hcl.InitialPos}}
}

func extra(value any) *manifest.Passthrough {
	return &manifest.Passthrough{Origin: origin("extra"), Value: value}
}

var hardened = manifest.Hardening{NoNewPrivileges: true, DropCaps: true, NonRoot: true, Init: true, PidsLimit: 512}

// full is a manifest that uses everything of the model that Compose sees.
func full() *manifest.Manifest {
	password := &manifest.Secret{Origin: origin("secret.postgres_password"), Name: "postgres_password", EnvVar: "POSTGRES_PASSWORD"}
	net := &manifest.Network{Origin: origin("network.omega-net"), Name: "omega-net", RealName: "omega_omega-net", Compose: map[string]*manifest.Passthrough{"driver": extra("bridge")}}
	outer := &manifest.Network{Origin: origin("network.outer"), Name: "outer", RealName: "outer", External: true}
	data := &manifest.Volume{Origin: origin("volume.data"), Name: "data", RealName: "omega_data"}
	postgres := &manifest.Image{Origin: origin("image.postgres"), Name: "postgres", Tag: "pgvector/pgvector:pg17", Pull: "pgvector/pgvector:pg17", Platform: "linux/amd64"}
	server := &manifest.Image{Origin: origin("image.server"), Name: "server", Tag: "omega-server:1.0", Stages: []*manifest.Stage{{}}}
	db := &manifest.Service{
		Origin: origin("service.database"), Name: "database", Image: postgres, Networks: []*manifest.Network{net},
		Instances: []*manifest.Instance{{
			Name: "database", ContainerName: "omega-database",
			SecretEnv: []manifest.SecretEnv{{Name: "POSTGRES_PASSWORD_FILE", Secret: password}, {Name: "PASSWORD_NAME", Secret: password, ByName: true}},
			Env:       []manifest.EnvVar{{Name: "POSTGRES_DB", Value: manifest.PlainText("omega")}},
			Ports:     []*manifest.Port{{Name: "sql", Container: 5432, Host: 5432, Bind: "127.0.0.1", Protocol: "tcp"}},
			Mounts:    []*manifest.Mount{{Target: "/var/lib/postgresql/data", Volume: data}},
			Command:   &manifest.Command{Exec: []string{"postgres", "-c", "shared_buffers=256MB"}},
		}},
		Healthcheck: &manifest.Healthcheck{Test: &manifest.SQLTest{Port: 5432, User: "omega", DBName: "omega"}, Interval: 5 * time.Second, Timeout: 3 * time.Second, Retries: 10, StartPeriod: 90 * time.Second},
		Memory:      512 << 20, CPUs: big.NewRat(3, 2), Restart: manifest.Restart{Policy: manifest.RestartUnlessStopped},
		Hardening: manifest.Hardening{NoNewPrivileges: true, DropCaps: true, CapAdd: []string{"CHOWN", "SETUID"}, Init: true, Off: []string{"non_root"}, Reason: "the entrypoint changes to the user postgres"},
		Compose:   map[string]*manifest.Passthrough{"shm_size": extra("256m"), "ulimits": extra(map[string]any{"nofile": big.NewRat(1024, 1)}), "cap_drop": extra([]any{"NET_RAW"})},
	}
	constellation := &manifest.Service{
		Origin: origin("service.constellation"), Name: "constellation", Image: server, Replicated: true,
		DependsOn: []*manifest.Dependency{{Service: db, Condition: "healthy"}}, Networks: []*manifest.Network{net, outer},
		Healthcheck: &manifest.Healthcheck{Test: &manifest.CommandTest{Exec: []string{"/usr/local/bin/server", "health"}}, Interval: 10 * time.Second, Timeout: 3 * time.Second, Retries: 3},
		Restart:     manifest.Restart{Policy: manifest.RestartOnFailure, Attempts: new(5)}, Hardening: hardened, Exposed: true, ExposedReason: "it takes its URL from the environment alone",
	}
	constellation.Hardening.ReadOnly = true
	constellation.Hardening.User = "10001:10001"
	for n := range 2 {
		name := "constellation-" + string(rune('1'+n))
		constellation.Instances = append(constellation.Instances, &manifest.Instance{
			Index: n, Name: name, ContainerName: "omega-" + name,
			Env: []manifest.EnvVar{{Name: "SHARD_ID", Value: manifest.PlainText("1")}, {Name: "URL", Value: manifest.Text{
				{Text: "postgres://omega:"}, {Secret: password}, {Text: "@database:5432/omega?x=$y"}}}},
			Ports: []*manifest.Port{{Name: "metrics", Container: 9090, Protocol: "tcp"}, {Name: "rest", Container: 8080, Host: 8080 + n, Bind: "127.0.0.1", Protocol: "tcp"}},
			Mounts: []*manifest.Mount{
				{Target: "/tmp", Tmpfs: true, Size: 64 << 20},
				{Target: "/run/state", Tmpfs: true},
				{Target: "/etc/server.conf", Artifact: &manifest.Artifact{Origin: origin(`artifact["server.conf"]`), Path: "server.conf"}, ReadOnly: true},
				{Target: "/etc/prometheus/prometheus.yml", Generated: "prometheus/prometheus.yml", ReadOnly: true},
				{Target: "/srv", Bind: "../data"},
			},
			Labels:  []manifest.KeyValue{{Key: "com.example.shard", Value: "$1"}},
			Compose: map[string]*manifest.Passthrough{"hostname": extra(name)},
		})
	}
	worker := &manifest.Service{
		Origin: origin("service.worker"), Name: "worker", Image: server, Oneshot: true, Profiles: []string{"federation"},
		Instances: []*manifest.Instance{{Name: "worker", ContainerName: "omega-worker", Entrypoint: &manifest.Command{Exec: []string{"sh", "-c", "echo $HOME"}}, Command: &manifest.Command{Exec: []string{"run", "--all"}}}},
		DependsOn: []*manifest.Dependency{{Service: constellation, Condition: "started"}}, Restart: manifest.Restart{Policy: manifest.RestartNo}, Hardening: hardened,
		Healthcheck: &manifest.Healthcheck{Disable: true},
		ComposeNew: extra(map[string]any{
			"logging": map[string]any{"options": map[string]any{"max-file": "9"}},
			"deploy":  map[string]any{"resources": map[string]any{"limits": map[string]any{"pids": big.NewRat(64, 1)}}},
		}),
	}
	return &manifest.Manifest{
		System: &manifest.System{Origin: origin("system"), Name: "Omega", Compose: extra(map[string]any{
			"configs":  map[string]any{"c": map[string]any{"content": "a$b"}},
			"networks": map[string]any{"omega-net": map[string]any{"attachable": true}},
		})},
		Networks: []*manifest.Network{net, outer}, Volumes: []*manifest.Volume{data}, Secrets: []*manifest.Secret{password},
		Images: []*manifest.Image{postgres, server}, Services: []*manifest.Service{constellation, db, worker},
	}
}

func render(t *testing.T, m *manifest.Manifest) string {
	t.Helper()
	files, diags := compose.Render(m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if len(files) != 1 || files[0].Path != "docker-compose.yml" {
		t.Fatalf("rendered %v", files)
	}
	if diags := lint.Check(m, files[0]); len(diags) > 0 {
		t.Fatalf("%s\n%s", diags, files[0].Content)
	}
	return string(files[0].Content)
}

func TestRender(t *testing.T) {
	got := render(t, full())
	const golden = "testdata/docker-compose.yml"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

func codes(diags hcl.Diagnostics) string {
	var out []string
	for _, d := range diags {
		out = append(out, diag.Code(d))
	}
	return strings.Join(out, " ")
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(m *manifest.Manifest)
		want string
	}{
		{"short name", func(m *manifest.Manifest) { m.Volumes[0].RealName = "a" }, "OG401"},
		{"network name", func(m *manifest.Manifest) { m.Networks[0].RealName = "" }, "OG401"},
		{"variable", func(m *manifest.Manifest) { m.Services[1].Instances[0].Env[0].Value[0].Text = "\x00" }, "OG402"},
		{"argument", func(m *manifest.Manifest) { m.Services[1].Instances[0].Command.Exec[0] = "\x00" }, "OG402"},
		{"profile", func(m *manifest.Manifest) {
			m.Services[1].DependsOn = []*manifest.Dependency{{Service: m.Services[2], Condition: "completed"}}
		}, "OG403"},
		{"other profile", func(m *manifest.Manifest) {
			m.Services[0].Profiles = []string{"x"}
		}, "OG403"},
	} {
		m := full()
		c.edit(m)
		_, diags := compose.Render(m)
		if got := codes(diags); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What Compose refuses is reported at the user's key, not as a bug.
func TestRefused(t *testing.T) {
	for name, edit := range map[string]func(m *manifest.Manifest){
		"unknown key":    func(m *manifest.Manifest) { m.Services[1].Compose["shmsize"] = extra("1g") },
		"wrong type":     func(m *manifest.Manifest) { m.Services[1].Compose["ulimits"] = extra("many") },
		"new key":        func(m *manifest.Manifest) { m.Services[1].ComposeNew = extra(map[string]any{"no_such": true}) },
		"top level":      func(m *manifest.Manifest) { m.System.Compose = extra(map[string]any{"no_such": true}) },
		"network":        func(m *manifest.Manifest) { m.Networks[0].Compose["drivr"] = extra("x") },
		"instance":       func(m *manifest.Manifest) { m.Services[0].Instances[1].Compose["hostname"] = extra(true) },
		"unknown link":   func(m *manifest.Manifest) { m.Services[1].Compose["links"] = extra([]any{"none:n"}) },
		"unknown source": func(m *manifest.Manifest) { m.Services[1].Compose["volumes_from"] = extra([]any{"none:ro"}) },
		"shared with itself": func(m *manifest.Manifest) {
			m.Services[1].Compose["ipc"] = extra("service:" + m.Services[1].Instances[0].Name)
		},
		"link in a cycle": func(m *manifest.Manifest) {
			m.Services[1].Compose["links"] = extra([]any{m.Services[0].Instances[0].Name})
		},
		"link to another profile": func(m *manifest.Manifest) {
			m.Services[2].Profiles = []string{"other"}
			m.Services[1].Compose["links"] = extra([]any{m.Services[2].Instances[0].Name})
		},
		"unknown secret":  func(m *manifest.Manifest) { m.Services[1].Compose["configs"] = extra([]any{"none"}) },
		"bad replacement": func(m *manifest.Manifest) { m.Services[1].Compose["logging"] = extra([]any{}) },
	} {
		m := full()
		edit(m)
		files, diags := compose.Render(m)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		diags = lint.Check(m, files[0])
		if codes(diags) != "OG410" {
			t.Errorf("%s: %s", name, diags)
		} else {
			t.Log(diags)
		}
	}
}

// Each refused key is reported, and none that only goes with another one.
func TestRefusedTogether(t *testing.T) {
	m := full()
	m.System.Compose = extra(map[string]any{"configs": map[string]any{"app": map[string]any{"content": "x"}}})
	m.Services[1].Compose["configs"] = extra([]any{"app"})
	m.Services[1].Compose["ulimits"] = extra("many")
	m.Services[0].Instances[1].Compose["hostname"] = extra(true)
	files, diags := compose.Render(m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	diags = lint.Check(m, files[0])
	if len(diags) != 2 || !strings.Contains(diags[0].Detail, "hostname") || !strings.Contains(diags[1].Detail, "ulimits") {
		t.Error(diags)
	}
}

// Services in layers, each of which waits for all of the layer before, have
// more paths through them than could ever be walked.
func TestManyPaths(t *testing.T) {
	m := &manifest.Manifest{System: &manifest.System{Name: "layers"}}
	image := &manifest.Image{Name: "i", Tag: "i:1", Pull: "i:1"}
	var before []*manifest.Service
	for i := range 60 {
		var layer []*manifest.Service
		for _, side := range []string{"a", "b"} {
			name := fmt.Sprintf("s%d%s", i, side)
			s := &manifest.Service{Name: name, Image: image, Restart: manifest.Restart{Policy: manifest.RestartNo}, Instances: []*manifest.Instance{{Name: name}}}
			for _, t := range before {
				s.DependsOn = append(s.DependsOn, &manifest.Dependency{Service: t, Condition: "started"})
			}
			layer = append(layer, s)
		}
		m.Services = append(m.Services, layer...)
		before = layer
	}
	files, diags := compose.Render(m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if diags = lint.Check(m, files[0]); len(diags) > 0 {
		t.Error(diags)
	}
}

// What the check is for: any difference between the file and its document.
func TestDifference(t *testing.T) {
	m := full()
	files, _ := compose.Render(m)
	for _, edit := range [][2]string{
		{"published: \"5432\"", "published: \"5433\""}, {"target: 8080", "target: 8081"}, {"SHARD_ID: \"1\"", "SHARD_ID: \"2\""}, {"$$y", "$$$$y"}, {": omega-database", ": omega-databas"},
		{"127.0.0.1", "0.0.0.0"}, {"no-new-privileges:true", "no-new-privileges:false"}, {"pids_limit: 512", "pids_limit: 513"}, {"max-file: \"9\"", "max-file: \"3\""},
		{"service_healthy", "service_started"}, {"cpus: 1.5", "cpus: 1.25"}, {"${POSTGRES_PASSWORD:?", "${POSTGRES_PASSWORD:+"}, {"external: true", "external: false"},
	} {
		a := files[0]
		changed := strings.Replace(string(a.Content), edit[0], edit[1], 1)
		if changed == string(a.Content) {
			t.Errorf("%q isn't in the file", edit[0])
			continue
		}
		a.Content = []byte(changed)
		if diags := lint.Check(m, a); codes(diags) != "OG901" {
			t.Errorf("%q for %q: %v", edit[1], edit[0], diags)
		}
	}
}
