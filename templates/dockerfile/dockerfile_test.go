package dockerfile_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	lint "github.com/omegagen/omegagen/lint/dockerfile"
	"github.com/omegagen/omegagen/templates/dockerfile"
)

var update = flag.Bool("update", false, "rewrite testdata")

func origin(address string) manifest.Origin {
	return manifest.Origin{Address: address, Range: hcl.Range{Filename: address}}
}

func kv(pairs ...string) []manifest.KeyValue {
	var out []manifest.KeyValue
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, manifest.KeyValue{Key: pairs[i], Value: pairs[i+1]})
	}
	return out
}

func ptr(s string) *string                   { return &s }
func script(s string) *manifest.Command      { return &manifest.Command{Shell: s} }
func exec(words ...string) *manifest.Command { return &manifest.Command{Exec: words} }
func packages(m manifest.PackageManager, names ...string) *manifest.PackagesInstruction {
	return &manifest.PackagesInstruction{Manager: m, Names: names}
}

// full is a manifest whose images use every kind of step.
func full() *manifest.Manifest {
	builder := &manifest.Stage{Origin: origin("stage.builder"), Name: "builder", From: "rust:1.75-slim-bookworm", Platform: "$BUILDPLATFORM", Steps: []manifest.Instruction{
		packages("apt", "libssl-dev", "pkg-config"),
		&manifest.ArgInstruction{Name: "PROFILE", Default: ptr("release")},
		&manifest.ArgInstruction{Name: "COMMIT"},
		&manifest.WorkdirInstruction{Path: "/build"},
		&manifest.CopyInstruction{Transfer: manifest.Transfer{Src: []string{"Cargo.toml", "Cargo.lock"}, Dest: "./"}},
		&manifest.CopyInstruction{Transfer: manifest.Transfer{Src: []string{"my crates"}, Dest: "./crates/"}},
		&manifest.RunInstruction{Command: script("cargo build --release --bin server && strip target/release/server"),
			Mounts: []string{"type=cache,target=/usr/local/cargo/registry", "type=cache,target=/build/target,sharing=locked"}, Network: "none"},
		&manifest.RunInstruction{Command: script("set -eu\nfor f in a b; do\n\techo \"$f\"\ndone\n")},
		&manifest.RunInstruction{Command: exec("cargo", "--version")},
	}}
	runtime := &manifest.Stage{Origin: origin("stage.runtime"), Name: "Runtime", From: "debian:bookworm-slim"}
	runtime.Steps = []manifest.Instruction{
		&manifest.EnvInstruction{Values: kv("PATH_LIKE", "/a:$HOME/b", "TITLE", "a \"title\" \\ of 'mine'", "PLAIN", "1")},
		&manifest.CopyInstruction{FromStage: builder, Transfer: manifest.Transfer{Src: []string{"/build/target/release/server"}, Dest: "/usr/local/bin/", Chown: "10001:10001", Chmod: "0755", Link: true}},
		&manifest.CopyInstruction{FromImage: "busybox:1.36", Transfer: manifest.Transfer{Src: []string{"/bin/busybox"}, Dest: "/bin/"}},
		&manifest.AddInstruction{Transfer: manifest.Transfer{Src: []string{"https://example.org/a.tar.gz"}, Dest: "/opt/"}},
		&manifest.ShellInstruction{Words: []string{"/bin/sh", "-eu", "-c"}},
		&manifest.RunInstruction{Command: script("cat <<X\ntext\nX")},
		&manifest.RunInstruction{Command: script("[ -x /usr/local/bin/server ]")},
		&manifest.LabelInstruction{Values: kv("com.example.key", "v")},
		&manifest.ExposeInstruction{Ports: []string{"8080/tcp", "9090"}},
		&manifest.VolumeInstruction{Paths: []string{"/data", "/with blank"}},
		&manifest.StopSignalInstruction{Signal: "SIGTERM"},
		&manifest.OnbuildInstruction{Do: &manifest.RunInstruction{Command: script("true")}},
		&manifest.OnbuildInstruction{Do: packages("pip", "requests>=2.31")},
		&manifest.UserInstruction{User: "10001:10001"},
		&manifest.EntrypointInstruction{Command: exec("/usr/local/bin/server")},
		&manifest.CmdInstruction{Command: exec("serve", "--name", "$(touch x)")},
	}
	server := &manifest.Image{Origin: origin("image.server"), Name: "server", Tag: "server:1", Context: "../..", Stages: []*manifest.Stage{builder, runtime},
		Labels: kv("com.example.team", "é\t$y", "vendor", "Exogenesis Omega"), Ignore: []string{"docs/", "!docs/keep"}}

	alpine := &manifest.Stage{Origin: origin("stage.base"), Name: "base", From: "alpine:3.20", Steps: []manifest.Instruction{
		packages("apk", "curl", "tini"), packages("npm", "pnpm@9"), packages("dnf", "gcc"),
		&manifest.CopyInstruction{Transfer: manifest.Transfer{Src: []string{"target/release/server", ".env.example"}, Dest: "/usr/local/bin/"}},
	}}
	last := &manifest.Stage{Origin: origin("stage.last"), Name: "last", FromStage: alpine, Steps: []manifest.Instruction{
		&manifest.UserInstruction{User: "65532"}, &manifest.EntrypointInstruction{Command: exec("/usr/local/bin/server")},
	}}
	simple := &manifest.Image{Origin: origin("image.simple"), Name: "simple", Tag: "simple:1", Context: ".", Stages: []*manifest.Stage{alpine, last}}

	probe := &manifest.Healthcheck{Origin: origin("healthcheck"), Test: &manifest.CommandTest{Exec: []string{"/usr/local/bin/server", "health"}}, Interval: 10 * time.Second, Timeout: 3 * time.Second, StartPeriod: 90 * time.Second, Retries: 3}
	shell := &manifest.Healthcheck{Origin: origin("healthcheck"), Test: &manifest.HTTPTest{Port: 8080, Path: "/health"}, Interval: 10 * time.Second}
	return &manifest.Manifest{
		System: &manifest.System{Origin: origin("system"), Name: "omega", Version: "0.1.0", Description: "A \"distributed\" system for $5", Source: "https://example.org/omega"},
		Images: []*manifest.Image{
			{Origin: origin("image.pulled"), Name: "pulled", Pull: "debian:12", Tag: "debian:12"}, server, simple,
			{Origin: origin("image.theirs"), Name: "theirs", Tag: "theirs:1", Dockerfile: "../Dockerfile"},
		},
		Services: []*manifest.Service{
			{Origin: origin("service.a"), Image: server, Healthcheck: probe, Hardening: manifest.Hardening{NonRoot: true}},
			{Origin: origin("service.b"), Image: server, Healthcheck: probe},
			{Origin: origin("service.c"), Image: simple, Healthcheck: shell},
		},
	}
}

func codes(diags hcl.Diagnostics) string {
	var out []string
	for _, d := range diags {
		out = append(out, diag.Code(d))
	}
	return strings.Join(out, " ")
}

func render(t *testing.T, m *manifest.Manifest) []kit.Artifact {
	t.Helper()
	files, diags := dockerfile.Render(m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	for _, f := range dockerfiles(files) {
		if diags := lint.Check(m, f); len(diags) > 0 {
			t.Fatalf("%s\n%s", diags, f.Content)
		}
	}
	return files
}

// dockerfiles are the files that BuildKit reads, without those that say what it
// leaves out.
func dockerfiles(files []kit.Artifact) []kit.Artifact {
	return slices.DeleteFunc(slices.Clone(files), func(f kit.Artifact) bool { return f.Kind != kit.Dockerfile })
}

func TestRender(t *testing.T) {
	files := render(t, full())
	if len(files) != 4 {
		t.Fatalf("%d files", len(files))
	}
	for _, f := range files {
		golden := filepath.Join("testdata", f.Path)
		if *update {
			if err := os.WriteFile(golden, f.Content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(f.Content)); d != "" {
			t.Errorf("%s: %s", f.Path, d)
		}
	}
	all, err := os.ReadDir("testdata")
	if err != nil || len(all) != len(files) {
		t.Errorf("testdata has %d files for %d (%v)", len(all), len(files), err)
	}
}
