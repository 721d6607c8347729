package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/deployment"
)

// blockData is an action, criterion or benchmark in plan.sh: a function that sets
// its settings, or runs one of its phases.
type blockData struct {
	Function key
	Comments []string
	Settings []field
	Arms     []armData
	Measures []measureData
	Observes [][]value // of an action: what it is made from outside the kit
	Products [][]value // of an action: what shows whether its result is as it was
	Loads    [][]value // of an action: files that the servers it starts read again
	Sources  [][]value // of an action that builds images: what the builds read outside the kit
	Asks     [][]value // of an action: paths outside the kit that must be there
	Checks   [][]value // of a criterion: commands that must succeed, in order
}

// armData is what one or more phases do: call a function of the runtime, or run a script.
type armData struct {
	Phases  []key
	Call    []value   // nil: the script
	Then    [][]value // more calls of the same phases, each if those before succeed
	Forward [][]value // ports of services that the script connects to
	Secrets []secretData
	Env     []envData
	Workdir *value  // nil: the kit's folder
	Script  []value // its shell, its folder in deploy/, and its name if that isn't the phase's
}

// secretData passes a secret to a script as an environment variable.
type secretData struct {
	Variable key
	Name     value
}

// envData passes an environment variable to a script; its value consists of texts
// and secrets.
type envData struct {
	Variable key
	Pieces   []pieceData
}

// pieceData is a text, or the environment variable of a secret.
type pieceData struct {
	Text   value
	Secret key
}

// measureData is a comparison that must hold for the last number of the output.
type measureData struct{ Name, Op, Value value }

// measured is measureData before quoting.
type measured struct{ name, op, value string }

// actionData is an action's block; its scripts become files.
func (s *script) actionData(a *planner.Action) blockData {
	var measures []measured
	for _, m := range a.Measures {
		measures = append(measures, measured{m.State.Name, m.Op, text.Number(m.Value)})
	}
	d := blockData{Function: "action_" + s.keyOf("action", a.ID), Comments: []string{"from " + a.Address}}
	if x := a.Declared; x != nil && x.Description != "" {
		d.Comments = append(d.Comments, strings.ReplaceAll(x.Description, "\n", " "))
	}
	put := func(name key, v value) { d.Settings = append(d.Settings, field{name, v}) }
	title := a.Title
	if a.Declared != nil && title == a.ID {
		title = ""
	}
	if title != "" {
		put("title", quoted(title, a.Range))
		s.doc.Titles[string(d.Function)] = title
	}
	for _, x := range settings(a, len(s.asked(a)) > 0) {
		put(x.name, setting(x.value, a.Range))
	}
	if r := s.covering("action." + a.ID); r != "" {
		put("runbooks", quoted(r, a.Range))
	}
	hash := s.hash(a, measures)
	put("hash", word(hash, a.Range))
	if runs := s.runs(a); runs != hash {
		put("runs", word(runs, a.Range))
	}
	d.Observes, d.Products, d.Sources = observed(a, a.Observes), observed(a, a.Products), observed(a, a.Sources)
	d.Loads = observed(a, a.Loads)
	for _, u := range s.asked(a) {
		d.Asks = append(d.Asks, u.call(a.Range))
	}
	s.arms(&d, a)
	for _, m := range measures {
		d.Measures = append(d.Measures, measureData{word(m.name, a.Range), quoted(m.op, a.Range), word(m.value, a.Range)})
	}
	return d
}

// observed are the runtime's calls that look at things outside the kit.
func observed(a *planner.Action, list []deployment.Observed) [][]value {
	var out [][]value
	for _, x := range list {
		out = append(out, []value{word("observe", a.Range), word(string(x.Kind), a.Range), word(x.Name, a.Range)})
	}
	return out
}

// arms adds the phases of an action; equal ones are merged.
func (s *script) arms(d *blockData, a *planner.Action) {
	folder := kit.ActionsDir + "/" + kit.FileName(a.ID)
	for _, p := range a.Parts {
		if p.Err != nil {
			s.unheld(p.Err, a.Range)
		}
		var phases []key
		for _, phase := range p.Phases {
			phases = append(phases, key(phase))
		}
		if p.Call != nil {
			arm := armData{Phases: phases}
			for _, w := range p.Call {
				arm.Call = append(arm.Call, word(w, a.Range))
			}
			if i := slices.IndexFunc(d.Arms, func(x armData) bool { return x.Call != nil && slices.Equal(x.Phases, arm.Phases) }); i >= 0 {
				d.Arms[i].Then = append(d.Arms[i].Then, arm.Call)
				continue
			}
			d.Arms = append(d.Arms, arm)
			continue
		}
		for _, phase := range phases {
			name := string(phase) + ".sh"
			s.scriptFile(d, phase, folder+"/"+name, a.Address, Body{Shell: a.Shell, Text: ScriptText(p.Script), Range: a.Range, Declared: a.Declared != nil, Source: p.Script})
		}
		arm := s.environment(a.Env, p.Script)
		arm.Forward = s.forwards(a.Env, p.Script, a.Range)
		arm.Phases, arm.Script = phases, []value{word(a.Shell, a.Range), word(folder, a.Range)}
		if a.Workdir != "" {
			dir := word(a.Workdir, a.Range)
			arm.Workdir = &dir
		}
		if i := slices.IndexFunc(d.Arms, func(x armData) bool { return sameArm(x, arm) }); i >= 0 {
			d.Arms[i].Phases = append(d.Arms[i].Phases, phases...)
			continue
		}
		d.Arms = append(d.Arms, arm)
	}
}

// sameArm reports whether two arms are equal except for their phases.
func sameArm(a, b armData) bool {
	a.Phases, b.Phases = nil, nil
	return a.Call == nil && b.Call == nil && reflect.DeepEqual(a, b)
}

// scriptFile makes the file of a block's phase.
func (s *script) scriptFile(d *blockData, phase key, name, address string, b Body) {
	path := kit.DeployDir + "/" + name
	s.doc.Scripts[string(d.Function)+" "+string(phase)] = path
	s.addScript(path, address, b)
}

// environment is the environment of a script: secrets, then variables.
func (s *script) environment(vars []manifest.EnvVar, text manifest.Text) armData {
	var out armData
	seen := map[*manifest.Secret]bool{}
	give := func(list []*manifest.Secret) {
		for _, x := range list {
			if !seen[x] {
				seen[x] = true
				out.Secrets = append(out.Secrets, secretData{key(x.EnvVar), word(x.Name, x.Range)})
			}
		}
	}
	for _, e := range vars {
		give(e.Value.Secrets())
	}
	give(text.Secrets())
	for _, e := range vars {
		v := envData{Variable: key(e.Name)}
		for _, p := range e.Value {
			if p.Secret != nil {
				v.Pieces = append(v.Pieces, pieceData{Secret: key(p.Secret.EnvVar)})
			} else {
				v.Pieces = append(v.Pieces, pieceData{Text: quoted(p.Text, e.Range)})
			}
		}
		out.Env = append(out.Env, v)
	}
	return out
}

// ScriptText is the script with every secret in it replaced by "$NAME", and every parameter by an expansion
// of its variable.
func ScriptText(t manifest.Text) string {
	var b strings.Builder
	for _, p := range t {
		if p.Secret != nil {
			b.WriteString("\"$" + p.Secret.EnvVar + "\"")
		} else {
			b.WriteString(p.Text)
		}
	}
	text, _ := expandParameters(b.String())
	return text
}

// Unexpanded lists the variables of the parameters in a script that its shell doesn't expand: those in a
// here-document with a quoted delimiter.
func Unexpanded(t manifest.Text) []string {
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.Text)
	}
	_, lost := expandParameters(b.String())
	return lost
}

// named is a setting that differs from the runtime's default.
type named struct {
	name  key
	value string
}

// settings are the settings of an action that differ from the runtime's defaults.
func settings(a *planner.Action, asks bool) []named {
	var out []named
	put := func(name key, value string) {
		if value != "" {
			out = append(out, named{name, value})
		}
	}
	if achieves(a, manifest.ServiceStarted, manifest.ServiceHealthy, manifest.ServiceCompleted) {
		put("service", "1") // undone by down
	}
	put("secret", strings.Join(made(a), " ")) // it may belong in .env
	put("gets", strings.Join(gets(a), " "))
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
	case manifest.Stop: // the runtime's default
	}
	if a.Optional {
		put("optional", "1")
	}
	switch a.Rerun {
	case manifest.RerunAlways, manifest.RerunNever:
		put("rerun", string(a.Rerun))
	case manifest.RerunChanged: // what the runtime does unless told
	}
	if a.Recheck {
		put("recheck", "1")
	}
	put("disrupts", strings.Join(disrupted(a), " "))
	put("tools", toolWords(a.Tools, a.Shell))
	put("preflight", strings.Join(a.Preflight, " "))
	phases := has(a)
	if asks {
		phases = append(phases, "asks")
	}
	put("has", strings.Join(phases, " "))
	put("waits", strings.Join(waits(a), " "))
	return out
}

// made names the secrets that an action makes.
func made(a *planner.Action) []string {
	var out []string
	for _, f := range a.Achieves {
		if f.Kind == manifest.SecretSet {
			out = append(out, f.Name)
		}
	}
	return unique(out)
}

// gets names the secrets that an action's scripts get.
func gets(a *planner.Action) []string {
	var out []string
	add := func(t manifest.Text) {
		for _, x := range t.Secrets() {
			out = append(out, x.Name)
		}
	}
	for _, e := range a.Env {
		add(e.Value)
	}
	for _, p := range a.Parts {
		add(p.Script)
	}
	return unique(out)
}

// has lists the action's phases besides run.
func has(a *planner.Action) []string {
	var out []string
	for _, p := range a.Parts {
		for _, phase := range p.Phases {
			if phase != deployment.Run {
				out = append(out, string(phase))
			}
		}
	}
	if len(a.Measures) > 0 {
		out = append(out, "measured")
	}
	if len(a.Observes) > 0 {
		out = append(out, "observes")
	}
	if len(a.Products) > 0 {
		out = append(out, "products")
	}
	if len(a.Loads) > 0 {
		out = append(out, "loads")
	}
	if a.Sources != nil {
		out = append(out, "sources")
	}
	return out
}

// disrupted names the services that may be away while an action runs.
func disrupted(a *planner.Action) []string {
	var out []string
	for _, f := range a.Disrupts {
		if f.Kind == manifest.ServiceStarted {
			out = append(out, f.Name)
		}
	}
	return unique(out)
}

// waits lists the phases that only wait, and so may be stopped: those that are
// functions of the runtime.
func waits(a *planner.Action) []string {
	var out []string
	for _, p := range a.Parts {
		for _, phase := range p.Phases {
			if p.Call != nil && (phase == deployment.Run || phase == deployment.Validate) {
				out = append(out, string(phase))
			}
		}
	}
	return out
}

// hash depends on the action's scripts, their environment and the action's inputs,
// but not on timeout, retries and tools.
func (s *script) hash(a *planner.Action, measures []measured) string {
	return s.digest(a, a.Parts, measures)
}

// runs is the hash of that which determines what the action makes: as hash, but
// without the parts that only look at it or take it back, and without what is measured.
func (s *script) runs(a *planner.Action) string {
	return s.digest(a, slices.DeleteFunc(slices.Clone(a.Parts), func(p deployment.Part) bool { return !slices.Contains(p.Phases, deployment.Run) }), nil)
}

func (s *script) digest(a *planner.Action, parts []deployment.Part, measures []measured) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q\n", a.ID, a.Shell, a.Workdir, s.inputs(a.Inputs))
	for _, e := range a.Env {
		fmt.Fprintf(h, "%q %q\n", e.Name, textKey(e.Value))
	}
	for _, p := range parts {
		if slices.ContainsFunc(p.Phases, func(x deployment.Phase) bool {
			return x == deployment.Rollout || x == deployment.Reload || x == deployment.Push || x == deployment.Pull ||
				x == deployment.Login || x == deployment.Retire
		}) {
			continue // how containers and logins are replaced, files read again or images moved, not what they are
		}
		var phases []string
		for _, phase := range p.Phases {
			phases = append(phases, string(phase))
		}
		fmt.Fprintf(h, "%q %q\n", strings.Join(phases, " | "), textKey(p.Script))
		if p.Call != nil {
			var words []value
			for _, w := range p.Call {
				words = append(words, word(w, a.Range))
			}
			fmt.Fprintf(h, "%q\n", s.values(words))
		}
	}
	fmt.Fprintf(h, "%q\n", measures)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// textKey lists a text's pieces so that texts and secrets differ.
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

// toolWords are the tools in the format of the runtime's need_tool.
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

func achieves(a *planner.Action, kinds ...manifest.FactKind) bool {
	return slices.ContainsFunc(a.Achieves, func(f manifest.Fact) bool { return slices.Contains(kinds, f.Kind) })
}
