package deploy

import (
	"fmt"

	"github.com/omegagen/omegagen/planner"
)

// apart gives each step the names of locks that it takes while it runs: one for
// each step that must not run at the same time though neither needs the other.
func (s *script) apart(steps []*planner.Step) map[*planner.Step][]key {
	place := make(map[*planner.Step]int, len(steps))
	for i, st := range steps {
		place[st] = i
	}
	out := map[*planner.Step][]key{}
	for i, a := range steps {
		for _, b := range a.Apart {
			if j, ok := place[b]; ok && i < j {
				name := s.keyOf("resource", fmt.Sprintf("%s apart from %s", a.ID, b.ID))
				out[a], out[b] = append(out[a], name), append(out[b], name)
			}
		}
	}
	return out
}
