package planner

import (
	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
)

var ruleParallel = diag.Error("OG307", "The plan keeps actions from running side by side",
	"A parallel block asserts that its actions may all run at the same time. Though none of them disturbs another, the plan needs one of them done before another one can start, through actions in between.")

// parallel checks the claims of parallel blocks against the plan. What the
// actions themselves contradict is reported when the manifest is read.
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
						"%s and %s can't run side by side in the plan for goal %q: %s has to be done before %s can start. Take one of them out of parallel %q.",
						x.Action.Address, y.Action.Address, out.Goal.Name, first.Address, second.Address, b.Name))
				}
			}
		}
	}
}

// ancestors tells which declared actions have a use that must be done before a
// use of another one. It is called only where parallel blocks ask.
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
