package target

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// leaveOut removes the blocks that aren't there on this target, and reports what reads them.
func leaveOut(p *lang.Evaluation) {
	m := p.Manifest
	gone := map[manifest.Fact]bool{}
	actions := map[string]bool{}
	for _, a := range m.Actions {
		if p.Absent(a) {
			gone[manifest.Fact{Kind: manifest.ActionDone, Name: a.Name}] = true
			actions["action."+a.Name] = true
		}
	}
	for _, c := range m.Criteria {
		if p.Absent(c) {
			actions["criterion."+c.Name] = true
		}
	}
	m.Resources = slices.DeleteFunc(m.Resources, func(x *manifest.Resource) bool { return usedElsewhere(p, x) })
	m.Actions, m.States = there(p, m.Actions), there(p, m.States)
	m.Criteria, m.Benchmarks = there(p, m.Criteria), there(p, m.Benchmarks)
	m.Artifacts, m.Runbooks = there(p, m.Artifacts), there(p, m.Runbooks)
	for _, r := range m.Runbooks {
		r.Covers = slices.DeleteFunc(r.Covers, func(address string) bool { return actions[address] })
	}
	for _, g := range m.Goals {
		g.Include = slices.DeleteFunc(g.Include, func(r *manifest.ActionRef) bool { return p.Absent(r.Action) })
	}
	for _, x := range m.Parallels {
		x.Actions = slices.DeleteFunc(x.Actions, func(r *manifest.ActionRef) bool { return p.Absent(r.Action) })
	}
	(&reader{p: p, gone: gone}).all()
}

// usedElsewhere reports whether a resource is only for actions that aren't there.
func usedElsewhere(p *lang.Evaluation, x *manifest.Resource) bool {
	elsewhere := false
	for _, a := range p.Manifest.Actions {
		if slices.ContainsFunc(a.Uses, func(u manifest.Use) bool { return u.Resource == x }) {
			if !p.Absent(a) {
				return false
			}
			elsewhere = true
		}
	}
	return elsewhere
}

// there are the objects of a list that are there on this target.
func there[T comparable](p *lang.Evaluation, list []T) []T {
	return slices.DeleteFunc(list, func(x T) bool { return p.Absent(x) })
}

// reader finds what reads something that isn't there. Each place is reported once.
type reader struct {
	p    *lang.Evaluation
	gone map[manifest.Fact]bool
	seen map[*manifest.Expr]bool
	said map[hcl.Range]bool
}

func (r *reader) all() {
	r.seen, r.said = map[*manifest.Expr]bool{}, map[hcl.Range]bool{}
	m := r.p.Manifest
	for _, g := range m.Goals {
		r.expr(g.Address, g.Condition)
	}
	for _, s := range m.States {
		r.expr(s.Address, s.Derived)
	}
	for _, i := range m.Images {
		if i.MadeBy != nil && r.p.Absent(i.MadeBy.Action) {
			r.report(i.Address, i.MadeBy.Action.Address, i.MadeBy.Range)
		}
	}
	for _, s := range m.Services {
		for _, i := range s.Instances {
			for _, x := range i.Mounts {
				if x.Artifact != nil && r.p.Absent(x.Artifact) {
					r.report(s.Address, x.Artifact.Address, x.Range)
				}
			}
		}
	}
	for _, a := range m.Actions {
		r.expr(a.Address, a.Precondition)
		for _, e := range a.Effects {
			r.expr(a.Address, e.Value)
			if r.p.Absent(e.State) {
				r.report(a.Address, e.State.Address, a.Range)
			}
		}
		for _, d := range a.DependsOn {
			if r.p.Absent(d.Action) {
				r.report(a.Address, d.Action.Address, d.Range)
			}
		}
	}
}

func (r *reader) expr(address string, e *manifest.Expr) {
	if e == nil || r.seen[e] {
		return
	}
	r.seen[e] = true
	switch {
	case e.Op == manifest.OpState && r.p.Absent(e.State):
		r.report(address, e.State.Address, e.Range)
	case e.Op == manifest.OpFact && r.gone[e.Fact]:
		r.report(address, e.Fact.String(), e.Range)
	}
	for _, x := range e.Args {
		r.expr(address, x)
	}
}

func (r *reader) report(address, what string, at hcl.Range) {
	if r.said[at] {
		return
	}
	r.said[at] = true
	r.p.Errorf(ruleAbsent, at, "%s reads %s, which isn't there on the target %q: its block says `targets`. Give %s the same `targets`, or decide by target.name.", address, what, r.p.Manifest.Target, address)
}
