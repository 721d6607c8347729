package compose

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/override"
	path "github.com/compose-spec/compose-go/v2/tree"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// keyed are the keys whose maps and lists of KEY=VALUE Compose merges by key. They are maps here.
var keyed = []string{"environment", "labels", "annotations", "sysctls"}

// combined are the lists that a key of the manifest adds to, also where the list is a default: what hardens
// a container, or what it requires.
var combined = []string{"security_opt", "cap_drop", "cap_add", "expose", "tmpfs"}

// mergeKey merges a value over another one of the same key of a service, as Compose merges files. What
// Compose can't merge is the value on top: its loader reports what it doesn't support.
func mergeKey(key string, under, over any) any {
	if slices.Contains(keyed, key) {
		u, ok := pairsOf(under).(map[string]any)
		o, ok2 := pairsOf(over).(map[string]any)
		if !ok || !ok2 {
			return or(over, under)
		}
		u = maps.Clone(u)
		maps.Copy(u, o)
		return u
	}
	if under == nil {
		return over
	}
	merged, err := override.MergeYaml(map[string]any{key: plain(under)}, map[string]any{key: plain(over)}, path.NewPath("services", "x"))
	if err != nil {
		return over
	}
	unique, err := override.EnforceUnicity(map[string]any{"services": map[string]any{"x": merged}})
	if err != nil {
		return over
	}
	return inner(unique, "services", "x")[key]
}

// mergeTop merges the system's value over a network, volume or secret.
func mergeTop(kind, name string, under, over any) any {
	u, ok := plain(under).(map[string]any)
	o, ok2 := plain(over).(map[string]any)
	if !ok || !ok2 {
		return or(over, under)
	}
	merged, err := override.MergeYaml(u, o, path.NewPath(kind, name))
	if err != nil {
		return over
	}
	return merged
}

// mergeService merges the system's keys over a whole service.
func mergeService(under, over any) any {
	u, ok := under.(map[string]any)
	o, ok2 := over.(map[string]any)
	if !ok || !ok2 {
		return or(over, under)
	}
	out := maps.Clone(u)
	for k, v := range o {
		out[k] = mergeKey(k, u[k], v)
	}
	return out
}

func or(v, otherwise any) any {
	if v == nil {
		return otherwise
	}
	return v
}

// pairsOf is a map of what Compose accepts as a map or as a list of KEY=VALUE.
func pairsOf(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	out := map[string]any{}
	for _, x := range list {
		k, v, has := strings.Cut(fmt.Sprint(x), "=")
		if out[k] = nil; has {
			out[k] = v
		}
	}
	return out
}

// plain is a deep copy with whole numbers of the type that Compose's own reader gives them.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = plain(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = plain(x)
		}
		return out
	case int64:
		return int(v)
	case *big.Rat:
		if v.IsInt() && v.Num().IsInt64() {
			return int(v.Num().Int64())
		}
	}
	return v
}

// yields reports whether a key of a service has the value of a default, which is replaced, not merged.
func yields(key string, s *manifest.Service) bool {
	switch key {
	case "healthcheck":
		return s.Healthcheck != nil && s.Healthcheck.Derived
	case "networks":
		return len(s.Networks) == 0
	}
	x := s.Compose[key]
	return x != nil && !strings.HasPrefix(x.Address, s.Address+".")
}
