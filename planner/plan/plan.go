// Package plan is what planning comes to, as inert data: plans with their steps,
// causal links, fallbacks and figures, and what stands in a plan's way. It is
// searched for by package planner, then printed, serialised, checked, rendered.
package plan

import (
	"math/big"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
)

// Status says what is known about a plan.
type Status string

const (
	Optimal    Status = "optimal"    // proved: no plan is better under the objective
	Bounded    Status = "bounded"    // a plan, with a proved lower bound
	Unsolvable Status = "unsolvable" // proved: there is no plan
	Limit      Status = "limit"      // a limit was hit before a plan was found
	Failed     Status = "error"      // the task could not be built
)

// Plan is the answer for one goal.
type Plan struct {
	System                       string
	Goal                         *manifest.Goal
	Objective                    string // cost | makespan
	Status                       Status
	Cost, LowerBound             *big.Rat // nil where unknown
	Makespan, MakespanLowerBound *time.Duration
	Steps                        []*Step // a valid sequence
	// Links are what the steps may owe one another by what their actions read and
	// write, whatever the state: what a runner goes by. Step.Serves is narrower.
	Links       []CausalLink
	Unreachable []Unreachable
	Dropped     []*deployment.Action  // declared actions that the plan doesn't use, by ID
	Fallbacks   []Fallback            // in the order of the steps that they stand in for
	Quality     *Quality              // nil without a cost, and before the plan is assessed
	Resources   []deployment.Resource // with capacities, by name, then the target's
	Search      Stats
	Diagnostics hcl.Diagnostics
}

// Step is one use of an action.
type Step struct {
	ID     string // the action's, with #2 at its second use
	Action *deployment.Action
	Needs  []*Step // transitively reduced, in step order
	// Apart are steps that must not run at the same time as this one, though
	// neither needs the other: one writes what the other reads or writes.
	Apart                []*Step
	Start, Finish, Slack time.Duration
	Critical             bool
	Level                int // longest chain of needs before it
	// Produces are the facts and state effects of this step, as text for
	// printing: "crates_compiled = true".
	Produces []string
	// Serves are the conditions of later steps, and of the goal, that this step
	// makes true in the plan's sequence: why it is in the plan. Each is about one
	// state, one element of a set, or one fact, and has no Overwriters.
	Serves []CausalLink
	// Included says that the goal wants the step's action itself to have run.
	Included bool

	// Changes is how many states, elements of sets and facts the step changes in
	// the plan's sequence, Conditions on how many it depends there. That an action
	// is done counts as one.
	Changes, Conditions int
}

// Unreachable is a fact that the goal needs and nothing produces.
type Unreachable struct {
	Fact    string    // state.crates_compiled, service.x.healthy
	Range   hcl.Range // where it is needed
	Nearest []string  // producible names, or values, that look alike, nearest first
	// Condition is what the state must be, where that isn't the fact itself:
	// `state.version == "1.76"`. Values are what it may become, unless it is a bool.
	Condition string
	Values    []string
	// Chain are the actions that lead from the goal to the fact: the goal needs
	// something of the first one, that one of the next, the last one the fact.
	// Where Circle, they rather need one another, and the last one the first.
	Chain  []*deployment.Action
	Circle bool
}

// Need is what is needed: the condition, or the fact itself.
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
	// Pruning names what left out operators during search, "" nothing.
	Pruning string
	// Limited says that Stop, MaxNodes or MaxBytes ended the search.
	Limited bool
}

// From is a state to plan from (plan --from-state).
type From struct {
	State map[string]*manifest.Value // nil value: unknown
	Facts []manifest.Fact
	Done  []string // action names
}
