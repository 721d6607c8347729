// Package docker deploys to a Docker engine with Docker Compose: images are
// pulled or built, secrets are files, services are started by Compose, and
// schemas are applied by psql in the database's container.
//
// The scripts are plain ones, as one would type them in the kit's directory; in
// them, $COMPOSE is Docker Compose as deploy.sh found it, with the kit's file
// and project. Code that only inspects containers is a function of deploy.sh's
// runtime, so that it isn't repeated.
package docker

import (
	"math/big"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
)

// Target is a Docker engine with Docker Compose.
type Target struct{}

var _ deployment.Target = Target{}

// Checks that deploy.sh's runtime makes before anything starts.
var (
	dockerAnswers = []string{"docker"}          // the engine and Compose are installed and recent enough
	portsFree     = []string{"docker", "ports"} // and published ports are free
)

// Kinds of generated actions.
const (
	imagePull     = "image.pull"
	imageBuild    = "image.build"
	secretMake    = "secret.make"
	serviceStart  = "service.start"
	serviceAwait  = "service.await" // until healthy, or completed
	databaseApply = "database.apply"
)

// composeResource is held by every start of a service, one at a time: otherwise
// Compose would race on creating networks.
const composeResource = "compose"

// Resources implements deployment.Target.
func (Target) Resources(*manifest.Manifest) []deployment.Resource {
	return []deployment.Resource{{Name: composeResource, Capacity: 1}}
}

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
