package planner

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// fallbackNodes bounds the search for each fallback, by counted nodes.
const fallbackNodes = 2_000

// Fallback is the way on when a step fails.
type Fallback struct {
	Step *Step
	// Plan leads to the goal from the state in which every step that does not
	// need the failed one is done, and the failed one has changed nothing. It
	// does not use the failed step's action.
	Plan *Plan
}

// Fallbacks gives, for each step of a plan that has an alternative, the
// cheapest way on when the step fails, in the order of the steps. There is none
// for a step whose effects no other action brings about, and none where the
// search did not end within a number of nodes.
func Fallbacks(m *manifest.Manifest, plan *Plan, o Options) []Fallback {
	if plan.Cost == nil || len(plan.Steps) == 0 {
		return nil
	}
	o.MaxNodes, o.Objective = fallbackNodes, "cost"
	p := newPlanning(m, o, plan.Goal)
	if p.diags.HasErrors() {
		return nil
	}
	p.changed = true
	index := map[string]int32{}
	for i, a := range p.actions {
		index[a.ID] = int32(i)
	}
	t := p.model.Task(taskGoal(plan.Goal))
	makers := make([][]int32, t.Facts())
	for i := range t.Ops {
		for k := range t.Ops[i].Effs {
			e := &t.Ops[i].Effs[k]
			f := t.FactBase[e.Var] + e.Val
			if l := makers[f]; len(l) == 0 || l[len(l)-1] != int32(i) {
				makers[f] = append(l, int32(i))
			}
		}
	}
	var out []Fallback
	for _, s := range plan.Steps {
		action := index[s.Action.ID]
		if !p.hasAlternative(t, action, s, makers) {
			continue
		}
		state := t.Init
		behind := map[*Step]bool{s: true}
		for _, other := range plan.Steps {
			for _, n := range other.Needs {
				behind[other] = behind[other] || behind[n]
			}
			if !behind[other] {
				state = t.Apply(state, index[other.Action.ID])
			}
		}
		if way := p.without(plan.Goal, action, slices.Clone(state)); way.Cost != nil {
			out = append(out, Fallback{s, way})
		}
	}
	return out
}

// hasAlternative reports whether all that a step is needed for can be brought
// about by another action too.
func (p *planning) hasAlternative(t *search.Task, action int32, s *Step, makers [][]int32) bool {
	served := map[string]bool{}
	for _, x := range s.Serves {
		served[x.By] = true
	}
	if len(served) == 0 {
		return false
	}
	vars := p.model.Vars()
	for k := range t.Ops[action].Effs {
		e := &t.Ops[action].Effs[k]
		if served[vars[e.Var].Name()] && !slices.ContainsFunc(makers[t.FactBase[e.Var]+e.Val], func(o int32) bool { return o != action }) {
			return false
		}
	}
	return true
}
