package planner

import (
	"math/big"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/internal/makespan"
	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/search/advanced"
	"github.com/omegagen/omegagen/planner/internal/unmet"
)

var ruleNoDefault = diag.Error("OG304", "No goal selected",
	"No goal was named, and the manifest has no default goal.")

// Plan plans for a goal of the problem, nil for the default one. It never
// returns nil. Assess adds what goes beyond the search.
func (p *Problem) Plan(goal *manifest.Goal) *Plan {
	out, ok := p.newPlan(goal)
	if !ok {
		return out
	}
	p.solve(out, p.Task(out.Goal))
	if out.Status == Unsolvable {
		var diags hcl.Diagnostics
		out.Unreachable, diags = unmet.Goal(unmet.Problem{Manifest: p.m, Model: p.model, Actions: p.actions}, out.Goal)
		out.Diagnostics = append(out.Diagnostics, diags...)
	}
	out.Link(p.access)
	p.parallel(out)
	return out
}

// PlanTask plans for a goal in a modified task, to evaluate an alternative. t
// is nil if a limit ended its construction.
func (p *Problem) PlanTask(goal *manifest.Goal, t *search.Task) *Plan {
	out, ok := p.newPlan(goal)
	if ok {
		p.solve(out, t)
	}
	return out
}

// WhatIf finds out within counted nodes whether a task has a plan, and returns
// the number of expanded nodes. t may be nil, as for PlanTask.
func (p *Problem) WhatIf(t *search.Task, nodes int64) (status Status, expanded int64) {
	if t == nil {
		return Limit, 0
	}
	var out Plan
	p.whatIf(nodes).solveCost(&out, t)
	return out.Status, out.Search.Expanded
}

// whatIf is the problem for searches of alternatives: by cost, within counted
// nodes.
func (p *Problem) whatIf(nodes int64) *Problem {
	q := *p
	q.o = Options{Objective: "cost", Stop: p.o.Stop, MaxNodes: nodes, MaxBytes: p.o.MaxBytes}
	return &q
}

// limited marks a plan whose limit was reached before anything was known.
func limited(out *Plan) *Plan {
	out.Status, out.Search.Limited, out.LowerBound = Limit, true, new(big.Rat)
	return out
}

// newPlan returns a plan without an answer; not ok if there can't be one.
func (p *Problem) newPlan(goal *manifest.Goal) (*Plan, bool) {
	if goal == nil {
		goal = Default(p.m)
	}
	out := &Plan{Goal: goal, Objective: p.o.Objective, Status: Failed, Diagnostics: p.diags}
	if p.m.System != nil {
		out.System = p.m.System.Name
	}
	out.Search.Heuristic = string(p.o.Heuristic)
	if out.Search.Heuristic == "" {
		out.Search.Heuristic = string(search.LMCut)
	}
	out.Resources = deployment.Resources(p.m, p.o.target(p.m))
	if goal == nil {
		out.Diagnostics = append(out.Diagnostics, ruleNoDefault.At(hcl.Range{},
			"The manifest has several goals but no default. Set default = true on one of them, label it \"default\", or name a goal."))
		return out, false
	}
	if out.Objective == "" {
		out.Objective = goal.Objective
	}
	if out.Objective == "" {
		out.Objective = "cost"
	}
	if p.stopped && !p.diags.HasErrors() {
		return limited(out), false
	}
	return out, !p.diags.HasErrors()
}

// solve searches a task for the plan's goal and fills in the plan. full is nil
// if a limit ended its construction.
func (p *Problem) solve(out *Plan, full *search.Task) {
	if full == nil {
		limited(out)
		return
	}
	ops := p.solveCost(out, full)
	if out.Status == Optimal || out.Status == Bounded {
		p.buildSteps(out, full, ops, nil, nil)
		if out.Objective == "makespan" {
			p.minimizeMakespan(out, full)
		}
	}
	p.dropped(out)
}

// planLeft plans for a goal in the remaining task.
func (p *Problem) planLeft(goal *manifest.Goal, left *search.Local) *Plan {
	out, ok := p.newPlan(goal)
	if !ok {
		return out
	}
	ops := p.solveCost(out, left.Task)
	if out.Cost != nil {
		p.buildSteps(out, left.Task, ops, nil, left)
	}
	return out
}

// solveCost searches for a plan of least cost, and records the search's
// results.
func (p *Problem) solveCost(out *Plan, full *search.Task) []int32 {
	simple := search.Simplify(full)
	c := search.Config{Heuristic: p.o.Heuristic, Reductions: advanced.Reductions{}, Anytime: p.o.Search == "anytime",
		Stop: p.o.Stop, MaxNodes: p.o.MaxNodes, MaxBytes: p.o.MaxBytes}
	if p.o.Progress != nil {
		scale := p.model.Scale()
		c.Progress = func(bound, expanded int64) { p.o.Progress(bound, expanded, scale) }
	}
	r := search.Run(simple.Task, c)
	out.Search.Expanded, out.Search.Evaluated, out.Search.Generated = r.Expanded, r.Evaluated, r.Generated
	out.Search.Stored, out.Search.BitsPerState = r.Stored, r.BitsPerState
	out.Search.PeakBytes, out.Search.Pruning, out.Search.Limited = r.PeakBytes, r.Pruning, r.Limited
	ops := make([]int32, len(r.Plan))
	for i, o := range r.Plan {
		ops[i] = simple.Ops[o]
	}
	switch r.Outcome {
	case search.Solved:
		out.Status = Optimal
	case search.Bounded:
		out.Status = Bounded
	case search.Unsolvable:
		out.Status = Unsolvable
	case search.Stopped:
		out.Status = Limit
	}
	if out.Status != Unsolvable {
		out.LowerBound = p.unscale(r.Lower)
	}
	if out.Status != Optimal && out.Status != Bounded {
		return nil
	}
	cost := int64(0)
	kept := search.Eliminate(full, ops, out.Status == Optimal)
	for i, k := range kept {
		ops[i] = ops[k]
		cost += full.Ops[ops[i]].Cost
	}
	out.Cost = p.unscale(cost)
	return ops[:len(kept)]
}

// minimizeMakespan replaces the cheapest plan, which is in out, by a plan of
// least makespan, unless the cheapest one ends as early.
func (p *Problem) minimizeMakespan(out *Plan, full *search.Task) {
	uses, capacity := p.uses(out.Resources)
	r := makespan.Minimize(makespan.Problem{Task: full, Capacity: capacity, Uses: uses, MaxNodes: p.o.MaxNodes, Stop: p.o.Stop,
		Duration:  func(op int32) int64 { return int64(p.actions[op].Duration) },
		Conflicts: func(a, b int32) bool { return p.access.Of(p.actions[a]).Conflicts(p.access.Of(p.actions[b])) },
	}, makespan.Cheapest{Makespan: int64(*out.Makespan), Proved: out.Status == Optimal})
	out.Search.Expanded += r.Expanded
	out.Search.Limited = out.Search.Limited || r.Limited
	if r.Ops != nil {
		out.Cost = new(big.Rat)
		for _, o := range r.Ops {
			out.Cost.Add(out.Cost, p.actions[o].Cost)
		}
		p.buildSteps(out, full, r.Ops, r.Starts, nil)
	}
	bound := min(time.Duration(r.Lower), *out.Makespan)
	out.MakespanLowerBound = &bound
	out.Status = Bounded
	if int64(*out.Makespan) == r.Lower { // if none was found in time, a cheaper plan may be as short
		out.Status = Optimal
	}
}

func (p *Problem) unscale(c int64) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(c), p.model.Scale())
}

// dropped lists the declared actions that the plan does not use.
func (p *Problem) dropped(out *Plan) {
	if out.Cost == nil {
		return
	}
	used := map[*Action]bool{}
	for _, s := range out.Steps {
		used[s.Action] = true
	}
	for _, a := range p.actions {
		if a.Declared != nil && !used[a] {
			out.Dropped = append(out.Dropped, a)
		}
	}
}
