package deployment

import (
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Declared is the action that a manifest declares, except for its Inputs, which
// its Target provides.
func Declared(a *manifest.Action) *Action {
	out := &Action{ID: a.Name, Title: a.Title, Milestone: a.Milestone, Priority: a.Priority, Cost: a.Cost, Duration: a.Duration,
		Declared: a, Address: a.Address, Range: a.Range,
		Shell: a.Shell, Env: a.Env, Workdir: a.Workdir, Tools: a.Tools,
		Timeout: a.Timeout, Retries: a.Retries, Backoff: a.Backoff, SkipWhenValid: a.SkipWhenValid && len(a.Validate) > 0, Optional: a.Optional, OnFailure: a.OnFailure}
	if out.Cost == nil {
		out.Cost = new(big.Rat)
	}
	if out.Shell == "" {
		out.Shell = "sh"
	}
	out.Rerun = a.Rerun
	if out.Rerun == "" {
		out.Rerun = manifest.RerunChanged
	}
	for _, in := range a.Inputs {
		out.Observes = append(out.Observes, Observed{ObservedPath, in.Path})
	}
	for _, s := range scriptSecrets(a) {
		out.Observes = append(out.Observes, Observed{ObservedSecret, s.Name})
	}
	for _, name := range variables(a) {
		out.Observes = append(out.Observes, Observed{ObservedVariable, name})
	}
	var needs Needs
	for _, d := range a.DependsOn {
		needs.Add(manifest.FactRef{Fact: manifest.Fact{Kind: manifest.ActionDone, Name: d.Action.Name}, Range: d.Range})
	}
	out.Needs = needs.List
	for _, f := range a.Achieves {
		out.Achieves = append(out.Achieves, f.Fact)
		if f.Fact.Kind == manifest.ServiceStarted {
			out.Disrupts = append(out.Disrupts, f.Fact) // it may recreate the containers
		}
	}
	for _, s := range a.Disrupts {
		out.Disrupts = append(out.Disrupts, manifest.Fact{Kind: manifest.ServiceStarted, Name: s.Name})
	}
	for _, f := range a.Destroys {
		out.Destroys = append(out.Destroys, f.Fact)
	}
	for _, u := range a.Uses {
		out.Uses = append(out.Uses, Use{u.Resource.Name, u.Amount})
	}
	for _, p := range []Part{{Phases: []Phase{Run}, Script: a.Run}, {Phases: []Phase{Validate}, Script: a.Validate}, {Phases: []Phase{Rollback}, Script: a.Rollback}} {
		if len(p.Script) > 0 {
			out.Parts = append(out.Parts, p)
		}
	}
	for _, m := range a.Measures {
		if x, ok := measure(a, m.State); ok {
			out.Measures = append(out.Measures, x)
		}
	}
	return out
}

var comparison = map[manifest.BoundKind]string{manifest.Below: "<", manifest.AtMost: "<=", manifest.Above: ">", manifest.AtLeast: ">="}

// measure is what the plan assumes about a measured state; false if it assumes
// no number.
func measure(a *manifest.Action, s *manifest.State) (Measure, bool) {
	for _, e := range a.Effects {
		if e.State != s {
			continue
		}
		v, op := e.Value, "=="
		if v.Op == manifest.OpBound && len(v.Args) == 1 {
			op, v = comparison[v.Bound], v.Args[0]
		}
		if v.Op == manifest.OpConst && v.Value != nil && v.Value.Type == manifest.Number {
			return Measure{s, op, v.Value.Num}, true
		}
	}
	return Measure{}, false
}

// scriptSecrets are the secrets that an action's body is given, each once.
func scriptSecrets(a *manifest.Action) []*manifest.Secret {
	var out []*manifest.Secret
	seen := map[*manifest.Secret]bool{}
	add := func(t manifest.Text) {
		for _, s := range t.Secrets() {
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	for _, e := range a.Env {
		add(e.Value)
	}
	add(a.Run)
	return out
}

// mentioned is a variable in a shell script.
var mentioned = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)`)

// variables are those that the script of an action which reads .env mentions,
// sorted: they may be from there. Those that the action sets are left out.
func variables(a *manifest.Action) []string {
	var text strings.Builder
	set := map[string]bool{}
	for _, p := range a.Run {
		text.WriteString(p.Text)
	}
	if !strings.Contains(text.String(), ".env") {
		return nil
	}
	for _, e := range a.Env {
		set[e.Name] = true
	}
	var out []string
	for _, m := range mentioned.FindAllStringSubmatch(text.String(), -1) {
		if !set[m[1]] {
			set[m[1]] = true
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return out
}

// Needs collects what an action needs.
type Needs struct {
	List []manifest.FactRef
	seen map[manifest.Fact]bool
}

// Add adds a fact unless it is already there.
func (n *Needs) Add(f manifest.FactRef) {
	if n.seen[f.Fact] {
		return
	}
	if n.seen == nil {
		n.seen = map[manifest.Fact]bool{}
	}
	n.seen[f.Fact] = true
	n.List = append(n.List, f)
}
