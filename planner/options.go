// Package planner turns a manifest into plans: which actions, in which partial
// order, at which cost. It is pure: no I/O, clock, randomness or map order.
package planner

import (
	"math/big"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker"
	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/plan"
)

// Action and Resource are what plans are made of.
type (
	Action   = deployment.Action
	Resource = deployment.Resource
)

// Plan and what belongs to it: the data of package plan.
type (
	Plan        = plan.Plan
	Step        = plan.Step
	CausalLink  = plan.CausalLink
	Fallback    = plan.Fallback
	Unreachable = plan.Unreachable
	Quality     = plan.Quality
	Share       = plan.Share
	Status      = plan.Status
	From        = plan.From
)

// What is known about a plan.
const (
	Optimal    = plan.Optimal
	Bounded    = plan.Bounded
	Unsolvable = plan.Unsolvable
	Limit      = plan.Limit
	Failed     = plan.Failed
)

// Heuristic names a heuristic of the search.
type Heuristic = search.HeuristicName

// Heuristics lists all heuristics, the default first.
func Heuristics() []Heuristic { return search.Heuristics() }

// Options choose how to plan. The zero value is the default.
type Options struct {
	Objective string    // "" is the goal's
	Heuristic Heuristic // one of Heuristics; "" is the first one
	Search    string    // astar (default) | anytime
	// Stop is polled often, so it has to be quick; when it returns true, planning
	// ends with Limit or Bounded. nil never stops.
	Stop func() bool
	// Progress is told how far a search is, again and again: the proved bound
	// of the cost times scale, and the states expanded. nil: nobody is.
	Progress func(bound, expanded int64, scale *big.Int)
	// MaxNodes bounds the search by counted nodes; 0 is unlimited.
	MaxNodes int64
	// MaxBytes bounds the search's own memory; 0 is unlimited.
	MaxBytes int64
	// From replans from a state; nil is the declared initial state.
	From *From
	// Target is where to deploy; nil is a Docker engine with Docker Compose.
	Target deployment.Target
}

// Actions are all actions of a manifest on the target of the options, by ID: the
// declared ones, and those that are generated.
func Actions(m *manifest.Manifest, o Options) []*Action { return deployment.Actions(m, o.target()) }

// target is where to deploy: Docker, unless the options name something else.
func (o Options) target() deployment.Target {
	if o.Target == nil {
		return docker.Target{}
	}
	return o.Target
}
