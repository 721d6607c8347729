// Package planner turns a manifest into plans: which actions, in which partial
// order, at which cost. It is pure: no I/O, clock, randomness or map order.
package planner

import (
	"math/big"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker"
	"github.com/omegagen/omegagen/planner/deployment/kubernetes"
	"github.com/omegagen/omegagen/planner/internal/search"
	"github.com/omegagen/omegagen/planner/plan"
)

// Action and Resource are what plans consist of.
type (
	Action   = deployment.Action
	Resource = deployment.Resource
)

// Plan and its parts: the data of package plan.
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

// Options select how to plan. The zero value is the default.
type Options struct {
	Objective string    // "" is the goal's objective
	Heuristic Heuristic // one of Heuristics; "" is the first one
	Search    string    // astar (default) | anytime
	// Stop is polled often, so it must be fast; when it returns true, planning ends
	// with Limit or Bounded. nil never stops.
	Stop func() bool
	// Progress is called repeatedly with a search's progress: the proved bound of
	// the cost times scale, and the number of expanded states. nil: no reports.
	Progress func(bound, expanded int64, scale *big.Int)
	// MaxNodes limits the search in counted nodes; 0 is unlimited.
	MaxNodes int64
	// MaxBytes limits the search's own memory; 0 is unlimited.
	MaxBytes int64
	// From replans from a state; nil is the declared initial state.
	From *From
	// Target is where to deploy; nil is what the manifest was read for: a Docker engine with Docker Compose,
	// or a Kubernetes cluster.
	Target deployment.Target
}

// Actions are all actions of a manifest on the target of the options, by ID:
// the declared ones, and the generated ones.
func Actions(m *manifest.Manifest, o Options) []*Action { return deployment.Actions(m, o.target(m)) }

// target is where to deploy: what the manifest was read for, unless the options name another one.
func (o Options) target(m *manifest.Manifest) deployment.Target {
	switch {
	case o.Target != nil:
		return o.Target
	case m.Target == manifest.TargetKubernetes:
		return kubernetes.Target{}
	}
	return docker.Target{}
}
