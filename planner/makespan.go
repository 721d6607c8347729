package planner

import (
	"math/big"
	"time"

	"github.com/omegagen/omegagen/planner/internal/schedule"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// makespanNodes bounds the search over plans in time by counted nodes.
const makespanNodes = 20_000

// shorten looks for a plan of less makespan than the cheapest plan, which out
// holds. A bound over all plans comes from h^max in time and from the actions
// that every plan contains, scheduled under the resources; where the cheapest
// plan meets it, nothing is shorter, and among the plans as short none is
// cheaper. Else plans are searched in time.
func (p *Problem) shorten(out *Plan, full *search.Task) {
	simple := search.SimplifyTimed(full)
	uses, capacity := p.uses(out.Resources)
	d := search.Temporal{Capacity: capacity, Apart: func(a, b int32) bool { return p.access.apart(p.actions[simple.Ops[a]], p.actions[simple.Ops[b]]) }}
	for _, o := range simple.Ops {
		d.Duration = append(d.Duration, int64(p.actions[o].Duration))
		var us []search.Amount
		for _, u := range uses(o) {
			us = append(us, search.Amount{Resource: u.Resource, Amount: u.Amount})
		}
		d.Uses = append(d.Uses, us)
	}
	ops, head, tail, lower := search.ForcedJobs(simple.Task, d)
	jobs := make([]schedule.Job, len(ops))
	for i, o := range ops {
		jobs[i] = schedule.Job{Duration: d.Duration[o], Uses: uses(simple.Ops[o])}
	}
	lower = max(lower, schedule.Bound(jobs, head, tail, capacity))
	cheapest := out.Status == Optimal
	out.Status = Bounded
	if int64(*out.Makespan) == lower && cheapest {
		out.Status = Optimal
	} else {
		limit := int64(makespanNodes)
		if p.o.MaxNodes > 0 {
			limit = min(limit, p.o.MaxNodes)
		}
		plan, least, expanded := search.Fastest(simple.Task, d, limit, p.o.Stop)
		out.Search.Expanded += expanded
		lower = max(lower, least)
		if plan != nil {
			lower = least
			p.timed(out, full, simple, plan)
			if int64(*out.Makespan) == least {
				out.Status = Optimal
			}
		} else if int64(*out.Makespan) == lower {
			out.Status = Optimal // in time; a cheaper plan may be as short
		}
		out.Search.Limited = out.Search.Limited || plan == nil && p.o.Stop != nil && p.o.Stop()
	}
	bound := min(time.Duration(lower), *out.Makespan)
	out.MakespanLowerBound = &bound
}

// timed fills in a plan that was found in time.
func (p *Problem) timed(out *Plan, full *search.Task, simple *search.Simplified, plan []search.Timed) {
	ops := make([]int32, len(plan))
	for i, s := range plan {
		ops[i] = simple.Ops[s.Op]
	}
	kept := search.Eliminate(full, ops, true)
	starts := make([]int64, len(kept))
	cost := new(big.Rat)
	for i, k := range kept {
		ops[i], starts[i] = ops[k], plan[k].Start
		cost.Add(cost, p.actions[ops[i]].Cost)
	}
	ops = ops[:len(kept)]
	out.Cost = cost
	p.fill(out, full, ops, starts, nil)
}
