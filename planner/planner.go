package planner

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/internal/assess"
	"github.com/omegagen/omegagen/planner/internal/fallback"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// For plans for a goal of a manifest, without reusing the problem. It doesn't
// modify the manifest.
func For(m *manifest.Manifest, goal *manifest.Goal, o Options) *Plan {
	return NewProblem(m, o, goal).Plan(goal)
}

// Plans plans for all goals of a manifest, the default one first, including
// what Assess adds.
func Plans(m *manifest.Manifest, o Options) []*Plan {
	p := NewProblem(m, o, nil)
	var out []*Plan
	known := map[string]Status{}
	for i, g := range Goals(m) {
		x := p.Plan(g)
		x.Fallbacks = p.Fallbacks(x)
		out, known[g.Name] = append(out, x), x.Status
		if i > 0 && p.diags.HasErrors() {
			x.Diagnostics = nil // reported with the first
		}
	}
	reachable := p.reachable(known)
	for _, x := range out {
		p.setQuality(x, reachable)
	}
	return out
}

// Assess adds to a plan of the problem its fallbacks and its quality. It
// doesn't change the steps.
func (p *Problem) Assess(out *Plan) {
	if out.Cost != nil {
		out.Fallbacks = p.Fallbacks(out)
		p.setQuality(out, p.reachable(map[string]Status{out.Goal.Name: out.Status}))
	}
}

// Fallbacks are those of a plan of the problem.
func (p *Problem) Fallbacks(of *Plan) []Fallback {
	if of.Cost == nil || len(of.Steps) == 0 {
		return nil
	}
	t := p.Task(of.Goal)
	if t == nil {
		return nil // stopped
	}
	return fallback.Find(fallback.Problem{Task: t, Actions: p.actions, Accesses: p.access, Stop: p.o.Stop,
		Plan: func(left *search.Local, nodes int64) *Plan { return p.whatIf(nodes).planLeft(of.Goal, left) }}, of)
}

// setQuality adds the figures of a plan with known fallbacks. goals says how
// many goals of the manifest have a plan.
func (p *Problem) setQuality(out *Plan, goals Share) {
	if out.Cost == nil {
		return
	}
	var held []manifest.Fact
	if p.o.From != nil {
		held = p.o.From.Facts
	}
	out.Quality = assess.Quality(p.m, out, held, goals)
}

// whatIfNodes limits a search for alternatives, in counted nodes.
const whatIfNodes = 20_000

// reachable counts the goals that have a plan, given those already known; the
// others are planned for within counted nodes.
func (p *Problem) reachable(known map[string]Status) Share {
	var s Share
	for _, g := range Goals(p.m) {
		status, ok := known[g.Name]
		if !ok && (p.o.Stop == nil || !p.o.Stop()) {
			status, _ = p.WhatIf(p.Task(g), whatIfNodes)
		}
		switch status {
		case Optimal, Bounded:
			s.Add(true)
		case Unsolvable:
			s.Add(false)
		case Limit, Failed:
		}
	}
	return s
}
