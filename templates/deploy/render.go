// Package deploy renders deploy.sh: the plans of all goals as tables, one
// readable block for each action, and the runtime that runs them.
//
// deploy.sh is one POSIX shell script that needs nothing but itself and the
// kit beside it. The runtime (runtime.sh) is the same in every kit and is
// embedded as it stands; what is rendered here are only tables and blocks, in
// which every value of the manifest is a quoted word or a here-document.
package deploy

import (
	_ "embed"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/quote"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment/docker"
	"github.com/omegagen/omegagen/templates/compose"
	"github.com/omegagen/omegagen/templates/env"
)

//go:embed runtime.sh
var runtime string

var (
	ruleText = diag.Error("OG700", "Text that a shell cannot hold",
		"deploy.sh is a shell script: no text in it may hold a NUL byte, and the path of a file of the kit no line end.")
	rulePort = diag.Error("OG701", "Probe of a port that isn't published",
		"deploy.sh runs on the host: it can only probe ports that the service publishes there.")
)

// Doc is what deploy.sh says, before any quoting: lint reads the script back
// and compares.
type Doc struct {
	// Bodies are the scripts of the blocks, by function and part:
	// "action_build_x run".
	Bodies map[string]Body
	// Titles are the titles that blocks set, by function.
	Titles map[string]string
}

// Body is one script in a block.
type Body struct {
	Shell string // sh | bash
	Text  string // with its final newline
	// Range is where it is declared; of what the compiler made, its object.
	Range hcl.Range
	// Declared is true where the text is the user's.
	Declared bool
	// Source is the declared text, before secrets became variables.
	Source manifest.Text
}

// script is deploy.sh being written.
type script struct {
	m      *manifest.Manifest
	plans  []*planner.Plan
	others map[string]string // digests of the kit's other files by path
	paths  kit.Paths         // of these
	parts  *compose.Parts    // of docker-compose.yml; nil where none with a document is among them
	needs  []compose.Requirement
	b      strings.Builder
	doc    *Doc
	diags  hcl.Diagnostics
	keys   map[string]string // of steps, actions, goals …: kind and ID → key
	taken  map[string]bool
}

// Render makes deploy.sh. Plans without steps (because there is none) are left
// out; the first plan is the default goal's. others are the kit's other files
// (but the lock), whose checksums the script carries.
func Render(m *manifest.Manifest, plans []*planner.Plan, others []kit.Artifact) ([]kit.Artifact, hcl.Diagnostics) {
	s := &script{m: m, others: map[string]string{}, keys: map[string]string{}, taken: map[string]bool{},
		doc: &Doc{Bodies: map[string]Body{}, Titles: map[string]string{}}}
	for _, p := range plans {
		if p.Status == planner.Optimal || p.Status == planner.Bounded {
			s.plans = append(s.plans, p)
		}
	}
	for _, a := range others {
		s.paths = append(s.paths, a.Path)
		s.others[a.Path] = kit.Sum(a.Content)
		if f, ok := a.Doc.(*compose.File); ok {
			s.parts = compose.NewParts(f)
			if needs, err := f.Requirements(); err == nil { // a file that can't be read back is reported where it is made
				s.needs = needs
			}
		}
	}
	slices.Sort(s.paths)
	actions := s.actions()
	s.head()
	s.kit()
	s.goals()
	s.effects(actions)
	s.section("actions")
	for _, a := range actions {
		s.action(a)
	}
	s.criteria()
	s.benchmarks()
	s.runbooks()
	out := s.b.String() + Tail()
	sources := []string{m.System.Address}
	for _, a := range actions {
		sources = append(sources, a.Address)
	}
	for _, p := range s.plans {
		sources = append(sources, p.Goal.Address)
	}
	return []kit.Artifact{{Kind: kit.DeployScript, Path: kit.DeployScriptPath, Content: []byte(out), Executable: true, Doc: s.doc, Sources: unique(sources)}}, s.diags
}

// Tail is what every deploy.sh ends in: the runtime, and the line that starts
// it. As that is the last one, a script that was cut off does nothing.
func Tail() string { return "\n" + runtime + "\nmain \"$@\"\n" }

// actions are all that some plan uses, by ID.
func (s *script) actions() []*planner.Action {
	byID := map[string]*planner.Action{}
	for _, p := range s.plans {
		for _, st := range p.Steps {
			byID[st.Action.ID] = st.Action
		}
		for _, f := range p.Fallbacks {
			for _, st := range f.Plan.Steps {
				byID[st.Action.ID] = st.Action
			}
		}
	}
	out := make([]*planner.Action, 0, len(byID))
	for _, a := range byID {
		out = append(out, a)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	for _, a := range out {
		s.key("action", a.ID)
	}
	return out
}

func (s *script) printf(format string, args ...any) { fmt.Fprintf(&s.b, format, args...) }

func (s *script) section(name string) {
	s.printf("\n# ---- %s %s\n", name, strings.Repeat("-", max(3, 69-len(name))))
}

// comment writes lines of text as comment lines.
func (s *script) comment(indent, text string) {
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if line = strings.TrimRight(quote.ShellComment(line), " "); line != "" {
			line = " " + line
		}
		s.printf("%s#%s\n", indent, line)
	}
}

// word quotes a value for a place where a word stands.
func (s *script) word(v string, at hcl.Range) string {
	w, err := quote.ShellWord(v)
	return s.quoted(w, err, at)
}

// setting quotes the value of an assignment: a number stands bare, anything else
// is quoted, so that no name of a command is taken for a forgotten $( ).
func (s *script) setting(v string, at hcl.Range) string {
	if _, err := strconv.ParseUint(v, 10, 64); err == nil {
		return v
	}
	return s.text(v, at)
}

// text quotes a value that is text.
func (s *script) text(v string, at hcl.Range) string {
	w, err := quote.ShellString(v)
	return s.quoted(w, err, at)
}

func (s *script) quoted(w string, err error, at hcl.Range) string {
	if err != nil {
		s.diags = s.diags.Append(ruleText.At(at, "This text is to stand in deploy.sh, but %s. Remove that character.", err))
		return "''"
	}
	return w
}

// heredoc is the operator and the lines of a here-document.
func (s *script) heredoc(word, text string, at hcl.Range) (operator, lines string) {
	operator, lines, err := quote.Heredoc(word, text)
	if err != nil {
		s.quoted("", err, at)
		return "<<'" + word + "'", word + "\n"
	}
	return operator, lines
}

// key is the identifier of an ID in names of shell functions and variables:
// the ID itself where it is one.
func (s *script) key(kind, id string) string {
	if k, ok := s.keys[kind+" "+id]; ok {
		return k
	}
	base := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, id)
	k := base
	for n := 2; s.taken[kind+" "+k]; n++ {
		k = fmt.Sprintf("%s__%d", base, n)
	}
	s.taken[kind+" "+k] = true
	s.keys[kind+" "+id] = k
	return k
}

func (s *script) head() {
	s.printf("#!/bin/sh\n")
	s.comment("", kit.Header(s.m.System.Name))
	s.comment("", "\nDeploys "+s.m.System.Name+" from the kit that this script belongs to. It runs the plan's\n"+
		"steps side by side as their needs allow, validates and records each, and goes on\n"+
		"from there when it is started again. ./deploy.sh --help lists what else it does.\n")
	for _, p := range s.plans[:min(1, len(s.plans))] {
		s.comment("", "\n"+planSummary(p)+"\n ")
		timed := p.Makespan != nil && *p.Makespan > 0
		if timed {
			s.comment("", fmt.Sprintf("%8s %8s  %s", "start", "takes", "step"))
		}
		for _, st := range inOrder(p) {
			line := "  " + st.ID
			if timed {
				line = fmt.Sprintf("%8s %8s  %s", span(st.Start), span(st.Finish-st.Start), st.ID)
			}
			if t := st.Action.Title; t != "" && t != st.ID {
				line += "  " + strings.ReplaceAll(t, "\n", `\n`)
			}
			s.comment("", line)
		}
	}
}

// kit writes what the runtime asks about the kit.
func (s *script) kit() {
	s.section("the kit")
	var exposed, profiles []string
	for _, v := range env.Variables(s.m) {
		exposed = append(exposed, v.Secret.EnvVar+"="+v.Secret.Name)
	}
	for _, sv := range s.m.Services {
		profiles = append(profiles, sv.Profiles...)
	}
	goal := ""
	if len(s.plans) > 0 {
		goal = s.plans[0].Goal.Name
	}
	composeFile := ""
	if len(s.m.Services) > 0 {
		composeFile = kit.ComposePath
	}
	req := requirements(s.m, s.needs)
	at := s.m.System.Range
	s.printf("\nthe_kit() {\n")
	s.printf("    system=%s project=%s compose_file=%s\n", s.text(s.m.System.Name, at), s.text(compose.ProjectName(s.m.System), at), s.word(composeFile, at))
	s.printf("    default_goal=%s\n", s.text(goal, at))
	s.printf("    min_docker=%s min_compose=%s min_disk_kb=%d\n", req.docker, req.compose, req.diskKB)
	s.printf("    profiles=%s # of Compose\n", s.text(strings.Join(unique(profiles), " "), at))
	s.printf("    exposed=%s # secrets in .env: VARIABLE=secret\n", s.text(strings.Join(exposed, " "), at))
	s.printf("    criteria=%s\n", s.text(strings.Join(s.criterionKeys(), " "), at))
	s.printf("    criteria_tools=%s\n", s.text(strings.Join(criteriaTools(s.m), " "), at))
	s.printf("    benchmarks=%s\n}\n", s.text(strings.Join(s.benchmarkKeys(), " "), at))

	s.printf("\n# what in docker-compose.yml needs a program of at least this version\n")
	s.list("needs", req.lines)

	s.printf("\n# the kit's other files, as they were written\n")
	s.list("checksums", s.checksums())
	s.printf("\n# published ports: container, port, its name, address\n")
	s.list("ports", s.ports())
	s.printf("\n# services: whether their containers run on or once, and the containers\n")
	s.list("services", s.serviceLines())
	s.printf("\n# images that this kit builds or pulls\n")
	var images []string
	for _, i := range s.m.Images {
		images = append(images, i.Names()...)
	}
	s.list("images", images)
}

// list writes a function that prints lines.
func (s *script) list(name string, lines []string) {
	if len(lines) == 0 {
		s.printf("%s() { :; }\n", name)
		return
	}
	operator, text := s.heredoc(strings.ToUpper(name), strings.Join(lines, "\n"), s.m.System.Range)
	s.printf("%s() {\n    cat %s\n%s}\n", name, operator, text)
}

func (s *script) checksums() []string {
	var paths, lines []string
	for p := range s.others {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	for _, p := range paths {
		if strings.ContainsAny(p, "\n\r\\\x00") {
			s.diags = s.diags.Append(ruleText.At(s.pathRange(p), "The path %q cannot stand in a list of checksums. Give the file another name.", p))
			continue
		}
		lines = append(lines, s.others[p]+"  "+p)
	}
	return lines
}

func (s *script) pathRange(path string) hcl.Range {
	for _, a := range s.m.Artifacts {
		if a.Path == path {
			return a.Range
		}
	}
	return s.m.System.Range
}

// ports are the containers, those without published ports alone in their lines.
// What stands behind a profile and is started by no plan has none.
func (s *script) ports() []string {
	started := map[string]bool{}
	for _, p := range s.plans {
		for _, step := range p.Steps {
			for _, f := range step.Action.Achieves {
				if f.Kind == manifest.ServiceStarted {
					started[f.Name] = true
				}
			}
		}
	}
	var out []string
	for _, sv := range s.m.Services {
		if len(sv.Profiles) > 0 && !started[sv.Name] {
			continue
		}
		for _, i := range sv.Instances {
			before := len(out)
			for _, p := range i.Ports {
				if p.Host != 0 && p.Protocol != "udp" {
					out = append(out, fmt.Sprintf("%s %d %s %s", i.ContainerName, p.Host, p.Name, p.Bind))
				}
			}
			if len(out) == before {
				out = append(out, i.ContainerName)
			}
		}
	}
	return out
}

// serviceLines are the services with their containers.
func (s *script) serviceLines() []string {
	var out []string
	for _, sv := range s.m.Services {
		out = append(out, strings.Join(append([]string{sv.Name, docker.Lifetime(sv)}, containers(sv)...), " "))
	}
	return out
}

func containers(sv *manifest.Service) []string {
	var out []string
	for _, i := range sv.Instances {
		out = append(out, i.ContainerName)
	}
	return out
}

// unique sorts and removes what is there twice.
func unique(list []string) []string {
	sort.Strings(list)
	var out []string
	for i, v := range list {
		if i == 0 || v != list[i-1] {
			out = append(out, v)
		}
	}
	return out
}
