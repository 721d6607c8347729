package explain

import (
	"math/big"
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/search/advanced"
	"github.com/omegagen/omegagen/planner/internal/unmet"
)

// Reason says why an action is in the plan or why it isn't.
type Reason string

const (
	InPlan       Reason = "in-plan"
	Irrelevant   Reason = "irrelevant"    // none of its effects helps the goal
	Blocked      Reason = "unreachable"   // its precondition can't hold
	Dominated    Reason = "dominated"     // By has the same effects, requires no more and costs no more
	TooExpensive Reason = "too-expensive" // every plan with it costs at least as much
	Unusable     Reason = "unusable"      // no plan contains it
	NotKnown     Reason = "not-known"     // the search limit was reached
)

// ActionExplanation is why an action is in a goal's plan, or why it isn't.
type ActionExplanation struct {
	Action *planner.Action
	Plan   *planner.Plan
	Reason Reason
	Steps  []*planner.Step // its uses; each lists what it serves
	By     *planner.Action // Dominated
	// Alternative is, for an action in the plan, the best plan without it, and
	// otherwise the best plan with it; Extra is its additional cost. Status says
	// whether one exists, and whether it was found within limits.
	Alternative *planner.Plan
	Extra       *big.Rat // nil if there is no such plan, or none was found
	// Missing is, for Blocked, what no action produces; empty if all that the
	// precondition requires can hold, but never together.
	Missing []planner.Unreachable
	// Fallbacks are those of Steps.
	Fallbacks []planner.Fallback
}

// Difference lists the steps that only Alternative has, and those that only the
// plan has.
func (e *ActionExplanation) Difference() (more, fewer []*planner.Step) {
	if e.Alternative == nil {
		return nil, nil
	}
	return beyond(e.Alternative.Steps, e.Plan.Steps), beyond(e.Plan.Steps, e.Alternative.Steps)
}

// beyond lists the steps of a plan without a counterpart in another one: one
// use of an action corresponds to one use of it.
func beyond(steps, others []*planner.Step) []*planner.Step {
	ids := map[string]bool{}
	for _, s := range others {
		ids[s.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(steps), func(s *planner.Step) bool { return ids[s.ID] })
}

// Action explains an action, by ID, for a goal (nil: the default one). It is
// nil if there is no such action.
func Action(m *manifest.Manifest, goal *manifest.Goal, id string, o planner.Options) *ActionExplanation {
	p, o := problem(m, o, goal)
	at := slices.IndexFunc(p.Actions(), func(a *planner.Action) bool { return a.ID == id })
	if at < 0 {
		return nil
	}
	e := &ActionExplanation{Action: p.Actions()[at], Plan: p.Plan(goal), Reason: NotKnown}
	for _, s := range e.Plan.Steps {
		if s.Action == e.Action {
			e.Steps = append(e.Steps, s)
		}
	}
	if e.Plan.Status == planner.Failed {
		return e
	}
	if len(e.Steps) > 0 {
		e.Reason = InPlan
		for _, f := range p.Fallbacks(e.Plan) {
			if f.Step.Action == e.Action {
				e.Fallbacks = append(e.Fallbacks, f)
			}
		}
		e.Alternative = p.PlanTask(e.Plan.Goal, without(p.Task(e.Plan.Goal), at))
	} else if !absent(p, e, at, o) {
		return e
	}
	if a := e.Alternative; a.Cost != nil && e.Plan.Cost != nil {
		e.Extra = new(big.Rat).Sub(a.Cost, e.Plan.Cost)
	}
	return e
}

// without forbids all uses of an action in a task, which may be nil.
func without(t *search.Task, action int) *search.Task {
	if t != nil {
		t.Nodes = append(t.Nodes, search.Node{Or: true}) // never holds
		t.Ops[action] = search.Op{Pre: []search.Ref{t.Props() - 1}}
	}
	return t
}

// absent finds out why an action isn't in the plan; false if there is no plan
// with it to search for.
func absent(p *planner.Problem, e *ActionExplanation, action int, o planner.Options) bool {
	t := p.Task(e.Plan.Goal)
	if t == nil {
		return false // stopped
	}
	simple := search.Simplify(t)
	switch simple.Reasons[action] {
	case search.Irrelevant:
		e.Reason = Irrelevant
		return false
	case search.Dominated:
		e.Reason, e.By = Dominated, p.Actions()[simple.By[action]]
		return false
	case search.Unreachable:
		e.Reason = Blocked
		e.Missing = unmet.Action(traced(p), e.Action)
		return false
	case search.Kept:
	}
	if advanced.Exclusive(t, int32(action), o.Stop) {
		e.Reason = Blocked
		return false
	}
	if e.Action.Declared == nil {
		return false
	}
	goal := *e.Plan.Goal
	goal.Include = append(goal.Include[:len(goal.Include):len(goal.Include)], &manifest.ActionRef{Action: e.Action.Declared})
	with := planner.NewProblem(p.Manifest(), o, &goal)
	e.Alternative = with.PlanTask(&goal, with.Task(&goal))
	switch e.Alternative.Status {
	case planner.Unsolvable:
		e.Reason = Unusable
	case planner.Optimal, planner.Bounded:
		e.Reason = TooExpensive
	case planner.Limit, planner.Failed:
	}
	return true
}
