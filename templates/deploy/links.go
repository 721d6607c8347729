package deploy

import (
	"fmt"
	"sort"
	"strconv"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// A link says that an effect of a step serves a later one, or the goal
// (consumer nil), and which steps after the consumer overwrite that effect.
// deploy.sh decides by it which of the steps that are done must still hold,
// and whether one that no longer holds can be done again.
type link struct {
	consumer    *planner.Step
	overwriters []*planner.Step
}

// write is one write of a variable (a state or a fact) by a step.
type write struct {
	index    int
	absolute bool   // does not depend on what the variable was
	constant string // of an absolute write: the value, "" where it isn't constant
}

// supports computes the links of a plan's steps from what they read and write.
// Facts that an action is done are left out: they are never undone.
func supports(p *planner.Plan) map[*planner.Step][]link {
	r := reader{memo: map[*manifest.Expr]map[string]bool{}}
	writes := map[string][]write{}
	for i, st := range p.Steps {
		for v, w := range r.writes(st.Action) {
			w.index = i
			writes[v] = append(writes[v], w)
		}
	}
	out := map[*planner.Step][]link{}
	for j := 0; j <= len(p.Steps); j++ {
		var consumer *planner.Step
		var read map[string]bool
		if j < len(p.Steps) {
			consumer = p.Steps[j]
			read = r.reads(consumer.Action)
		} else {
			read = r.goal(p.Goal)
		}
		serving := map[int]map[int]bool{} // supporter → overwriters
		for v := range read {
			ws := writes[v]
			added := false // a write that keeps what was there came after
			for k := len(ws) - 1; k >= 0; k-- {
				if ws[k].index >= j {
					continue
				}
				if ws[k].absolute && added {
					break // what it left has been added to: it holds no more
				}
				added = added || !ws[k].absolute
				if serving[ws[k].index] == nil {
					serving[ws[k].index] = map[int]bool{}
				}
				for _, later := range ws[k+1:] {
					if later.index > j && later.absolute && (later.constant == "" || later.constant != ws[k].constant) {
						serving[ws[k].index][later.index] = true
					}
				}
				if ws[k].absolute {
					break
				}
			}
		}
		for _, i := range sortedKeys(serving) {
			l := link{consumer: consumer}
			for _, k := range sortedKeys(serving[i]) {
				l.overwriters = append(l.overwriters, p.Steps[k])
			}
			out[p.Steps[i]] = append(out[p.Steps[i]], l)
		}
	}
	return out
}

// reader knows which variables an expression reads; shared nodes are walked
// once.
type reader struct {
	memo map[*manifest.Expr]map[string]bool
}

func (r *reader) expr(e *manifest.Expr) map[string]bool {
	if e == nil {
		return nil
	}
	if got, ok := r.memo[e]; ok {
		return got
	}
	out := map[string]bool{}
	r.memo[e] = out
	add := func(more map[string]bool) {
		for v := range more {
			out[v] = true
		}
	}
	switch e.Op {
	case manifest.OpState:
		if e.State.Derived != nil {
			add(r.expr(e.State.Derived))
		} else {
			out["state."+e.State.Name] = true
		}
	case manifest.OpFact:
		if e.Fact.Kind != manifest.ActionDone {
			out[e.Fact.String()] = true
		}
	case manifest.OpGoal:
		add(r.expr(e.Goal.Condition))
	}
	for _, a := range e.Args {
		add(r.expr(a))
	}
	return out
}

func (r *reader) goal(g *manifest.Goal) map[string]bool { return r.expr(g.Condition) }

// goalActions are the names of declared actions that a goal wants to have run.
func goalActions(g *manifest.Goal) map[string]bool {
	out, seen := map[string]bool{}, map[*manifest.Expr]bool{}
	for _, ref := range g.Include {
		out[ref.Action.Name] = true
	}
	var walk func(e *manifest.Expr)
	walk = func(e *manifest.Expr) {
		if e == nil || seen[e] {
			return
		}
		seen[e] = true
		switch {
		case e.Op == manifest.OpState && e.State.Derived != nil:
			walk(e.State.Derived)
		case e.Op == manifest.OpGoal:
			walk(e.Goal.Condition)
		case e.Op == manifest.OpFact && e.Fact.Kind == manifest.ActionDone:
			out[e.Fact.Name] = true
		}
		for _, a := range e.Args {
			walk(a)
		}
	}
	walk(g.Condition)
	return out
}

func wants(included map[string]bool, a *planner.Action) bool {
	return a.Declared != nil && included[a.Declared.Name]
}

func (r *reader) reads(a *planner.Action) map[string]bool {
	out := map[string]bool{}
	if d := a.Declared; d != nil {
		for v := range r.expr(d.Precondition) {
			out[v] = true
		}
		for _, e := range d.Effects {
			for v := range r.expr(e.Value) {
				out[v] = true
			}
		}
	}
	for _, f := range a.Needs() {
		if f.Kind != manifest.ActionDone {
			out[f.Fact.String()] = true
		}
	}
	return out
}

func (r *reader) writes(a *planner.Action) map[string]write {
	out := map[string]write{}
	if d := a.Declared; d != nil {
		for _, e := range d.Effects {
			w := write{absolute: !r.expr(e.Value)["state."+e.State.Name]}
			if e.Value.Op == manifest.OpConst && e.Value.Value != nil {
				w.constant = constant(e.Value.Value)
			}
			out["state."+e.State.Name] = w
		}
	}
	for _, f := range a.Achieves {
		out[f.String()] = write{absolute: true, constant: "true"}
	}
	for _, f := range a.Destroys {
		out[f.String()] = write{absolute: true, constant: "false"}
	}
	return out
}

func sortedKeys[V any](m map[int]V) []int {
	out := make([]int, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Ints(out)
	return out
}

// constant writes a value so that equal values are equal texts.
func constant(v *manifest.Value) string {
	switch v.Type {
	case manifest.Bool:
		return strconv.FormatBool(v.Bool)
	case manifest.Number:
		return v.Num.RatString()
	case manifest.StringSet:
		return fmt.Sprintf("%q", v.Set)
	case manifest.String:
	}
	return strconv.Quote(v.Str)
}
