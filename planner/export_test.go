package planner

import (
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// MakespanOf schedules a sequence of actions that reaches a goal.
func MakespanOf(m *manifest.Manifest, goal *manifest.Goal, ids []string) time.Duration {
	p := newPlanning(m, Options{}, goal)
	var plan []int32
	for _, id := range ids {
		for i, a := range p.actions {
			if a.ID == id {
				plan = append(plan, int32(i))
			}
		}
	}
	out, _ := p.begin(goal)
	p.fill(out, p.model.Task(taskGoal(goal)), plan, nil, nil)
	return *out.Makespan
}
