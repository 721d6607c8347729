package planner

import (
	"slices"
	"sort"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var (
	ruleNoDefault = diag.Error("OG304", "No default goal",
		"Several goals are declared, and none of them is the default, so that it is not known which one to plan for.")
	ruleNoProducer = diag.Error("OG305", "Nothing produces a needed fact",
		"The goal needs, directly or through the actions that lead to it, a fact that does not hold at first and that no action brings about. So there is no plan.")
	ruleNoPlan = diag.Error("OG306", "No plan reaches the goal",
		"Every fact that the goal needs can be produced, but no sequence of actions makes all of them hold together. That was proved by an exhaustive search.")
)

// chase walks from a condition that cannot be met to the facts that nothing
// produces.
type chase struct {
	p        *planning
	setters  map[*manifest.State][]int // actions with an effect on a state
	achieves map[manifest.Fact][]int
	visited  map[any]bool
	actions  map[int]bool
	found    []Unreachable
	names    map[string]bool
	chain    []*Action // from the goal to where the walk is
}

// explainUnreachable fills in, for a goal that has no plan, what nothing
// produces.
func (p *planning) explainUnreachable(out *Plan) {
	c := newChase(p)
	if out.Goal.Condition != nil {
		c.condition(out.Goal.Condition)
	}
	for _, a := range out.Goal.Include {
		c.fact(manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}, a.Range)
	}
	if len(c.found) == 0 && out.Goal.Condition != nil {
		c.leaves(out.Goal.Condition)
	}
	out.Unreachable = c.finish()
	for i := range out.Unreachable {
		u := &out.Unreachable[i]
		hint := ""
		if len(u.Nearest) > 0 {
			hint = " Did you mean " + u.Nearest[0] + "?"
		}
		out.Diagnostics = append(out.Diagnostics, ruleNoProducer.At(u.Range,
			"Goal %q needs %s, which does not hold at first and which no action brings about. Give an action that effect, or derive the state from others.%s",
			out.Goal.Name, u.Fact, hint))
	}
	if len(out.Unreachable) == 0 {
		out.Diagnostics = append(out.Diagnostics, ruleNoPlan.At(out.Goal.Range,
			"Each fact that goal %q needs can be produced, but the actions that do so undo one another's work or never can be applied together, in every order. Look for effects and destroys that make a needed fact false again.",
			out.Goal.Name))
	}
}

func newChase(p *planning) *chase {
	c := &chase{p: p, setters: map[*manifest.State][]int{}, achieves: map[manifest.Fact][]int{},
		visited: map[any]bool{}, actions: map[int]bool{}, names: map[string]bool{}}
	for i := range p.lower {
		for _, e := range p.lower[i].Effects {
			c.setters[e.State] = append(c.setters[e.State], i)
		}
		for _, f := range p.lower[i].Adds {
			c.achieves[f] = append(c.achieves[f], i)
		}
	}
	return c
}

// finish gives what was found, by name, with the nearest names.
func (c *chase) finish() []Unreachable {
	sort.SliceStable(c.found, func(i, j int) bool { return c.found[i].Fact < c.found[j].Fact })
	producible := c.producible()
	for i := range c.found {
		c.found[i].Nearest = nearest(c.found[i].Fact, producible)
	}
	return c.found
}

// condition follows e, which may not become true.
func (c *chase) condition(e *manifest.Expr) {
	if c.p.model.May(e) {
		return
	}
	switch e.Op {
	case manifest.OpAnd, manifest.OpOr:
		for _, a := range e.Args {
			c.condition(a)
		}
		return
	case manifest.OpGoal:
		if e.Goal.Condition != nil && !c.visited[e.Goal] {
			c.visited[e.Goal] = true
			c.condition(e.Goal.Condition)
		}
		return
	case manifest.OpFact:
		c.fact(e.Fact, e.Range)
		return
	case manifest.OpState:
		if e.State.Derived != nil {
			if !c.visited[e.State] {
				c.visited[e.State] = true
				c.condition(e.State.Derived)
			}
			return
		}
	}
	c.comparison(e)
}

// comparison follows a condition over values: the states that it reads.
func (c *chase) comparison(e *manifest.Expr) {
	states, facts, derived := reads(e)
	blocked := false
	for _, s := range states {
		if c.producers(c.setters[s]) {
			blocked = true
		}
	}
	for _, f := range facts {
		if c.producers(c.achieves[f]) {
			blocked = true
		}
	}
	for _, d := range derived {
		if !c.visited[d] {
			c.visited[d] = true
			n := len(c.found)
			c.condition(d.Derived)
			blocked = blocked || len(c.found) > n
		}
	}
	if blocked {
		return
	}
	for _, s := range states {
		c.report("state."+s.Name, e.Range)
	}
	for _, f := range facts {
		c.report(f.String(), e.Range)
	}
}

func (c *chase) fact(f manifest.Fact, r hcl.Range) {
	if c.p.model.MayHold(f) {
		return
	}
	if !c.producers(c.achieves[f]) {
		c.report(f.String(), r)
	}
}

// producers follows those of some actions that cannot be applied, and says
// whether there are any.
func (c *chase) producers(actions []int) bool {
	any := false
	for _, i := range actions {
		if c.p.model.Reachable(i) {
			continue
		}
		any = true
		if c.actions[i] {
			continue
		}
		c.actions[i] = true
		a := c.p.actions[i]
		c.chain = append(c.chain, a)
		for _, f := range a.Needs() {
			c.fact(f.Fact, f.Range)
		}
		for _, e := range c.p.lower[i].Pre {
			c.condition(e)
		}
		c.chain = c.chain[:len(c.chain)-1]
	}
	return any
}

func (c *chase) report(name string, r hcl.Range) {
	if !c.names[name] {
		c.names[name] = true
		c.found = append(c.found, Unreachable{Fact: name, Range: r, Chain: slices.Clone(c.chain)})
	}
}

// leaves reports the parts of a goal that cannot be met, where following the
// actions led round in a circle.
func (c *chase) leaves(e *manifest.Expr) {
	if c.p.model.May(e) {
		return
	}
	switch {
	case e.Op == manifest.OpAnd || e.Op == manifest.OpOr:
		for _, a := range e.Args {
			c.leaves(a)
		}
	case e.Op == manifest.OpGoal && e.Goal.Condition != nil:
		c.leaves(e.Goal.Condition)
	case e.Op == manifest.OpFact:
		c.report(e.Fact.String(), e.Range)
	default:
		states, facts, _ := reads(e)
		if e.Op == manifest.OpState {
			states = []*manifest.State{e.State}
		}
		for _, s := range states {
			c.report("state."+s.Name, e.Range)
		}
		for _, f := range facts {
			c.report(f.String(), e.Range)
		}
	}
}

// reads lists what an expression mentions, each once.
func reads(e *manifest.Expr) (states []*manifest.State, facts []manifest.Fact, derived []*manifest.State) {
	seen := map[any]bool{}
	var walk func(e *manifest.Expr)
	walk = func(e *manifest.Expr) {
		switch {
		case e.Op == manifest.OpState && !seen[e.State]:
			seen[e.State] = true
			if e.State.Derived != nil {
				derived = append(derived, e.State)
			} else {
				states = append(states, e.State)
			}
		case e.Op == manifest.OpFact && !seen[e.Fact]:
			seen[e.Fact] = true
			facts = append(facts, e.Fact)
		}
		for _, a := range e.Args {
			walk(a)
		}
	}
	walk(e)
	return states, facts, derived
}

// producible are the names of everything that an action can bring about.
func (c *chase) producible() []string {
	seen := map[string]bool{}
	for s, as := range c.setters {
		for _, i := range as {
			seen["state."+s.Name] = seen["state."+s.Name] || c.p.model.Reachable(i)
		}
	}
	for f, as := range c.achieves {
		for _, i := range as {
			if f.Kind != manifest.ActionDone {
				seen[f.String()] = seen[f.String()] || c.p.model.Reachable(i)
			}
		}
	}
	for _, s := range c.p.m.States {
		if s.Derived != nil && c.p.model.Mentions(s) {
			seen["state."+s.Name] = c.p.model.May(s.Derived)
		}
	}
	var out []string
	for n, ok := range seen {
		if ok {
			out = append(out, n)
		}
	}
	sort.Strings(out)
	return out
}

// nearest are the names that look most like one, at most three.
func nearest(name string, among []string) []string {
	type scored struct {
		name string
		d    int
	}
	var best []scored
	for _, n := range among {
		if d := levenshtein.Distance(name, n, nil); n != name && d <= max(3, len(name)/3) {
			best = append(best, scored{n, d})
		}
	}
	sort.SliceStable(best, func(i, j int) bool { return best[i].d < best[j].d })
	var out []string
	for _, b := range best[:min(3, len(best))] {
		out = append(out, b.name)
	}
	return out
}
