package validate

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/plan"
)

// timed replays the schedule: what a step requires holds from its start to its
// end, effects come at the end, and steps that conflict (one writes what
// another one reads or writes) don't overlap, unless the writes commute. The
// schedule ends in the same state as the sequence.
func timed(w *World, p *plan.Plan, final string) error {
	if err := w.needs.overlaps(p.Steps); err != nil {
		return err
	}
	w = w.clone()
	var moments []time.Duration
	for _, s := range p.Steps {
		moments = append(moments, s.Start, s.Finish)
	}
	sort.Slice(moments, func(i, j int) bool { return moments[i] < moments[j] })
	running := map[*plan.Step]bool{}
	end := func(s *plan.Step) error {
		delete(running, s)
		if _, err := w.do(s.Action); err != nil {
			return fmt.Errorf("at the end of %s: %w", s.ID, err)
		}
		for o := range running {
			// Only an action that destroys a fact takes it from those that require it.
			err := w.lacksPrecondition(o.Action)
			if err == nil && len(s.Action.Destroys) > 0 {
				err = w.lacksFact(o.Action)
			}
			if err != nil {
				return fmt.Errorf("while %s runs, %s ends: %w", o.ID, s.ID, err)
			}
		}
		return nil
	}
	ends := map[time.Duration][]*plan.Step{}
	starts := map[time.Duration][]*plan.Step{}
	for _, s := range p.Steps {
		starts[s.Start] = append(starts[s.Start], s)
		if s.Finish > s.Start {
			ends[s.Finish] = append(ends[s.Finish], s)
		}
	}
	for i, t := range moments {
		if i > 0 && moments[i-1] == t {
			continue
		}
		for _, s := range ends[t] {
			if err := end(s); err != nil {
				return err
			}
		}
		for _, s := range starts[t] {
			if err := w.lacks(s.Action); err != nil {
				return fmt.Errorf("at the start of %s: %w", s.ID, err)
			}
			if running[s] = true; s.Finish == t {
				if err := end(s); err != nil {
					return err
				}
			}
		}
	}
	if w.Key() != final {
		return fmt.Errorf("the schedule ends in a different state than the sequence")
	}
	return nil
}

// overlaps finds two conflicting steps that run at the same time. Only steps
// that touch the same state or fact are compared.
func (n *needs) overlaps(steps []*plan.Step) error {
	seen := make([][]touch, len(steps))
	order := make([]int, len(steps))
	for i, s := range steps {
		seen[i], order[i] = n.touches(s.Action), i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(steps[i].Start, steps[j].Start) })
	running := map[string][]int{} // of those that have begun, by what they touch
	for _, i := range order {
		a := steps[i]
		for _, t := range seen[i] {
			running[t.name] = slices.DeleteFunc(running[t.name], func(j int) bool { return steps[j].Finish <= a.Start })
			for _, j := range running[t.name] {
				b := steps[j]
				if i == j || a.Finish <= b.Start {
					continue
				}
				if on := disturbs(seen[i], seen[j]); on != "" {
					return fmt.Errorf("%s and %s overlap, but one writes %s, which the other reads or writes", a.ID, b.ID, on)
				}
			}
			running[t.name] = append(running[t.name], i)
		}
	}
	return nil
}

// disturbs names something that one of two actions writes and that the other
// one reads, or writes differently; "" for nothing.
func disturbs(x, y []touch) string {
	for _, s := range x {
		for _, t := range y {
			if s.name != t.name || s.elem != "" && t.elem != "" && s.elem != t.elem || s.how == "" && t.how == "" {
				continue
			}
			if s.how != t.how || s.how == "anyhow" {
				return s.name
			}
		}
	}
	return ""
}

// touch is a read (how is "") or a write of a state, a fact, or an element of a
// set.
type touch struct{ name, elem, how string }

func (n *needs) touches(a *deployment.Action) []touch {
	var out []touch
	for _, f := range n.of(a) {
		out = append(out, touch{f.String(), "", ""})
	}
	for _, f := range a.Destroys {
		out = append(out, touch{f.String(), "", "false"})
	}
	for _, f := range a.Achieves {
		out = append(out, touch{f.String(), "", "true"})
	}
	d := a.Declared
	if d == nil {
		return out
	}
	out = append(out, touch{"action." + d.Name + ".done", "", "true"})
	if d.Precondition != nil {
		out = looks(d.Precondition, out)
	}
	for _, e := range d.Effects {
		out = changes(e, out)
	}
	return out
}

func looks(e *manifest.Expr, out []touch) []touch {
	switch {
	case e.Op == manifest.OpFact:
		return append(out, touch{e.Fact.String(), "", ""})
	case e.Op == manifest.OpState && e.State.Derived != nil:
		return looks(e.State.Derived, out)
	case e.Op == manifest.OpState:
		return append(out, touch{"state." + e.State.Name, "", ""})
	case e.Op == manifest.OpGoal:
		if e.Goal.Condition == nil {
			return out
		}
		return looks(e.Goal.Condition, out)
	case e.Op == manifest.OpContains && e.Args[0].Op == manifest.OpState && e.Args[1].Op == manifest.OpConst && e.Args[1].Value != nil:
		return append(out, touch{"state." + e.Args[0].State.Name, "has " + e.Args[1].Value.Str, ""})
	}
	for _, x := range e.Args {
		out = looks(x, out)
	}
	return out
}

func changes(e manifest.Effect, out []touch) []touch {
	name, v := "state."+e.State.Name, e.Value
	constant := func(x *manifest.Expr) bool { return x.Op == manifest.OpConst && x.Value != nil }
	self := func(x *manifest.Expr) bool { return x.Op == manifest.OpState && x.State == e.State }
	switch {
	case v.Op == manifest.OpConst:
		return append(out, touch{name, "", "to " + literal(e.State.Type, v.Value).text()})
	case v.Op == manifest.OpBound && constant(v.Args[0]):
		return append(out, touch{name, "", fmt.Sprint("bound ", v.Bound, text.Number(v.Args[0].Value.Num))})
	case (v.Op == manifest.OpAdd || v.Op == manifest.OpSub) && self(v.Args[0]) && constant(v.Args[1]),
		v.Op == manifest.OpAdd && self(v.Args[1]) && constant(v.Args[0]):
		return append(out, touch{name, "", "counts"})
	case (v.Op == manifest.OpUnion || v.Op == manifest.OpSubtract) && self(v.Args[0]):
		rest := []touch{}
		for _, x := range v.Args[1:] {
			if !constant(x) {
				return append(looks(v, out), touch{name, "", "anyhow"})
			}
			for _, el := range x.Value.Set {
				rest = append(rest, touch{name, "has " + el, fmt.Sprint("set ", v.Op)})
			}
		}
		return append(out, rest...)
	}
	return append(looks(v, out), touch{name, "", "anyhow"})
}
