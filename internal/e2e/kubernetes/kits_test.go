//go:build linux

package kubernetes_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/omegagen/omegagen/internal/e2e/kubernetes"
)

// server is that of all tests of this package.
var server *kubernetes.Server

func TestMain(m *testing.M) { os.Exit(kubernetes.Run(m, &server)) }

// timed prints the time of a test.
func timed(t *testing.T) {
	started := time.Now()
	t.Cleanup(func() { kubernetes.Time(t.Name(), started) })
}

// base is the folder of a kit's objects.
const base = "kubernetes/base"

// kits are the committed kits for Kubernetes.
func kits(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(kubernetes.Repository(), "generated/*-kubernetes"))
	if err != nil || len(found) < 2 {
		t.Fatal("kits:", found, err)
	}
	return found
}

// read are the objects of a kit, in the order in which its kustomization lists their files.
func read(t tester, kit string) []kubernetes.Object {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(kit, base, "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Resources []string `json:"resources"`
	}
	if err := yaml.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	var out []kubernetes.Object
	for _, name := range list.Resources {
		content, err := os.ReadFile(filepath.Join(kit, base, name))
		if err != nil {
			t.Fatal(err)
		}
		objects, err := kubernetes.Objects(content)
		if err != nil || len(objects) == 0 {
			t.Fatal(name, objects, err)
		}
		out = append(out, objects...)
	}
	files, err := os.ReadDir(filepath.Join(kit, base))
	if err != nil || len(files) != len(list.Resources)+1 {
		t.Errorf("%d files, and the kustomization lists %d: %v", len(files), len(list.Resources), err)
	}
	return out
}

// accepted requires that the server would take each object, in a namespace that the first one makes.
func accepted(t tester, objects []kubernetes.Object) {
	t.Helper()
	for _, o := range objects {
		if o.Kind() == "Namespace" {
			if _, err := server.Apply(o, false); err != nil {
				t.Fatal(err)
			}
		}
		got, err := server.Apply(o, true)
		if err != nil {
			t.Error(err)
		} else if d := missing(map[string]any(o), map[string]any(got)); d != "" {
			t.Errorf("%s: the server would store it without %s", o, d)
		}
	}
}

// missing is where got doesn't have what want has, "" if it has everything: the server adds defaults, and writes
// quantities as it likes.
func missing(want, got any) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		for k, x := range w {
			if k == "resources" || k == "sizeLimit" {
				continue
			}
			if !ok {
				return k
			}
			if d := missing(x, g[k]); d != "" {
				return k + "." + d
			}
		}
		return ""
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			return "all elements"
		}
		for i := range w {
			if d := missing(w[i], g[i]); d != "" {
				return d
			}
		}
		return ""
	}
	if !reflect.DeepEqual(want, got) {
		return strings.TrimSpace(string(must(yaml.Marshal(want))))
	}
	return ""
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// The API server takes every object of the committed kits, in a namespace that enforces "restricted" and warns
// of what breaks it, without a warning.
func TestKits(t *testing.T) {
	timed(t)
	for _, kit := range kits(t) {
		t.Run(filepath.Base(kit), func(t *testing.T) {
			objects := read(t, kit)
			for _, mode := range []string{"enforce", "warn"} {
				labels, _ := objects[0]["metadata"].(map[string]any)["labels"].(map[string]any)
				if got := labels["pod-security.kubernetes.io/"+mode]; got != "restricted" {
					t.Errorf("%s %q", mode, got)
				}
			}
			accepted(t, objects)
		})
	}
}

// What the server would refuse, or warn of, in an object of the kits is noticed.
func TestNoticed(t *testing.T) {
	timed(t)
	objects := read(t, kits(t)[0])
	accepted(t, objects[:1])
	var deployment kubernetes.Object
	for _, o := range objects {
		if o.Kind() == "Deployment" {
			deployment = o
		}
	}
	content := string(must(yaml.Marshal(deployment)))
	for change, want := range map[[2]string]string{
		{"runAsNonRoot: true", "runAsNonRoot: false"}: "warnings:.*restricted",
		{"replicas:", "replica:"}:                     "unknown field|field not declared",
		{"name: no such text", ""}:                    "",
		{"runAsUser: ", "runAsUser: -"}:               "must be between 0 and",
	} {
		if want != "" && !strings.Contains(content, change[0]) {
			t.Errorf("the Deployment has no %q", change[0])
		}
		changed := strings.Replace(content, change[0], change[1], 1)
		parsed := must(kubernetes.Objects([]byte(changed)))[0]
		_, err := server.Apply(parsed, true)
		if got := err; (got == nil) != (want == "") || got != nil && !matches(want, got.Error()) {
			t.Errorf("%v: %v", change, err)
		}
	}
}

// kubectl kustomize prints the files as they are, one after the other.
func TestKustomize(t *testing.T) {
	timed(t)
	for _, kit := range kits(t) {
		t.Run(filepath.Base(kit), func(t *testing.T) { kustomized(t, kit, read(t, kit)) })
	}
}

func kustomized(t tester, kit string, want []kubernetes.Object) {
	t.Helper()
	out, err := server.Kubectl("kustomize", filepath.Join(kit, base))
	if err != nil {
		t.Fatal(err)
	}
	got, err := kubernetes.Objects([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Errorf("kustomize prints %d objects, not %d", len(got), len(want))
		return
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Errorf("object %d of kustomize is %s, not %s, or differs:\n%s", i, got[i], want[i], must(yaml.Marshal(got[i])))
		}
	}
}

// The second of two equal applies changes nothing: neither a field nor who owns it.
func TestApplyTwice(t *testing.T) {
	timed(t)
	for _, kit := range kits(t) {
		t.Run(filepath.Base(kit), func(t *testing.T) {
			objects := read(t, kit)
			apply := func() (versions []string) {
				if out, err := server.Kubectl("apply", "--server-side", "--field-manager=omegagen", "--validate=strict", "-k", filepath.Join(kit, base)); err != nil {
					t.Fatal(out, err)
				}
				for _, o := range objects {
					got, err := server.Get(o)
					if err != nil {
						t.Fatal(err)
					}
					versions = append(versions, o.String()+" "+got.ResourceVersion())
				}
				return versions
			}
			first := apply()
			if second := apply(); !reflect.DeepEqual(first, second) {
				t.Errorf("the second time changes the objects:\n%s\n%s", first, second)
			}
		})
	}
}
