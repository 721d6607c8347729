package kit

// Kind is the kind of a file in a kit, which determines the program that reads it. The kinds are
// closed: lint decides for each of them how it is checked.
type Kind uint8

const (
	Compose       Kind = iota + 1 // docker-compose.yml
	Dockerfile                    // of an image that is built from stages
	DockerIgnore                  // beside a Dockerfile
	EnvExample                    // .env.example
	GitIgnore                     // .gitignore
	GitAttributes                 // .gitattributes
	Prometheus                    // configuration and rules
	RuleTests                     // tests of the rules, for promtool
	Alertmanager                  // configuration
	Grafana                       // provisioning and dashboards
	Schema                        // the SQL that makes a database
	DeployScript                  // deploy.sh, which loads its parts
	DeployRuntime                 // the part that is the same in every kit
	DeploySchema                  // the SQL that compares schemas, the same in every kit with a database
	DeployPlan                    // the part that has the plans
	DeployPart                    // a script that an action, a criterion or a benchmark runs
	Sums                          // the checksums of what runs
	Document                      // Markdown for people
	LockFile                      // omegagen.lock.json
	Custom                        // of the user's own template
	Kubernetes                    // objects, and the kustomization that lists them
	Mounted                       // a copy of a file that services mount
)

var kindNames = [...]string{
	Compose: "compose", Dockerfile: "dockerfile", DockerIgnore: "dockerignore", EnvExample: "env-example", GitIgnore: "gitignore",
	GitAttributes: "gitattributes", Prometheus: "prometheus", RuleTests: "rule-tests", Alertmanager: "alertmanager", Grafana: "grafana", Schema: "schema",
	DeployScript: "deploy-script", DeployRuntime: "deploy-runtime", DeploySchema: "deploy-schema", DeployPlan: "deploy-plan", DeployPart: "deploy-part", Sums: "sums",
	Document: "document", LockFile: "lock", Custom: "custom", Kubernetes: "kubernetes", Mounted: "mounted",
}

// Runs reports whether files of the kind affect a deployment. Those are listed in SHA256SUMS, and
// deploy.sh rejects them if they were changed; files that only people, git or tests read may be
// changed.
func (k Kind) Runs() bool {
	switch k {
	case Compose, Dockerfile, DockerIgnore, Prometheus, Alertmanager, Grafana, Schema, DeployScript, DeployRuntime, DeploySchema, DeployPlan, DeployPart, Custom, Kubernetes, Mounted:
		return true
	case EnvExample, GitIgnore, GitAttributes, RuleTests, Sums, Document, LockFile:
	}
	return false
}

// Kinds lists all kinds.
func Kinds() []Kind {
	out := make([]Kind, 0, len(kindNames)-1)
	for k := Compose; int(k) < len(kindNames); k++ {
		out = append(out, k)
	}
	return out
}

// String is the kind's name, "unknown" for an invalid one.
func (k Kind) String() string {
	if k == 0 || int(k) >= len(kindNames) {
		return "unknown"
	}
	return kindNames[k]
}
