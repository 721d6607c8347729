// Package deploy renders deploy.sh and its parts: deploy.sh itself, which loads
// the others; deploy/plan.sh, the plans of all goals as tables; a file for each
// script of an action, a criterion or a benchmark; and deploy/runtime.sh, which
// runs them.
//
// They are POSIX shell and depend only on the kit. The runtime is the same in
// every kit; it is joined from the files in the folder runtime. The others are
// templates over typed data, in which every value of the manifest is a quoted
// word, or scripts in separate files.
package deploy

import (
	_ "embed"
	"errors"
	"slices"
	"sort"
	"strings"
	"sync"
	"text/template"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/deploy/schema"
	"github.com/omegagen/omegagen/templates/kubernetes"
	"github.com/omegagen/omegagen/templates/layout"
)

//go:embed deploy.sh.tmpl
var scriptSource string

//go:embed plan.sh.tmpl
var planSource string

// templates are the two templates by path. Their functions are bound for each kit.
var templates = sync.OnceValue(func() map[string]*template.Template {
	return map[string]*template.Template{
		kit.DeployScriptPath: layout.Must("deploy.sh", scriptSource, quoting(&script{})),
		kit.DeployPlanPath:   layout.Must("plan.sh", planSource, quoting(&script{})),
	}
})

var (
	rulePort = diag.Error("OG701", "Probe of an unpublished port",
		"deploy.sh runs on the host, so it can only probe ports that the service publishes there.")
	ruleCase = diag.Error("OG702", "Names that differ only in case",
		"The scripts of actions, criteria and benchmarks are in files named after them. The file systems of macOS and Windows treat names that differ only in case as the same.")
)

// Plan is the content of deploy/plan.sh before quoting. lint parses the file and
// compares.
type Plan struct {
	// Titles are the titles of blocks by function.
	Titles map[string]string
	// Scripts are the paths of the files that blocks run, by function and phase,
	// for example "action_build_x run".
	Scripts map[string]string
}

// Body is a script in a separate file.
type Body struct {
	Shell string // sh | bash; "" if no shell runs it
	Text  string // without the file's head, with its final newline
	// Range is where it is declared; of a generated script, its object.
	Range hcl.Range
	// Declared reports whether the text is from the manifest.
	Declared bool
	// Source is the declared text, with secrets not yet replaced by variables.
	Source manifest.Text
}

// script collects what Render writes.
type script struct {
	m         *manifest.Manifest
	plans     []*planner.Plan
	others    map[string]string // checksums of the kit's other files by path
	paths     kit.Paths         // of these
	documents []string          // the paths of the kit's files that nothing runs, sorted
	parts     *compose.Parts    // of docker-compose.yml; nil if the kit has none
	needs     []compose.Requirement
	custom    map[string]string // the manifest's own files by path
	forwarded []forwarding      // of a kit for Kubernetes: what scripts may connect to
	rights    map[string]bool   // and what they do in the cluster
	objects   []clusterObject   // of a kit for Kubernetes, in the order of their files
	doc       *Plan
	files     []kit.Artifact
	diags     hcl.Diagnostics
	keys      map[string]key // of steps, actions, goals …: kind and ID → key
	taken     map[string]bool
}

// Render makes deploy.sh and its parts. Goals without a plan are omitted; the first
// plan is the default goal's. others are the kit's other files, which may be inputs
// of actions.
func Render(m *manifest.Manifest, plans []*planner.Plan, others []kit.Artifact) ([]kit.Artifact, hcl.Diagnostics) {
	s := newScript(m, plans, others)
	actions := s.actions()
	s.names(actions)
	data := s.planData(actions)
	sources := []string{m.System.Address}
	for _, a := range actions {
		sources = append(sources, a.Address)
	}
	for _, p := range s.plans {
		sources = append(sources, p.Goal.Address)
	}
	sources = unique(sources)
	s.files = append(s.files,
		kit.Artifact{Kind: kit.DeployScript, Path: kit.DeployScriptPath, Content: s.execute(kit.DeployScriptPath, s.scriptData()), Executable: true, Sources: sources},
		kit.Artifact{Kind: kit.DeployRuntime, Path: kit.DeployRuntimePath, Content: []byte(s.runtimeText())},
		kit.Artifact{Kind: kit.DeployPlan, Path: kit.DeployPlanPath, Content: s.execute(kit.DeployPlanPath, data), Doc: s.doc, Sources: sources})
	if len(m.Databases) > 0 {
		s.files = append(s.files, kit.Artifact{Kind: kit.DeployRuntime, Path: kit.DeploySchemaPath, Content: []byte(s.schemaScript())},
			kit.Artifact{Kind: kit.DeploySchema, Path: kit.DeploySchemaSQLPath, Content: []byte(schema.SQL)})
	}
	return s.files, s.diags
}

func newScript(m *manifest.Manifest, plans []*planner.Plan, others []kit.Artifact) *script {
	s := &script{m: m, others: map[string]string{}, custom: map[string]string{}, rights: map[string]bool{}, keys: map[string]key{}, taken: map[string]bool{},
		doc: &Plan{Titles: map[string]string{}, Scripts: map[string]string{}}}
	for _, p := range plans {
		if p.Status == planner.Optimal || p.Status == planner.Bounded {
			s.plans = append(s.plans, p)
		}
	}
	for _, a := range others {
		s.paths = append(s.paths, a.Path)
		s.others[a.Path] = kit.Sum(a.Content)
		if a.Kind == kit.Custom {
			s.custom[a.Path] = string(a.Content)
		}
		if !a.Kind.Runs() {
			s.documents = append(s.documents, a.Path)
		}
		if strings.ContainsAny(a.Path, "\n\r\\\x00") {
			s.diags = s.diags.Append(ruleText.At(s.pathRange(a.Path), "The path %q contains a character that a list of checksums cannot hold. Rename the file.", a.Path))
		}
		if documents, ok := a.Doc.([]kubernetes.Document); ok {
			for _, o := range documents {
				s.objects = append(s.objects, clusterObject{o, a.Path})
			}
		}
		if f, ok := a.Doc.(*compose.File); ok {
			if a.Path != kit.ComposeEntryPath {
				s.parts = compose.NewParts(f)
			}
			if needs, err := f.Requirements(); err == nil { // otherwise templates/compose reports it
				s.needs = append(s.needs, needs...)
			}
		}
	}
	slices.Sort(s.paths)
	if s.cluster() {
		s.forwarded = forwardings(m)
	}
	s.documents = append(s.documents, kit.SumsPath, kit.GitAttributesPath, kit.LockPath)
	slices.Sort(s.documents)
	return s
}

// execute renders a file from its template.
func (s *script) execute(name string, data any) []byte {
	var b strings.Builder
	if err := template.Must(templates()[name].Clone()).Funcs(quoting(s)).Execute(&b, data); err != nil {
		panic(err) // a field that the data lacks fails every test
	}
	return []byte(b.String())
}

// actions are the actions of all plans in the order of their steps: those of the
// default goal first, then the others', each followed by its fallbacks'.
func (s *script) actions() []*planner.Action {
	var out []*planner.Action
	seen := map[string]bool{}
	add := func(p *planner.Plan) {
		for _, st := range inOrder(p) {
			if !seen[st.Action.ID] {
				seen[st.Action.ID] = true
				out = append(out, st.Action)
			}
		}
	}
	for _, p := range s.plans {
		add(p)
		for _, f := range p.Fallbacks {
			if f.Plan != nil {
				add(f.Plan)
			}
		}
	}
	// Keys don't depend on the order of plans.
	byID := slices.Clone(out)
	sort.Slice(byID, func(i, j int) bool { return byID[i].ID < byID[j].ID })
	for _, a := range byID {
		s.keyOf("action", a.ID)
	}
	return out
}

// names reports names of one kind that differ only in case.
func (s *script) names(actions []*planner.Action) {
	seen := map[string]string{}
	check := func(kind, what, name string, at hcl.Range) {
		k := kind + " " + strings.ToLower(kit.FileName(name))
		if other, ok := seen[k]; ok && other != name {
			s.diags = s.diags.Append(ruleCase.At(at, "The names of %s %q and %q differ only in case, so their scripts would be the same files. Rename one of them.", what, other, name))
			return
		}
		seen[k] = name
	}
	for _, a := range actions {
		check("action", "actions", a.ID, a.Range)
	}
	for _, c := range s.m.Criteria {
		check("criterion", "criteria", c.Name, c.Range)
	}
	for _, b := range s.m.Benchmarks {
		check("benchmark", "benchmarks", b.Name, b.Range)
	}
}

// addScript makes the file of a script. Its head names its source, and makes the
// shell exit at the first command that fails.
func (s *script) addScript(path, address string, b Body) {
	if b.Text != "" && !strings.HasSuffix(b.Text, "\n") {
		b.Text += "\n"
	}
	if strings.IndexByte(b.Text, 0) >= 0 {
		s.unheld(errors.New("a script cannot hold a NUL byte"), b.Range)
		b.Text = ""
	}
	s.files = append(s.files, kit.Artifact{Kind: kit.DeployPart, Path: path, Content: []byte(Head(b.Shell, address) + b.Text), Doc: &b, Sources: []string{address}})
}

// Head is the beginning of a script's file: three lines, or one if no shell runs it.
func Head(shell, address string) string {
	from := "from " + quote.ShellComment(address) + "\n"
	switch shell {
	case "":
		return "-- " + from
	case "bash":
		return "#!/usr/bin/env bash\n# " + from + "set -eo pipefail\n"
	}
	return "#!/bin/sh\n# " + from + "set -e\n"
}

func (s *script) pathRange(path string) hcl.Range {
	for _, a := range s.m.Artifacts {
		if a.Path == path {
			return a.Range
		}
	}
	return s.m.System.Range
}

// unique sorts the list and removes duplicates.
func unique(list []string) []string {
	sort.Strings(list)
	return slices.Compact(list)
}
