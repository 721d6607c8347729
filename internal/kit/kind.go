package kit

// Kind is what a file of a kit is, and so which program reads it. The kinds are
// closed: lint decides for each of them how it is checked.
type Kind uint8

const (
	Compose      Kind = iota + 1 // docker-compose.yml
	Dockerfile                   // of an image that is built from stages
	DockerIgnore                 // beside a Dockerfile
	EnvExample                   // .env.example
	GitIgnore                    // .gitignore
	Prometheus                   // configuration, rules and their tests
	Grafana                      // provisioning and dashboards
	Schema                       // the SQL that makes a database
	DeployScript                 // deploy.sh
	Document                     // Markdown for people
	LockFile                     // omegagen.lock.json
	Custom                       // of the user's own template
)

var kindNames = [...]string{
	Compose: "compose", Dockerfile: "dockerfile", DockerIgnore: "dockerignore", EnvExample: "env-example", GitIgnore: "gitignore",
	Prometheus: "prometheus", Grafana: "grafana", Schema: "schema", DeployScript: "deploy-script", Document: "document",
	LockFile: "lock", Custom: "custom",
}

// Kinds lists all kinds.
func Kinds() []Kind {
	out := make([]Kind, 0, len(kindNames)-1)
	for k := Compose; int(k) < len(kindNames); k++ {
		out = append(out, k)
	}
	return out
}

// String is the kind's name, "unknown" for what is none of them.
func (k Kind) String() string {
	if k == 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}
