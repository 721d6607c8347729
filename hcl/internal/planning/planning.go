// Package planning decodes the input of the planner: states, milestones, actions, goals, resources and
// parallel assertions.
package planning

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// Package returns the blocks of this package for one run of the loader; don't reuse the result.
func Package() lang.Package {
	d := &decoder{}
	return lang.Package{
		Specs: []*lang.BlockSpec{
			d.stateSpec(), d.milestoneSpec(), d.actionSpec(), d.goalSpec(), d.resourceSpec(), d.parallelSpec(),
		},
		Finish: d.finish,
	}
}

// decoder collects what can be checked only when all blocks are decoded.
type decoder struct {
	goals []*goalDecl
	uses  []manifest.Use // over all actions
}

// finish completes the goals and checks the model as a whole. Blocks were decoded in order of their
// names, so nothing here depends on the order of files.
func (d *decoder) finish(p *lang.Evaluation) {
	d.finishGoals(p)
	checkCycles(p)
	checkDepends(p)
	d.checkUses(p)
	checkEffectBounds(p)
	checkFacts(p)
	checkParallel(p)
}
