package deploy

import (
	"fmt"

	"github.com/omegagen/omegagen/planner"
)

// exclusiveLocks gives each step the locks that it holds while it runs: one for each
// step that is mutually exclusive with it and not ordered by a need.
func (s *script) exclusiveLocks(steps []*planner.Step) map[*planner.Step][]key {
	place := make(map[*planner.Step]int, len(steps))
	for i, st := range steps {
		place[st] = i
	}
	out := map[*planner.Step][]key{}
	for i, a := range steps {
		for _, b := range a.Conflicts {
			if j, ok := place[b]; ok && i < j {
				name := s.keyOf("resource", fmt.Sprintf("%s apart from %s", a.ID, b.ID))
				out[a], out[b] = append(out[a], name), append(out[b], name)
			}
		}
	}
	return out
}
