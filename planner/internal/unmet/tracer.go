package unmet

import (
	"slices"
	"sort"
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/internal/task"
	"github.com/omegagen/omegagen/planner/plan"
)

// mostNearest limits the suggested names.
const mostNearest = 3

// tracer walks from a condition that cannot be met to the facts that no action
// produces.
type tracer struct {
	m        *manifest.Manifest
	model    *task.Model
	actions  []*deployment.Action
	setters  map[*manifest.State][]int // actions with an effect on a state
	achieves map[manifest.Fact][]int
	visited  map[any]bool
	seen     map[int]bool // actions that were followed
	found    []finding
	names    map[string]bool
	chain    []*deployment.Action // from the goal to the current position
	// cycle is a fact whose only producers depend on it.
	cycle *finding
}

// finding is what no action produces, with the data for its explanation.
type finding struct {
	plan.Unreachable
	state  *manifest.State
	wanted string // the string that the condition compares with, quoted
}

func newTracer(p Problem) *tracer {
	t := &tracer{m: p.Manifest, model: p.Model, actions: p.Actions, setters: map[*manifest.State][]int{}, achieves: map[manifest.Fact][]int{},
		visited: map[any]bool{}, seen: map[int]bool{}, names: map[string]bool{}}
	for i, a := range p.Actions {
		for _, e := range effects(a) {
			t.setters[e.State] = append(t.setters[e.State], i)
		}
		for _, f := range a.Achieves {
			t.achieves[f] = append(t.achieves[f], i)
		}
		if d := a.Declared; d != nil {
			f := manifest.Fact{Kind: manifest.ActionDone, Name: d.Name}
			t.achieves[f] = append(t.achieves[f], i)
		}
	}
	return t
}

// effects are those of an action on states.
func effects(a *deployment.Action) []manifest.Effect {
	if a.Declared == nil {
		return nil
	}
	return a.Declared.Effects
}

// finish returns the findings, by name, with the nearest names.
func (t *tracer) finish() []finding {
	sort.SliceStable(t.found, func(i, j int) bool { return t.found[i].Fact < t.found[j].Fact })
	producible := t.producible()
	for i := range t.found {
		u := &t.found[i]
		if u.wanted != "" { // a value may be misspelled
			u.Nearest = text.NearestOf(u.wanted, append(t.constants(u.state), u.Values...), mostNearest)
		} else {
			u.Nearest = text.NearestOf(u.Fact, producible, mostNearest)
		}
	}
	return t.found
}

// condition follows e, which may not become true.
func (t *tracer) condition(e *manifest.Expr) {
	if t.model.May(e) {
		return
	}
	switch e.Op {
	case manifest.OpAnd, manifest.OpOr:
		for _, a := range e.Args {
			t.condition(a)
		}
		return
	case manifest.OpGoal:
		if e.Goal.Condition != nil && !t.visited[e.Goal] {
			t.visited[e.Goal] = true
			t.condition(e.Goal.Condition)
		}
		return
	case manifest.OpFact:
		t.fact(e.Fact, e.Range)
		return
	case manifest.OpState:
		if e.State.Derived != nil {
			if !t.visited[e.State] {
				t.visited[e.State] = true
				t.condition(e.State.Derived)
			}
			return
		}
	}
	t.comparison(e)
}

// comparison follows a condition over values: the states that it reads.
func (t *tracer) comparison(e *manifest.Expr) {
	states, facts, derived := reads(e)
	blocked := false
	for _, s := range states {
		if t.producers(t.helpful(s, e), t.unmet(s, e)) {
			blocked = true
		}
	}
	for _, f := range facts {
		if t.producers(t.achieves[f], factAt(f, e)) {
			blocked = true
		}
	}
	for _, d := range derived {
		if !t.visited[d] {
			t.visited[d] = true
			n := len(t.found)
			t.condition(d.Derived)
			blocked = blocked || len(t.found) > n
		}
	}
	if blocked {
		return
	}
	for _, s := range states {
		t.report(t.unmet(s, e))
	}
	for _, f := range facts {
		t.report(factAt(f, e))
	}
}

// bare is the finding for a fact.
func bare(f manifest.Fact, r hcl.Range) finding {
	return finding{Unreachable: plan.Unreachable{Fact: f.String(), Range: r}}
}

// factAt is the finding for a condition that reads a fact.
func factAt(f manifest.Fact, e *manifest.Expr) finding {
	u := bare(f, e.Range)
	u.Condition = e.Source()
	return u
}

// unmet is the finding for a condition that reads a state.
func (t *tracer) unmet(s *manifest.State, e *manifest.Expr) finding {
	u := finding{Unreachable: plan.Unreachable{Fact: "state." + s.Name, Range: e.Range}}
	if e.Op != manifest.OpState {
		u.Condition = e.Source()
	}
	if u.state = s; s.Type != manifest.Bool {
		u.Values = t.model.Values(s)
		for _, a := range e.Args {
			if a.Op == manifest.OpConst && a.Type == manifest.String && a.Value != nil {
				u.wanted = a.Value.Source()
			}
		}
	}
	return u
}

// constants are the strings that the effects on a state mention, sorted.
func (t *tracer) constants(s *manifest.State) []string {
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
	for _, i := range t.setters[s] {
		for _, x := range effects(t.actions[i]) {
			if x.State == s {
				walk(x.Value)
			}
		}
	}
	sort.Strings(out)
	return out
}

// helpful lists the actions with an effect on a state that may make a condition
// true although it can't become true now.
func (t *tracer) helpful(s *manifest.State, e *manifest.Expr) []int {
	var out []int
	for _, i := range t.setters[s] {
		for _, x := range effects(t.actions[i]) {
			if x.State == s && t.mayHelp(x.Value, s, e) {
				out = append(out, i)
				break
			}
		}
	}
	return out
}

// mayHelp reports whether a condition may be true if a state has the value of
// an effect. Values computed from the state itself may be anything.
func (t *tracer) mayHelp(value *manifest.Expr, s *manifest.State, e *manifest.Expr) bool {
	if e.Op == manifest.OpContains && e.Args[0].Op == manifest.OpState && e.Args[1].Op == manifest.OpConst && e.Args[1].Value != nil {
		return canProduce(value, e.Args[1].Value.Str)
	}
	if value.Op != manifest.OpConst || value.Value == nil {
		return true
	}
	return t.model.May(substitute(e, s, value))
}

// canProduce reports whether an expression may produce a set with an element:
// false if it is in none of its constants, and no string in it is computed.
func canProduce(e *manifest.Expr, element string) bool {
	switch e.Op {
	case manifest.OpConst:
		return e.Value != nil && (slices.Contains(e.Value.Set, element) || e.Type == manifest.String && e.Value.Str == element)
	case manifest.OpState:
		return e.Type == manifest.String
	case manifest.OpSubtract:
		return canProduce(e.Args[0], element)
	case manifest.OpCond:
		return canProduce(e.Args[1], element) || canProduce(e.Args[2], element)
	}
	return slices.ContainsFunc(e.Args, func(a *manifest.Expr) bool { return canProduce(a, element) })
}

// substitute replaces a state by a value.
func substitute(e *manifest.Expr, s *manifest.State, value *manifest.Expr) *manifest.Expr {
	if e.Op == manifest.OpState && e.State == s {
		return value
	}
	if len(e.Args) == 0 {
		return e
	}
	out := *e
	out.Args = make([]*manifest.Expr, len(e.Args))
	for i, a := range e.Args {
		out.Args[i] = substitute(a, s, value)
	}
	return &out
}

func (t *tracer) fact(f manifest.Fact, r hcl.Range) {
	if t.model.MayHold(f) {
		return
	}
	if u := bare(f, r); !t.producers(t.achieves[f], u) {
		t.report(u)
	}
}

// producers follows those of some actions that cannot be applied, and reports
// whether there are any. need is what they would produce.
func (t *tracer) producers(actions []int, need finding) bool {
	any := false
	for _, i := range actions {
		if t.model.Reachable(i) {
			continue
		}
		any = true
		a := t.actions[i]
		if t.seen[i] {
			if k := slices.Index(t.chain, a); k >= 0 && t.cycle == nil {
				need.Chain, need.Cycle = slices.Clone(t.chain[k:]), true
				t.cycle = &need
			}
			continue
		}
		t.seen[i] = true
		t.chain = append(t.chain, a)
		t.action(a)
		t.chain = t.chain[:len(t.chain)-1]
	}
	return any
}

// action follows an action's preconditions.
func (t *tracer) action(a *deployment.Action) {
	for _, f := range a.Needs {
		t.fact(f.Fact, f.Range)
	}
	if d := a.Declared; d != nil && d.Precondition != nil {
		t.condition(d.Precondition)
	}
}

func (t *tracer) report(u finding) {
	if key := u.Fact + " " + u.Condition; !t.names[key] {
		t.names[key] = true
		u.Chain = slices.Clone(t.chain)
		t.found = append(t.found, u)
	}
}

// reportLeafConditions reports why a condition cannot be met if following the
// actions has found nothing: their dependency cycle, or else the parts of the
// condition.
func (t *tracer) reportLeafConditions(e *manifest.Expr) {
	if t.cycle != nil {
		t.found = append(t.found, *t.cycle)
		return
	}
	if e != nil {
		t.reportParts(e)
	}
}

func (t *tracer) reportParts(e *manifest.Expr) {
	if t.model.May(e) {
		return
	}
	switch {
	case e.Op == manifest.OpAnd || e.Op == manifest.OpOr:
		for _, a := range e.Args {
			t.reportParts(a)
		}
	case e.Op == manifest.OpGoal && e.Goal.Condition != nil:
		t.reportParts(e.Goal.Condition)
	case e.Op == manifest.OpFact:
		t.report(bare(e.Fact, e.Range))
	default:
		states, facts, _ := reads(e)
		if e.Op == manifest.OpState {
			states = []*manifest.State{e.State}
		}
		for _, s := range states {
			t.report(t.unmet(s, e))
		}
		for _, f := range facts {
			t.report(bare(f, e.Range))
		}
	}
}

// reads lists the variables of an expression, each once.
func reads(e *manifest.Expr) (states []*manifest.State, facts []manifest.Fact, derived []*manifest.State) {
	for _, v := range e.Names() {
		switch {
		case v.State == nil:
			facts = append(facts, v.Fact)
		case v.State.Derived != nil:
			derived = append(derived, v.State)
		default:
			states = append(states, v.State)
		}
	}
	return states, facts, derived
}

// producible are the names of everything that an action can produce.
func (t *tracer) producible() []string {
	seen := map[string]bool{}
	for s, as := range t.setters {
		for _, i := range as {
			seen["state."+s.Name] = seen["state."+s.Name] || t.model.Reachable(i)
		}
	}
	for f, as := range t.achieves {
		for _, i := range as {
			if f.Kind != manifest.ActionDone {
				seen[f.String()] = seen[f.String()] || t.model.Reachable(i)
			}
		}
	}
	for _, s := range t.m.States {
		if s.Derived != nil && t.model.Mentions(s) {
			seen["state."+s.Name] = t.model.May(s.Derived)
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
