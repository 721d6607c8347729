package explain

import (
	"slices"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/unmet"
)

// FactExplanation relates a state, or one of the kit's own facts, to a goal and
// its plan.
type FactExplanation struct {
	Address string
	Plan    *planner.Plan
	Derived string   // for a derived state: its definition
	Initial string   // its value where planning starts; "" for a derived state
	Values  []string // its possible values in the delete relaxation; for a set, its elements
	// Writers and readers are the actions that write it, or whose precondition or
	// effects read it, by ID.
	Writers, Readers []FactUser
	// Goal reports whether the goal's condition reads it, or that include names it.
	Goal bool
	// Missing says why a bool, or a fact, can never be true.
	Missing []planner.Unreachable
}

// FactUser is an action with its uses in the plan, possibly none.
type FactUser struct {
	Action *planner.Action
	Steps  []*planner.Step
}

// State explains a state for a goal (nil: the default one).
func State(m *manifest.Manifest, goal *manifest.Goal, s *manifest.State, o planner.Options) *FactExplanation {
	e := &manifest.Expr{Op: manifest.OpState, Type: s.Type, State: s, Range: s.Range}
	return explainFact(m, goal, e, manifest.PlanVariable{State: s}, o)
}

// Fact explains one of the kit's own facts for a goal (nil: the default one).
func Fact(m *manifest.Manifest, goal *manifest.Goal, f manifest.FactRef, o planner.Options) *FactExplanation {
	e := &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: f.Fact, Range: f.Range}
	return explainFact(m, goal, e, manifest.PlanVariable{Fact: f.Fact}, o)
}

func explainFact(m *manifest.Manifest, goal *manifest.Goal, e *manifest.Expr, x manifest.PlanVariable, o planner.Options) *FactExplanation {
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
		if reads(acc, x) {
			out.Readers = append(out.Readers, FactUser{a, uses[a]})
		}
	}
	g := out.Plan.Goal
	out.Goal = reads(g.Condition.Access(), x)
	for _, a := range g.Include {
		out.Goal = out.Goal || x.Fact == manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}
	}
	values(p, out, e, o.From)
	if e.Type == manifest.Bool && !p.Model().May(e) {
		out.Missing = unmet.Condition(traced(p), e)
	}
	return out
}

// values fills in a state's initial value and its possible values.
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

// reads reports whether an access reads a fact or a state, directly or through
// derived states and goals.
func reads(acc *manifest.Access, x manifest.PlanVariable) bool {
	if x.State != nil && x.State.Derived != nil {
		return slices.Contains(acc.Derived, x.State)
	}
	return slices.ContainsFunc(acc.Reads, x.Overlaps)
}
