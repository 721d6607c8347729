package importer

import (
	"reflect"
	"slices"
	"strings"
)

// choice is a kind of difference that was chosen.
type choice struct {
	name, reason string
	always       bool // with --faithful, too
	match        func(c *comparison, path []string, want, got any) bool
}

// inService matches keys of services.
func inService(path []string, keys ...string) bool {
	return len(path) > 2 && path[0] == "services" && slices.Contains(keys, path[2])
}

// hardened are the keys by which a container has fewer privileges.
var hardened = []string{"cap_drop", "cap_add", "security_opt", "init", "pids_limit", "read_only", "tmpfs"}

// chosen are the differences between the files and the kit that are meant.
var chosen = []choice{
	{name: "hardening", reason: "Known images run with fewer privileges; docs/defaults.md lists why. `harden` changes it.",
		match: func(_ *comparison, path []string, want, got any) bool {
			if inService(path, "pre_start") { // each has a container of its own
				return len(path) == 3 && sameBut(listOf(want), listOf(got), hardened...)
			}
			return inService(path, hardened...) && (want == nil || contains(got, want))
		}},
	{name: "healthchecks", reason: "Services without a healthcheck get that of their image or Dockerfile. A timeout is at most the interval.",
		match: func(_ *comparison, path []string, want, got any) bool {
			return inService(path, "healthcheck") && want == nil && got != nil && (len(path) == 3 || path[3] == "timeout")
		}},
	{name: "stop_grace_period", reason: "Databases get a minute to stop.",
		match: func(_ *comparison, path []string, want, _ any) bool {
			return inService(path, "stop_grace_period") && want == nil
		}},
	{name: "container names", reason: "A container is named SYSTEM-SERVICE, without a number.",
		match: func(c *comparison, path []string, want, _ any) bool {
			return inService(path, "container_name") && want == nil
		}},
	{name: "addresses", reason: "Ports without an address are published on 0.0.0.0, which is all addresses of IPv4.",
		match: func(_ *comparison, path []string, want, got any) bool {
			return inService(path, "ports") && sameButAddress(listOf(want), listOf(got))
		}},
	{name: "folding", reason: "Services that differ in a number alone are one with replicas: NAME-1 and so on in the kit. They answer to NAME, too, and to the names that they had."},
	{name: "copies", reason: "The kit has copies of files in the manifest's folder that services mount read-only; a build copies changes, and a label that counts them replaces the containers. `copy = false` mounts the files themselves."},
	{name: "exposed ports", reason: "A port that a service declares, but doesn't publish, is exposed.",
		match: func(_ *comparison, path []string, want, _ any) bool { return inService(path, "expose") && want == nil }},
	{name: "port names", reason: "The name of a port is the label of its block.", always: true,
		match: func(_ *comparison, path []string, want, got any) bool {
			return inService(path, "ports") && sameBut(listOf(want), listOf(got), "name")
		}},
	{name: "secrets", reason: "deploy.sh copies each secret to a file of the kit's state, which containers mount.", always: true,
		match: func(c *comparison, path []string, _, got any) bool {
			return path[0] == "secrets" && len(path) > 1 && c.d.secretTyped(path[1])
		}},
	{name: "credentials", reason: "Passwords and tokens of environments and commands aren't in the manifest: deploy.sh asks for each once. Images that read one from a file get a file."},
	{name: "builds", reason: "The kit builds its images itself, with labels of its own, and never pulls them.", always: true,
		match: func(c *comparison, path []string, want, got any) bool {
			// A service that runs what another one builds has the build, too.
			if inService(path, "build") && len(path) == 3 && want == nil && at(c.d.s.model, "services", path[1], "image") != nil {
				return true
			}
			return inService(path, "pull_policy") && got == "never" && (want == nil || want == "build") || inService(path, "build") && len(path) > 3 && path[3] == "labels" && want == nil
		}},
	{name: "stages", reason: "The kit writes the Dockerfiles from stages. They are the same builds for BuildKit; the ignore file is the kit's.", always: true,
		match: func(c *comparison, path []string, want, got any) bool {
			return inService(path, "build") && len(path) == 4 && (path[3] == "dockerfile" || path[3] == "dockerfile_inline" || (path[3] == "args" || path[3] == "labels") && got == nil) && c.d.dockerfiles[c.d.imageOf[path[1]]] != nil
		}},
	{name: "dockerfiles", reason: "These Dockerfiles are kept: stages can't say what they have."},
	{name: "monitoring", reason: "Prometheus's configuration and rules are blocks, and the kit mounts its own folder in their place. Targets that are services have a label `service`; a group's records come before its alerts."},
	{name: "monitoring files", reason: "These files of Prometheus are kept, and mounted as they are: blocks can't say what they have."},
	{name: "parameters", reason: "The values in .env are now the defaults of parameters; the kit's own .env comes first."},
	{name: "passed variables", reason: "A variable without a value gets the default of the parameter of that name.",
		match: func(c *comparison, path []string, want, _ any) bool {
			if !inService(path, "environment") || len(path) != 4 || want != nil {
				return false
			}
			v, passed := mapOf(at(c.d.s.model, "services", path[1], "environment"))[path[3]]
			return passed && v == nil
		}},
	{name: "names of replicas", always: true, reason: "The containers of replicas are named SYSTEM-SERVICE-1 and so on.",
		match: func(c *comparison, path []string, want, _ any) bool {
			return inService(path, "container_name") && want == nil && c.d.replicasOf(path[1]) > 1
		}},
	{name: "names", reason: "A label consists of letters, digits, _ and -. What had another name is still found by it on its networks.", always: true},
	{name: "replicas", reason: "Each replica is a service of the kit, NAME-1 and so on; all of them answer to the name of the service.", always: true},
	{name: "values", reason: "These variables are written as their present values: they aren't part of a string, or only decide between others.", always: true},
	{name: "variables", reason: "A value that Compose takes from .env at the start is now a variable of the manifest, whose value is that of the build.", always: true},
}

// contains reports whether a list has all elements of another one.
func contains(all, some any) bool {
	list, ok := all.([]any)
	if !ok {
		return false
	}
	return !slices.ContainsFunc(listOf(some), func(x any) bool {
		return !slices.ContainsFunc(list, func(y any) bool { return strings.EqualFold(str(x), str(y)) })
	})
}

// sameButAddress reports whether ports differ in the address alone, which is that of all addresses.
func sameButAddress(want, got []any) bool {
	if len(want) != len(got) {
		return false
	}
	var a, b []string
	for i := range want {
		x, y := clone(mapOf(want[i])), clone(mapOf(got[i]))
		if x["host_ip"] == nil {
			x["host_ip"] = "0.0.0.0"
		}
		delete(x, "name")
		a, b = append(a, encoded(x)), append(b, encoded(y))
	}
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// sameBut reports whether lists of maps differ in some keys alone.
func sameBut(want, got []any, keys ...string) bool {
	if len(want) != len(got) || len(want) == 0 {
		return false
	}
	for i := range want {
		x, y := clone(mapOf(want[i])), clone(mapOf(got[i]))
		for _, key := range keys {
			delete(x, key)
			delete(y, key)
		}
		if !reflect.DeepEqual(x, y) {
			return false
		}
	}
	return true
}
