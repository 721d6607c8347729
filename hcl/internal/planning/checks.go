package planning

import (
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// walk visits the nodes of an expression, but not those of the derived states
// and goals that it refers to.
func walk(x *manifest.Expr, visit func(*manifest.Expr)) {
	if x == nil {
		return
	}
	visit(x)
	for _, a := range x.Args {
		walk(a, visit)
	}
}

// cycleFinder is a depth-first search for cycles.
type cycleFinder[T comparable] struct {
	next  func(T) []edge[T]
	color map[T]uint8 // 1 on the path, 2 done
	path  []edge[T]
	found func(path []edge[T])
}

type edge[T comparable] struct {
	to T
	at hcl.Range // where to is named
}

// visit follows a node. A cycle is reported once, from the node where the
// search first reached it; its nodes are then done.
func (c *cycleFinder[T]) visit(n T) {
	c.color[n] = 1
	for _, e := range c.next(n) {
		switch c.color[e.to] {
		case 0:
			c.path = append(c.path, e)
			c.visit(e.to)
			c.path = c.path[:len(c.path)-1]
		case 1:
			from := len(c.path)
			for from > 0 && c.path[from-1].to != e.to {
				from--
			}
			c.found(append(append([]edge[T]{}, c.path[from:]...), e))
		}
	}
	c.color[n] = 2
}

// checkCycles reports derived states and goals that depend on themselves, and breaks the cycle, so
// that later steps find an acyclic model.
func checkCycles(p *lang.Evaluation) {
	m := p.Manifest
	c := &cycleFinder[any]{color: map[any]uint8{}}
	c.next = func(n any) (out []edge[any]) {
		x := (*manifest.Expr)(nil)
		switch n := n.(type) {
		case *manifest.State:
			x = n.Derived
		case *manifest.Goal:
			x = n.Condition
		}
		walk(x, func(x *manifest.Expr) {
			switch {
			case x.Op == manifest.OpState && x.State.Derived != nil:
				out = append(out, edge[any]{x.State, x.Range})
			case x.Op == manifest.OpGoal:
				out = append(out, edge[any]{x.Goal, x.Range})
			}
		})
		return out
	}
	address := func(n any) string {
		if s, ok := n.(*manifest.State); ok {
			return s.Address
		}
		return n.(*manifest.Goal).Address
	}
	c.found = func(path []edge[any]) {
		last := path[len(path)-1]
		p.Errorf(ruleCycle, last.at, "%s depends on itself: %s. Remove one of these references.", address(last.to), chain(path, address))
		no := &manifest.Expr{Op: manifest.OpConst, Type: manifest.Bool, Value: &manifest.Value{Type: manifest.Bool}, Range: last.at}
		switch n := last.to.(type) {
		case *manifest.State:
			n.Derived = no
		case *manifest.Goal:
			n.Condition = no
		}
	}
	for _, s := range m.States {
		if s.Derived != nil && c.color[s] == 0 {
			c.visit(s)
		}
	}
	for _, g := range m.Goals {
		if c.color[g] == 0 {
			c.visit(g)
		}
	}
}

// chain describes a cycle: each node, and where it names the next one.
func chain[T comparable](path []edge[T], address func(T) string) string {
	n := len(path)
	var parts []string
	for i, e := range path {
		parts = append(parts, address(path[(i+n-1)%n].to)+" needs "+address(e.to)+" ("+lang.Place(e.at)+")")
	}
	return strings.Join(parts, ", ")
}

// checkDepends reports actions whose depends_on forms a cycle.
func checkDepends(p *lang.Evaluation) {
	c := &cycleFinder[*manifest.Action]{color: map[*manifest.Action]uint8{}}
	c.next = func(a *manifest.Action) (out []edge[*manifest.Action]) {
		for _, d := range a.DependsOn {
			out = append(out, edge[*manifest.Action]{d.Action, d.Range})
		}
		return out
	}
	address := func(a *manifest.Action) string { return a.Address }
	c.found = func(path []edge[*manifest.Action]) {
		last := path[len(path)-1]
		if len(path) == 1 {
			p.Errorf(ruleDependsCycle, last.at, "%s depends on itself, so it could never run. Remove it from depends_on.", last.to.Address)
			return
		}
		p.Errorf(ruleDependsCycle, last.at, "None of these actions could ever run: %s. Remove one of them from depends_on.", chain(path, address))
	}
	for _, a := range p.Manifest.Actions {
		if c.color[a] == 0 {
			c.visit(a)
		}
	}
}

// checkEffectBounds warns about effects that are never applicable.
func checkEffectBounds(p *lang.Evaluation) {
	for _, a := range p.Manifest.Actions {
		for _, e := range a.Effects {
			s, v := e.State, e.Value
			if v.Type != manifest.Number || v.Op != manifest.OpConst || v.Value == nil || !outside(v.Value.Num, s) {
				continue
			}
			p.Errorf(ruleEffectBounds, v.Range, "%q must be %s, so an action that sets it to %s is never applicable. Change the effect, or the bounds of the state.", s.Name, interval(s), text.Number(v.Value.Num))
		}
	}
}

// checkFacts reports facts in conditions that neither generated nor declared actions can make true.
func checkFacts(p *lang.Evaluation) {
	m := p.Manifest
	services := map[string]*manifest.Service{}
	for _, s := range m.Services {
		services[s.Name] = s
	}
	for _, b := range p.Blocks("service") {
		if s := services[b.Name]; s != nil && (b.Failed() || b.Block("healthcheck") != nil && s.Healthcheck == nil) {
			delete(services, b.Name) // in error: an absence proves nothing
		}
	}
	achieved := map[manifest.Fact]bool{}
	for _, a := range m.Actions {
		for _, f := range a.Achieves {
			achieved[f.Fact] = true
		}
	}
	check := func(x *manifest.Expr) {
		walk(x, func(x *manifest.Expr) {
			s := services[x.Fact.Name]
			if x.Op != manifest.OpFact || s == nil || achieved[x.Fact] || p.Incomplete("action") {
				return
			}
			switch {
			case x.Fact.Kind == manifest.ServiceHealthy && s.Oneshot:
				p.Errorf(ruleImpossibleFact, x.Range, "Service %q is a one-shot (%s), which never becomes healthy but completes. Use service.%s.completed.", s.Name, lang.Place(s.Range), s.Name)
			case x.Fact.Kind == manifest.ServiceHealthy && (s.Healthcheck == nil || s.Healthcheck.Disable):
				p.Errorf(ruleImpossibleFact, x.Range, "Service %q has no healthcheck (%s), so it never becomes healthy. Add one, or use service.%s.started.", s.Name, lang.Place(s.Range), s.Name)
			case x.Fact.Kind == manifest.ServiceCompleted && !s.Oneshot:
				p.Errorf(ruleImpossibleFact, x.Range, "Service %q is not a one-shot (%s), so it never completes. Set `oneshot = true` if it ends by itself, or use service.%s.started.", s.Name, lang.Place(s.Range), s.Name)
			}
		})
	}
	for _, s := range m.States {
		check(s.Derived)
	}
	for _, a := range m.Actions {
		check(a.Precondition)
		for _, e := range a.Effects {
			check(e.Value)
		}
	}
	for _, g := range m.Goals {
		check(g.Condition)
	}
}
