package rules

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleBeforeStart = diag.Warning("OG881", "Service that may not have started",
	"An action may run as soon as its precondition holds. If its script asks a service that a goal starts, but that no condition of it, or of the actions that come before it, requires to be started, the planner may put it before the service's start, and it fails. service.x.started or service.x.healthy in `precondition` says so.")

// uses reports a command of an action that needs a running service, if the plan may run the action before it.
func (w *walker) uses(c *syntax.CallExpr, s *manifest.Service, what string) {
	a := w.action
	if a == nil || w.off || w.attr == "rollback" || s == nil || w.at.guard || w.at.loop || w.at.subst && w.attr == "run" || w.starts {
		return
	}
	if w.started == nil {
		w.started = map[*manifest.Action]map[*manifest.Service]bool{}
	}
	if w.started[a] == nil {
		b := &before{m: w.names.manifest, services: map[*manifest.Service]bool{}, actions: map[*manifest.Action]bool{}, seen: map[*manifest.Expr]bool{}, starters: w.names.starters}
		b.action(a)
		w.started[a] = b.services
		if b.any {
			w.started[a] = nil
		}
	}
	key := ruleBeforeStart.Code + a.Address + " " + s.Address // one mistake, wherever its scripts show it
	if known := w.started[a]; known != nil && !known[s] && w.plannedStarts()[s] && !w.reported[key] {
		w.reported[key] = true
		w.report(ruleBeforeStart, c.Pos(), s.Address, "`%s` needs %s, but nothing makes the action wait for it. Add %s to the precondition.", what, s.Address, "service."+s.Name+".started")
	}
}

// plannedStarts are the services that a goal requires to be started, directly or through actions.
func (w *walker) plannedStarts() map[*manifest.Service]bool {
	if w.planned == nil {
		m := w.names.manifest
		b := &before{m: m, services: map[*manifest.Service]bool{}, actions: map[*manifest.Action]bool{}, seen: map[*manifest.Expr]bool{}}
		for _, g := range m.Goals {
			b.expr(g.Condition)
			for _, x := range g.Include {
				b.action(x.Action)
			}
		}
		w.planned = b.services
	}
	return w.planned
}

// before collects the services that are started when an action runs.
type before struct {
	m        *manifest.Manifest
	services map[*manifest.Service]bool
	actions  map[*manifest.Action]bool
	seen     map[*manifest.Expr]bool
	starters map[*manifest.Action]bool // whose scripts start containers
	any      bool                      // one of them may have started any service
}

func (b *before) action(a *manifest.Action) {
	if b.actions[a] {
		return
	}
	b.actions[a] = true
	b.any = b.any || b.starters[a]
	b.expr(a.Precondition)
	for _, d := range a.DependsOn {
		b.action(d.Action)
	}
	for _, f := range a.Achieves {
		if f.Kind == manifest.ServiceStarted || f.Kind == manifest.ServiceHealthy {
			b.service(f.Name)
		}
	}
}

// expr counts every service that a condition mentions, whatever it says of it: a reader knows that the author has
// thought of it.
func (b *before) expr(e *manifest.Expr) {
	if e == nil || b.seen[e] {
		return
	}
	b.seen[e] = true
	switch e.Op {
	case manifest.OpState:
		b.expr(e.State.Derived)
		for _, a := range b.m.Actions {
			for _, f := range a.Effects {
				if f.State == e.State {
					b.action(a)
				}
			}
		}
	case manifest.OpGoal:
		if e.Goal != nil {
			b.expr(e.Goal.Condition)
		}
	case manifest.OpFact:
		b.fact(e.Fact)
	}
	for _, x := range e.Args {
		b.expr(x)
	}
}

func (b *before) fact(f manifest.Fact) {
	switch f.Kind {
	case manifest.ServiceStarted, manifest.ServiceHealthy, manifest.ServiceCompleted:
		b.service(f.Name)
	case manifest.DatabaseApplied:
		for _, d := range b.m.Databases {
			if d.Name == f.Name && d.Service != nil {
				b.service(d.Service.Name)
			}
		}
	case manifest.ActionDone:
		for _, a := range b.m.Actions {
			if a.Name == f.Name {
				b.action(a)
			}
		}
	case manifest.ImageReady, manifest.SecretSet:
	}
	for _, a := range b.m.Actions {
		for _, x := range a.Achieves {
			if x.Fact == f {
				b.action(a)
			}
		}
	}
}

// service notes a service and those that start before it.
func (b *before) service(name string) {
	for _, s := range b.m.Services {
		if s.Name != name || b.services[s] {
			continue
		}
		b.services[s] = true
		for _, d := range s.DependsOn {
			if d.Service != nil {
				b.service(d.Service.Name)
			}
		}
	}
}
