package deploy

import (
	"embed"
	"strings"

	"github.com/omegagen/omegagen/internal/kit"
)

//go:embed runtime/*.sh
var sources embed.FS

// concerns are the runtime's files, in the order in which they are joined.
var concerns = []string{
	"head", "words", "processes", "files", "stage", "plan", "worker", "scheduler", "fallback", "probes", "containers",
	"preflight", "earlier", "up", "commands", "report", "main",
}

// runtime is the part of deploy.sh that is the same in every kit.
var runtime = join()

func join() string {
	parts := make([]string, len(concerns))
	for i, name := range concerns {
		b, err := sources.ReadFile("runtime/" + name + ".sh")
		if err != nil { // an embedded file is there
			panic(err)
		}
		parts[i] = string(b)
	}
	return strings.Join(parts, "\n")
}

// RuntimeVersion says which runtime a kit has. It follows semantic versioning: a
// new major version no longer goes on with what an older one has recorded.
const RuntimeVersion = "1.0.0"

// RuntimeSum is the SHA-256 of deploy/runtime.sh in hex, the same in every kit
// that this omegagen builds.
func RuntimeSum() string { return kit.Sum([]byte(runtime)) }
