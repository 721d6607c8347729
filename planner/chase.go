package planner

import (
	"slices"
	"sort"
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// mostNearest is how many names are suggested in place of one.
const mostNearest = 3

// chase walks from a condition that cannot be met to the facts that nothing
// produces.
type chase struct {
	p        *Problem
	setters  map[*manifest.State][]int // actions with an effect on a state
	achieves map[manifest.Fact][]int
	visited  map[any]bool
	actions  map[int]bool
	found    []Unreachable
	names    map[string]bool
	chain    []*Action // from the goal to where the walk is
	// circle is a need that only actions would bring about which wait for it.
	circle *Unreachable
}

func newChase(p *Problem) *chase {
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
		u := &c.found[i]
		if u.wanted != "" { // a value may be misspelt
			u.Nearest = text.NearestOf(u.wanted, append(c.constants(u.state), u.Values...), mostNearest)
		} else {
			u.Nearest = text.NearestOf(u.Fact, producible, mostNearest)
		}
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
		if c.producers(c.helpful(s, e), c.unmet(s, e)) {
			blocked = true
		}
	}
	for _, f := range facts {
		if c.producers(c.achieves[f], Unreachable{Fact: f.String(), Range: e.Range, Condition: Condition(e)}) {
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
		c.report(c.unmet(s, e))
	}
	for _, f := range facts {
		c.report(Unreachable{Fact: f.String(), Range: e.Range, Condition: Condition(e)})
	}
}

// unmet says that a condition which reads a state can't be met.
func (c *chase) unmet(s *manifest.State, e *manifest.Expr) Unreachable {
	u := Unreachable{Fact: "state." + s.Name, Range: e.Range}
	if e.Op != manifest.OpState {
		u.Condition = Condition(e)
	}
	if u.state = s; s.Type != manifest.Bool {
		u.Values = c.p.model.Values(s)
		for _, a := range e.Args {
			if a.Op == manifest.OpConst && a.Type == manifest.String && a.Value != nil {
				u.wanted = constant(a.Value)
			}
		}
	}
	return u
}

// constants are the strings that the effects on a state mention, sorted.
func (c *chase) constants(s *manifest.State) []string {
	var out []string
	var walk func(e *manifest.Expr)
	walk = func(e *manifest.Expr) {
		if v := e.Value; e.Op == manifest.OpConst && v != nil {
			if v.Type == manifest.String {
				out = append(out, strconv.Quote(v.Str))
			}
			for _, x := range v.Set {
				out = append(out, strconv.Quote(x))
			}
		}
		for _, a := range e.Args {
			walk(a)
		}
	}
	for _, i := range c.setters[s] {
		for _, x := range c.p.lower[i].Effects {
			if x.State == s {
				walk(x.Value)
			}
		}
	}
	sort.Strings(out)
	return out
}

// helpful lists the actions one of whose effects on a state may make a
// condition true that it cannot become as things are.
func (c *chase) helpful(s *manifest.State, e *manifest.Expr) []int {
	var out []int
	for _, i := range c.setters[s] {
		for _, x := range c.p.lower[i].Effects {
			if x.State == s && c.helps(x.Value, s, e) {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

// helps reports whether a condition may be true where a state has the value of
// an effect. Values that build on the state's own may come to anything.
func (c *chase) helps(value *manifest.Expr, s *manifest.State, e *manifest.Expr) bool {
	if e.Op == manifest.OpContains && e.Args[0].Op == manifest.OpState && e.Args[1].Op == manifest.OpConst && e.Args[1].Value != nil {
		return gives(value, e.Args[1].Value.Str)
	}
	if value.Op != manifest.OpConst || value.Value == nil {
		return true
	}
	return c.p.model.May(with(e, s, value))
}

// gives reports whether an element may be in a set by what makes it: it is in
// none of its constants, and no string in it is computed.
func gives(e *manifest.Expr, element string) bool {
	switch e.Op {
	case manifest.OpConst:
		return e.Value != nil && (slices.Contains(e.Value.Set, element) || e.Type == manifest.String && e.Value.Str == element)
	case manifest.OpState:
		return e.Type == manifest.String
	case manifest.OpSubtract:
		return gives(e.Args[0], element)
	case manifest.OpCond:
		return gives(e.Args[1], element) || gives(e.Args[2], element)
	}
	return slices.ContainsFunc(e.Args, func(a *manifest.Expr) bool { return gives(a, element) })
}

// with puts a value in the place of a state.
func with(e *manifest.Expr, s *manifest.State, value *manifest.Expr) *manifest.Expr {
	if e.Op == manifest.OpState && e.State == s {
		return value
	}
	if len(e.Args) == 0 {
		return e
	}
	out := *e
	out.Args = make([]*manifest.Expr, len(e.Args))
	for i, a := range e.Args {
		out.Args[i] = with(a, s, value)
	}
	return &out
}

func (c *chase) fact(f manifest.Fact, r hcl.Range) {
	if c.p.model.MayHold(f) {
		return
	}
	if u := (Unreachable{Fact: f.String(), Range: r}); !c.producers(c.achieves[f], u) {
		c.report(u)
	}
}

// producers follows those of some actions that cannot be applied, and says
// whether there are any. need is what they would bring about.
func (c *chase) producers(actions []int, need Unreachable) bool {
	any := false
	for _, i := range actions {
		if c.p.model.Reachable(i) {
			continue
		}
		any = true
		a := c.p.actions[i]
		if c.actions[i] {
			if k := slices.Index(c.chain, a); k >= 0 && c.circle == nil {
				need.Chain, need.Circle = slices.Clone(c.chain[k:]), true
				c.circle = &need
			}
			continue
		}
		c.actions[i] = true
		c.chain = append(c.chain, a)
		for _, f := range a.Needs {
			c.fact(f.Fact, f.Range)
		}
		for _, e := range c.p.lower[i].Pre {
			c.condition(e)
		}
		c.chain = c.chain[:len(c.chain)-1]
	}
	return any
}

func (c *chase) report(u Unreachable) {
	if key := u.Fact + " " + u.Condition; !c.names[key] {
		c.names[key] = true
		u.Chain = slices.Clone(c.chain)
		c.found = append(c.found, u)
	}
}

// leaves reports why a condition cannot be met where following the actions has
// found nothing: they go round in a circle, or else its parts.
func (c *chase) leaves(e *manifest.Expr) {
	if c.circle != nil {
		c.found = append(c.found, *c.circle)
		return
	}
	if e != nil {
		c.parts(e)
	}
}

func (c *chase) parts(e *manifest.Expr) {
	if c.p.model.May(e) {
		return
	}
	switch {
	case e.Op == manifest.OpAnd || e.Op == manifest.OpOr:
		for _, a := range e.Args {
			c.parts(a)
		}
	case e.Op == manifest.OpGoal && e.Goal.Condition != nil:
		c.parts(e.Goal.Condition)
	case e.Op == manifest.OpFact:
		c.report(Unreachable{Fact: e.Fact.String(), Range: e.Range})
	default:
		states, facts, _ := reads(e)
		if e.Op == manifest.OpState {
			states = []*manifest.State{e.State}
		}
		for _, s := range states {
			c.report(c.unmet(s, e))
		}
		for _, f := range facts {
			c.report(Unreachable{Fact: f.String(), Range: e.Range})
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
