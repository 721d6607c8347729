// Package manifest is the resolved model of a deployment: what the files of a folder mean once every
// variable, reference, for_each and replica has been evaluated. The loader builds it; the planner, the
// templates and the rules read it and never change it.
//
// Every slice of named objects is sorted by address, except where a comment says that source order
// matters (stage steps, columns, rows, panels). So the order of files and blocks doesn't affect the
// output.
package manifest

import (
	"math/big"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Origin is the declaration of an object.
type Origin struct {
	// Address is the object's name in the manifest: `service.constellation`, `action.check["a"]`,
	// `database.omega.table.patterns`.
	Address string
	// Range is the block's header (or the argument, if there is no block).
	Range hcl.Range
}

// Manifest is a complete resolved manifest. Its only unevaluated expressions are the planning ones
// (Expr).
type Manifest struct {
	System *System
	// Target is what the kit is built for.
	Target TargetName
	// Kubernetes is nil when not declared.
	Kubernetes *Kubernetes
	Variables  []*Variable
	Parameters []*Parameter
	Networks   []*Network
	Volumes    []*Volume
	Secrets    []*Secret
	Images     []*Image
	Services   []*Service
	Databases  []*Database
	Prometheus *Prometheus // nil when not declared
	Grafana    *Grafana    // nil when not declared
	// Alertmanager is nil when not declared.
	Alertmanager *Alertmanager
	RuleGroups   []*RuleGroup
	Records      []*Record
	Alerts       []*Alert
	SLOs         []*SLO
	Dashboards   []*Dashboard
	States       []*State
	Milestones   []*Milestone // by Order, then name; for printing, by steps
	Actions      []*Action
	Goals        []*Goal
	Resources    []*Resource
	Parallels    []*Parallel
	Criteria     []*Criterion
	Benchmarks   []*Benchmark
	Runbooks     []*Runbook
	Artifacts    []*Artifact
	// Paths are the paths outside the kit that images, services and actions use.
	Paths []*UsedPath
	// Mounted are the files of the manifest's folder that services mount and the kit has copies of, by path.
	Mounted []*MountedFile
	// Ignores are the rules that blocks silence, by block, code and reason.
	Ignores []*Ignore

	// Kept are paths of the kit at which the user has files of their own. The kit's own are elsewhere, see KitPath.
	Kept KeptPaths

	// Off is nil if no for_each is empty.
	Off *Off

	// Files are the manifest's sources by name (as shown in ranges), for snippets in diagnostics. They
	// must not affect artifacts.
	Files map[string]*hcl.File
}

// Off are the scripts of blocks with an empty for_each, as far as they don't depend on its keys, its values and
// the variables that it depends on. They are not part of the deployment: only rules about scripts read them.
type Off struct {
	Actions    []*Action
	Criteria   []*Criterion
	Benchmarks []*Benchmark
}

// System is the deployment as a whole.
type System struct {
	Origin
	Name        string // Project derives the Compose project's name from it
	Version     string
	Description string
	Source      string       // URL
	Releases    int          // how many releases a deployment keeps, at least 1
	Compose     *Passthrough // further top-level keys of the Compose Specification
	At          Ranges       // of version, description, source
}

// Project is the Compose project of the system: its name in lower case, from
// the first letter or digit on.
func (s *System) Project() string {
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' {
			return c
		}
		return -1
	}, strings.ToLower(s.Name))
	return strings.TrimLeft(name, "_-")
}

// Variable is a declared input, with its value in this run. The value of a sensitive variable is never
// kept here.
type Variable struct {
	Origin
	Name        string
	Description string
	Env         string // name of the environment variable that sets it, or ""
	Sensitive   bool
	Value       any // as Passthrough.Value; nil when sensitive
}

// Passthrough is a value of the Compose Specification that is passed through: nil, bool, string, *big.Rat,
// []any, map[string]any.
type Passthrough struct {
	Origin
	Value any
}

// Network is a Compose network. Its real name is always emitted.
type Network struct {
	Origin
	Name     string // the key
	RealName string // argument `name`; default: <system>_<name>
	External bool
	Compose  map[string]*Passthrough // driver, internal, ipam, …
}

// Volume is a Compose volume.
type Volume struct {
	Origin
	Name     string
	RealName string
	External bool
	Compose  map[string]*Passthrough
}

// Text is a string that may contain secrets: it is kept as template parts, so that no placeholder
// string ever stands for a secret. A Text without secrets has at most one part.
type Text []TextPart

// TextPart is either literal text or one secret.
type TextPart struct {
	Text   string
	Secret *Secret // nil for literal text
}

// Plain returns the text and whether it contains no secret.
func (t Text) Plain() (string, bool) {
	s := ""
	for _, p := range t {
		if p.Secret != nil {
			return "", false
		}
		s += p.Text
	}
	return s, true
}

// Secrets returns the secrets in t, in order of first use, each once.
func (t Text) Secrets() []*Secret {
	var out []*Secret
	seen := map[*Secret]bool{}
	for _, p := range t {
		if p.Secret != nil && !seen[p.Secret] {
			seen[p.Secret] = true
			out = append(out, p.Secret)
		}
	}
	return out
}

// PlainText makes a Text of a string.
func PlainText(s string) Text {
	if s == "" {
		return nil
	}
	return Text{{Text: s}}
}

// EnvVar is one environment variable, sorted by name where listed.
type EnvVar struct {
	Name  string
	Value Text
	Pass  bool // it has the value that it has where Compose runs, if it has one there; Value is nil
	Range hcl.Range
}

// KeyValue is one entry of a string map, sorted by key where listed.
type KeyValue struct {
	Key, Value string
	Range      hcl.Range
}

// Command is a command in exec or, of an image's instruction, in shell form. A service's has words alone.
type Command struct {
	Exec  []string // exec form; nil for shell form
	Shell string
	Range hcl.Range
}

// Resource is what running actions share.
type Resource struct {
	Origin
	Name     string
	Capacity int64
}

// Milestone groups actions.
type Milestone struct {
	Origin
	Name  string
	Title string // default: the name
	Goal  string
	Order *big.Rat // nil: not given
}

// Runbook is one troubleshooting entry.
type Runbook struct {
	Origin
	Name       string
	Title      string
	Symptoms   []string
	Diagnosis  string   // shell text, printed, never run
	Resolution string   // shell or prose, printed, never run
	Covers     []string // addresses of actions and criteria, sorted: "action.x", "criterion.y"
}

// Artifact is a custom template, rendered into the kit.
type Artifact struct {
	Origin
	Path       string         // in the kit; clean, relative, not a reserved name
	Template   string         // path of the template file, as written
	Source     string         // the template's text
	Data       map[string]any // as Passthrough.Value
	Executable bool
	At         Ranges
}

// Benchmark is a measurement with a target.
type Benchmark struct {
	Origin
	Name    string
	Title   string
	Target  string   // as written: "< 500ms"
	Op      string   // < <= > >= ==
	Value   *big.Rat // of the target, in Unit
	Unit    string   // "ms", "MB", "%", …; the run's last line is in it
	Run     Text
	Shell   string // sh | bash
	Env     []EnvVar
	Workdir string
	Tools   []Tool
	Timeout time.Duration // 0: none
	At      Ranges        // of run, targets, if they are set
}

// Criterion is one success criterion: a typed probe, retried until Within.
type Criterion struct {
	Origin
	Name        string
	Title       string
	Description string
	Within      time.Duration
	Probe       Probe  // nil if it is in error
	At          Ranges // of run (of a command), targets, if they are set
}

// Tool is a program that a script requires on the host.
type Tool struct {
	Name       string
	Constraint string // ">= 24" or ""
	Range      hcl.Range
}
