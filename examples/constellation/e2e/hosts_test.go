//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

const hostsManifest = `system "omegagen-e2e-hosts" {
  version = "1.0"
}
image "app" {
  context = "../src"
  push    = "REGISTRY/omegagen-e2e/hosts"
  tag     = "omegagen-e2e-hosts:1.0"
  stage "final" {
    from = "debian:13.1-slim"
    copy {
      src  = ["version"]
      dest = "/version"
    }
    cmd {
      command = ["sh", "-c", "trap 'exit 0' TERM; sleep 600 & wait"]
    }
  }
}
service "app" {
  image    = image.app
  replicas = 2
  healthcheck {
    shell    = "test -s /version"
    interval = "1s"
    timeout  = "5s"
  }
}
`

// TestHosts: one folder builds and pushes, another one, without sources, pulls and
// deploys. A run of each kind is killed, and the next one ends whole; the folder that
// has built takes the deployment over.
func TestHosts(t *testing.T) {
	registry := serveRegistry(t)
	root := filepath.Join(enginetest.Work, "hosts")
	for _, name := range []string{"ci", "host"} {
		put(t, filepath.Join(root, name, "manifest/main.hcl"), []byte(strings.ReplaceAll(hostsManifest, "REGISTRY", registry)))
		put(t, filepath.Join(root, name, "src/version"), []byte("none"))
	}
	ci := &kit{Kit: enginetest.Kit{Dir: filepath.Join(root, "ci/kit"), Manifest: filepath.Join(root, "ci/manifest")}}
	host := &kit{Kit: enginetest.Kit{Dir: filepath.Join(root, "host/kit"), Manifest: filepath.Join(root, "host/manifest")}}
	ci.build(t)
	host.build(t)
	if err := os.RemoveAll(filepath.Join(root, "host/src")); err != nil {
		t.Fatal(err)
	}
	before := everything(t)
	names := []string{registry + "/omegagen-e2e/hosts:1.0", "omegagen-e2e-hosts:1.0"}

	// build pushes a version, and the engine forgets it.
	build := func(version string) {
		t.Helper()
		put(t, filepath.Join(root, "ci/src/version"), []byte(version))
		if err := os.Chmod(filepath.Join(root, "ci/src/version"), 0o644); err != nil {
			t.Fatal(err)
		}
		says(t, ci.Deploy(t, 0, "build", "--push"), "image.app.build", names[0]+" is "+registry+"/omegagen-e2e/hosts@sha256:")
		docker(t, "image", "rm", names[0], names[1])
		put(t, filepath.Join(host.Dir, "images.digests"), []byte(readFile(t, filepath.Join(ci.Dir, "images.digests"))))
	}
	runs := func(version string) {
		t.Helper()
		for n := 1; n <= 2; n++ {
			name := fmt.Sprintf("omegagen-e2e-hosts-app-%d", n)
			if got := docker(t, "exec", name, "cat", "/version"); got != version {
				t.Errorf("%s runs version %s, not %s", name, got, version)
			}
		}
	}

	build("1")
	killOn(t, host, "start   service.app.start", "up", "--pull")
	says(t, host.Deploy(t, 0, "up", "--pull"), "This is release 1.")
	runs("1")
	says(t, readFile(t, filepath.Join(host.Dir, ".omegagen/releases/1/release")), registry+"/omegagen-e2e/hosts@sha256:")
	says(t, host.Deploy(t, 0, "status"), "release 1")
	says(t, host.Deploy(t, 0, "up", "--pull"), "Nothing to do")

	build("2")
	killOn(t, host, "done    image.app.build", "up", "--pull")
	killOn(t, host, "start   service.app", "up", "--pull")
	host.Deploy(t, 0, "up", "--pull")
	runs("2")
	host.Deploy(t, 0, "status")

	// Back to the first, whose image is gone.
	docker(t, "image", "rm", "omegagen/omegagen-e2e-hosts/app:1")
	killOn(t, host, "The files of release 1 are restored", "rollback", "1", "--yes")
	out := host.Deploy(t, 0, "up", "--yes")
	if runs("1"); t.Failed() {
		t.Fatalf("after a killed rollback:\n%s", out)
	}
	says(t, host.Deploy(t, 0, "up", "--pull"), "Nothing to do")

	// The other folder.
	says(t, ci.Deploy(t, 5, "up"), "already deployed on this Docker host, from another folder: "+host.Dir)
	for wait := 40 * time.Millisecond; wait < 400*time.Millisecond; wait *= 3 {
		cmd := ci.Command("adopt", host.Dir, "--yes")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(wait)
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_, _ = cmd.Process.Wait()
	}
	if _, err := os.Stat(filepath.Join(host.Dir, ".omegagen/adopted")); err != nil {
		ci.Deploy(t, 0, "adopt", host.Dir, "--yes")
	}
	says(t, host.Deploy(t, 5, "up", "--pull"), "was taken over from this folder")
	// It has the sources, which are newer than what the rollback has left.
	says(t, ci.Deploy(t, 0, "up", "--yes"), "The sources of a build have changed since the rollback to release 1")
	runs("2")
	ci.Deploy(t, 0, "status")
	ci.Deploy(t, 0, "reset", "--images", "--yes")
	if left := leftovers(everything(t), before, "image"); len(left) > 0 {
		t.Errorf("reset leaves %v", left)
	}
}

// killOn runs deploy.sh, and kills it and its workers as soon as it says something.
func killOn(t *testing.T, k *kit, at string, args ...string) {
	t.Helper()
	cmd := k.Command(args...)
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1000)
	go func() {
		scanner := bufio.NewScanner(reader)
		for scanner.Scan() {
			lines <- scanner.Text()
		}
	}()
	ended := make(chan struct{})
	go func() { _, _ = cmd.Process.Wait(); close(ended) }()
	var out strings.Builder
	for {
		select {
		case <-ended:
			t.Fatalf("it ended before it was killed:\n%s", out.String())
		case line := <-lines:
			out.WriteString(line + "\n")
			if strings.Contains(line, at) {
				if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
				<-ended
				return
			}
		}
	}
}
