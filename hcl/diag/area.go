package diag

// Area is a range of codes and who owns it: the package, or the packages below
// it, that define the rules with these codes. A new rule takes the next free
// code of its package's range; a code that was once given to users is never
// given to another rule.
type Area struct {
	From, To string // the first and the last code
	Name     string // what the rules are about
	Package  string // the path below the module
}

// Holds reports whether a code lies in the area's range.
func (a Area) Holds(code string) bool { return a.From <= code && code <= a.To }

// Areas lists the ranges by code. They don't overlap.
func Areas() []Area {
	return []Area{
		{"OG001", "OG009", "Files of a manifest", "hcl/internal/lang"},
		{"OG010", "OG019", "Blocks and attributes", "hcl/internal/lang"},
		{"OG020", "OG039", "Expressions", "hcl/internal/lang"},
		{"OG040", "OG049", "Variables of a manifest", "hcl/internal/lang"},
		{"OG100", "OG109", "System, secrets, networks and volumes", "hcl/internal/core"},
		{"OG110", "OG139", "Services", "hcl/internal/service"},
		{"OG140", "OG149", "Facts of images", "hcl/internal/image"},
		{"OG210", "OG229", "Planning expressions", "hcl/internal/planexpr"},
		{"OG230", "OG269", "States, actions, resources and goals", "hcl/internal/planning"},
		{"OG300", "OG307", "Planning", "planner"},
		{"OG308", "OG309", "The state that is planned from", "cmd/omegagen"},
		{"OG400", "OG407", "What an engine refuses", "templates/compose"},
		{"OG408", "OG409", "Environment files", "templates/env"},
		{"OG410", "OG419", "What Compose refuses", "lint/compose"},
		{"OG450", "OG461", "Dockerfiles", "templates/dockerfile"},
		{"OG462", "OG469", "What BuildKit refuses", "lint/dockerfile"},
		{"OG470", "OG499", "Images", "hcl/internal/image"},
		{"OG500", "OG519", "Monitoring", "hcl/internal/monitoring"},
		{"OG520", "OG539", "Prometheus files", "templates/prometheus"},
		{"OG540", "OG559", "Grafana files", "templates/grafana"},
		{"OG560", "OG599", "PromQL, alerts and their tests", "lint/prometheus"},
		{"OG600", "OG600", "SQL text", "templates/sql"},
		{"OG601", "OG609", "Databases", "hcl/internal/database"},
		{"OG610", "OG659", "SQL", "lint/sql"},
		{"OG700", "OG709", "deploy.sh", "templates/deploy"},
		{"OG710", "OG719", "Shell scripts", "lint/shell"},
		{"OG750", "OG769", "Criteria, benchmarks, runbooks and artifacts", "hcl/internal/checks"},
		{"OG770", "OG779", "Templates of artifacts", "templates/custom"},
		{"OG800", "OG849", "The manifest as a whole", "lint/rules"},
		{"OG850", "OG850", "Paths of a kit", "templates"},
		{"OG851", "OG899", "The manifest as a whole", "lint/rules"},
		{"OG900", "OG909", "Files that don't say what was meant: faults of omegagen", "lint"},
		{"OG910", "OG919", "Plans that are not valid: faults of omegagen", "planner/validate"},
		{"OG990", "OG990", "Faults of omegagen", "hcl/internal/lang"},
	}
}
