package planner

import (
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleParallel = diag.Error("OG307", "Parallel actions must be sequential",
	"A parallel block asserts that its actions can all run at the same time. They don't conflict with each other, but in the plan one must finish before another one can start, because of the actions between them.")

// parallel checks parallel blocks against the plan. Conflicts between the
// actions themselves are reported when the manifest is read.
func (p *Problem) parallel(out *Plan) {
	if len(p.m.Parallels) == 0 {
		return
	}
	before := ancestors(out.Steps)
	for _, b := range p.m.Parallels {
		for i, x := range b.Actions {
			for _, y := range b.Actions[i+1:] {
				first, second := x.Action, y.Action
				if before[[2]*manifest.Action{second, first}] {
					first, second = second, first
				}
				if first != second && before[[2]*manifest.Action{first, second}] {
					out.Diagnostics = append(out.Diagnostics, ruleParallel.At(y.Range,
						"%s and %s can't run in parallel in the plan for goal %q: %s must finish before %s can start. Remove one of them from parallel %q.",
						x.Action.Address, y.Action.Address, out.Goal.Name, first.Address, second.Address, b.Name))
				}
			}
		}
	}
}

// ancestors reports which declared actions have a use that must be done before
// a use of another one. It is called only if there are parallel blocks.
func ancestors(steps []*Step) map[[2]*manifest.Action]bool {
	out := map[[2]*manifest.Action]bool{}
	above := map[*Step]map[*manifest.Action]bool{}
	for _, s := range steps {
		set := map[*manifest.Action]bool{}
		for _, n := range s.Needs {
			for a := range above[n] {
				set[a] = true
			}
			if n.Action.Declared != nil {
				set[n.Action.Declared] = true
			}
		}
		above[s] = set
		for a := range set {
			if s.Action.Declared != nil {
				out[[2]*manifest.Action{a, s.Action.Declared}] = true
			}
		}
	}
	return out
}
