package planner

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/task"
)

// Problem is what the plans for all goals of a manifest share: its actions,
// lowered to a task, and the options.
type Problem struct {
	m       *manifest.Manifest
	o       Options
	actions []*Action
	model   *task.Model
	access  deployment.Accesses
	diags   hcl.Diagnostics
	stopped bool // a limit ended the lowering
}

// NewProblem lowers a manifest for its goals and extra ones, which may be nil
// or one of them.
func NewProblem(m *manifest.Manifest, o Options, extra ...*manifest.Goal) *Problem {
	p := &Problem{m: m, o: o, actions: Actions(m, o)}
	var lower []task.Action
	for _, a := range p.actions {
		lower = append(lower, lowered(a))
	}
	var goals []task.Goal
	for _, g := range Goals(m) {
		goals = append(goals, taskGoal(g))
	}
	for _, g := range extra {
		if g != nil {
			goals = append(goals, taskGoal(g))
		}
	}
	start := task.Start{Facts: map[manifest.Fact]bool{}}
	if f := o.From; f != nil {
		start.State = f.State
		for _, x := range f.Facts {
			start.Facts[x] = true
		}
		for _, a := range f.Done {
			start.Facts[manifest.Fact{Kind: manifest.ActionDone, Name: a}] = true
		}
	}
	p.access = make(deployment.Accesses, len(p.actions))
	var ok bool
	p.model, p.diags, ok = task.Lower(lower, goals, start, o.Stop)
	p.stopped = !ok
	return p
}

// Manifest is the manifest of the problem.
func (p *Problem) Manifest() *manifest.Manifest { return p.m }

// Actions are those of the manifest, by ID.
func (p *Problem) Actions() []*Action { return p.actions }

// Diagnostics are the errors of the manifest's actions and goals; with errors,
// there is no model.
func (p *Problem) Diagnostics() hcl.Diagnostics { return p.diags }

// Model is the lowered manifest; its operators are numbered as the actions.
func (p *Problem) Model() *task.Model { return p.model }

// Task is the search task of a goal of the problem, nil if a limit ended its
// construction.
func (p *Problem) Task(goal *manifest.Goal) *search.Task { return p.model.Task(taskGoal(goal)) }

// lowered is an action's preconditions and effects in the planner's terms.
func lowered(a *Action) task.Action {
	t := task.Action{Name: a.ID, Adds: a.Achieves, Dels: a.Destroys, Cost: a.Cost, Range: a.Range}
	for _, f := range a.Needs {
		t.Needs = append(t.Needs, f.Fact)
	}
	if d := a.Declared; d != nil {
		if d.Precondition != nil {
			t.Pre = append(t.Pre, d.Precondition)
		}
		t.Effects = d.Effects
		t.Adds = append(t.Adds[:len(t.Adds):len(t.Adds)], manifest.Fact{Kind: manifest.ActionDone, Name: d.Name})
	}
	return t
}

func taskGoal(g *manifest.Goal) task.Goal {
	t := task.Goal{Condition: g.Condition}
	for _, a := range g.Include {
		t.Facts = append(t.Facts, manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name})
	}
	return t
}
