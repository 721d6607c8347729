package planning

import (
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func (d *decoder) milestoneSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "milestone",
		Doc:    "A group of actions in the plan. Milestones are printed by `order`; those without one follow in the order of their first steps. They never change the plan.",
		Labels: lang.Name1("The name by which actions and goals refer to it."),
		Attrs: []lang.Attr{
			{Name: "title", Type: lang.String, Doc: "The title in the plan. Default: the name of the milestone."},
			{Name: "goal", Type: lang.String, Doc: "A one-sentence description of the milestone."},
			{Name: "order", Type: lang.Number, Doc: "The position among the milestones: lower numbers first."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Milestone{Origin: b.Origin(), Name: b.Name} },
		Decode: func(b *lang.Block) {
			m := b.Ref.(*manifest.Milestone)
			m.Title, m.Goal, m.Order = b.String("title"), b.String("goal"), b.Number("order")
			if m.Title == "" {
				m.Title = m.Name
			}
			b.Evaluation().Manifest.Milestones = append(b.Evaluation().Manifest.Milestones, m)
		},
	}
}

// goalDecl is a goal with the members of its `include`, which are known only
// when all actions are decoded.
type goalDecl struct {
	goal    *manifest.Goal
	block   *lang.Block
	include []lang.Found[any]
}

func (d *decoder) goalSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "goal",
		Doc: "What a plan must achieve. Without a goal block, the goal is that every service outside profiles is healthy (started, if it has no healthcheck; completed, if it is a one-shot), with its databases applied. " +
			"The default goal is the one with `default = true`, otherwise the only one, otherwise the one labelled \"default\".",
		Labels: lang.Name1("The name of the goal, for --goal and goal.NAME."),
		Attrs: []lang.Attr{
			{Name: "title", Type: lang.String, Doc: "The title in the plan. Default: the name of the goal."},
			{Name: "description", Type: lang.String, Doc: "A description of the goal, for the plan."},
			{Name: "condition", Type: lang.Planning, Doc: "The condition that must hold at the end. goal.NAME in it refers only to that goal's condition, not to its `include`."},
			{Name: "include", Type: lang.RefsTo("action", "milestone"), Doc: "Actions that must also be done: an action, a milestone (all its actions), a list of these, action.* or milestone.*."},
			{Name: "objective", Type: lang.String, Default: `"cost"`, Values: []string{"cost", "makespan"}, Doc: "What to minimize: the sum of costs, or the makespan."},
			{Name: "default", Type: lang.Bool, Default: "false", Doc: "Whether this is the default goal."},
			lang.TargetsAttr,
		},
		Declare: func(b *lang.Block) any { return &manifest.Goal{Origin: b.Origin(), Name: b.Name} },
		Decode:  d.decodeGoal,
	}
}

func (d *decoder) decodeGoal(b *lang.Block) {
	g := b.Ref.(*manifest.Goal)
	p := b.Evaluation()
	if !b.Absent() {
		p.Manifest.Goals = append(p.Manifest.Goals, g)
	}
	g.Title, g.Description = b.String("title"), b.String("description")
	if g.Title == "" {
		g.Title = g.Name
	}
	g.Condition = condition(b, "condition")
	g.Objective, g.Default = b.String("objective"), b.Bool("default")
	decl := &goalDecl{goal: g, block: b, include: lang.Refs[any](b, "include")}
	if !b.Absent() {
		d.goals = append(d.goals, decl)
	}
	if (!b.Given("condition") || isNull(b.Expr("condition"))) && !b.Given("include") {
		p.Errorf(ruleEmptyGoal, b.Range, "The goal %q has neither a condition nor actions, so its plan would be empty. Add a `condition`, or actions to `include`.", g.Name)
	}
}

// finishGoals resolves milestones in `include` and chooses the default goal.
func (d *decoder) finishGoals(p *lang.Evaluation) {
	m := p.Manifest
	byMilestone := map[*manifest.Milestone][]*manifest.Action{}
	for _, a := range m.Actions {
		if a.Milestone != nil {
			byMilestone[a.Milestone] = append(byMilestone[a.Milestone], a)
		}
	}
	for _, decl := range d.goals {
		var found []lang.Found[*manifest.Action]
		for _, f := range decl.include {
			switch v := f.Value.(type) {
			case *manifest.Action:
				found = append(found, lang.Found[*manifest.Action]{Value: v, Range: f.Range})
			case *manifest.Milestone:
				for _, a := range byMilestone[v] {
					found = append(found, lang.Found[*manifest.Action]{Value: a, Range: f.Range})
				}
			}
		}
		decl.goal.Include = actionRefs(found)
	}
	if len(m.Goals) == 0 {
		if !p.Incomplete("goal") {
			m.Goals = []*manifest.Goal{implicitGoal(m)}
		}
		return
	}
	d.chooseDefault(p)
}

func (d *decoder) chooseDefault(p *lang.Evaluation) {
	goals := p.Manifest.Goals
	var first *goalDecl
	for _, decl := range d.goals {
		switch {
		case !decl.goal.Default:
		case first == nil:
			first = decl
		default:
			decl.goal.Default = false
			p.Errorf(ruleTwoDefaults, decl.block.NameRange("default"), "The goal %q is already the default (%s). Keep `default = true` in only one of the two.", first.goal.Name, lang.Place(first.block.NameRange("default")))
		}
	}
	if first != nil {
		return
	}
	for _, g := range goals {
		if g.Name == "default" || len(goals) == 1 {
			g.Default = true
			return
		}
	}
	for _, decl := range d.goals {
		if decl.block.Failed("default") {
			return
		}
	}
	if !p.Incomplete("goal") {
		p.Errorf(ruleNoDefault, goals[0].Range, "There are %d goals, but none is the default. Write `default = true` in one of them.", len(goals))
	}
}

// implicitGoal is the goal of a manifest that declares none.
func implicitGoal(m *manifest.Manifest) *manifest.Goal {
	g := &manifest.Goal{Name: "default", Title: "All services up", Objective: "cost", Default: true, Implicit: true}
	g.Address = "goal.default"
	if m.System != nil {
		g.Range = m.System.Range
	}
	var all []*manifest.Expr
	want := func(kind manifest.FactKind, name string, rng hcl.Range) {
		all = append(all, &manifest.Expr{Op: manifest.OpFact, Type: manifest.Bool, Fact: manifest.Fact{Kind: kind, Name: name}, Range: rng})
	}
	for _, s := range m.Services {
		if len(s.Profiles) > 0 {
			continue
		}
		kind := manifest.ServiceStarted
		switch {
		case s.Oneshot:
			kind = manifest.ServiceCompleted
		case s.Healthcheck != nil && !s.Healthcheck.Disable:
			kind = manifest.ServiceHealthy
		}
		want(kind, s.Name, s.Range)
	}
	for _, db := range m.Databases {
		if db.Service != nil && len(db.Service.Profiles) == 0 {
			want(manifest.DatabaseApplied, db.Name, db.Range)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Fact.String() < all[j].Fact.String() })
	switch len(all) {
	case 0:
	case 1:
		g.Condition = all[0]
	default:
		g.Condition = &manifest.Expr{Op: manifest.OpAnd, Type: manifest.Bool, Args: all, Range: g.Range}
	}
	return g
}
