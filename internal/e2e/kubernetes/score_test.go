//go:build linux

package kubernetes_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/internal/e2e/kubernetes"
)

// exceptions are the critical checks of kube-score that kits don't pass, by check, what it says and about which object
// ("" for any), each with the reason.
var exceptions = map[[3]string]string{
	{"container-image-pull-policy", "", ""}:                                                         "an image is pulled by its digest, which is checked anyway; Always would make each start depend on the registry",
	{"pod-probes-identical", "", ""}:                                                                "both probes run the healthcheck of the manifest; the container is restarted after three times as many failures as take it out of its Service",
	{"container-ephemeral-storage-request-and-limit", "", ""}:                                       "the language has no word for the size of a container's own files, and a guess would evict pods that work",
	{"container-security-context-readonlyrootfilesystem", "", ""}:                                   "harden { read_only } follows from what is known of the image: these write outside of their volumes",
	{"container-security-context-user-group-id", "The container is running with a low user ID", ""}: "the users of these official images, without which they don't start",
	{"container-security-context-user-group-id", "The container running with a low group ID", ""}:   "the groups of these official images",
	{"container-resources", "CPU limit is not set", ""}:                                             "the manifest sets none: a limit of processor time throttles what could run",
	{"container-resources", "CPU request is not set", ""}:                                           "the manifest sets none",
	{"service-targets-pod", "The services selector does not match any pods", ""}:                    "the Service of one replica selects its pod by the label statefulset.kubernetes.io/pod-name, which the controller sets",
	{"container-resources", "Memory limit is not set", "Deployment/omegagen-runner"}:                "what deploy.sh runs in this pod is the manifest's, and nobody says how much memory that needs",
	{"container-resources", "Memory request is not set", "Deployment/omegagen-runner"}:              "the same",
}

// Kits pass the checks of kube-score that it calls critical, but for the exceptions, each of which is needed.
func TestScore(t *testing.T) {
	timed(t)
	program := filepath.Join(kubernetes.Tools(), "pinned/kube-score")
	needed := map[[3]string]bool{}
	for _, kit := range kits(t) {
		files, err := filepath.Glob(filepath.Join(kit, base, "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		args := []string{"score", "--kubernetes-version", "v1.37", "-o", "json"}
		for _, f := range files {
			if filepath.Base(f) != "kustomization.yaml" {
				args = append(args, f)
			}
		}
		c := exec.Command(program, args...)
		c.Stderr = os.Stderr
		out, err := c.Output()
		if c.ProcessState == nil {
			t.Fatal("make e2e-kubernetes builds it: ", err)
		}
		found, err := critical(out)
		if err != nil || len(found) == 0 {
			t.Fatal(found, err)
		}
		for _, f := range found {
			excused := false
			for _, e := range [][3]string{{f.check, "", ""}, {f.check, f.says, ""}, {f.check, f.says, f.object}} {
				if exceptions[e] != "" {
					needed[e], excused = true, true
				}
			}
			if !excused {
				t.Errorf("%s: %s", filepath.Base(kit), f)
			}
		}
	}
	for e := range exceptions {
		if !needed[e] {
			t.Errorf("the exception %q isn't needed", e)
		}
	}
}

// finding is what a check says about an object.
type finding struct{ object, check, says string }

func (f finding) String() string { return fmt.Sprintf("%s: %s: %s", f.object, f.check, f.says) }

// critical reads the critical findings from kube-score's output.
func critical(out []byte) ([]finding, error) {
	var objects []struct {
		Type   struct{ Kind string } `json:"type_meta"`
		Meta   struct{ Name string } `json:"object_meta"`
		Checks []struct {
			Check    struct{ ID string } `json:"check"`
			Grade    int                 `json:"grade"`
			Skipped  bool                `json:"skipped"`
			Comments []struct{ Summary string }
		} `json:"checks"`
	}
	if err := json.Unmarshal(out, &objects); err != nil {
		return nil, err
	}
	var found []finding
	for _, o := range objects {
		for _, c := range o.Checks {
			if c.Skipped || c.Grade > 1 {
				continue
			}
			f := finding{object: o.Type.Kind + "/" + o.Meta.Name, check: c.Check.ID}
			for _, x := range c.Comments {
				f.says = strings.TrimSpace(x.Summary)
				found = append(found, f)
			}
			if len(c.Comments) == 0 {
				found = append(found, f)
			}
		}
	}
	return found, nil
}
