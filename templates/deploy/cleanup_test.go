package deploy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/templates/compose"
)

// What Compose made from an older kit and this kit no longer has is removed at the end
// of a run; what holds data stays and is listed; what another Compose file made stays.
func TestCleanUp(t *testing.T) {
	inShells(t, func(t *testing.T, shell string) {
		m, ps := load(t, `system "test" {}
image "x" {
  pull = "x:1"
}
network "inner" {}
volume "data" {}
secret "kept" { from = "generated" }
service "web" {
  image      = image.x
  networks   = [network.inner]
  secret_env = { PASSWORD_FILE = secret.kept }
  mount "/data" {
    volume = volume.data
  }
}
`)
		files, diags := compose.Render(m)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		k := newKit(t, shell, m, ps, files...)
		k.program("docker", strings.Replace(dockerProgram, `grep -q '^PASSWORD=`, `: || grep -q '^PASSWORD=`, 1))
		here := k.dir
		if real, err := filepath.EvalSymlinks(here); err == nil {
			here = real
		}
		world(k, "containers", "test-web web "+here+"/docker-compose.yml")
		world(k, "networks", "test_inner inner")
		world(k, "volumes", "test_data data")
		lacks := func(out string, words ...string) {
			t.Helper()
			for _, w := range words {
				if strings.Contains(out, w) {
					t.Errorf("%q is listed:\n%s", w, out)
				}
			}
		}
		lacks(k.want(0), "this kit no longer has", "this kit doesn't have")
		world(k, "containers", "test-web web "+here+"/docker-compose.yml\ntest-old old "+here+"/docker-compose.yml\ntest-debug debug /elsewhere/debug.yml")
		world(k, "container.test-old", "running none 0 false 0 0 0")
		world(k, "networks", "test_inner inner\ntest_outer outer\nbusy busy")
		world(k, "volumes", "test_data data\ntest_former former\n0123")
		k.write(".omegagen/secrets/former", "x")
		out := k.want(0)
		contains(t, out, "Removing the container test-old of service old, which this kit no longer has.",
			"The container test-debug belongs to service debug, which this kit doesn't have and didn't start. To remove it: docker rm --force test-debug",
			"Removed the network test_outer, which this kit no longer has.", "The network busy, which this kit no longer has, is still in use.",
			"The volume test_former, which this kit no longer has, stays with its data. To remove it: docker volume rm test_former",
			"The secret former, which this kit no longer has, stays. To remove it: rm -f .omegagen/secrets/former")
		lacks(out, "test_data", "test_inner", "secret kept", "0123")
		if _, err := os.Stat(filepath.Join(k.bin, "world/container.test-old")); err == nil {
			t.Error("the container is still there")
		}
		mustEqual(t, "removed networks", k.read("../bin/world/removed"), "test_outer\n")
	})
}
