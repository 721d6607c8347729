//go:build linux

package kubernetes_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/e2e/kubernetes"
)

// A kit that kubectl applies is rolled out, as the stand-in for the controllers reports; what the stand-in fails
// isn't. This is how deploy.sh can be tested against the server.
func TestRollout(t *testing.T) {
	timed(t)
	kit := kits(t)[0]
	ctx, end := context.WithCancel(t.Context())
	ended := server.Rollout(ctx, func(o kubernetes.Object) bool { return o.Name() == "broken" })
	defer func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	objects := read(t, kit)
	namespace := objects[0].Name()
	job := kubernetes.Object{"apiVersion": "batch/v1", "kind": "Job", "metadata": map[string]any{"namespace": namespace}}
	var deployment kubernetes.Object
	for _, o := range objects {
		if o.Kind() == "Deployment" {
			deployment = o
		}
	}
	if out, err := server.Kubectl("apply", "--server-side", "--field-manager=omegagen", "-k", filepath.Join(kit, base)); err != nil {
		t.Fatal(out, err)
	}
	for _, o := range objects {
		if o.Kind() != "Deployment" && o.Kind() != "StatefulSet" {
			continue
		}
		if out, err := server.Kubectl("rollout", "status", "-n", namespace, "--timeout=20s", strings.ToLower(o.String())); err != nil {
			t.Error(out, err)
		}
	}
	// Jobs and a Deployment that fails, made of the pods of the kit.
	pod := deployment["spec"].(map[string]any)["template"].(map[string]any)
	pod["spec"].(map[string]any)["restartPolicy"] = "Always"
	deployment["metadata"].(map[string]any)["name"] = "broken"
	if _, err := server.Apply(deployment, false); err != nil {
		t.Fatal(err)
	}
	if out, err := server.Kubectl("rollout", "status", "-n", namespace, "--timeout=20s", "deployment/broken"); err == nil || !strings.Contains(err.Error(), "exceeded its progress deadline") {
		t.Error(out, err)
	}
	pod["spec"].(map[string]any)["restartPolicy"] = "Never"
	job["spec"] = map[string]any{"template": pod}
	for name, condition := range map[string]string{"fine": "complete", "broken": "failed"} {
		job["metadata"].(map[string]any)["name"] = name
		if _, err := server.Apply(job, false); err != nil {
			t.Fatal(err)
		}
		if out, err := server.Kubectl("wait", "-n", namespace, "--timeout=20s", "--for=condition="+condition, "job/"+name); err != nil {
			t.Error(out, err)
		}
	}
}
