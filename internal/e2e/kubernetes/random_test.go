//go:build linux

package kubernetes_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/kubernetes/third_party/forked/golang/expansion"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/internal/e2e/kubernetes"
)

// repeatable makes rapid draw the same few manifests each time, and more of them where the environment says so, as
// `make soak` does.
func repeatable(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{"rapid.checks": or(os.Getenv("KUBERNETES_MANIFESTS"), "50"), "rapid.seed": or(os.Getenv("KUBERNETES_SEED"), "1"), "rapid.nofailfile": "true", "rapid.shrinktime": "20s"} {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// Of random manifests, most compile, and the API server takes all of these without a warning; their strings are
// stored as they were written.
func TestRandom(t *testing.T) {
	timed(t)
	repeatable(t)
	drawn, compiled, objects := 0, 0, 0
	refused := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		m := manifests.Draw(t, "manifest")
		drawn++
		dir, err := os.MkdirTemp("", "omegagen-random-")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		for name, content := range m.files {
			path := filepath.Join(dir, "in", name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command(server.Omegagen, "build", filepath.Join(dir, "in"), "--target", "kubernetes", "-o", filepath.Join(dir, "kit")).CombinedOutput()
		if err != nil {
			codes := errorCode.FindAllString(string(out), -1)
			if len(codes) == 0 || slices.ContainsFunc(codes, internal) {
				t.Fatalf("%v\n%s\n%s", err, out, m.files["main.hcl"])
			}
			for _, c := range codes {
				refused[c]++
			}
			if os.Getenv("KUBERNETES_REFUSED") != "" {
				fmt.Printf("%s\n", out)
			}
			return
		}
		compiled++
		got := read(t, filepath.Join(dir, "kit"))
		objects += len(got)
		accepted(t, got)
		kustomized(t, filepath.Join(dir, "kit"), got)
		m.unchanged(t, got)
		if t.Failed() {
			t.Log(m.files["main.hcl"])
		}
	})
	t.Logf("%d of %d manifests compile, to %d objects; errors of the others: %v", compiled, drawn, objects, refused)
	if compiled*5 < drawn*4 {
		t.Errorf("only %d of %d manifests compile", compiled, drawn)
	}
}

// unchanged requires that the strings of the manifest are in the objects: what a container is given, after the
// kubelet has expanded it, and what a ConfigMap holds.
func (m *drawn) unchanged(t *rapid.T, objects []kubernetes.Object) {
	containers := map[string][]any{} // by the label of their pods
	data := map[string]bool{}
	for _, o := range objects {
		spec, _ := o["spec"].(map[string]any)
		template, _ := spec["template"].(map[string]any)
		if template != nil {
			name := template["metadata"].(map[string]any)["labels"].(map[string]any)["app.kubernetes.io/name"].(string)
			containers[name] = append(containers[name], template["spec"].(map[string]any)["containers"].([]any)...)
		}
		if o.Kind() == "ConfigMap" {
			for _, v := range o["data"].(map[string]any) {
				data[v.(string)] = true
			}
		}
	}
	for _, s := range m.services {
		name := strings.Trim(strings.ReplaceAll(strings.ToLower(s.name), "_", "-"), "-")
		if len(containers[name]) == 0 {
			t.Errorf("no pods of %s", s.name)
		}
		for _, c := range containers[name] {
			s.in(t, c.(map[string]any))
		}
		if s.content != "" && !data[s.content] {
			t.Errorf("no ConfigMap has %q", s.content)
		}
	}
}

// in requires that a container has the service's strings.
func (s *drawnService) in(t *rapid.T, c map[string]any) {
	env := map[string]string{}
	lookup := expansion.MappingFuncFor(env)
	variables, _ := c["env"].([]any)
	for _, v := range variables {
		v := v.(map[string]any)
		value, _ := v["value"].(string)
		env[v["name"].(string)] = expansion.Expand(value, lookup)
	}
	for name, want := range s.env {
		if got := env[name]; got != want {
			t.Errorf("%s: the variable %s is %q, not %q", s.name, name, got, want)
		}
	}
	expanded := func(list any) []string {
		var out []string
		words, _ := list.([]any)
		for _, w := range words {
			out = append(out, expansion.Expand(w.(string), lookup))
		}
		return out
	}
	if got := expanded(c["args"]); !reflect.DeepEqual(got, s.command) {
		t.Errorf("%s: the command is %q, not %q", s.name, got, s.command)
	}
	probe, _ := c["readinessProbe"].(map[string]any)
	if s.check != nil {
		exec, _ := probe["exec"].(map[string]any)
		if got := expanded(exec["command"]); !reflect.DeepEqual(got, s.check) {
			t.Errorf("%s: the healthcheck is %q, not %q", s.name, got, s.check)
		}
	}
	if s.path != "" {
		get, _ := probe["httpGet"].(map[string]any)
		if got := get["path"]; got != s.path {
			t.Errorf("%s: the healthcheck requests %q, not %q", s.name, got, s.path)
		}
	}
}
