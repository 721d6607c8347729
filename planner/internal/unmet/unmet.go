// Package unmet finds out why a condition can never be met: which facts no
// action produces, and which actions lead there.
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
	ruleNoProducer = diag.Error("OG305", "Unreachable fact",
		"The goal requires, directly or through the preconditions of actions, a fact that is initially false and that no action makes true. So there is no plan.")
	ruleNoPlan = diag.Error("OG306", "Unreachable goal",
		"Each condition of the goal can be reached on its own, but no sequence of actions satisfies all of them together. An exhaustive search proved this.")
)

// Problem is a manifest, its actions, and the model that they were lowered to,
// whose operators are numbered like the actions.
type Problem struct {
	Manifest *manifest.Manifest
	Model    *task.Model
	Actions  []*deployment.Action
}

// Goal returns the facts that an unsolvable goal needs and no action produces,
// by name, with a diagnostic for each. If all can be produced, it returns one
// diagnostic that says so.
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
		diags = append(diags, ruleNoProducer.At(u.Range, "Goal %q requires %s, %s", goal.Name, u.Need(), u.why()))
	}
	if len(found) == 0 {
		diags = append(diags, ruleNoPlan.At(goal.Range,
			"Each condition of goal %q can be reached on its own, but in every order the actions undo each other's effects, or can't all run. Look for effects and destroys that make a required fact false again: `omegagen explain no-plan` lists them.",
			goal.Name))
	}
	return unreachable(found), diags
}

// Condition returns the facts, by name, that a never true condition needs and
// no action produces.
func Condition(p Problem, e *manifest.Expr) []plan.Unreachable {
	t := newTracer(p)
	t.condition(e)
	if len(t.found) == 0 {
		t.reportLeafConditions(e)
	}
	return unreachable(t.finish())
}

// Action returns the facts, by name, that an action needs and no action
// produces; none if all of them can hold, even if never together.
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

// why explains why a fact can't be reached, and how to fix that.
func (u *finding) why() string {
	hint := ""
	if len(u.Nearest) > 0 {
		hint = " Did you mean " + u.Nearest[0] + "?"
	}
	switch {
	case u.Cycle:
		ids := make([]string, len(u.Chain))
		for i, a := range u.Chain {
			ids[i] = a.ID
		}
		if len(ids) == 1 {
			return "which " + ids[0] + " could make true, but it requires that itself. Add another action with that effect, or set an initial value."
		}
		return "but the actions that could make it true form a dependency cycle: " + strings.Join(append(ids, ids[0]), " requires ") + ". Add another action with an effect that one of them requires."
	case u.state != nil && u.state.Type != manifest.Bool:
		can := " can only be " + text.OrList(u.Values)
		if u.state.Type == manifest.StringSet {
			if can = " can only contain " + text.OrList(u.Values); len(u.Values) == 0 {
				can = " is always empty"
			}
		}
		return "which is not true initially, and which no action makes true: " + u.Fact + can + ". Add that effect to an action, or change the condition." + hint
	}
	return "which is not true initially, and which no action makes true. Add that effect to an action, or derive the state from others." + hint
}
