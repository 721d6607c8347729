package planner

import "github.com/omegagen/omegagen/hcl/manifest"

// accesses are the accesses of actions, each worked out once.
type accesses map[*Action]*manifest.Access

func (x accesses) of(a *Action) *manifest.Access {
	acc := x[a]
	if acc == nil {
		acc = a.Access()
		x[a] = acc
	}
	return acc
}
