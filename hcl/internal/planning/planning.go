// Package planning decodes what the planner works with: states, milestones,
// actions, goals, resources and parallel claims.
package planning

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// Package returns the blocks of this package for one run of the loader; the
// result must not be used for a second one.
func Package() lang.Package {
	d := &decoder{}
	return lang.Package{
		Specs: []*lang.BlockSpec{
			d.stateSpec(), d.milestoneSpec(), d.actionSpec(), d.goalSpec(), d.resourceSpec(), d.parallelSpec(),
		},
		Finish: d.finish,
	}
}

// decoder holds what can be judged only when all blocks are decoded.
type decoder struct {
	goals []*goalDecl
	uses  []manifest.Use // over all actions
}

// finish completes the goals and judges the whole. Blocks were decoded in order
// of their names, so nothing here depends on the order of files.
func (d *decoder) finish(p *lang.Program) {
	d.finishGoals(p)
	checkCycles(p)
	checkDepends(p)
	d.checkUses(p)
	checkEffectBounds(p)
	checkFacts(p)
	checkParallel(p)
}
