package explain

import (
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// Conjunct is one top-level condition of a goal.
type Conjunct struct {
	Text   string // the condition, or the fact that an included action is done
	Range  hcl.Range
	Action *manifest.Action // which must be done; nil: a part of the condition
	// Needed reports whether without this conjunct the others of its core have a plan; if
	// false, that was not proved within the limit.
	Needed bool

	expr *manifest.Expr
}

// Destruction is an effect that prevents a plan: an action makes a fact false
// that is required again, or changes a state's value.
type Destruction struct {
	Fact  string // service.web.healthy, state.mode, `state.set has "x"`
	By    *planner.Action
	Range hcl.Range // of the effect
	// Forced reports whether every plan must contain the action, that the fact has held
	// from the start and that nothing restores it. Otherwise it was found by trial:
	// without this effect alone there would be a plan.
	Forced bool
	// Core is the core that it prevents: 0 for NoPlanExplanation.Core, n for
	// Others[n-1].
	Core int
}

// NoPlanExplanation is why a goal has no plan.
type NoPlanExplanation struct {
	// Plan's Status is Unsolvable; with any other status, nothing else is filled
	// in. Its Unreachable lists the facts that no action produces, with their
	// chains.
	Plan *planner.Plan
	// Core is a set of conjuncts of the goal without a plan; it is minimal as far
	// as Needed says. Others are further cores, disjoint from the previous ones.
	Core   []Conjunct
	Others [][]Conjunct
	// Destroyed is searched for in cores whose conjuncts can each be produced, by
	// removing one effect after the other, within the limit.
	Destroyed []Destruction
}

// NoPlan explains why a goal (nil: the default one) has no plan, if it has
// none.
func NoPlan(m *manifest.Manifest, goal *manifest.Goal, o planner.Options) *NoPlanExplanation {
	p := planner.NewProblem(m, o, goal)
	out := &NoPlanExplanation{Plan: p.Plan(goal)}
	if out.Plan.Status != planner.Unsolvable {
		return out
	}
	cores := cores(p, conjunctsOf(out.Plan.Goal))
	if len(cores) > 0 {
		out.Core, out.Others = cores[0], cores[1:]
	}
	for i, core := range cores {
		if slices.ContainsFunc(core, func(c Conjunct) bool { return !p.Model().May(c.expr) }) {
			continue
		}
		for _, d := range destroyed(p, core, o.Stop) {
			d.Core = i
			out.Destroyed = append(out.Destroyed, d)
		}
	}
	return out
}

// conjunctsOf splits a goal into its conjuncts.
func conjunctsOf(g *manifest.Goal) []Conjunct {
	var out []Conjunct
	if g.Condition != nil {
		for _, e := range conjuncts(g.Condition, nil) {
			out = append(out, Conjunct{Text: e.Source(), Range: e.Range, expr: e})
		}
	}
	for _, a := range g.Include {
		f := manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}
		out = append(out, Conjunct{Text: f.String(), Range: a.Range, Action: a.Action,
			expr: &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Range: a.Range, Fact: f}})
	}
	return out
}

// cores finds unsolvable sets of conjuncts, and then others without those:
// first conjuncts that are unreachable even in the delete relaxation.
func cores(p *planner.Problem, all []Conjunct) [][]Conjunct {
	var out [][]Conjunct
	var left []Conjunct
	for _, c := range all {
		if p.Model().May(c.expr) {
			left = append(left, c)
		} else {
			c.Needed = true // it is the only one
			out = append(out, []Conjunct{c})
		}
	}
	for len(left) > 0 && status(p, left) == planner.Unsolvable {
		found := core(p, left)
		out = append(out, found)
		left = slices.DeleteFunc(left, func(c Conjunct) bool {
			return slices.ContainsFunc(found, func(k Conjunct) bool { return k.expr == c.expr })
		})
	}
	return out
}

// core reduces unsolvable conjuncts to a smaller unsolvable set, removing many
// at a time, then fewer, and finally each one.
func core(p *planner.Problem, all []Conjunct) []Conjunct {
	out := slices.Clone(all)
	for size := len(out) / 2; size > 1; size /= 2 {
		for i := 0; i < len(out) && len(out) > 1; {
			rest := slices.Delete(slices.Clone(out), i, min(i+size, len(out)))
			if status(p, rest) == planner.Unsolvable {
				out = rest
			} else {
				i += size
			}
		}
	}
	for i := 0; i < len(out); {
		rest := slices.Delete(slices.Clone(out), i, i+1)
		known := status(p, rest)
		if known == planner.Unsolvable { // this one is not needed
			out = rest
			continue
		}
		out[i].Needed = known == planner.Optimal || known == planner.Bounded
		i++
	}
	return out
}

// goalOf is the goal that consists of some conjuncts.
func goalOf(parts []Conjunct) *manifest.Goal {
	g := &manifest.Goal{Condition: &manifest.Expr{Op: manifest.OpAnd, Type: manifest.Bool}}
	for _, c := range parts {
		g.Condition.Args = append(g.Condition.Args, c.expr)
	}
	return g
}

// status finds out whether some conjuncts have a plan.
func status(p *planner.Problem, parts []Conjunct) planner.Status {
	known, _ := p.WhatIf(p.Task(goalOf(parts)), whatIfNodes)
	return known
}

// destroyed finds effects that prevent some conjuncts: plain contradictions,
// and those without which there would be a plan.
func destroyed(p *planner.Problem, core []Conjunct, stop func() bool) []Destruction {
	vars := p.Model().Vars()
	t := p.Task(goalOf(core))
	if t == nil {
		return nil // stopped
	}
	var out []Destruction
	found := map[search.Contradiction]bool{} // Fact is the variable
	note := func(v, o int32, forced bool) {
		if k := (search.Contradiction{Fact: v, Op: o}); !found[k] {
			found[k] = true
			out = append(out, Destruction{Fact: vars[v].Name(), By: p.Actions()[o], Range: effectRange(p.Actions()[o], vars[v].State, vars[v].Fact), Forced: forced})
		}
	}
	for _, c := range search.Contradictions(t) {
		v, _ := t.VarOf(c.Fact)
		note(v, c.Op, true)
	}
	simple := search.Simplify(t)
	nodes := int64(whatIfNodes)
	for o := range t.Ops {
		if simple.Reasons[o] != search.Kept {
			continue
		}
		for _, v := range affected(&t.Ops[o]) {
			if nodes <= 0 || stop != nil && stop() {
				return out
			}
			op := t.Ops[o]
			t.Ops[o].Effs = spared(op.Effs, v)
			known, expanded := p.WhatIf(t, nodes)
			t.Ops[o] = op
			nodes -= 1 + expanded
			if known == planner.Optimal || known == planner.Bounded {
				note(v, int32(o), false)
			}
		}
	}
	return out
}

// affected lists the variables that an operator writes, each once.
func affected(o *search.Op) []int32 {
	var out []int32
	seen := map[int32]bool{}
	for _, e := range o.Effs {
		if !seen[e.Var] {
			seen[e.Var] = true
			out = append(out, e.Var)
		}
	}
	return out
}

// spared are effects without those on a variable.
func spared(effs []search.Effect, v int32) []search.Effect {
	var out []search.Effect
	for _, e := range effs {
		if e.Var != v {
			out = append(out, e)
		}
	}
	return out
}

// effectRange is the range of an action's effect on a state or fact.
func effectRange(a *planner.Action, s *manifest.State, f manifest.Fact) hcl.Range {
	if d := a.Declared; d != nil {
		for _, e := range d.Effects {
			if e.State == s && s != nil {
				return e.Range
			}
		}
		for _, x := range d.Destroys {
			if s == nil && x.Fact == f {
				return x.Range
			}
		}
	}
	return a.Range
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
