// Package kubernetes deploys to a Kubernetes cluster: images are built here and pushed to the registry
// from which nodes pull them, secrets are made where the cluster has none, a service's objects are
// applied server-side, and schemas are applied by psql in the database's pod.
//
// What talks to the cluster is a function of deploy.sh's runtime, which adds the context and the namespace.
// In scripts, $KUBECTL is kubectl with both.
package kubernetes

import (
	"math/big"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
)

// Target is a namespace of a Kubernetes cluster.
type Target struct{}

var _ deployment.Target = Target{}

// clusterReady is the check of deploy.sh's runtime that the cluster is the right one and permits what the
// kit does.
var clusterReady = []string{"cluster"}

// Kinds of generated actions.
const (
	imageBuild    = "image.build"
	imageResolve  = "image.resolve"
	secretMake    = "secret.make"
	serviceStart  = "service.start"
	serviceAwait  = "service.await" // until rolled out, or completed
	databaseApply = "database.apply"
)

// Resources implements deployment.Target: the API server copes with any number of steps.
func (Target) Resources(*manifest.Manifest) []deployment.Resource { return nil }

// generator generates the actions of a manifest.
type generator struct {
	m        *manifest.Manifest
	declared map[manifest.Fact]bool
	out      []*deployment.Action
}

// Generate implements deployment.Target.
func (Target) Generate(m *manifest.Manifest, declared map[manifest.Fact]bool) []*deployment.Action {
	g := &generator{m: m, declared: declared}
	for _, i := range m.Images {
		g.image(i)
	}
	for _, s := range m.Secrets {
		g.secret(s)
	}
	logins := deployment.Logins(m, declared)
	for _, s := range m.Services {
		g.start(s, logins[s])
		g.await(s)
	}
	for _, d := range m.Databases {
		g.apply(d)
	}
	return g.out
}

// add adds a generated action, unless the manifest declares one for its fact.
func (g *generator) add(f manifest.Fact, of manifest.Origin, cost *big.Rat, a *deployment.Action, parts ...deployment.Part) {
	if g.declared[f] {
		return
	}
	if a.Cost = cost; cost == nil {
		a.Cost = big.NewRat(1, 1)
	}
	a.Address, a.Range = of.Address, of.Range
	a.Priority, a.OnFailure, a.Shell, a.Parts = manifest.Medium, manifest.Stop, "sh", parts
	a.Preflight = clusterReady
	a.Achieves = []manifest.Fact{f}
	g.out = append(g.out, a)
}

// needing collects the facts that an object needs.
type needing struct {
	deployment.Needs
	of manifest.Origin
}

func (n *needing) fact(k manifest.FactKind, name string) {
	n.Add(manifest.FactRef{Fact: manifest.Fact{Kind: k, Name: name}, Range: n.of.Range})
}
