// Package plan is the result of planning, as inert data: plans with their
// steps, causal links, fallbacks and figures, and what prevents a plan. It is
// computed by package planner, then printed, serialized, checked, rendered.
package plan

import (
	"math/big"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
)

// Status says what is known about a plan.
type Status string

const (
	Optimal    Status = "optimal"    // proved: no plan is better under the objective
	Bounded    Status = "bounded"    // a plan, with a proved lower bound
	Unsolvable Status = "unsolvable" // proved: there is no plan
	Limit      Status = "limit"      // a limit was reached before a plan was found
	Failed     Status = "error"      // the task could not be built
)

// Plan is the answer for one goal.
type Plan struct {
	System                       string
	Goal                         *manifest.Goal
	Objective                    string // cost | makespan
	Status                       Status
	Cost, LowerBound             *big.Rat // nil if unknown
	Makespan, MakespanLowerBound *time.Duration
	Steps                        []*Step // a valid sequence
	// Links are the possible causal links by what the actions read and write, in
	// any state: what deploy.sh uses. Step.Serves is narrower.
	Links       []CausalLink
	Unreachable []Unreachable
	Dropped     []*deployment.Action  // declared actions that the plan doesn't use, by ID
	Fallbacks   []Fallback            // in the order of the steps that they replace
	Quality     *Quality              // nil without a cost, and before the plan is assessed
	Resources   []deployment.Resource // with capacities, by name, then the target's
	Search      Stats
	Diagnostics hcl.Diagnostics
	Suppressed  []diag.Suppressed // what the manifest silences
}

// Step is one use of an action.
type Step struct {
	ID     string // the action's, with #2 for its second use
	Action *deployment.Action
	Needs  []*Step // transitively reduced, in step order
	// Conflicts are steps that must not run at the same time as this one, though
	// neither needs the other: one writes what the other reads or writes.
	Conflicts            []*Step
	Start, Finish, Slack time.Duration
	Critical             bool
	Level                int // longest chain of needs before it
	// Produces are the facts and state effects of this step, as text:
	// "crates_compiled = true".
	Produces []string
	// Serves are the conditions of later steps, and of the goal, that this step
	// makes true in the plan's sequence: why it is in the plan. Each is about one
	// state, one element of a set, or one fact, and has no Overwriters.
	Serves []CausalLink
	// Included reports whether the goal requires the step's action itself to have run.
	Included bool

	// Changes is the number of states, elements of sets and facts that the step
	// changes in the plan's sequence, Conditions the number that it depends on
	// there. The fact that an action is done counts as one.
	Changes, Conditions int
}

// Unreachable is a fact that the goal requires and no action produces.
type Unreachable struct {
	Fact    string    // state.crates_compiled, service.x.healthy
	Range   hcl.Range // where it is required
	Nearest []string  // similar producible names or values, nearest first
	// Condition is what the state must satisfy, unless that is the fact itself:
	// `state.version == "1.76"`. Values are its possible values, unless it is a
	// bool.
	Condition string
	Values    []string
	// Chain are the actions that lead from the goal to the fact: the goal needs
	// something of the first one, that one of the next, the last one the fact.
	// If Cycle, the last one needs the first.
	Chain []*deployment.Action
	Cycle bool
}

// Need is what is required: the condition, or the fact itself.
func (u *Unreachable) Need() string {
	if u.Condition != "" {
		return u.Condition
	}
	return u.Fact
}

// Stats are figures of the search.
type Stats struct {
	Heuristic                      string
	Expanded, Evaluated, Generated int64
	Seconds                        float64 // set by the caller: the planner has no clock
	PeakBytes                      int64
	// Stored states of the last search, and the bits that a packed state takes.
	Stored       int64
	BitsPerState int
	// Pruning names what pruned operators during search, "" for nothing.
	Pruning string
	// Limited reports whether Stop, MaxNodes or MaxBytes ended the search.
	Limited bool
}

// From is a state to plan from (plan --from-state).
type From struct {
	State map[string]*manifest.Value // nil value: unknown
	Facts []manifest.Fact
	Done  []string // action names
}
