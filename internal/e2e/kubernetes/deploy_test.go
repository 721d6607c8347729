//go:build linux

package kubernetes_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omegagen/omegagen/internal/e2e/kubernetes"
)

// deployed is a manifest whose deployment needs no pod that runs: it has no probes and no database.
func deployed(name, port, more string) string {
	return `system "` + name + `" {}
image "nginx" { pull = "nginxinc/nginx-unprivileged:1.27" }
secret "key" { from = "generated" }
service "first" {
  image      = image.nginx
  secret_env = { KEY_FILE = secret.key }
  port "http" { container = ` + port + ` }
  healthcheck {
    http { port = "http" }
  }
}
` + more
}

const second = `service "second" {
  image      = image.nginx
  replicas   = 2
  depends_on = { first = "healthy" }
}
`

// kitOf builds a manifest's kit in a folder of its own: as on another machine, only the cluster knows what is done.
func kitOf(t *testing.T, manifest string) string {
	t.Helper()
	source, kit := t.TempDir(), filepath.Join(t.TempDir(), "kit")
	if err := os.WriteFile(filepath.Join(source, "main.hcl"), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(server.Omegagen, "build", source, "--target", "kubernetes", "-o", kit).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return kit
}

func script(kit, kubeconfig string, args ...string) *exec.Cmd {
	c := exec.Command("sh", append([]string{filepath.Join(kit, "deploy.sh")}, args...)...)
	c.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig, "PATH="+filepath.Dir(server.Programs.Kubectl)+":"+os.Getenv("PATH"))
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return c
}

// deploy runs deploy.sh, which must end with the status and say all of the texts.
func deploy(t *testing.T, kit, kubeconfig string, status int, args []string, says ...string) {
	t.Helper()
	c := script(kit, kubeconfig, args...)
	out, _ := c.CombinedOutput()
	if got := c.ProcessState.ExitCode(); got != status {
		t.Fatalf("deploy.sh %s ended with %d, not %d:\n%s", strings.Join(args, " "), got, status, out)
	}
	for _, text := range says {
		if !strings.Contains(string(out), text) {
			t.Fatalf("deploy.sh %s doesn't say %q:\n%s", strings.Join(args, " "), text, out)
		}
	}
}

func kubectl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := server.Kubectl(args...)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// rolledOut lets the stand-in for the controllers report rollouts until the test ends.
func rolledOut(t *testing.T) {
	ctx, end := context.WithCancel(context.Background())
	ended := server.Rollout(ctx, func(kubernetes.Object) bool { return false })
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

var first = []string{"--context", "omegagen-test"}

// deploy.sh runs against the server. Most of the time it waits, so the parts run at a time.
func TestDeploy(t *testing.T) {
	timed(t)
	rolledOut(t)
	for name, part := range map[string]func(*testing.T){"life": life, "refused": refused, "killed": killed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timed(t)
			part(t)
		})
	}
}

// The state is in the cluster: each run here is from another folder. What a change removes is pruned, and a
// rollback brings it back; secrets keep their values.
func life(t *testing.T) {
	v1 := deployed("deployed", "8080", second)
	value := []string{"get", "secret", "key", "-n", "deployed", "-o", "jsonpath={.data}"}
	names := []string{"get", "deployments,statefulsets", "-n", "deployed", "-o", "name"}
	both := "deployment.apps/first\ndeployment.apps/second"

	deploy(t, kitOf(t, v1), server.Kubeconfig, 3, nil, "Name the cluster of the first deployment")
	deploy(t, kitOf(t, v1), server.Kubeconfig, 0, first, "All 6 steps of goal 'default' are done", "Release 1.")
	if got := kubectl(t, names...); got != both {
		t.Fatal(got)
	}
	secret := kubectl(t, value...)
	if !strings.Contains(secret, "key") {
		t.Fatal(secret)
	}
	deploy(t, kitOf(t, v1), server.Kubeconfig, 0, nil, "Nothing to do")

	v2 := deployed("deployed", "8081", "")
	deploy(t, kitOf(t, v2), server.Kubeconfig, 0, nil, "Removed Deployment second, which this kit no longer has.", "Release 2.")
	if got := kubectl(t, names...); got != "deployment.apps/first" {
		t.Fatal(got)
	}
	deploy(t, kitOf(t, v2), server.Kubeconfig, 0, []string{"rollback", "--yes"})
	if got := kubectl(t, names...); got != both {
		t.Fatal(got)
	}
	if got := kubectl(t, "get", "service", "first", "-n", "deployed", "-o", "jsonpath={.spec.ports[0].port}"); got != "8080" {
		t.Error("the port after the rollback:", got)
	}
	if got := kubectl(t, value...); got != secret {
		t.Error("the secret has another value")
	}
}

// Who may not do what the deployment needs, isn't alone, or is at another cluster changes nothing.
func refused(t *testing.T) {
	v1 := deployed("refused", "8080", "")
	config, err := os.ReadFile(server.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	weak := filepath.Join(t.TempDir(), "kubeconfig")
	if !strings.Contains(string(config), "  user:\n") {
		t.Fatal("no user in the configuration")
	}
	if err := os.WriteFile(weak, []byte(strings.Replace(string(config), "  user:\n", "  user:\n    as: nobody\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	deploy(t, kitOf(t, v1), weak, 3, first)
	if got := kubectl(t, "get", "namespace", "refused", "--ignore-not-found", "-o", "name"); got != "" {
		t.Fatal("refused, but there is", got)
	}

	deploy(t, kitOf(t, v1), server.Kubeconfig, 0, first, "Release 1.")
	hold := func(since time.Duration) {
		t.Helper()
		kubectl(t, "patch", "lease", "omegagen", "-n", "refused", "--type=merge", "-p",
			`{"spec":{"holderIdentity":"another run","renewTime":"`+time.Now().Add(-since).UTC().Format("2006-01-02T15:04:05.000000Z")+`"}}`)
	}
	v2 := deployed("refused", "8081", "")
	hold(0)
	renewed := make(chan struct{})
	stop := make(chan struct{})
	go func() { // the other run is alive
		defer close(renewed)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Second):
				hold(0)
			}
		}
	}()
	deploy(t, kitOf(t, v2), server.Kubeconfig, 4, nil, "another run")
	close(stop)
	<-renewed
	if got := kubectl(t, "get", "service", "first", "-n", "refused", "-o", "jsonpath={.spec.ports[0].port}"); got != "8080" {
		t.Fatal("refused, but the port is", got)
	}
	hold(time.Hour)
	deploy(t, kitOf(t, v2), server.Kubeconfig, 0, nil, "Release 2.")

	kubectl(t, "patch", "configmap", "omegagen-state", "-n", "refused", "--type=merge", "-p", `{"data":{"cluster":"another\n"}}`)
	deploy(t, kitOf(t, v1), server.Kubeconfig, 5, nil, "another cluster")
}

// A run that is killed at any time is finished by the next one, from another folder.
func killed(t *testing.T) {
	for n, after := range []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second} {
		c := script(kitOf(t, deployed("killed", []string{"8080", "8081"}[n%2], second)), server.Kubeconfig, first...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after)
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // it may have ended
		_ = c.Wait()
	}
	last := deployed("killed", "8082", second)
	deploy(t, kitOf(t, last), server.Kubeconfig, 0, first)
	deploy(t, kitOf(t, last), server.Kubeconfig, 0, nil, "Nothing to do")
	if got := kubectl(t, "get", "service", "first", "-n", "killed", "-o", "jsonpath={.spec.ports[0].port}"); got != "8082" {
		t.Fatal(got)
	}
}
