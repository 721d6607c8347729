package diag

import "strings"

// Area is a range of codes and its owner: the package, or the packages below it, that define the rules
// with these codes. A new rule gets the next free code of its package's range; a released code is
// never reused for another rule.
type Area struct {
	From, To string // the first and the last code
	Name     string // the subject of the rules
	Package  string // the path below the module
}

// A finding is what a check of the rendered files, or of the complete model, says of them: its package is one of
// lint's. Any other error leaves nothing to render.
func (a Area) finds() bool { return strings.HasPrefix(a.Package, "lint/") }

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
		{"OG140", "OG144", "Image facts", "hcl/internal/image"},
		{"OG145", "OG149", "Parameters", "hcl/internal/core"},
		{"OG150", "OG169", "Services", "hcl/internal/service"},
		{"OG170", "OG189", "Paths", "hcl/internal/paths"},
		{"OG190", "OG199", "Exporters", "hcl/internal/exporter"},
		{"OG210", "OG229", "Planning expressions", "hcl/internal/planexpr"},
		{"OG230", "OG269", "States, actions, resources and goals", "hcl/internal/planning"},
		{"OG300", "OG307", "Planning", "planner"},
		{"OG308", "OG309", "The state to plan from", "cmd/omegagen"},
		{"OG310", "OG319", "The commands", "cmd/omegagen"},
		{"OG400", "OG407", "What the engine rejects", "templates/compose"},
		{"OG408", "OG409", "Environment files", "templates/env"},
		{"OG410", "OG419", "What Compose rejects", "lint/compose"},
		{"OG420", "OG429", "What Kubernetes can't do", "templates/kubernetes"},
		{"OG430", "OG439", "Targets", "hcl/internal/target"},
		{"OG450", "OG461", "Dockerfiles", "templates/dockerfile"},
		{"OG462", "OG469", "What BuildKit rejects", "lint/dockerfile"},
		{"OG470", "OG499", "Images", "hcl/internal/image"},
		{"OG500", "OG519", "Monitoring", "hcl/internal/monitoring"},
		{"OG520", "OG535", "Prometheus files", "templates/prometheus"},
		{"OG536", "OG539", "Alertmanager's file", "templates/alertmanager"},
		{"OG540", "OG559", "Grafana files", "templates/grafana"},
		{"OG560", "OG584", "PromQL, alerts and their tests", "lint/prometheus"},
		{"OG585", "OG592", "Delivery of alerts", "lint/alertmanager"},
		{"OG593", "OG599", "Objectives and tests of alerts", "lint/prometheus"},
		{"OG600", "OG600", "SQL text", "templates/sql"},
		{"OG601", "OG609", "Databases", "hcl/internal/database"},
		{"OG610", "OG655", "SQL", "lint/sql"},
		{"OG656", "OG659", "SQL text", "templates/sql"},
		{"OG660", "OG669", "Databases", "hcl/internal/database"},
		{"OG700", "OG709", "deploy.sh", "templates/deploy"},
		{"OG710", "OG719", "Shell scripts", "lint/shell"},
		{"OG750", "OG769", "Criteria, benchmarks, runbooks and artifacts", "hcl/internal/checks"},
		{"OG770", "OG779", "Templates of artifacts", "templates/custom"},
		{"OG800", "OG849", "The manifest as a whole", "lint/rules"},
		{"OG850", "OG850", "Paths of a kit", "templates"},
		{"OG851", "OG899", "The manifest as a whole", "lint/rules"},
		{"OG900", "OG909", "Generated files that don't round-trip: bugs in omegagen", "lint"},
		{"OG910", "OG919", "Invalid plans: bugs in omegagen", "planner/validate"},
		{"OG990", "OG990", "Bugs in omegagen", "hcl/internal/lang"},
		{"OG991", "OG995", "Silenced rules", "lint/policy"},
	}
}
