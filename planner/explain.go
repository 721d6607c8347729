package planner

import (
	"math/big"
	"slices"

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
	Extra       *big.Rat // nil where there is no such plan, or none was found
	// Missing is, of IsBlocked, what nothing produces; none where all that the
	// precondition demands can hold, but never together.
	Missing []Unreachable
	// Fallbacks are the ways on when one of Steps fails.
	Fallbacks []Fallback
}

// Difference lists the steps that Alternative has beyond the plan, and those
// that it does without.
func (e *Explanation) Difference() (more, fewer []*Step) {
	if e.Alternative == nil {
		return nil, nil
	}
	return beyond(e.Alternative.Steps, e.Plan.Steps), beyond(e.Plan.Steps, e.Alternative.Steps)
}

// beyond lists the steps of a plan that another one has no counterpart of: a use
// of an action stands for one use of it.
func beyond(steps, others []*Step) []*Step {
	ids := map[string]bool{}
	for _, s := range others {
		ids[s.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(steps), func(s *Step) bool { return ids[s.ID] })
}

// ExplainAction explains an action, by ID, for a goal (nil: the default one).
// It is nil where there is no such action.
func ExplainAction(m *manifest.Manifest, goal *manifest.Goal, id string, o Options) *Explanation {
	if o.MaxNodes == 0 {
		o.MaxNodes = whatIfNodes
	}
	p := NewProblem(m, o, goal)
	at := -1
	for i, a := range p.actions {
		if a.ID == id {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	e := &Explanation{Action: p.actions[at], Plan: p.Plan(goal), Reason: NotKnown}
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
		p.fallbacks(e.Plan)
		for _, f := range e.Plan.Fallbacks {
			if f.Step.Action == e.Action {
				e.Fallbacks = append(e.Fallbacks, f)
			}
		}
		e.Alternative = p.without(e.Plan.Goal, int32(at))
	} else if !p.absent(e, int32(at)) {
		return e
	}
	if a := e.Alternative; a.Cost != nil && e.Plan.Cost != nil {
		e.Extra = new(big.Rat).Sub(a.Cost, e.Plan.Cost)
	}
	return e
}

// without plans with an action barred in all its uses.
func (p *Problem) without(goal *manifest.Goal, action int32) *Plan {
	out, ok := p.begin(goal)
	if !ok {
		return out
	}
	t := p.Task(out.Goal)
	if t == nil {
		return limited(out)
	}
	t.Nodes = append(t.Nodes, search.Node{Or: true}) // holds never
	t.Ops[action] = search.Op{Pre: []search.Ref{t.Props() - 1}}
	p.solve(out, t)
	return out
}

// absent finds out why an action isn't in the plan; false where there is no
// plan with it to look for.
func (p *Problem) absent(e *Explanation, action int32) bool {
	t := p.Task(e.Plan.Goal)
	if t == nil {
		return false // stopped
	}
	simple := search.Simplify(t)
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
		for _, f := range e.Action.Needs {
			c.fact(f.Fact, f.Range)
		}
		for _, x := range p.lower[action].Pre {
			c.condition(x)
		}
		e.Missing = c.finish()
		return false
	case search.Kept:
	}
	if search.Exclusive(t, action, p.o.Stop) {
		e.Reason = IsBlocked
		return false
	}
	if e.Action.Declared == nil {
		return false
	}
	goal := *e.Plan.Goal
	goal.Include = append(goal.Include[:len(goal.Include):len(goal.Include)], &manifest.ActionRef{Action: e.Action.Declared})
	with := NewProblem(p.m, p.o, &goal)
	with.changed = true
	e.Alternative = with.Plan(&goal)
	switch e.Alternative.Status {
	case Unsolvable:
		e.Reason = IsUnusable
	case Optimal, Bounded:
		e.Reason = IsTooDear
	case Limit, Failed:
	}
	return true
}
