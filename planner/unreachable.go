package planner

import (
	"strings"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	ruleNoDefault = diag.Error("OG304", "No goal to plan for",
		"Neither was a goal named, nor does the manifest have a default one.")
	ruleNoProducer = diag.Error("OG305", "Nothing produces a needed fact",
		"The goal needs, directly or through the actions that lead to it, a fact that does not hold at first and that no action brings about. So there is no plan.")
	ruleNoPlan = diag.Error("OG306", "No plan reaches the goal",
		"Every fact that the goal needs can be produced, but no sequence of actions makes all of them hold together. That was proved by an exhaustive search.")
)

// explainUnreachable fills in, for a goal that has no plan, what nothing
// produces.
func (p *Problem) explainUnreachable(out *Plan) {
	c := newChase(p)
	if out.Goal.Condition != nil {
		c.condition(out.Goal.Condition)
	}
	for _, a := range out.Goal.Include {
		c.fact(manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}, a.Range)
	}
	if len(c.found) == 0 {
		c.leaves(out.Goal.Condition)
	}
	out.Unreachable = c.finish()
	for i := range out.Unreachable {
		u := &out.Unreachable[i]
		out.Diagnostics = append(out.Diagnostics, ruleNoProducer.At(u.Range, "Goal %q needs %s, %s", out.Goal.Name, u.Need(), u.why()))
	}
	if len(out.Unreachable) == 0 {
		out.Diagnostics = append(out.Diagnostics, ruleNoPlan.At(out.Goal.Range,
			"Each fact that goal %q needs can be produced, but the actions that do so undo one another's work or never can be applied together, in every order. Look for effects and destroys that make a needed fact false again: `omegagen explain no-plan` looks for them.",
			out.Goal.Name))
	}
}

// Need is what is needed: the condition, or the fact itself.
func (u *Unreachable) Need() string {
	if u.Condition != "" {
		return u.Condition
	}
	return u.Fact
}

// why says why a need can't be met, and how to mend it.
func (u *Unreachable) why() string {
	hint := ""
	if len(u.Nearest) > 0 {
		hint = " Did you mean " + u.Nearest[0] + "?"
	}
	switch {
	case u.Circle:
		ids := make([]string, len(u.Chain))
		for i, a := range u.Chain {
			ids[i] = a.ID
		}
		if len(ids) == 1 {
			return "which " + ids[0] + " would bring about, but needs itself. Let another action bring it about first, or give it an initial value."
		}
		return "but the actions that would bring it about wait for one another in a circle: " + strings.Join(append(ids, ids[0]), " needs ") + ". Let another action bring about what one of them needs."
	case u.state != nil && u.state.Type != manifest.Bool:
		can := " can only be " + text.OrList(u.Values)
		if u.state.Type == manifest.StringSet {
			if can = " can only hold " + text.OrList(u.Values); len(u.Values) == 0 {
				can = " stays empty"
			}
		}
		return "which does not hold at first and which no action brings about: " + u.Fact + can + ". Give an action that effect, or change the condition." + hint
	}
	return "which does not hold at first and which no action brings about. Give an action that effect, or derive the state from others." + hint
}
