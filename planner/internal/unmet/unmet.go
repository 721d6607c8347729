// Package unmet finds out why a condition can never be met: what nothing produces,
// and which actions lead there.
package unmet

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/internal/task"
	"github.com/omegagen/omegagen/planner/plan"
)

var (
	ruleNoProducer = diag.Error("OG305", "Nothing produces a needed fact",
		"The goal needs, directly or through the actions that lead to it, a fact that does not hold at first and that no action brings about. So there is no plan.")
	ruleNoPlan = diag.Error("OG306", "No plan reaches the goal",
		"Every fact that the goal needs can be produced, but no sequence of actions makes all of them hold together. That was proved by an exhaustive search.")
)

// Problem is what conditions are followed through: a manifest, its actions, and
// the model that they were lowered to, whose operators are numbered as they are.
type Problem struct {
	Manifest *manifest.Manifest
	Model    *task.Model
	Actions  []*deployment.Action
}

// Goal says what nothing produces of what a goal without a plan needs, by name,
// with a diagnostic for each. Where all can be produced, there is nothing, and
// one diagnostic that says so.
func Goal(p Problem, goal *manifest.Goal) ([]plan.Unreachable, hcl.Diagnostics) {
	t := newTracer(p)
	if goal.Condition != nil {
		t.condition(goal.Condition)
	}
	for _, a := range goal.Include {
		t.fact(manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}, a.Range)
	}
	if len(t.found) == 0 {
		t.reportLeafConditions(goal.Condition)
	}
	var diags hcl.Diagnostics
	found := t.finish()
	for i := range found {
		u := &found[i]
		diags = append(diags, ruleNoProducer.At(u.Range, "Goal %q needs %s, %s", goal.Name, u.Need(), u.why()))
	}
	if len(found) == 0 {
		diags = append(diags, ruleNoPlan.At(goal.Range,
			"Each fact that goal %q needs can be produced, but the actions that do so undo one another's work or never can be applied together, in every order. Look for effects and destroys that make a needed fact false again: `omegagen explain no-plan` looks for them.",
			goal.Name))
	}
	return unreachable(found), diags
}

// Condition says what nothing produces of what a condition that may never be true
// needs, by name.
func Condition(p Problem, e *manifest.Expr) []plan.Unreachable {
	t := newTracer(p)
	t.condition(e)
	if len(t.found) == 0 {
		t.reportLeafConditions(e)
	}
	return unreachable(t.finish())
}

// Action says what nothing produces of what an action needs to run, by name; none
// where all of that can hold, if never together.
func Action(p Problem, a *deployment.Action) []plan.Unreachable {
	t := newTracer(p)
	t.action(a)
	return unreachable(t.finish())
}

func unreachable(found []finding) []plan.Unreachable {
	var out []plan.Unreachable
	for i := range found {
		out = append(out, found[i].Unreachable)
	}
	return out
}

// why says why a need can't be met, and how to mend it.
func (u *finding) why() string {
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
