package compose

import (
	"maps"
	"math/big"
	"strconv"

	"github.com/omegagen/omegagen/internal/text"
)

// moved are Compose's names for a limit, in a service and in a part of its
// deploy.resources. If that part exists, Compose refuses the first name unless both
// have the same value.
var moved = []struct{ key, part, name string }{
	{"mem_limit", "limits", "memory"},
	{"cpus", "limits", "cpus"},
	{"pids_limit", "limits", "pids"},
	{"mem_reservation", "reservations", "memory"},
}

// settle makes the generated keys consistent with the `deploy` in the service's own
// keys, which it may change: limits move to where the manifest has limits, and the
// manifest's restart policy replaces the generated one.
func (s *Service) settle(extra map[string]any) {
	generated := map[string]any{}
	if s.MemLimit != "" {
		generated["mem_limit"] = s.MemLimit
	}
	if s.CPUs != nil {
		generated["cpus"] = s.CPUs
	}
	if s.PidsLimit != 0 {
		generated["pids_limit"] = s.PidsLimit
	}
	moveLimits(extra, generated)
	if generated["mem_limit"] == nil {
		s.MemLimit = ""
	}
	if generated["cpus"] == nil {
		s.CPUs = nil
	}
	if generated["pids_limit"] == nil {
		s.PidsLimit = 0
	}
	if inner(extra, "deploy", "restart_policy") != nil {
		s.Restart = ""
	}
}

// moveLimits moves the limits of a service, and those generated for it, to its
// deploy.resources if that has limits too. Limits that are already there have
// precedence.
func moveLimits(service, generated map[string]any) {
	for _, m := range moved {
		part := inner(service, "deploy", "resources", m.part)
		if part == nil {
			continue
		}
		value := service[m.key]
		if value == nil {
			value = generated[m.key]
		}
		if value != nil && part[m.name] == nil {
			deploy := maps.Clone(inner(service, "deploy"))
			resources := maps.Clone(inner(deploy, "resources"))
			part = maps.Clone(part)
			if m.name == "memory" { // Compose accepts bytes there only as a string
				switch n := value.(type) {
				case *big.Rat:
					value = text.Number(n)
				case int:
					value = strconv.Itoa(n)
				}
			}
			part[m.name], resources[m.part], deploy["resources"], service["deploy"] = value, part, resources, deploy
		}
		delete(service, m.key)
		delete(generated, m.key)
	}
}

// inner is the map at a path of keys; nil if there is none.
func inner(m map[string]any, path ...string) map[string]any {
	for _, k := range path {
		m, _ = m[k].(map[string]any)
	}
	return m
}
