package compose

import (
	"strings"
	"testing"
)

// The dependencies of services, as Compose judges them; "" is valid.
func TestRelations(t *testing.T) {
	service := func(pairs ...any) map[string]any {
		out := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i].(string)] = pairs[i+1]
		}
		return out
	}
	on := func(name string, how map[string]any) map[string]any {
		return service("depends_on", map[string]any{name: how})
	}
	list := func(words ...any) []any { return words }
	for _, c := range []struct {
		name     string
		services map[string]any
		judged   map[[2]string]bool
		want     string
	}{
		{"a service that is there", service("a", on("b", nil), "b", service()), nil, ""},
		{"one that isn't", service("a", on("b", nil)), nil, `service "a" depends on undefined service "b"`},
		{"one that must be there", service("a", on("b", service("required", true))), nil, "undefined"},
		{"one that need not be there", service("a", on("b", service("required", false))), nil, ""},
		{"one that need not be there, but is linked", service("a", service("depends_on", map[string]any{"b": service("required", false)}, "links", list("b"))), nil, ""},
		{"a cycle", service("a", on("b", nil), "b", on("a", nil)), nil, "dependency cycle detected: a -> b -> a"},
		{"a cycle behind another service", service("a", on("b", nil), "b", on("c", nil), "c", on("b", nil)), nil, "dependency cycle detected: b -> c -> b"},
		{"itself", service("a", on("a", nil)), nil, "a -> a"},
		{"two ways to one", service("a", on("b", nil), "b", service(), "c", on("b", nil)), nil, ""},
		{"a link", service("a", service("links", list("b:alias"))), nil, `undefined service "b"`},
		{"a network", service("a", service("network_mode", "service:b")), nil, `undefined service "b"`},
		{"a host's network", service("a", service("network_mode", "host")), nil, ""},
		{"ipc", service("a", service("ipc", "service:b")), nil, `undefined service "b"`},
		{"pid", service("a", service("pid", "service:b")), nil, `undefined service "b"`},
		{"uts", service("a", service("uts", "service:b")), nil, `undefined service "b"`},
		{"cgroup", service("a", service("cgroup", "service:b")), nil, `undefined service "b"`},
		{"volumes", service("a", service("volumes_from", list("b:ro"))), nil, `undefined service "b"`},
		{"volumes of a foreign container", service("a", service("volumes_from", list("container:b"))), nil, ""},
		{"a profile", service("a", on("b", nil), "b", service("profiles", list("p"))), nil, "which is disabled without a profile"},
		{"the same profile", service("a", service("depends_on", map[string]any{"b": nil}, "profiles", list("p")), "b", service("profiles", list("p", "q"))), nil, ""},
		{"another profile", service("a", service("depends_on", map[string]any{"b": nil}, "profiles", list("q", "p")), "b", service("profiles", list("q"))), nil, "which is disabled with only the profile p"},
		{"a profile that the manifest's check has seen", service("a", on("b", nil), "b", service("profiles", list("p"))), map[[2]string]bool{{"a", "b"}: true}, ""},
		{"the other way round", service("a", on("b", nil), "b", service("profiles", list("p"))), map[[2]string]bool{{"b", "a"}: true}, "without a profile"},
	} {
		err := relations(map[string]any{"services": c.services}, c.judged)
		switch {
		case err == nil && c.want != "":
			t.Errorf("%s: nothing is wrong, want %q", c.name, c.want)
		case err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
