package explain_test

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/explain"
)

func texts(core []explain.Conjunct) (out []string) {
	for _, c := range core {
		out = append(out, c.Text)
	}
	return out
}

// rest is the goal of a core without one of its conjuncts (-1: none), found in
// the original goal by their texts.
func rest(m *manifest.Manifest, g *manifest.Goal, core []explain.Conjunct, leave int) *manifest.Goal {
	byText := map[string]*manifest.Expr{}
	var walk func(e *manifest.Expr)
	walk = func(e *manifest.Expr) {
		byText[e.Source()] = e
		if e.Op == manifest.OpAnd {
			for _, a := range e.Args {
				walk(a)
			}
		}
	}
	walk(g.Condition)
	out := &manifest.Goal{Name: "rest", Condition: &manifest.Expr{Op: manifest.OpAnd, Type: manifest.Bool}}
	for i, c := range core {
		switch {
		case i == leave:
		case c.Action != nil:
			for _, a := range m.Actions {
				if a.Name == c.Action.Name {
					out.Include = append(out.Include, &manifest.ActionRef{Action: a})
				}
			}
		default:
			out.Condition.Args = append(out.Condition.Args, byText[c.Text])
		}
	}
	return out
}
