package compose

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// relations checks the dependencies of services in a canonical model: each
// target is enabled whenever the service is, and there are no cycles. Compose's
// own check takes exponential time in the worst case, and sees what links and
// shared namespaces imply only after normalizing. This one takes linear time.
//
// judged are the pairs of services, dependent and target, whose profiles the
// manifest's own check has compared.
func relations(model map[string]any, judged map[[2]string]bool) error {
	services, _ := model["services"].(map[string]any)
	const open, done = 1, 2
	state := map[string]int{}
	var path []string
	var visit func(name string) error
	visit = func(name string) error {
		switch state[name] {
		case open:
			return fmt.Errorf("dependency cycle detected: %s -> %s", strings.Join(path[slices.Index(path, name):], " -> "), name)
		case done:
			return nil
		}
		state[name] = open
		path = append(path, name)
		service, _ := services[name].(map[string]any)
		for _, d := range dependencies(service) {
			target, ok := services[d].(map[string]any)
			if !ok {
				return fmt.Errorf("service %q depends on undefined service %q", name, d)
			}
			if p := missingProfile(service, target); p != "" && !judged[[2]string{name, d}] {
				return fmt.Errorf("service %q depends on service %q, which is disabled %s", name, d, p)
			}
			if err := visit(d); err != nil {
				return err
			}
		}
		path = path[:len(path)-1]
		state[name] = done
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(services)) {
		if err := visit(name); err != nil {
			return err
		}
	}
	return nil
}

// judged are the dependencies of a manifest's services, by their names in the
// Compose file.
func judged(m *manifest.Manifest) map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, d := range s.DependsOn {
				for _, target := range d.Service.Instances {
					out[[2]string{i.Name, target.Name}] = true
				}
			}
		}
	}
	return out
}

// dependencies are the services that a service depends on, sorted: declared
// ones, and those that Compose infers.
func dependencies(service map[string]any) []string {
	found := map[string]bool{}
	optional := map[string]bool{}
	if m, ok := service["depends_on"].(map[string]any); ok {
		for name, d := range m {
			found[name] = true
			if c, _ := d.(map[string]any); c["required"] == false {
				optional[name] = true
			}
		}
	}
	for _, l := range texts(service["links"]) {
		name, _, _ := strings.Cut(l, ":")
		found[name] = true
	}
	for _, k := range []string{"network_mode", "ipc", "pid", "uts", "cgroup"} {
		if ref, _ := service[k].(string); strings.HasPrefix(ref, "service:") {
			found[strings.TrimPrefix(ref, "service:")] = true
		}
	}
	for _, v := range texts(service["volumes_from"]) {
		if name, _, _ := strings.Cut(v, ":"); name != "container" {
			found[name] = true
		}
	}
	for name := range optional {
		delete(found, name)
	}
	return slices.Sorted(maps.Keys(found))
}

func texts(list any) []string {
	var out []string
	items, _ := list.([]any)
	for _, x := range items {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// missingProfile describes the profiles with which a service is enabled and its
// target isn't, "" for none.
func missingProfile(service, target map[string]any) string {
	has, needs := texts(service["profiles"]), texts(target["profiles"])
	if len(needs) == 0 {
		return ""
	}
	if len(has) == 0 {
		return "without a profile"
	}
	for _, p := range has {
		if !slices.Contains(needs, p) {
			return "with only the profile " + p
		}
	}
	return ""
}

// unrelated is a copy of a model without dependencies between services.
func unrelated(model map[string]any) map[string]any {
	out := clone(model, func(s string) string { return s }).(map[string]any)
	services, _ := out["services"].(map[string]any)
	for _, s := range services {
		if m, ok := s.(map[string]any); ok {
			delete(m, "depends_on")
		}
	}
	return out
}
