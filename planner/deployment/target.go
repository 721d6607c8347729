package deployment

import (
	"slices"
	"sort"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Target is a kind of place that manifests are deployed to.
type Target interface {
	// Generate generates the actions for those facts of a manifest that no declared
	// action achieves. Their needs may be any facts of the manifest.
	Generate(m *manifest.Manifest, declared map[manifest.Fact]bool) []*Action
	// Making says how each fact is made, whoever achieves it: a declared action that
	// starts a service runs again, as a generated one does, when the service changes.
	Making(m *manifest.Manifest) map[manifest.Fact]Making
	// Resources are the capacities, besides the manifest's own, that generated
	// actions use.
	Resources(m *manifest.Manifest) []Resource
}

// Making is what an action that achieves a fact is given by its Target.
type Making struct {
	// Inputs are what of the kit the fact is made from.
	Inputs []Input
	// Observes are what it is made from outside the kit; an action with inputs of
	// its own is given no paths. Products show whether the fact is as it was.
	Observes, Products []Observed
	// Loads are files that are read again when they change: see Action.
	Loads []Observed
	// Rolling is how containers are replaced; nil: there are none that keep running.
	Rolling *Rolling
	// Builds: the fact is an image that is built from what it observes.
	Builds bool
	// Parts are run besides the action's own.
	Parts []Part
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
	making := t.Making(m)
	for _, a := range out {
		own := a.Declared != nil && len(a.Declared.Inputs) > 0
		for _, f := range a.Achieves {
			a.Inputs = append(a.Inputs, making[f].Inputs...)
			a.Loads = addObserved(a.Loads, making[f].Loads, false)
			a.Products = addObserved(a.Products, making[f].Products, false)
			if !a.Recheck { // its run looks at them
				a.Observes = addObserved(a.Observes, making[f].Observes, own)
			}
			a.Parts = append(a.Parts, making[f].Parts...)
			if making[f].Rolling != nil {
				a.Rolling = append(a.Rolling, making[f].Rolling)
			}
		}
		if !a.Recheck {
			a.Observes = addObserved(a.Observes, parameters(a), false)
		}
		a.Sources = sources(a, making)
		if !pullable(a, making) {
			a.Parts = slices.DeleteFunc(a.Parts, func(p Part) bool { return slices.Contains(p.Phases, Pull) })
		}
		// What it makes is no input of it: it isn't there before, and is after.
		a.Observes = slices.DeleteFunc(a.Observes, func(x Observed) bool { return slices.Contains(a.Products, x) })
	}
	return out
}

// parameters are those that an action's run reads.
func parameters(a *Action) []Observed {
	var names []string
	for _, e := range a.Env {
		names = append(names, e.Value.Parameters()...)
	}
	for _, p := range a.Parts {
		if slices.Contains(p.Phases, Run) {
			names = append(append(names, p.Script.Parameters()...), manifest.ParametersOf(p.Call...)...)
		}
	}
	slices.Sort(names)
	var out []Observed
	for _, name := range slices.Compact(names) {
		out = append(out, Observed{ObservedParameter, name})
	}
	return out
}

// sources are what an action's builds read outside the kit; nil if it does anything
// besides building images that can be looked at.
func sources(a *Action, making map[manifest.Fact]Making) []Observed {
	if len(a.Achieves) == 0 {
		return nil
	}
	out := []Observed{}
	if a.Declared != nil {
		for _, in := range a.Declared.Inputs {
			out = append(out, Observed{ObservedPath, in.Path})
		}
	}
	own := len(out) > 0
	for _, f := range a.Achieves {
		if !making[f].Builds {
			return nil
		}
		out = addObserved(out, making[f].Observes, own)
	}
	return out
}

// pullable reports whether pulling can replace the action: it only builds images,
// all of which are pushed.
func pullable(a *Action, making map[manifest.Fact]Making) bool {
	return a.Sources != nil && !slices.ContainsFunc(a.Achieves, func(f manifest.Fact) bool {
		return !slices.ContainsFunc(making[f].Parts, func(p Part) bool { return slices.Contains(p.Phases, Pull) })
	})
}

// addObserved adds what isn't in a list yet; paths are left out where they are
// said elsewhere.
func addObserved(list, more []Observed, noPaths bool) []Observed {
	for _, x := range more {
		if noPaths && x.Kind == ObservedPath || slices.Contains(list, x) {
			continue
		}
		list = append(list, x)
	}
	return list
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
