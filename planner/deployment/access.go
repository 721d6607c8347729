package deployment

import "github.com/omegagen/omegagen/hcl/manifest"

// Access is what an action reads and writes: for a declared one as the manifest
// declares it, for a generated one its needs and facts.
func (a *Action) Access() *manifest.Access {
	if a.Declared != nil {
		return a.Declared.Access()
	}
	acc := &manifest.Access{}
	for _, f := range a.Needs {
		acc.Reads = append(acc.Reads, manifest.PlanVariable{Fact: f.Fact})
	}
	for _, f := range a.Achieves {
		acc.Writes = append(acc.Writes, manifest.Write{PlanVariable: manifest.PlanVariable{Fact: f}, CommuteKey: "true"})
	}
	for _, f := range a.Destroys {
		acc.Writes = append(acc.Writes, manifest.Write{PlanVariable: manifest.PlanVariable{Fact: f}, CommuteKey: "false"})
	}
	return acc
}

// Accesses caches the accesses of actions.
type Accesses map[*Action]*manifest.Access

// Of is what an action reads and writes.
func (x Accesses) Of(a *Action) *manifest.Access {
	acc := x[a]
	if acc == nil {
		acc = a.Access()
		x[a] = acc
	}
	return acc
}
