package kubernetes

import (
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"
	"pgregory.net/rapid"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Each file of a folder has a key of its own that the API accepts; a name that is a key already stays.
func TestConfigKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[a-z .ü-]{1,3}(/[a-z_ ]{1,3}){0,2}`)
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		keyA, keyB := configKey("conf", "conf/"+a), configKey("conf", "conf/"+b)
		if a != b && keyA == keyB {
			t.Fatalf("%q and %q are both %q", a, b, keyA)
		}
		if errs := validation.IsConfigMapKey(keyA); len(errs) > 0 && a != "." { // no path of a kit
			t.Fatalf("%q is the key %q: %v", a, keyA, errs)
		}
		if regexp.MustCompile(`^[-_a-z][-._a-z]*$`).MatchString(a) && keyA != a {
			t.Fatalf("%q is the key %q", a, keyA)
		}
	})
}

// Names of objects are what the API accepts, or are reported.
func TestNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := Name(rapid.StringMatching(`[A-Za-z_][A-Za-z0-9_-]{0,70}`).Draw(t, "name"))
		accepted := len(validation.IsDNS1035Label(name)) == 0
		if ours := len(name) <= maxName && validName.MatchString(name); ours != accepted {
			t.Fatalf("%q is accepted: %v, not %v", name, accepted, ours)
		}
	})
}

// Ports of a replica have names of their own, which the API accepts.
func TestPortNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := &manifest.Instance{}
		name := rapid.StringMatching(`[A-Za-z_][A-Za-z0-9_-]{0,20}|[ab][_-][ab]|p[12]-tcp`)
		for n := range 4 {
			i.Ports = append(i.Ports, &manifest.Port{Name: name.Draw(t, "name"), Container: n + 1, Protocol: "tcp"})
		}
		i.Ports = append(i.Ports, &manifest.Port{Name: name.Draw(t, "range"), Container: 10, Last: 12, Protocol: "tcp"}, &manifest.Port{Name: "twice", Container: 1, Protocol: "tcp"})
		ports, names := namedPorts(i)
		taken := map[string]bool{}
		for _, p := range ports {
			got := names[keyOf(p)]
			if errs := validation.IsValidPortName(got); len(errs) > 0 || taken[got] {
				t.Fatalf("%q is named %q: %v", p.Name, got, errs)
			}
			taken[got] = true
		}
		if len(taken) != 7 {
			t.Fatalf("%d ports", len(taken))
		}
	})
}

// A volume's name in a pod is never that of a volume that isn't one of the manifest.
func TestPodVolumes(t *testing.T) {
	for name, want := range map[string]string{"data": "data", "Data_1": "data-1", "shm": "volume-shm", "tmp-0": "volume-tmp-0", "tmp": "tmp", "secret_x": "volume-secret-x", "volume-shm": "volume-volume-shm"} {
		if got := podVolume(&manifest.Volume{Origin: manifest.Origin{}, Name: name}); got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
	long := strings.Repeat("a", 60)
	if a, b := volumeName("secret-"+long+"1"), volumeName("secret-"+long+"2"); a == b || len(validation.IsDNS1123Label(a)) > 0 {
		t.Errorf("%q and %q", a, b)
	}
}
