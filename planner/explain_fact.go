package planner

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// FactExplanation is what a state or a fact of the kit's own has to do with a
// goal and its plan.
type FactExplanation struct {
	Address string
	Plan    *Plan
	Derived string   // of a derived state: what from
	Initial string   // its value where planning starts; "" of a derived state
	Values  []string // what it may become, deletes disregarded; of a set its elements
	// Writers and readers are the actions that write it, or whose precondition or
	// effects read it, by ID.
	Writers, Readers []FactUser
	// Goal says that the goal's condition reads it, or that include names it.
	Goal bool
	// Missing says why a bool, or a fact, can never be true.
	Missing []Unreachable
}

// FactUser is an action with its uses in the plan, which may be none.
type FactUser struct {
	Action *Action
	Steps  []*Step
}

// ExplainState explains a state for a goal (nil: the default one).
func ExplainState(m *manifest.Manifest, goal *manifest.Goal, s *manifest.State, o Options) *FactExplanation {
	e := &manifest.Expr{Op: manifest.OpState, Type: s.Type, State: s, Range: s.Range}
	return explainFact(m, goal, e, manifest.Thing{State: s}, o)
}

// ExplainFact explains a fact of the kit's own for a goal (nil: the default one).
func ExplainFact(m *manifest.Manifest, goal *manifest.Goal, f manifest.FactRef, o Options) *FactExplanation {
	e := &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: f.Fact, Range: f.Range}
	return explainFact(m, goal, e, manifest.Thing{Fact: f.Fact}, o)
}

func explainFact(m *manifest.Manifest, goal *manifest.Goal, e *manifest.Expr, x manifest.Thing, o Options) *FactExplanation {
	if o.MaxNodes == 0 {
		o.MaxNodes = whatIfNodes
	}
	asked := &manifest.Expr{Op: manifest.OpEq, Type: manifest.Bool, Args: []*manifest.Expr{e, e}} // nothing else may mention it
	p := NewProblem(m, o, goal, &manifest.Goal{Condition: asked})
	out := &FactExplanation{Address: Condition(e), Plan: p.Plan(goal)}
	if out.Plan.Status == Failed {
		return out
	}
	uses := map[*Action][]*Step{}
	for _, s := range out.Plan.Steps {
		uses[s.Action] = append(uses[s.Action], s)
	}
	for i, a := range p.actions {
		acc := p.access.of(a)
		if slices.ContainsFunc(acc.Writes, func(w manifest.Write) bool { return w.Overlaps(x) }) {
			out.Writers = append(out.Writers, FactUser{a, uses[a]})
		}
		reads := slices.ContainsFunc(acc.Reads, func(r manifest.Thing) bool { return r.Overlaps(x) })
		if x.State != nil && x.State.Derived != nil {
			reads = p.mentions(i, x.State)
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
	p.values(out, e)
	if e.Type == manifest.Bool && !p.model.May(e) {
		c := newChase(p)
		c.condition(e)
		if len(c.found) == 0 {
			c.leaves(e)
		}
		out.Missing = c.finish()
	}
	return out
}

// values fills in what a state is at first and what it may become.
func (p *Problem) values(out *FactExplanation, e *manifest.Expr) {
	switch {
	case e.Op == manifest.OpFact:
		out.Initial = "false"
		if from := p.o.From; from != nil && slices.Contains(from.Facts, e.Fact) {
			out.Initial = "true"
		}
	case e.State.Derived != nil:
		out.Derived = Condition(e.State.Derived)
	default:
		out.Initial = constant(e.State.Initial)
		if from := p.o.From; from != nil {
			if v, ok := from.State[e.State.Name]; ok {
				out.Initial = constant(v)
			}
		}
		if out.Initial == "null" {
			out.Initial = "unknown"
		}
		out.Values = p.model.Values(e.State)
	}
}

// mentions reports whether an action's precondition or effects name a state,
// itself or through derived states and goals.
func (p *Problem) mentions(action int, s *manifest.State) bool {
	x := manifest.Thing{State: s}
	for _, e := range p.lower[action].Pre {
		if mentions(e, x, map[any]bool{}) {
			return true
		}
	}
	for _, e := range p.lower[action].Effects {
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

// FactAt finds the state or the fact with an address; both are nil where the
// manifest has neither. Then nearest are the addresses that look most like it.
func FactAt(m *manifest.Manifest, address string, o Options) (s *manifest.State, f *manifest.FactRef, near []string) {
	var names []string
	for _, s := range m.States {
		if names = append(names, "state."+s.Name); names[len(names)-1] == address {
			return s, nil, nil
		}
	}
	for _, x := range Facts(m) {
		if names = append(names, x.String()); names[len(names)-1] == address {
			return nil, &x, nil
		}
	}
	for _, a := range Actions(m, o) {
		if a.Declared != nil {
			names = append(names, "action."+a.ID)
		} else {
			names = append(names, a.ID)
		}
	}
	return nil, nil, text.NearestOf(address, names, mostNearest)
}

// Facts lists all facts of the kit's own, with the blocks that they are about.
func Facts(m *manifest.Manifest) []manifest.FactRef {
	var out []manifest.FactRef
	add := func(name string, r hcl.Range, kinds ...manifest.FactKind) {
		for _, k := range kinds {
			out = append(out, manifest.FactRef{Fact: manifest.Fact{Kind: k, Name: name}, Range: r})
		}
	}
	for _, i := range m.Images {
		add(i.Name, i.Range, manifest.ImageReady)
	}
	for _, s := range m.Secrets {
		add(s.Name, s.Range, manifest.SecretSet)
	}
	for _, s := range m.Services {
		add(s.Name, s.Range, manifest.ServiceStarted, manifest.ServiceHealthy, manifest.ServiceCompleted)
	}
	for _, d := range m.Databases {
		add(d.Name, d.Range, manifest.DatabaseApplied)
	}
	for _, a := range m.Actions {
		add(a.Name, a.Range, manifest.ActionDone)
	}
	return out
}
