// Package makespan looks for plans that end early, where the cheapest plan is known
// and need not be one of those.
package makespan

import (
	"github.com/omegagen/omegagen/planner/internal/schedule"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// maxNodes bounds the search over plans in time by counted nodes.
const maxNodes = 20_000

// Problem is a task whose operators take time and resources.
type Problem struct {
	Task     *search.Task
	Duration func(op int32) int64
	Uses     func(op int32) []schedule.Use
	Capacity []int64
	// Apart says that two operators must not overlap in time.
	Apart func(a, b int32) bool
	// MaxNodes bounds the search by counted nodes; 0: it is bounded all the same.
	MaxNodes int64
	Stop     func() bool // nil: never
}

// Cheapest is what is known of the cheapest plan.
type Cheapest struct {
	Makespan int64
	Proved   bool // no plan is cheaper
}

// Result is what was found. The plan to take is the new one, if there is one, else
// the cheapest; it is the optimum if its schedule ends at Lower.
type Result struct {
	Ops      []int32 // of a plan, in the order of Starts; nil: none was found
	Starts   []int64
	Lower    int64 // no plan's makespan is less
	Expanded int64
	Limited  bool // Stop ended the search
}

// Minimize looks for a plan of less makespan than the cheapest one. A bound over
// all plans comes from h^max in time and from the actions that every plan
// contains, scheduled under the resources; where the cheapest plan meets it,
// nothing is shorter, and among the plans as short none is cheaper. Else plans are
// searched in time, for the least makespan and then the least cost.
func Minimize(p Problem, c Cheapest) Result {
	simple := search.SimplifyTimed(p.Task)
	d := search.Temporal{Capacity: p.Capacity, Apart: func(a, b int32) bool { return p.Apart(simple.Ops[a], simple.Ops[b]) }}
	for _, o := range simple.Ops {
		d.Duration = append(d.Duration, p.Duration(o))
		var us []search.Amount
		for _, u := range p.Uses(o) {
			us = append(us, search.Amount{Resource: u.Resource, Amount: u.Amount})
		}
		d.Uses = append(d.Uses, us)
	}
	ops, head, tail, lower := search.ForcedJobs(simple.Task, d)
	jobs := make([]schedule.Job, len(ops))
	for i, o := range ops {
		jobs[i] = schedule.Job{Duration: d.Duration[o], Uses: p.Uses(simple.Ops[o])}
	}
	lower = max(lower, schedule.Bound(jobs, head, tail, p.Capacity))
	if c.Makespan == lower && c.Proved {
		return Result{Lower: lower}
	}
	limit := int64(maxNodes)
	if p.MaxNodes > 0 {
		limit = min(limit, p.MaxNodes)
	}
	plan, least, expanded := search.Fastest(simple.Task, d, limit, p.Stop)
	out := Result{Lower: max(lower, least), Expanded: expanded}
	if plan == nil {
		out.Limited = p.Stop != nil && p.Stop()
		return out
	}
	out.Lower = least
	out.Ops, out.Starts = kept(p.Task, simple, plan)
	return out
}

// kept are the operators of a plan in time, without those that it can do without.
func kept(t *search.Task, simple *search.Simplified, plan []search.Timed) (ops []int32, starts []int64) {
	all := make([]int32, len(plan))
	for i, s := range plan {
		all[i] = simple.Ops[s.Op]
	}
	for _, k := range search.Eliminate(t, all, true) {
		ops, starts = append(ops, all[k]), append(starts, plan[k].Start)
	}
	return ops, starts
}
