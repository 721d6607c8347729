//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/examples/internal/enginetest"
)

// says fails the test unless an output has all these texts.
func says(t *testing.T, out string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(out, text) {
			t.Errorf("it doesn't say %q:\n%s", text, out)
		}
	}
}

// portTaken: another program has a port that the kit publishes.
func portTaken(t *testing.T) {
	k := newKit(t, "port", nil)
	taken := k.ports[k.servers()[1]]["rest"]
	listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(taken))
	if err != nil {
		t.Fatal(err)
	}
	out := k.Deploy(t, 1, "up")
	listener.Close()
	record("port", failure(out))
	says(t, out, "FAILED  check_ports", fmt.Sprintf("Port %d is taken", taken))
	if strings.Contains(out, "start   start_database") {
		t.Errorf("something was started all the same:\n%s", out)
	}
	k.Deploy(t, 0, "up", "--only", "check_ports")
	k.Deploy(t, 0, "reset", "--yes")
}

// onTmpfs mounts a file system of a size.
func onTmpfs(t *testing.T, size string) string {
	t.Helper()
	dir := filepath.Join(enginetest.Work, "disk-"+size)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// move puts a kit that has deployed nothing onto another disk.
func move(t *testing.T, k *kit, disk string) {
	t.Helper()
	moved := filepath.Join(disk, "kit")
	if err := os.CopyFS(moved, os.DirFS(k.Dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(enginetest.Work, "app"), filepath.Join(disk, "app")); err != nil {
		t.Fatal(err)
	}
	k.Dir = moved
	t.Cleanup(func() {
		_ = k.Command("reset", "--yes").Run()
		if err := os.RemoveAll(moved); err != nil {
			t.Error(err)
		}
	})
}

// diskTooSmall: nothing is begun where the kit can't end.
func diskTooSmall(t *testing.T) {
	k := newKit(t, "small", nil)
	move(t, k, onTmpfs(t, "2m"))
	says(t, k.Deploy(t, 3, "up"), "MB of disk space are free", "Nothing was started")
}

// diskFillsUp: the disk is full in the middle of the deployment. What fails
// says why, and with room again the deployment ends well.
func diskFillsUp(t *testing.T) {
	k := newKit(t, "full", func(file, text string) string {
		if file != "orchestration.hcl" {
			return text
		}
		// A step that fills it, and would go on to write a report.
		return text + `
action "fill_disk" {
  milestone    = milestone.orchestration
  precondition = state.compose_valid && state.schema_verified
  run          = <<-EOT
    test ! -e keep-free || exit 0
    mkdir -p ${local.reports}
    head -c 600000000 /dev/zero > ${local.reports}/filling
  EOT
  validate     = "test -d ${local.reports}"
}
`
	})
	// engine.sh has made one that the engine sees; a running engine sees all.
	disk := os.Getenv("OMEGAGEN_E2E_SMALL_DISK")
	if disk == "" {
		disk = onTmpfs(t, "450m")
	}
	move(t, k, disk)
	out := k.Deploy(t, 1, "up")
	record("disk", failure(out))
	says(t, out, "FAILED  fill_disk", "No space left on device")
	if err := os.Remove(filepath.Join(k.Dir, ".omegagen/reports/filling")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(k.Dir, "keep-free"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if testing.Short() {
		k.Deploy(t, 0, "up", "--only", "fill_disk")
		return
	}
	out = k.Deploy(t, 0, "up")
	if n := len(metCriterion.FindAllString(out, -1)); n != 10 {
		t.Errorf("%d criteria are met, not 10:\n%s", n, out)
	}
}

// wrongTag: an image that its registry doesn't have. When the registry has got
// it, the step ends well.
func wrongTag(t *testing.T) {
	image := serveRegistry(t) + "/prom/prometheus:v2.53.3-none"
	k := newKit(t, "tag", func(file, text string) string {
		if file == "images.hcl" {
			return strings.Replace(text, "prom/prometheus:v2.53.3", image, 1)
		}
		return text
	})
	out := k.Deploy(t, 1, "up")
	record("tag", failure(out))
	says(t, out, "FAILED  image.prometheus.pull", image, "manifest unknown")

	docker(t, "tag", "debian:13.1-slim", image)
	docker(t, "push", image)
	docker(t, "image", "rm", image)
	k.Deploy(t, 0, "up", "--only", "image.prometheus.pull")
	docker(t, "image", "inspect", image)
	docker(t, "image", "rm", image)
	k.Deploy(t, 0, "reset", "--yes")
}

// serveRegistry runs a registry until the test ends, and gives its address.
func serveRegistry(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	dir := t.TempDir()
	config := fmt.Sprintf("version: 0.1\nlog: {accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %q}}\nhttp: {addr: %q}\n", dir, address)
	if err := os.WriteFile(filepath.Join(dir, "config.yml"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("docker-registry", "serve", filepath.Join(dir, "config.yml"))
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the registry said:\n%s", log.String())
		}
	})
	eventually(t, 20*time.Second, "the registry answers", func() error {
		if status, body := get("http://" + address + "/v2/"); status != 200 {
			return fmt.Errorf("%d %s", status, body)
		}
		return nil
	})
	return address
}

// outOfMemory: a limit in which Prometheus doesn't fit.
func outOfMemory(t *testing.T) {
	k := newKit(t, "memory", func(file, text string) string {
		if file == "services.hcl" {
			return strings.Replace(text, `memory = "512MB"`, `memory = "12MB"`, 1) // Prometheus's
		}
		return text
	})
	out := k.Deploy(t, 1, "up")
	record("memory", failure(out))
	says(t, out, "FAILED  service.prometheus.", "constellation-prometheus ran out of memory", "12582912 bytes")
	k.Deploy(t, 0, "reset", "--yes")
}
