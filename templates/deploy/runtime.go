package deploy

import (
	"embed"
	"regexp"
	"strings"

	"github.com/omegagen/omegagen/internal/kit"
)

//go:embed runtime/*.sh runtime/kubernetes/*.sh
var sources embed.FS

// sections are the runtime's files, in the order in which they are joined.
var sections = []string{
	"head", "words", "environment", "secrets", "logins", "rotate", "parameters", "terminal", "processes", "files", "stage", "plan", "inputs", "worker", "scheduler", "fallback", "probes", "names", "containers", "rollout", "reload",
	"preflight", "owner", "adopt", "earlier", "releases", "rollback", "stay", "push", "cleanup", "up", "schema", "dryrun", "status", "commands", "report", "main",
}

// runtime is the part of deploy.sh that is the same in every kit.
var runtime = join()

func join() string {
	parts := make([]string, len(sections))
	for i, name := range sections {
		b, err := sources.ReadFile("runtime/" + name + ".sh")
		if err != nil { // embedded files exist
			panic(err)
		}
		parts[i] = string(b)
	}
	return strings.Join(parts, "\n")
}

// shared are the runtime's files of which kits for Kubernetes have all functions, except those that their own
// files define: what is left is the scheduler, its workers, records, parameters and the plan.
var shared = []string{
	"words", "environment", "parameters", "terminal", "processes", "files", "stage", "plan", "inputs", "worker", "scheduler", "fallback", "probes", "preflight", "earlier",
	"dryrun", "commands", "report", "main", "up",
}

// own are the files of kits for Kubernetes alone. The functions in them replace those of the same name.
var own = []string{"head", "cluster", "objects", "secrets", "releases", "commands", "prerequisites", "forward", "main"}

// notThere are functions of the shared files that only Docker Compose has a use for.
var notThere = []string{
	"own_secrets", "check_docker", "check_env", "adopt_env", "check_ports", "check_disk", "listening", "find_compose", "too_old", "observe_image", "observe_container", "missing_or_unknown",
	"observe_env_file", "compose_down", "command_reset", "forget_images", "remove_images", "link_target", "highest_lock",
}

// clusterRuntime is the part of deploy.sh that is the same in every kit for Kubernetes.
var clusterRuntime = joinCluster()

func joinCluster() string {
	read := func(name string) string {
		b, err := sources.ReadFile("runtime/" + name + ".sh")
		if err != nil { // embedded files exist
			panic(err)
		}
		return string(b)
	}
	replaced := map[string]bool{}
	for _, name := range notThere {
		replaced[name] = true
	}
	mine := make([]string, len(own))
	for i, name := range own {
		mine[i] = read("kubernetes/" + name)
		for _, m := range function.FindAllStringSubmatch(mine[i], -1) {
			replaced[m[1]] = true
		}
	}
	parts := mine[:1:1]
	for _, name := range shared {
		parts = append(parts, without(read(name), replaced))
	}
	return strings.Join(append(parts, mine[1:]...), "\n")
}

// function is the head of a function's definition.
var function = regexp.MustCompile(`(?m)^([a-z_0-9]+)\(\) \{`)

// without leaves functions out of a file, each with the empty line after it.
func without(file string, names map[string]bool) string {
	var out []string
	leaving := false
	for _, line := range strings.SplitAfter(file, "\n") {
		if m := function.FindStringSubmatch(line); m != nil && names[m[1]] {
			leaving = !strings.HasSuffix(line, "}\n") // of several lines
			if n := len(out); n > 0 && out[n-1] == "\n" {
				out = out[:n-1]
			}
			continue
		}
		if leaving {
			leaving = line != "}\n"
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "")
}

// RuntimeVersion is the version of the runtime, which main.sh sets. It follows
// semantic versioning: an older one refuses state that a newer one has recorded,
// and a new major version does not continue from state that an older one recorded.
var RuntimeVersion = regexp.MustCompile(`runtime_version=([0-9.]+)\n`).FindStringSubmatch(runtime)[1]

// ClusterRuntimeVersion is the version of the runtime of kits for Kubernetes.
var ClusterRuntimeVersion = regexp.MustCompile(`runtime_version=([0-9.]+) `).FindStringSubmatch(clusterRuntime)[1]

// ClusterRuntimeSum is the SHA-256 of deploy/runtime.sh in kits for Kubernetes.
func ClusterRuntimeSum() string { return kit.Sum([]byte(clusterRuntime)) }

// RuntimeSum is the SHA-256 of deploy/runtime.sh in hex, the same in every kit
// that this omegagen builds.
func RuntimeSum() string { return kit.Sum([]byte(runtime)) }
