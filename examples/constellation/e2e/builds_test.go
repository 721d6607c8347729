//go:build e2e

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// TestBuilds: Docker Compose builds from a kit what deploy.sh builds, with the
// build's secret, key, contexts and network; deploy.sh starts nothing but what
// it has built, and an option alone replaces no container.
func TestBuilds(t *testing.T) {
	project := filepath.Join(enginetest.Work, "builds")
	k := &kit{Kit: enginetest.Kit{Dir: filepath.Join(project, "some", "kit"), Manifest: filepath.Join(project, "some", "manifest")}}
	for dir, from := range map[string]string{filepath.Join(project, "app"): "app", filepath.Join(project, "docs"): "docs"} {
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata/builds", from))); err != nil {
			t.Fatal(err)
		}
	}
	main, err := os.ReadFile("testdata/builds/main.hcl")
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(k.Manifest, "main.hcl"), main)
	put(t, filepath.Join(project, "app", ".env"), []byte("PASSWORD=x\n"))
	put(t, filepath.Join(project, "app", ".dockerignore"), []byte(".env\n"))
	put(t, filepath.Join(project, "key"), privateKey(t))
	k.build(t)
	before := everything(t)

	compose := func(args ...string) (string, error) {
		cmd := exec.Command("docker", append([]string{"compose"}, args...)...)
		cmd.Dir = k.Dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	const app, theirs = "registry.invalid/omegagen-e2e/app:1.0", "omegagen-e2e-builds-theirs:1.0"
	k.Deploy(t, 0, "up")
	if files := docker(t, "run", "--rm", app, "sh", "-c", "cat /all /greeting; find /app -type f"); files != "documents\ndocuments\nit's $HOME\n/app/a.txt" {
		t.Errorf("the image has\n%s", files)
	}
	want := described(t, app) + described(t, theirs)

	// What Compose builds has the layers and settings of what deploy.sh built,
	// which it therefore finds in the builder's cache.
	docker(t, "compose", "--file", filepath.Join(k.Dir, "docker-compose.yml"), "down")
	docker(t, "image", "rm", app, theirs)
	if out, err := compose("build"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := described(t, app) + described(t, theirs); got != want {
		t.Errorf("Compose builds\n%s\ninstead of\n%s", got, want)
	}
	if out, err := compose("up", "--detach", "--build"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	k.Deploy(t, 0, "reset", "--yes")
	k.Deploy(t, 0, "up")

	// Another option builds the image again, and nothing follows from an image that
	// is the same.
	containers := docker(t, "ps", "--quiet", "--no-trunc")
	k.edit(t, "main.hcl", "registry.invalid/omegagen-e2e/app:1.0", "registry.invalid/omegagen-e2e/app:0.9")
	k.build(t)
	out := k.Deploy(t, 0, "up")
	says(t, out, "done    image.app.build")
	if strings.Contains(out, "service.app.start") {
		t.Errorf("the service starts again:\n%s", out)
	}
	if now := docker(t, "ps", "--quiet", "--no-trunc"); now != containers {
		t.Errorf("containers were recreated: %s became %s", containers, now)
	}

	// A start builds nothing.
	docker(t, "image", "rm", "--force", theirs)
	docker(t, "rm", "--force", "omegagen-e2e-builds-theirs")
	says(t, k.Deploy(t, 1, "--from", "service.theirs.start", "--skip", "image.theirs.build"), "No such image: "+theirs)

	k.Deploy(t, 0, "reset", "--images", "--yes")
	if left := leftovers(everything(t), before, ""); len(left) > 0 {
		t.Errorf("reset --images leaves %v", left)
	}
}

// described is what an image is, but for what Compose says of itself.
func described(t *testing.T, image string) string {
	t.Helper()
	text := docker(t, "image", "inspect", "--format", "{{json .RootFS.Layers}}\n{{json .Config}}\n", image)
	return regexp.MustCompile(`"com\.docker\.compose\.[a-z]+":"[^"]*",?`).ReplaceAllString(text, "")
}

func put(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// privateKey is a key that an SSH agent takes.
func privateKey(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))) + "\n")
}
