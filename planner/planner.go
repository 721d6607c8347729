package planner

import (
	"math/big"
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/internal/task"
)

// Default is the goal that is planned for when none is named: the one with
// default = true, else the only one, else the one labelled default, else nil.
// With no goal declared it is the implicit one: every service outside profiles
// up, and the databases of those services applied.
func Default(m *manifest.Manifest) *manifest.Goal {
	var only *manifest.Goal
	for _, g := range m.Goals {
		if g.Default {
			return g
		}
		if g.Name == "default" {
			only = g
		}
	}
	switch len(m.Goals) {
	case 0:
		return implicitGoal(m)
	case 1:
		return m.Goals[0]
	}
	return only
}

func implicitGoal(m *manifest.Manifest) *manifest.Goal {
	g := &manifest.Goal{Name: "default", Title: "default", Objective: "cost", Default: true, Implicit: true,
		Condition: &manifest.Expr{Op: manifest.OpAnd, Type: manifest.Bool}}
	if m.System != nil {
		g.Range = m.System.Range
		g.Condition.Range = g.Range
	}
	g.Address = "goal.default"
	want := func(f manifest.Fact, r hcl.Range) {
		g.Condition.Args = append(g.Condition.Args, &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: f, Range: r})
	}
	for _, s := range m.Services {
		if len(s.Profiles) == 0 {
			want(s.Up(), s.Range)
		}
	}
	for _, d := range m.Databases {
		if d.Service == nil || len(d.Service.Profiles) == 0 {
			want(manifest.Fact{Kind: manifest.DatabaseApplied, Name: d.Name}, d.Range)
		}
	}
	return g
}

// Goals are the goals of a manifest, the default one first, then by name.
func Goals(m *manifest.Manifest) []*manifest.Goal {
	first := Default(m)
	var out []*manifest.Goal
	for _, g := range m.Goals {
		if g != first {
			out = append(out, g)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	if first != nil {
		out = append([]*manifest.Goal{first}, out...)
	}
	return out
}

// For is Plan of a problem that is needed for nothing else. It leaves the
// manifest as it is.
func For(m *manifest.Manifest, goal *manifest.Goal, o Options) *Plan {
	return NewProblem(m, o, goal).Plan(goal)
}

// Assess adds to a plan of the problem what is known of it beyond the search: its
// fallbacks and its quality. Plans does so by itself.
func (p *Problem) Assess(out *Plan) {
	if out.Cost == nil {
		return
	}
	out.Fallbacks = nil
	p.fallbacks(out)
	p.assess(out, p.reachable(map[string]Status{out.Goal.Name: out.Status}))
}

// Plans plans for all goals of a manifest, the default one first.
func Plans(m *manifest.Manifest, o Options) []*Plan {
	p := NewProblem(m, o, nil)
	var out []*Plan
	known := map[string]Status{}
	for i, g := range Goals(m) {
		out = append(out, p.Plan(g))
		p.fallbacks(out[i])
		known[g.Name] = out[i].Status
		if i > 0 && p.diags.HasErrors() {
			out[i].Diagnostics = nil // said with the first
		}
	}
	goals := p.reachable(known)
	for _, x := range out {
		p.assess(x, goals)
	}
	return out
}

// Problem is what the plans for all goals of a manifest share: its actions,
// lowered to a task, and how to plan.
type Problem struct {
	m       *manifest.Manifest
	o       Options
	actions []*Action
	lower   []task.Action
	model   *task.Model
	access  accesses
	diags   hcl.Diagnostics
	stopped bool // a limit ended the lowering
	// changed says that the task is another than the manifest's, to see what
	// would be.
	changed bool
}

// NewProblem lowers a manifest for its goals and some more, which may be nil or
// one of them.
func NewProblem(m *manifest.Manifest, o Options, extra ...*manifest.Goal) *Problem {
	p := &Problem{m: m, o: o, actions: Actions(m, o)}
	for _, a := range p.actions {
		p.lower = append(p.lower, lowered(a))
	}
	var goals []task.Goal
	for _, g := range Goals(m) {
		goals = append(goals, taskGoal(g))
	}
	for _, g := range extra {
		if g != nil {
			goals = append(goals, taskGoal(g))
		}
	}
	start := task.Start{Facts: map[manifest.Fact]bool{}}
	if f := o.From; f != nil {
		start.State = f.State
		for _, x := range f.Facts {
			start.Facts[x] = true
		}
		for _, a := range f.Done {
			start.Facts[manifest.Fact{Kind: manifest.ActionDone, Name: a}] = true
		}
	}
	p.access = make(accesses, len(p.actions))
	var ok bool
	p.model, p.diags, ok = task.Lower(p.lower, goals, start, o.Stop)
	p.stopped = !ok
	return p
}

// Manifest is what the problem was made of.
func (p *Problem) Manifest() *manifest.Manifest { return p.m }

// Actions are those of the manifest, by ID.
func (p *Problem) Actions() []*Action { return p.actions }

// Diagnostics say what is wrong with the manifest's actions and goals; with errors
// among them there is no model.
func (p *Problem) Diagnostics() hcl.Diagnostics { return p.diags }

// Model is the lowered manifest; its operators are numbered as the actions.
func (p *Problem) Model() *task.Model { return p.model }

// Task is the search task of a goal that the problem was made for, nil where a
// limit has ended its making.
func (p *Problem) Task(goal *manifest.Goal) *search.Task { return p.model.Task(taskGoal(goal)) }

// lowered says what an action needs and does in the planner's terms.
func lowered(a *Action) task.Action {
	t := task.Action{Name: a.ID, Adds: a.Achieves, Dels: a.Destroys, Cost: a.Cost, Range: a.Range}
	for _, f := range a.Needs {
		t.Needs = append(t.Needs, f.Fact)
	}
	if d := a.Declared; d != nil {
		if d.Precondition != nil {
			t.Pre = append(t.Pre, d.Precondition)
		}
		t.Effects = d.Effects
		t.Adds = append(t.Adds[:len(t.Adds):len(t.Adds)], manifest.Fact{Kind: manifest.ActionDone, Name: d.Name})
	}
	return t
}

func taskGoal(g *manifest.Goal) task.Goal {
	t := task.Goal{Condition: g.Condition}
	for _, a := range g.Include {
		t.Facts = append(t.Facts, manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name})
	}
	return t
}

// Plan plans for a goal of the problem, nil for the default one. It never returns
// nil. What is known of the plan beyond the search Assess adds.
func (p *Problem) Plan(goal *manifest.Goal) *Plan {
	out, ok := p.begin(goal)
	if !ok {
		return out
	}
	t := p.Task(out.Goal)
	if t == nil {
		return limited(out)
	}
	p.solve(out, t)
	out.link(p.access)
	p.parallel(out)
	return out
}

// limited says that a limit was hit before anything was known.
func limited(out *Plan) *Plan {
	out.Status, out.Search.Limited, out.LowerBound = Limit, true, new(big.Rat)
	return out
}

// begin makes a plan without an answer; not ok where there can be none.
func (p *Problem) begin(goal *manifest.Goal) (*Plan, bool) {
	if goal == nil {
		goal = Default(p.m)
	}
	out := &Plan{Goal: goal, Objective: p.o.Objective, Status: Failed, Diagnostics: p.diags}
	if p.m.System != nil {
		out.System = p.m.System.Name
	}
	out.Search.Heuristic = p.o.Heuristic
	if out.Search.Heuristic == "" {
		out.Search.Heuristic = search.LMCut
	}
	out.Resources = deployment.Resources(p.m, p.o.target())
	if goal == nil {
		out.Diagnostics = append(out.Diagnostics, ruleNoDefault.At(hcl.Range{},
			"There are several goals and none of them is the default. Give one of them default = true, label it \"default\", or name a goal."))
		return out, false
	}
	if out.Objective == "" {
		out.Objective = goal.Objective
	}
	if out.Objective == "" {
		out.Objective = "cost"
	}
	if p.stopped && !p.diags.HasErrors() {
		return limited(out), false
	}
	return out, !p.diags.HasErrors()
}

// solve searches a task for the plan's goal and fills the plan in.
func (p *Problem) solve(out *Plan, full *search.Task) {
	plan := p.cheapest(out, full)
	if out.Status == Optimal || out.Status == Bounded {
		p.fill(out, full, plan, nil, nil)
		if out.Objective == "makespan" {
			p.shorten(out, full)
		}
	}
	p.dropped(out)
}

// cheapest searches for a plan of least cost, and notes what the search found
// out.
func (p *Problem) cheapest(out *Plan, full *search.Task) []int32 {
	simple := search.Simplify(full)
	c := search.Config{Heuristic: p.o.Heuristic, Anytime: p.o.Search == "anytime",
		Stop: p.o.Stop, MaxNodes: p.o.MaxNodes, MaxBytes: p.o.MaxBytes}
	if p.o.Progress != nil {
		scale := p.model.Scale()
		c.Progress = func(bound, expanded int64) { p.o.Progress(bound, expanded, scale) }
	}
	r := search.Run(simple.Task, c)
	out.Search.Expanded, out.Search.Evaluated, out.Search.Generated = r.Expanded, r.Evaluated, r.Generated
	out.Search.Stored, out.Search.BitsPerState = r.Stored, r.BitsPerState
	out.Search.PeakBytes, out.Search.Pruning, out.Search.Limited = r.PeakBytes, r.Pruning, r.Limited
	plan := make([]int32, len(r.Plan))
	for i, o := range r.Plan {
		plan[i] = simple.Ops[o]
	}
	switch r.Outcome {
	case search.Solved:
		out.Status = Optimal
	case search.Bounded:
		out.Status = Bounded
	case search.Unsolvable:
		out.Status = Unsolvable
		if !p.changed {
			p.explainUnreachable(out)
		}
	case search.Stopped:
		out.Status = Limit
	}
	if out.Status != Unsolvable {
		out.LowerBound = p.unscale(r.Lower)
	}
	if out.Status != Optimal && out.Status != Bounded {
		return nil
	}
	cost := int64(0)
	kept := search.Eliminate(full, plan, out.Status == Optimal)
	for i, k := range kept {
		plan[i] = plan[k]
		cost += full.Ops[plan[i]].Cost
	}
	out.Cost = p.unscale(cost)
	return plan[:len(kept)]
}

func (p *Problem) unscale(c int64) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(c), p.model.Scale())
}

// dropped lists the declared actions that the plan does not use.
func (p *Problem) dropped(out *Plan) {
	if out.Cost == nil {
		return
	}
	used := map[*Action]bool{}
	for _, s := range out.Steps {
		used[s.Action] = true
	}
	for _, a := range p.actions {
		if a.Declared != nil && !used[a] {
			out.Dropped = append(out.Dropped, a)
		}
	}
}
