package rules

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleMemoryTarget = diag.Warning("OG805", "Memory target without a limit",
		"A benchmark that compares a container's memory with a target can't enforce it while the container has no memory limit. resources { memory } sets the limit.")
	ruleUnmeasuredNumber = diag.Warning("OG807", "Unmeasured number",
		"An effect that assigns a number to a state, such as above(70), is trusted unless a measure block reads the number from the script's output or the validation compares it: the plan then reports a figure that nothing has measured.")
	ruleUnneededAction = diag.Warning("OG808", "Unneeded action",
		"The planner selects an action for its effects. If no goal, precondition or derived state reads them, and no goal includes the action, it is in no plan. To use it, list it in a goal's include, require its effect in a condition, or name it in another action's depends_on.")
)

// memoryTargets reports benchmarks of containers that have no limit.
func memoryTargets(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, b := range m.Benchmarks {
		if !strings.HasSuffix(b.Unit, "B") || !strings.HasPrefix(b.Op, "<") {
			continue
		}
		text := joined(b.Run)
		if !strings.Contains(text, "stats") {
			continue
		}
		for _, s := range m.Services {
			if s.Memory == 0 && len(s.Instances) > 0 && s.Instances[0].ContainerName != "" && strings.Contains(text, s.Instances[0].ContainerName) {
				diags = append(diags, ruleMemoryTarget.At(b.Range, "%s expects %s of %s, which isn't enforced while the container has no memory limit. Add resources { memory = … } to the service.", b.Address, b.Target, s.Address))
			}
		}
	}
	return diags
}

// unmeasuredNumbers reports numeric effects that neither a measure nor a
// comparison confirms.
func unmeasuredNumbers(m *manifest.Manifest) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[hcl.Range]bool{}
	for _, a := range m.Actions {
		if len(a.Run) == 0 && len(a.Validate) == 0 {
			continue
		}
		for _, e := range a.Effects {
			v := e.Value
			if v != nil && v.Op == manifest.OpBound && len(v.Args) > 0 {
				v = v.Args[0]
			}
			if v == nil || e.State == nil || e.State.Type != manifest.Number || v.Op != manifest.OpConst || v.Value == nil || v.Value.Num == nil || measured(a, e.State) || seen[e.Range] {
				continue
			}
			n := text.Number(v.Value.Num)
			// A constant may be just a marker; a bound claims a measurement.
			validated := len(a.Validate) > 0 && (e.Value.Op == manifest.OpConst || strings.Contains(joined(a.Validate), n))
			if v.Value.Num.Sign() == 0 || validated {
				continue
			}
			seen[e.Range] = true
			diags = append(diags, ruleUnmeasuredNumber.At(e.Range, "%s assigns %s a number that nothing measures. Let `run` print it last and add measure %q { from = \"output\" }, or compare it in `validate`.", a.Address, e.State.Address, e.State.Name))
		}
	}
	return diags
}

func measured(a *manifest.Action, s *manifest.State) bool {
	for _, x := range a.Measures {
		if x.State == s {
			return true
		}
	}
	return false
}

// unneededActions reports actions that no plan would contain.
func unneededActions(m *manifest.Manifest) hcl.Diagnostics {
	r := reads{states: map[*manifest.State]bool{}, facts: map[manifest.Fact]bool{}, seen: map[*manifest.Expr]bool{}}
	for _, s := range m.States {
		r.expr(s.Derived)
	}
	included := map[*manifest.Action]bool{}
	for _, g := range m.Goals {
		if !g.Implicit {
			r.expr(g.Condition)
		}
		for _, x := range g.Include {
			included[x.Action] = true
		}
	}
	for _, i := range m.Images {
		if i.MadeBy != nil {
			included[i.MadeBy.Action] = true
		}
	}
	for _, s := range m.Services {
		for _, made := range s.MadeBy() {
			included[made.Action] = true
		}
	}
	for _, a := range m.Actions {
		r.expr(a.Precondition)
		for _, d := range a.DependsOn {
			included[d.Action] = true
		}
		for _, e := range a.Effects {
			if e.Value != nil && e.Value.Op != manifest.OpConst {
				r.except, r.own = e.State, true
				r.expr(e.Value)
				r.own = false
			}
		}
	}
	var diags hcl.Diagnostics
	seen := map[hcl.Range]bool{}
	needed := map[hcl.Range]bool{} // blocks with a needed instance
	for _, a := range m.Actions {
		needed[a.Range] = needed[a.Range] || included[a] || len(a.Achieves) > 0 || r.facts[manifest.Fact{Kind: manifest.ActionDone, Name: a.Name}] || r.any(a.Effects)
	}
	for _, a := range m.Actions {
		if !needed[a.Range] && !seen[a.Range] {
			seen[a.Range] = true
			diags = append(diags, ruleUnneededAction.At(a.Range, "No goal, precondition or derived state reads the effects of %s, and no goal includes it, so no plan contains it. Include it in a goal, or require its effect in a condition.", a.Address))
		}
	}
	return diags
}

// reads collects what expressions read. Shared nodes are visited once.
type reads struct {
	states map[*manifest.State]bool
	facts  map[manifest.Fact]bool
	seen   map[*manifest.Expr]bool
	own    bool // an effect's value: reading its own state doesn't count
	except *manifest.State
}

func (r *reads) expr(e *manifest.Expr) {
	if e == nil || r.seen[e] {
		return
	}
	if !r.own {
		r.seen[e] = true
	}
	switch e.Op {
	case manifest.OpState:
		if !r.own || e.State != r.except {
			r.states[e.State] = true
		}
	case manifest.OpFact:
		r.facts[e.Fact] = true
	}
	for _, a := range e.Args {
		r.expr(a)
	}
}

func (r *reads) any(effects []manifest.Effect) bool {
	for _, e := range effects {
		if r.states[e.State] {
			return true
		}
	}
	return false
}
