// Package makespan searches for plans with a shorter makespan than the cheapest
// plan, which is known.
package makespan

import (
	"github.com/omegagen/omegagen/planner/internal/schedule"
	"github.com/omegagen/omegagen/planner/internal/search"
)

// maxNodes limits the temporal search, in counted nodes.
const maxNodes = 20_000

// Problem is a task whose operators have durations and use resources.
type Problem struct {
	Task     *search.Task
	Duration func(op int32) int64
	Uses     func(op int32) []schedule.Use
	Capacity []int64
	// Conflicts says that two operators must not overlap in time.
	Conflicts func(a, b int32) bool
	// MaxNodes limits the search, in counted nodes; 0: the default limit applies.
	MaxNodes int64
	Stop     func() bool // nil: never
}

// Cheapest describes the cheapest plan.
type Cheapest struct {
	Makespan int64
	Proved   bool // no plan is cheaper
}

// Result is what was found. The plan to use is the new one, if there is one,
// otherwise the cheapest; it is optimal if its schedule ends at Lower.
type Result struct {
	Ops      []int32 // of a plan, in the order of Starts; nil: none was found
	Starts   []int64
	Lower    int64 // no plan has a smaller makespan
	Expanded int64
	Limited  bool // Stop ended the search
}

// Minimize searches for a plan with a smaller makespan than the cheapest one. A
// bound over all plans comes from temporal h^max and from the actions that
// every plan contains, scheduled under the resources; if the cheapest plan
// meets it, it is optimal, and the cheapest of the shortest. Otherwise a
// temporal search minimizes the makespan and then the cost.
func Minimize(p Problem, c Cheapest) Result {
	simple := search.SimplifyTimed(p.Task)
	d := search.Temporal{Capacity: p.Capacity, Conflicts: func(a, b int32) bool { return p.Conflicts(simple.Ops[a], simple.Ops[b]) }}
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

// kept are the operators of a temporal plan, without redundant ones.
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
