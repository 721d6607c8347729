package deployment

import (
	"sort"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Target is a kind of place that manifests are deployed to.
type Target interface {
	// Generate makes the actions for those facts of a manifest which no declared
	// action achieves. Their needs may be any facts of the manifest.
	Generate(m *manifest.Manifest, declared map[manifest.Fact]bool) []*Action
	// Inputs are what of a manifest's kit each fact is made from, whoever achieves
	// it: a declared action that starts a service runs again, as a generated one
	// does, when the service changes.
	Inputs(m *manifest.Manifest) map[manifest.Fact][]Input
	// Resources are the capacities, besides the manifest's own, that generated
	// actions use.
	Resources(m *manifest.Manifest) []Resource
}

// Actions are all actions of a manifest on a target: the declared ones, and those
// that are generated for facts which no declared action achieves. They are sorted
// by ID.
func Actions(m *manifest.Manifest, t Target) []*Action {
	var out []*Action
	achieved := map[manifest.Fact]bool{}
	for _, a := range m.Actions {
		out = append(out, Declared(a))
		for _, f := range a.Achieves {
			achieved[f.Fact] = true
		}
	}
	out = append(out, t.Generate(m, achieved)...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	inputs := t.Inputs(m)
	for _, a := range out {
		for _, f := range a.Achieves {
			a.Inputs = append(a.Inputs, inputs[f]...)
		}
	}
	return out
}

// Resources are the capacities of a manifest on a target: its own by name, then
// the target's.
func Resources(m *manifest.Manifest, t Target) []Resource {
	var out []Resource
	for _, r := range m.Resources {
		out = append(out, Resource{r.Name, r.Capacity})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return append(out, t.Resources(m)...)
}
