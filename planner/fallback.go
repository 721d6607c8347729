package planner

import (
	"slices"

	"github.com/omegagen/omegagen/planner/internal/search"
)

// Bounds of the search for fallbacks, by counted nodes: of one fallback, and of
// all those of a plan, where each node weighs as much as the task has actions.
const (
	fallbackNodes = 2_000
	fallbackWork  = 300_000
)

// Fallback is the way on when one step of a plan fails for good: the cheapest
// plan for the same goal that does not use the failed step's action at all,
// from the state in which the failed step has changed nothing and every step
// that does not need it is done.
//
// A runner, when Step has failed, undoes it (its rollback), brings all of Done
// to its end, and then runs the steps of Plan instead of those of the goal's
// plan that are neither Step nor in Done. Plan is complete in itself: its Needs
// point to its own steps, its IDs are numbered by themselves (so an ID may also
// be that of a step of the goal's plan, which is then another use of that
// action), and what its steps need beyond their Needs holds once Done is done.
// Replaying Done and then Plan.Steps, each in their order, reaches the goal.
//
// There is one where another way to the goal exists and was found within a
// number of nodes; none for actions that are declared with fallback = "never".
type Fallback struct {
	Step *Step
	// Done are the steps that do not need Step, directly or through others, in
	// the order of the plan.
	Done []*Step
	// Plan's Status is Optimal, or Bounded where the bound on the search was hit
	// behind the first plan found.
	Plan *Plan
}

// fallbacks adds to a plan its fallbacks.
func (p *planning) fallbacks(out *Plan) {
	if out.Cost == nil || len(out.Steps) == 0 {
		return
	}
	t := p.model.Task(taskGoal(out.Goal))
	if t == nil {
		return // stopped
	}
	forced := search.Forced(t)
	index := make(map[*Action]int32, len(p.actions))
	for i, a := range p.actions {
		index[a] = int32(i)
	}
	uses := map[*Action]int{}
	for _, s := range out.Steps {
		uses[s.Action]++
	}
	work := fallbackWork
	for _, s := range out.Steps {
		o := index[s.Action]
		if d := s.Action.Declared; d != nil && d.Fallback == "never" || uses[s.Action] == 1 && forced[o] {
			continue
		}
		q := p.detour(min(fallbackNodes, work/len(t.Ops)))
		if q.o.MaxNodes <= 0 || p.o.Stop != nil && p.o.Stop() {
			return
		}
		done, state := independent(out.Steps, s), slices.Clone(t.Init)
		for _, d := range done {
			state = t.Apply(state, index[d.Action])
		}
		way := q.without(out.Goal, o, state)
		work -= (5 + int(way.Search.Evaluated)) * len(t.Ops)
		if way.Cost != nil {
			way.Dropped = nil
			out.Fallbacks = append(out.Fallbacks, Fallback{s, done, way})
		}
	}
}

// detour is the planning that finds what would be, within a number of nodes.
func (p *planning) detour(nodes int) *planning {
	q := *p
	q.o = Options{Objective: "cost", Stop: p.o.Stop, MaxNodes: int64(nodes), MaxBytes: p.o.MaxBytes}
	q.changed = true
	return &q
}

// independent lists the steps that do not need a step, in their order.
func independent(steps []*Step, failed *Step) []*Step {
	behind := map[*Step]bool{failed: true}
	var out []*Step
	for _, s := range steps {
		for _, n := range s.Needs {
			behind[s] = behind[s] || behind[n]
		}
		if !behind[s] {
			out = append(out, s)
		}
	}
	return out
}
