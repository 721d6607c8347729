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
		"A benchmark that measures a container's memory against a target is a wish while the container may take all that the machine has. resources { memory } makes it a limit.")
	ruleGuessedNumber = diag.Warning("OG807", "Number that nobody measures",
		"An effect that gives a state a number, such as above(70), is taken on trust unless a measure block reads the number from the script's output, or the validation compares it: the plan then reports a figure that nobody has seen.")
	ruleDeadAction = diag.Warning("OG808", "Action that nothing needs",
		"The planner takes an action for what it makes true. One whose effects no goal, precondition or derived state reads, and that no goal includes, is in no plan, however important it looks. A goal's include, a condition, or another action's depends_on binds it.")
)

// memoryTargets looks for benchmarks of containers that have no limit.
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
			if s.Memory == 0 && len(s.Instances) > 0 && strings.Contains(text, s.Instances[0].ContainerName) {
				diags = append(diags, ruleMemoryTarget.At(b.Range, "%s expects %s of %s, which may take all memory of the machine. Add resources { memory = … } to the service.", b.Address, b.Target, s.Address))
			}
		}
	}
	return diags
}

// guessedNumbers looks for numeric effects that neither a measure nor a
// comparison establishes.
func guessedNumbers(m *manifest.Manifest) hcl.Diagnostics {
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
			// A constant may be a mere mark; a bound claims to be a figure.
			validated := len(a.Validate) > 0 && (e.Value.Op == manifest.OpConst || strings.Contains(joined(a.Validate), n))
			if v.Value.Num.Sign() == 0 || validated {
				continue
			}
			seen[e.Range] = true
			diags = append(diags, ruleGuessedNumber.At(e.Range, "%s sets %s by decree: nothing that it runs shows the number. Let `run` print it last, and add measure %q { from = \"output\" }, or compare it in `validate`.", a.Address, e.State.Address, e.State.Name))
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

// deadActions looks for actions that no plan would take.
func deadActions(m *manifest.Manifest) hcl.Diagnostics {
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
	needed := map[hcl.Range]bool{} // blocks of which some instance is needed
	for _, a := range m.Actions {
		needed[a.Range] = needed[a.Range] || included[a] || len(a.Achieves) > 0 || r.facts[manifest.Fact{Kind: manifest.ActionDone, Name: a.Name}] || r.any(a.Effects)
	}
	for _, a := range m.Actions {
		if !needed[a.Range] && !seen[a.Range] {
			seen[a.Range] = true
			diags = append(diags, ruleDeadAction.At(a.Range, "%s makes nothing true that a goal, a precondition or a derived state reads, and no goal includes it, so that no plan has it. Include it in a goal, or let a condition ask for what it does.", a.Address))
		}
	}
	return diags
}

// reads collects what expressions read. Shared nodes are read once.
type reads struct {
	states map[*manifest.State]bool
	facts  map[manifest.Fact]bool
	seen   map[*manifest.Expr]bool
	own    bool // an effect's value: reading its own state is no need
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
