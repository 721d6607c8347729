package planner

import (
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker"
)

// Action, Use and Resource are what plans are made of.
type (
	Action   = deployment.Action
	Use      = deployment.Use
	Resource = deployment.Resource
)

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
