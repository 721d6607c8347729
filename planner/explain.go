package planner

import (
	"math/big"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// whatIfNodes bounds the searches for what would be, by counted nodes.
const whatIfNodes = 20_000

// Reason says why an action is in the plan or why it isn't.
type Reason string

const (
	InPlan       Reason = "in-plan"
	IsIrrelevant Reason = "irrelevant"  // nothing that it does helps the goal
	IsBlocked    Reason = "unreachable" // its precondition can't hold
	IsDominated  Reason = "dominated"   // By does the same, needs no more and costs no more
	IsTooDear    Reason = "too-dear"    // every plan with it costs more, or as much
	IsUnusable   Reason = "unusable"    // no plan contains it
	NotKnown     Reason = "not-known"   // the bound on the search was hit
)

// Explanation is why an action is in a goal's plan, or why it isn't.
type Explanation struct {
	Action *Action
	Plan   *Plan
	Reason Reason
	Steps  []*Step // its uses; each says what it serves
	By     *Action // IsDominated
	// Alternative is, for an action in the plan, the best plan without it, and
	// else the best plan with it; Extra is by how much it costs more. Status
	// says whether there is one, and whether it was found within bounds.
	Alternative *Plan
	Extra       *big.Rat      // nil where there is no such plan, or none was found
	Missing     []Unreachable // IsBlocked: what nothing produces
}

// ExplainAction explains an action, by ID, for a goal (nil: the default one).
// It is nil where there is no such action.
func ExplainAction(m *manifest.Manifest, goal *manifest.Goal, id string, o Options) *Explanation {
	if o.MaxNodes == 0 {
		o.MaxNodes = whatIfNodes
	}
	p := newPlanning(m, o, goal)
	at := -1
	for i, a := range p.actions {
		if a.ID == id {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	e := &Explanation{Action: p.actions[at], Plan: p.plan(goal), Reason: NotKnown}
	for _, s := range e.Plan.Steps {
		if s.Action == e.Action {
			e.Steps = append(e.Steps, s)
		}
	}
	if e.Plan.Status == Failed {
		return e
	}
	p.changed = true
	if len(e.Steps) > 0 {
		e.Reason = InPlan
		e.Alternative = p.without(e.Plan.Goal, int32(at), nil)
	} else if !p.absent(e, int32(at)) {
		return e
	}
	if a := e.Alternative; a.Cost != nil && e.Plan.Cost != nil {
		e.Extra = new(big.Rat).Sub(a.Cost, e.Plan.Cost)
	}
	return e
}

// without plans with an action barred in all its uses, from a state (nil: the
// start).
func (p *planning) without(goal *manifest.Goal, action int32, from []int32) *Plan {
	out, ok := p.begin(goal)
	if !ok {
		return out
	}
	t := p.model.Task(taskGoal(out.Goal))
	t.Nodes = append(t.Nodes, search.Node{Or: true}) // holds never
	t.Ops[action] = search.Op{Pre: []search.Ref{t.Props() - 1}}
	if from != nil {
		t.Init = from
	}
	p.solve(out, t)
	return out
}

// absent finds out why an action isn't in the plan; false where there is no
// plan with it to look for.
func (p *planning) absent(e *Explanation, action int32) bool {
	simple := search.Simplify(p.model.Task(taskGoal(e.Plan.Goal)))
	switch simple.Reasons[action] {
	case search.Irrelevant:
		e.Reason = IsIrrelevant
		return false
	case search.Dominated:
		e.Reason, e.By = IsDominated, p.actions[simple.By[action]]
		return false
	case search.Unreachable:
		e.Reason = IsBlocked
		c := newChase(p)
		for _, f := range e.Action.Needs() {
			c.fact(f.Fact, f.Range)
		}
		for _, x := range p.lower[action].Pre {
			c.condition(x)
		}
		e.Missing = c.finish()
		return false
	}
	if e.Action.Declared == nil {
		return false
	}
	goal := *e.Plan.Goal
	goal.Include = append(goal.Include[:len(goal.Include):len(goal.Include)], &manifest.ActionRef{Action: e.Action.Declared})
	with := newPlanning(p.m, p.o, &goal)
	with.changed = true
	e.Alternative = with.plan(&goal)
	switch e.Alternative.Status {
	case Unsolvable:
		e.Reason = IsUnusable
	case Optimal, Bounded:
		e.Reason = IsTooDear
	}
	return true
}

// Conjunct is one top-level condition of a goal.
type Conjunct struct {
	Range  hcl.Range
	Action *manifest.Action // that it be done; nil: a part of the condition
	// Needed says that without this conjunct the others of the core have a
	// plan; where it is false, that was not proved within the bound.
	Needed bool
}

// Destruction is a fact that a plan needs to the end, that no action brings
// about, and that an action in every plan makes false.
type Destruction struct {
	Fact string
	By   *Action
}

// NoPlan is why a goal has no plan.
type NoPlan struct {
	Plan      *Plan      // its Unreachable has the chains to what nothing produces
	Core      []Conjunct // conjuncts that have no plan together; minimal, as far as Needed says
	Destroyed []Destruction
}

// ExplainNoPlan explains why a goal (nil: the default one) has no plan. It is
// nil where it has one, or where that is not known.
func ExplainNoPlan(m *manifest.Manifest, goal *manifest.Goal, o Options) *NoPlan {
	p := newPlanning(m, o, goal)
	out := &NoPlan{Plan: p.plan(goal)}
	if out.Plan.Status != Unsolvable {
		return nil
	}
	p.changed = true
	if p.o.MaxNodes == 0 {
		p.o.MaxNodes = whatIfNodes
	}
	g := out.Plan.Goal
	var parts []*manifest.Expr
	if g.Condition != nil {
		parts = conjuncts(g.Condition, nil)
	}
	core := make([]Conjunct, 0, len(parts)+len(g.Include))
	var exprs []*manifest.Expr
	for _, e := range parts {
		core, exprs = append(core, Conjunct{Range: e.Range}), append(exprs, e)
	}
	for _, a := range g.Include {
		core = append(core, Conjunct{Range: a.Range, Action: a.Action})
		exprs = append(exprs, &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Range: a.Range,
			Fact: manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}})
	}
	for i := 0; i < len(core); {
		rest := append(append([]*manifest.Expr{}, exprs[:i]...), exprs[i+1:]...)
		status := p.status(rest)
		if status == Unsolvable { // this one is not needed for that
			core, exprs = append(core[:i], core[i+1:]...), rest
			continue
		}
		core[i].Needed = status == Optimal || status == Bounded
		i++
	}
	out.Core = core
	vars := p.model.Vars()
	t := p.model.Task(taskGoal(g))
	for _, c := range search.Conflicts(t) {
		v, _ := t.VarOf(c.Fact)
		out.Destroyed = append(out.Destroyed, Destruction{vars[v].Name(), p.actions[c.Op]})
	}
	return out
}

// status plans for a conjunction of conditions.
func (p *planning) status(parts []*manifest.Expr) Status {
	goal := &manifest.Goal{Condition: &manifest.Expr{Op: manifest.OpAnd, Type: manifest.Bool, Args: parts}}
	out := &Plan{Goal: goal, Objective: "cost"}
	p.cheapest(out, p.model.Task(taskGoal(goal)))
	return out.Status
}

func conjuncts(e *manifest.Expr, out []*manifest.Expr) []*manifest.Expr {
	switch {
	case e.Op == manifest.OpAnd:
		for _, a := range e.Args {
			out = conjuncts(a, out)
		}
		return out
	case e.Op == manifest.OpGoal && e.Goal.Condition != nil:
		return conjuncts(e.Goal.Condition, out)
	}
	return append(out, e)
}
