package main

import (
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// Effort of validate for each goal: enough to see that nothing produces what it requires, and no search.
const (
	unmetNodes = 1
	unmetPolls = 1_000
)

// unmet reports the goals that no plan can reach, as far as that takes no search.
func (c *compiled) unmet() {
	if c.diags.HasErrors() || c.manifest.Target == manifest.TargetKubernetes {
		return
	}
	var polls atomic.Int64
	p := planner.NewProblem(c.manifest, planner.Options{MaxNodes: unmetNodes, Stop: func() bool { return polls.Add(1) > unmetPolls }})
	if p.Diagnostics().HasErrors() {
		return // of the search, which build reports
	}
	for _, g := range planner.Goals(c.manifest) {
		polls.Store(0)
		plan := p.Plan(g)
		if plan.Status != planner.Unsolvable || len(plan.Unreachable) == 0 {
			continue
		}
		var found hcl.Diagnostics
		for _, d := range plan.Diagnostics {
			if d.Severity == hcl.DiagError {
				found = append(found, d)
			}
		}
		c.report(found)
	}
}
