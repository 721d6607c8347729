package planner

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// mostNearest limits the suggested addresses.
const mostNearest = 3

// FactAt finds the state or the fact with an address; both are nil if the
// manifest has neither, and then nearest are the most similar addresses.
func FactAt(m *manifest.Manifest, address string, o Options) (s *manifest.State, f *manifest.FactRef, near []string) {
	var names []string
	for _, s := range m.States {
		if names = append(names, "state."+s.Name); names[len(names)-1] == address {
			return s, nil, nil
		}
	}
	for _, x := range Facts(m) {
		if names = append(names, x.String()); names[len(names)-1] == address {
			return nil, &x, nil
		}
	}
	for _, a := range Actions(m, o) {
		if a.Declared != nil {
			names = append(names, "action."+a.ID)
		} else {
			names = append(names, a.ID)
		}
	}
	return nil, nil, text.NearestOf(address, names, mostNearest)
}

// Facts lists all of the kit's own facts, with the blocks that they belong to.
func Facts(m *manifest.Manifest) []manifest.FactRef {
	var out []manifest.FactRef
	add := func(name string, r hcl.Range, kinds ...manifest.FactKind) {
		for _, k := range kinds {
			out = append(out, manifest.FactRef{Fact: manifest.Fact{Kind: k, Name: name}, Range: r})
		}
	}
	for _, i := range m.Images {
		add(i.Name, i.Range, manifest.ImageReady)
	}
	for _, s := range m.Secrets {
		add(s.Name, s.Range, manifest.SecretSet)
	}
	for _, s := range m.Services {
		add(s.Name, s.Range, manifest.ServiceStarted, manifest.ServiceHealthy, manifest.ServiceCompleted)
	}
	for _, d := range m.Databases {
		add(d.Name, d.Range, manifest.DatabaseApplied)
	}
	for _, a := range m.Actions {
		add(a.Name, a.Range, manifest.ActionDone)
	}
	return out
}
