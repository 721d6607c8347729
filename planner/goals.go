package planner

import (
	"sort"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Default is the goal to plan for when none is named: the one with default =
// true, else the only one, else the one labeled default, else nil. With no goal
// declared it is the implicit one: every service outside profiles up, and the
// databases of those services applied.
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
