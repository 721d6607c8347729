package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// block is what an action's function says.
type block struct {
	settings []setting
	env      []manifest.EnvVar
	workdir  string
	parts    []part
	measures []measured
	shell    string
	at       hcl.Range
	declared bool
	extra    []string // further texts that make the action another one
}

// setting is a variable that differs from the runtime's default.
type setting struct{ name, value string }

// part is one script of a block: run, validate or rollback. In place of a script
// there may be a command of the runtime, also for several parts: "run | validate".
type part struct {
	name string
	text manifest.Text
	call string
}

// measured says that the last number of the output must compare so.
type measured struct{ name, op, value string }

// action writes an action's block.
func (s *script) action(a *planner.Action) {
	b := s.blockOf(a)
	function := "action_" + s.key("action", a.ID)
	s.printf("\n")
	s.comment("", "from "+a.Address)
	if d := a.Declared; d != nil && d.Description != "" {
		s.comment("", strings.ReplaceAll(d.Description, "\n", " "))
	}
	s.printf("%s() {\n    case $1 in\n    about)\n", function)
	title := a.Title
	if a.Declared != nil && title == a.ID {
		title = ""
	}
	if title != "" {
		s.printf("        title=%s\n", s.text(title, a.Range))
		s.doc.Titles[function] = title
	}
	if a.Kind != "" {
		s.printf("        kind=%s\n", s.word(a.Kind, b.at))
	}
	for _, v := range b.settings {
		s.printf("        %s=%s\n", v.name, s.setting(v.value, b.at))
	}
	if has := b.has(); has != "" {
		s.printf("        has='%s'\n", has)
	}
	if r := s.covering("action." + a.ID); r != "" {
		s.printf("        runbooks='%s'\n", r)
	}
	s.printf("        hash=%s\n        ;;\n", b.hash(a.ID))
	for _, p := range b.parts {
		s.part(function, b, p)
	}
	if len(b.measures) > 0 {
		s.printf("    measured)\n")
		for _, m := range b.measures {
			s.printf("        measure %s '%s' %s\n", s.word(m.name, b.at), m.op, m.value)
		}
		s.printf("        ;;\n")
	}
	s.printf("    esac\n}\n")
}

// part writes one script of a block: what it needs, and its text verbatim.
func (s *script) part(function string, b *block, p part) {
	s.printf("    %s)\n", p.name)
	if p.call != "" {
		s.printf("        %s\n        ;;\n", p.call)
		return
	}
	s.environment(b.env, p.text)
	if b.workdir != "" {
		s.printf("        workdir %s\n", s.word(b.workdir, b.at))
	}
	text := s.scriptText(p.text)
	operator, lines := s.heredoc("END_OF_"+strings.ToUpper(p.name), text, b.at)
	s.printf("        body %s %s\n%s        ;;\n", b.shell, operator, lines)
	s.doc.Bodies[function+" "+p.name] = Body{Shell: b.shell, Text: strings.TrimSuffix(lines, lastLine(lines)), Range: b.at, Declared: b.declared, Source: p.text}
}

// lastLine is the last line of lines, with its newline.
func lastLine(lines string) string {
	i := strings.LastIndexByte(strings.TrimSuffix(lines, "\n"), '\n')
	return lines[i+1:]
}

// environment writes what a text's process is given: secrets, then variables.
func (s *script) environment(vars []manifest.EnvVar, text manifest.Text) {
	seen := map[*manifest.Secret]bool{}
	give := func(list []*manifest.Secret) {
		for _, x := range list {
			if !seen[x] {
				seen[x] = true
				s.printf("        with_secret %s %s %d\n", x.EnvVar, s.word(x.Name, x.Range), x.Length)
			}
		}
	}
	for _, e := range vars {
		give(e.Value.Secrets())
	}
	give(text.Secrets())
	for _, e := range vars {
		value := ""
		for _, p := range e.Value {
			if p.Secret != nil {
				value += "\"$" + p.Secret.EnvVar + "\""
			} else {
				value += s.text(p.Text, e.Range)
			}
		}
		if value == "" {
			value = "''"
		}
		s.printf("        with_env %s %s\n", e.Name, value)
	}
}

// scriptText is a script with its secrets as variables.
func (s *script) scriptText(t manifest.Text) string { return ScriptText(t) }

// ScriptText is a script as it runs: every secret in it becomes "$NAME".
func ScriptText(t manifest.Text) string {
	var b strings.Builder
	for _, p := range t {
		if p.Secret != nil {
			b.WriteString("\"$" + p.Secret.EnvVar + "\"")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// blockOf says what an action's block holds.
func (s *script) blockOf(a *planner.Action) *block {
	b := &block{shell: a.Shell, env: a.Env, workdir: a.Workdir, at: a.Range, declared: a.Declared != nil, settings: settings(a), extra: s.inputs(a.Inputs)}
	for _, p := range a.Parts {
		if p.Err != nil {
			s.quoted("", p.Err, a.Range)
		}
		var names []string
		for _, phase := range p.Phases {
			names = append(names, string(phase))
		}
		x := part{name: strings.Join(names, " | "), text: p.Script}
		if p.Call != nil {
			x.call = s.words(a.Range, p.Call...)
		}
		b.parts = append(b.parts, x)
	}
	for _, m := range a.Measures {
		b.measures = append(b.measures, measured{m.State.Name, m.Op, text.Number(m.Value)})
	}
	return b
}

// words quotes the words of a command.
func (s *script) words(at hcl.Range, words ...string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = s.word(w, at)
	}
	return strings.Join(out, " ")
}

// settings are what of an action differs from the runtime's defaults.
func settings(a *planner.Action) []setting {
	var out []setting
	put := func(name, value string) { out = append(out, setting{name, value}) }
	if a.Declared != nil && achievesService(a) {
		put("service", "1") // undone by down
	}
	if a.SkipWhenValid {
		put("skip_when_valid", "1")
	}
	if a.Timeout > 0 {
		put("timeout", text.Seconds(a.Timeout))
	}
	if a.Retries > 0 {
		put("retries", fmt.Sprint(a.Retries))
		if a.Backoff > 0 {
			put("backoff", text.Seconds(a.Backoff))
		}
	}
	switch a.OnFailure {
	case manifest.Continue, manifest.Rollback:
		put("on_failure", string(a.OnFailure))
	case manifest.Stop: // what the runtime does unless told
	}
	if a.Optional {
		put("optional", "1")
	}
	if t := toolWords(a.Tools, a.Shell); t != "" {
		put("tools", t)
	}
	return out
}

func achievesService(a *planner.Action) bool {
	for _, f := range a.Achieves {
		switch f.Kind {
		case manifest.ServiceStarted, manifest.ServiceHealthy, manifest.ServiceCompleted:
			return true
		case manifest.ImageReady, manifest.SecretSet, manifest.DatabaseApplied, manifest.ActionDone:
		}
	}
	return false
}

// has names the parts that the runtime asks for.
func (b *block) has() string {
	var out []string
	for _, p := range b.parts {
		for _, name := range strings.Split(p.name, " | ") {
			if name == "validate" || name == "rollback" {
				out = append(out, name)
			}
		}
	}
	if len(b.measures) > 0 {
		out = append(out, "measured")
	}
	return strings.Join(out, " ")
}

// hash changes with what the action runs, what it is run in, and what it is made
// from; not with how long, how often and with which tools it is tried.
func (b *block) hash(id string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q\n", id, b.shell, b.workdir, b.extra)
	for _, e := range b.env {
		fmt.Fprintf(h, "%q %q\n", e.Name, textKey(e.Value))
	}
	for _, p := range b.parts {
		fmt.Fprintf(h, "%q %q\n", p.name, textKey(p.text))
		if p.call != "" {
			fmt.Fprintf(h, "%q\n", p.call)
		}
	}
	fmt.Fprintf(h, "%q\n", b.measures)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// textKey tells a text's literal parts from its secrets.
func textKey(t manifest.Text) []string {
	var out []string
	for _, p := range t {
		if p.Secret != nil {
			out = append(out, "secret", p.Secret.Name)
		} else {
			out = append(out, "text", p.Text)
		}
	}
	return out
}

// toolWords are the tools as the runtime's need_tool reads them.
func toolWords(tools []manifest.Tool, shell string) string {
	var out []string
	if shell == "bash" {
		out = append(out, "bash")
	}
	for _, t := range tools {
		out = append(out, t.Name+strings.ReplaceAll(t.Constraint, " ", ""))
	}
	return strings.Join(unique(out), " ")
}
