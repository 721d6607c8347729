package importer

import (
	"slices"
	"strings"
)

// sourceNames gives what the manifest had to rename its name in the files.
func (d *Draft) sourceNames(built map[string]any) map[string]any {
	names := map[string]string{}
	for key, label := range d.labels {
		kind, name, _ := strings.Cut(key, " ")
		names[kind+" "+label] = name
	}
	for _, kind := range []string{"services", "networks", "volumes"} {
		renamed := map[string]any{}
		for label, x := range mapOf(built[kind]) {
			name := label
			if n, ok := names[kind+" "+label]; ok {
				name = n
			}
			renamed[name] = x
		}
		if len(renamed) > 0 {
			built[kind] = renamed
		}
	}
	for name, x := range mapOf(built["services"]) {
		d.serviceNames(name, mapOf(x), names)
	}
	return built
}

func (d *Draft) serviceNames(name string, m map[string]any, names map[string]string) {
	rename := func(key, kind string) {
		out := map[string]any{}
		for label, v := range mapOf(m[key]) {
			if n, ok := names[kind+" "+label]; ok {
				label = n
			}
			out[label] = v
		}
		if len(out) > 0 {
			m[key] = out
		}
	}
	rename("depends_on", "services")
	rename("networks", "networks")
	for _, v := range listOf(m["volumes"]) {
		if n, ok := names["volumes "+str(at(v, "source"))]; ok && str(at(v, "type")) == "volume" {
			mapOf(v)["source"] = n
		}
	}
	for _, k := range []string{"network_mode", "ipc", "pid", "uts"} {
		if label, ok := strings.CutPrefix(str(m[k]), "service:"); ok && names["services "+label] != "" {
			m[k] = "service:" + names["services "+label]
		}
	}
	if d.labels["services "+name] == name {
		return
	}
	for _, n := range mapOf(m["networks"]) { // its own name is an alias, as in the files
		x := mapOf(n)
		x["aliases"] = slices.DeleteFunc(listOf(x["aliases"]), func(a any) bool { return str(a) == name })
		if len(listOf(x["aliases"])) == 0 {
			delete(x, "aliases")
		}
	}
}
