package kubernetes

import (
	"regexp"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"
	"pgregory.net/rapid"
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
