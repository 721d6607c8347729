// Package planning decodes what the planner works with: states, milestones,
// actions, goals, resources and parallel claims.
package planning

import (
	"sort"

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
	goals   []*goalDecl
	uses    []manifest.Use // over all actions, by the order of decoding
	claims  []*lang.Block  // parallel blocks
	brokenG bool           // a goal failed, so that an absence proves nothing
}

// finish completes the goals and judges the whole.
func (d *decoder) finish(p *lang.Program) {
	m := p.Manifest
	sortByAddress(m)
	d.finishGoals(p)
	checkCycles(p)
	checkDepends(p)
	d.checkUses(p)
	checkEffectBounds(p)
	checkFacts(p)
	checkParallel(p)
}

func sortByAddress(m *manifest.Manifest) {
	sort.Slice(m.States, func(i, j int) bool { return m.States[i].Address < m.States[j].Address })
	sort.Slice(m.Actions, func(i, j int) bool { return m.Actions[i].Address < m.Actions[j].Address })
	sort.Slice(m.Goals, func(i, j int) bool { return m.Goals[i].Address < m.Goals[j].Address })
	sort.Slice(m.Resources, func(i, j int) bool { return m.Resources[i].Address < m.Resources[j].Address })
	sort.Slice(m.Parallels, func(i, j int) bool { return m.Parallels[i].Address < m.Parallels[j].Address })
	sort.Slice(m.Milestones, func(i, j int) bool {
		a, b := m.Milestones[i], m.Milestones[j]
		switch {
		case a.Order == nil && b.Order == nil:
		case a.Order == nil || b.Order == nil:
			return a.Order != nil // those without an order come last
		case a.Order.Cmp(b.Order) != 0:
			return a.Order.Cmp(b.Order) < 0
		}
		return a.Name < b.Name
	})
}
