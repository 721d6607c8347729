package kit

import (
	"regexp"
	"strings"
)

// Paths of the kit's files, relative to its folder.
const (
	ComposePath       = "docker-compose.yml"
	EnvExamplePath    = ".env.example"
	GitIgnorePath     = ".gitignore"
	GitAttributesPath = ".gitattributes"
	DeployScriptPath  = "deploy.sh"
	PlanPath          = "PLAN.md"
	RunbookPath       = "RUNBOOK.md"
	LockPath          = "omegagen.lock.json"

	// KubernetesDir has the objects of a kit for Kubernetes.
	KubernetesDir = "kubernetes/base"

	// DeployDir has the parts of deploy.sh.
	DeployDir         = "deploy"
	DeployRuntimePath = DeployDir + "/runtime.sh"
	DeployPlanPath    = DeployDir + "/plan.sh"
	// Of kits with a database: the script that changes a schema, and the SQL that compares.
	DeploySchemaPath    = DeployDir + "/schema.sh"
	DeploySchemaSQLPath = DeployDir + "/schema.sql"
	SumsPath            = DeployDir + "/SHA256SUMS"

	// PrometheusDir is mounted as a folder: a mounted file that is replaced by renaming would stay the old
	// one in a running container.
	PrometheusDir        = "prometheus"
	PrometheusConfigPath = PrometheusDir + "/" + PrometheusConfigName
	PrometheusRulesPath  = PrometheusDir + "/" + PrometheusRulesName

	// Prometheus doesn't read tests of the rules.
	PrometheusTestsDir  = "prometheus-tests"
	PrometheusTestsPath = PrometheusTestsDir + "/" + PrometheusTestsName

	// AlertmanagerDir is mounted as a folder too.
	AlertmanagerDir        = "alertmanager"
	AlertmanagerConfigPath = AlertmanagerDir + "/" + AlertmanagerConfigName
	// AlertmanagerTemplatesDir has the templates of notifications.
	AlertmanagerTemplatesDir = AlertmanagerDir + "/templates"

	// Grafana's folders are mounted as folders too.
	GrafanaDatasourcesDir   = "grafana/provisioning/datasources"
	GrafanaProvidersDir     = "grafana/provisioning/dashboards"
	GrafanaDashboardsDir    = "grafana/dashboards"
	GrafanaDatasourcePath   = GrafanaDatasourcesDir + "/prometheus.yml"
	GrafanaAlertmanagerPath = GrafanaDatasourcesDir + "/alertmanager.yml"
	GrafanaProviderPath     = GrafanaProvidersDir + "/dashboards.yml"

	// MountedDir has copies of files that services mount, each with its path in the manifest's folder.
	MountedDir = "mounted"

	// What deploy.sh writes.
	EnvPath    = ".env"
	StateDir   = ".omegagen"
	SecretsDir = StateDir + "/secrets" // a file for each secret
)

// Names of the files of Prometheus and Alertmanager in their folders, which have other paths in a container.
const (
	AlertmanagerConfigName = "alertmanager.yml"

	PrometheusConfigName = "prometheus.yml"
	PrometheusRulesName  = "rules.yml"
	PrometheusTestsName  = "rules_test.yml"
)

const schemaPath = "init-db.sql"

// DockerfilePath is the path of the Dockerfile of an image that is built from
// stages.
func DockerfilePath(image string) string { return "Dockerfile." + image }

// DockerIgnorePath is the path of the image's ignore file, which BuildKit finds next to the
// Dockerfile.
func DockerIgnorePath(image string) string { return DockerfilePath(image) + ".dockerignore" }

// SchemaPath is the path of a database's schema: it includes the database's name if there are several.
func SchemaPath(database string, several bool) string {
	if several {
		return "init-db-" + database + ".sql"
	}
	return schemaPath
}

// NotificationTemplatePath is the path of a file of templates for notifications.
func NotificationTemplatePath(name string) string {
	return AlertmanagerTemplatesDir + "/" + name + ".tmpl"
}

// MountedPath is the path of the copy of a file or folder of the manifest's folder.
func MountedPath(path string) string { return MountedDir + "/" + path }

// DashboardPath is the path of the Grafana dashboard with a UID.
func DashboardPath(uid string) string { return GrafanaDashboardsDir + "/" + uid + ".json" }

// Folders below DeployDir: a folder of scripts for each action, a script for each criterion and
// benchmark.
const (
	ActionsDir    = "actions"
	CriteriaDir   = "criteria"
	BenchmarksDir = "benchmarks"
)

// ActionScriptPath is the path of the script of an action for a phase.
func ActionScriptPath(id, phase string) string {
	return DeployDir + "/" + ActionsDir + "/" + FileName(id) + "/" + phase + ".sh"
}

// CriterionScriptPath is the path of the script of a criterion, or of its query
// with the extension sql.
func CriterionScriptPath(name, extension string) string {
	return DeployDir + "/" + CriteriaDir + "/" + FileName(name) + "." + extension
}

// BenchmarkScriptPath is the path of the script of a benchmark.
func BenchmarkScriptPath(name string) string {
	return DeployDir + "/" + BenchmarksDir + "/" + FileName(name) + ".sh"
}

var (
	isFileName  = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$`)
	notFileName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
)

// FileName is a file name for id: id itself if it is a valid name on every system, otherwise its valid
// characters and a prefix of its hash.
func FileName(id string) string {
	if isFileName.MatchString(id) {
		return id
	}
	safe := strings.TrimLeft(notFileName.ReplaceAllString(id, "-"), ".-")
	if safe == "" {
		safe = "id"
	}
	return safe[:min(len(safe), 80)] + "-" + Sum([]byte(id))[:8]
}

// Owner is the program that writes a file or folder of a kit.
type Owner uint8

const (
	Build  Owner = iota // omegagen build
	Deploy              // deploy.sh, while it runs
	Git                 // git
)

// Entry is a reserved path of the kit, which no custom file may use.
type Entry struct {
	Path   string
	Folder bool // everything below Path is reserved too
	Owner  Owner
	Kind   Kind   // of a file that is generated, 0 for other paths
	Block  string // the type of block without which the path is available; "" if it never is
}

// Reserved lists the paths that don't depend on the name of an image or a
// database. The caller may change the list.
func Reserved() []Entry {
	return []Entry{
		{Path: ComposePath, Kind: Compose},
		{Path: EnvExamplePath, Kind: EnvExample},
		{Path: GitIgnorePath, Kind: GitIgnore},
		{Path: GitAttributesPath, Kind: GitAttributes},
		{Path: DeployScriptPath, Kind: DeployScript},
		{Path: DeployDir, Folder: true, Kind: DeployPart},
		{Path: PlanPath, Kind: Document},
		{Path: RunbookPath, Kind: Document},
		{Path: LockPath, Kind: LockFile},
		{Path: schemaPath, Kind: Schema},
		{Path: PrometheusConfigPath, Kind: Prometheus, Block: "prometheus"},
		{Path: PrometheusRulesPath, Kind: Prometheus, Block: "prometheus"},
		{Path: PrometheusTestsPath, Kind: RuleTests, Block: "prometheus"},
		{Path: AlertmanagerConfigPath, Kind: Alertmanager, Block: "alertmanager"},
		{Path: AlertmanagerTemplatesDir, Folder: true, Kind: Alertmanager, Block: "alertmanager"},
		{Path: "grafana/provisioning", Folder: true, Kind: Grafana, Block: "grafana"},
		{Path: GrafanaDashboardsDir, Folder: true, Kind: Grafana, Block: "grafana"},
		{Path: KubernetesDir, Folder: true, Kind: Kubernetes, Block: "target"},
		{Path: MountedDir, Folder: true, Kind: Mounted},
		{Path: EnvPath, Owner: Deploy},
		{Path: StateDir, Folder: true, Owner: Deploy},
		{Path: ".git", Folder: true, Owner: Git},
	}
}

// OwnerOf returns the owner of a path in a kit's folder. What isn't reserved for another is Build's.
func OwnerOf(path string) Owner {
	for _, e := range Reserved() {
		if path == e.Path || e.Folder && strings.HasPrefix(path, e.Path+"/") {
			return e.Owner
		}
	}
	return Build
}
