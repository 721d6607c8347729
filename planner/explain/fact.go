package explain

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/unmet"
)

// FactExplanation is what a state or a fact of the kit's own has to do with a
// goal and its plan.
type FactExplanation struct {
	Address string
	Plan    *planner.Plan
	Derived string   // of a derived state: what from
	Initial string   // its value where planning starts; "" of a derived state
	Values  []string // what it may become, deletes disregarded; of a set its elements
	// Writers and readers are the actions that write it, or whose precondition or
	// effects read it, by ID.
	Writers, Readers []FactUser
	// Goal says that the goal's condition reads it, or that include names it.
	Goal bool
	// Missing says why a bool, or a fact, can never be true.
	Missing []planner.Unreachable
}

// FactUser is an action with its uses in the plan, which may be none.
type FactUser struct {
	Action *planner.Action
	Steps  []*planner.Step
}

// State explains a state for a goal (nil: the default one).
func State(m *manifest.Manifest, goal *manifest.Goal, s *manifest.State, o planner.Options) *FactExplanation {
	e := &manifest.Expr{Op: manifest.OpState, Type: s.Type, State: s, Range: s.Range}
	return explainFact(m, goal, e, manifest.Thing{State: s}, o)
}

// Fact explains a fact of the kit's own for a goal (nil: the default one).
func Fact(m *manifest.Manifest, goal *manifest.Goal, f manifest.FactRef, o planner.Options) *FactExplanation {
	e := &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: f.Fact, Range: f.Range}
	return explainFact(m, goal, e, manifest.Thing{Fact: f.Fact}, o)
}

func explainFact(m *manifest.Manifest, goal *manifest.Goal, e *manifest.Expr, x manifest.Thing, o planner.Options) *FactExplanation {
	asked := &manifest.Expr{Op: manifest.OpEq, Type: manifest.Bool, Args: []*manifest.Expr{e, e}} // nothing else may mention it
	p, o := problem(m, o, goal, &manifest.Goal{Condition: asked})
	out := &FactExplanation{Address: e.Source(), Plan: p.Plan(goal)}
	if out.Plan.Status == planner.Failed {
		return out
	}
	uses := map[*planner.Action][]*planner.Step{}
	for _, s := range out.Plan.Steps {
		uses[s.Action] = append(uses[s.Action], s)
	}
	for _, a := range p.Actions() {
		acc := a.Access()
		if slices.ContainsFunc(acc.Writes, func(w manifest.Write) bool { return w.Overlaps(x) }) {
			out.Writers = append(out.Writers, FactUser{a, uses[a]})
		}
		reads := slices.ContainsFunc(acc.Reads, func(r manifest.Thing) bool { return r.Overlaps(x) })
		if x.State != nil && x.State.Derived != nil {
			reads = actionMentions(a, x.State)
		}
		if reads {
			out.Readers = append(out.Readers, FactUser{a, uses[a]})
		}
	}
	g := out.Plan.Goal
	out.Goal = g.Condition != nil && mentions(g.Condition, x, map[any]bool{})
	for _, a := range g.Include {
		out.Goal = out.Goal || x.Fact == manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}
	}
	values(p, out, e, o.From)
	if e.Type == manifest.Bool && !p.Model().May(e) {
		out.Missing = unmet.Condition(traced(p), e)
	}
	return out
}

// values fills in what a state is at first and what it may become.
func values(p *planner.Problem, out *FactExplanation, e *manifest.Expr, from *planner.From) {
	switch {
	case e.Op == manifest.OpFact:
		out.Initial = "false"
		if from != nil && slices.Contains(from.Facts, e.Fact) {
			out.Initial = "true"
		}
	case e.State.Derived != nil:
		out.Derived = e.State.Derived.Source()
	default:
		out.Initial = e.State.Initial.Source()
		if from != nil {
			if v, ok := from.State[e.State.Name]; ok {
				out.Initial = v.Source()
			}
		}
		if out.Initial == "null" {
			out.Initial = "unknown"
		}
		out.Values = p.Model().Values(e.State)
	}
}

// actionMentions reports whether an action's precondition or effects name a state,
// itself or through derived states and goals.
func actionMentions(a *planner.Action, s *manifest.State) bool {
	x := manifest.Thing{State: s}
	d := a.Declared
	if d == nil {
		return false
	}
	if d.Precondition != nil && mentions(d.Precondition, x, map[any]bool{}) {
		return true
	}
	for _, e := range d.Effects {
		if mentions(e.Value, x, map[any]bool{}) {
			return true
		}
	}
	return false
}

func mentions(e *manifest.Expr, x manifest.Thing, seen map[any]bool) bool {
	switch e.Op {
	case manifest.OpFact:
		return x.State == nil && e.Fact == x.Fact
	case manifest.OpState:
		if e.State == x.State {
			return true
		}
		if e.State.Derived != nil && !seen[e.State] {
			seen[e.State] = true
			return mentions(e.State.Derived, x, seen)
		}
	case manifest.OpGoal:
		if e.Goal.Condition != nil && !seen[e.Goal] {
			seen[e.Goal] = true
			return mentions(e.Goal.Condition, x, seen)
		}
	}
	return slices.ContainsFunc(e.Args, func(a *manifest.Expr) bool { return mentions(a, x, seen) })
}
