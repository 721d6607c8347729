package task

import (
	"strconv"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Values lists the possible values of a state in the delete relaxation, for
// people: for a set, the elements that may be in it.
func (m *Model) Values(s *manifest.State) []string {
	v := m.states[s]
	if v == nil {
		return nil
	}
	var out []string
	for _, x := range v.vals {
		out = append(out, x.String())
	}
	for _, e := range v.elems {
		if v.member[e]&isTrue != 0 {
			out = append(out, strconv.Quote(e))
		}
	}
	return out
}
