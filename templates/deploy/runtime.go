package deploy

import (
	"embed"
	"regexp"
	"strings"

	"github.com/omegagen/omegagen/internal/kit"
)

//go:embed runtime/*.sh
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

// RuntimeVersion is the version of the runtime, which main.sh sets. It follows
// semantic versioning: an older one refuses state that a newer one has recorded,
// and a new major version does not continue from state that an older one recorded.
var RuntimeVersion = regexp.MustCompile(`runtime_version=([0-9.]+)\n`).FindStringSubmatch(runtime)[1]

// RuntimeSum is the SHA-256 of deploy/runtime.sh in hex, the same in every kit
// that this omegagen builds.
func RuntimeSum() string { return kit.Sum([]byte(runtime)) }
