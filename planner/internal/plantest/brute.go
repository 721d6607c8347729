package plantest

import (
	"container/heap"
	"math/big"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker"
	"github.com/omegagen/omegagen/planner/validate"
)

// BruteForce is a uniform-cost search over worlds. The answer is nil if there
// is no plan; ok is false if there are too many worlds.
func BruteForce(m *manifest.Manifest, goal *manifest.Goal, limit int) (cost *big.Rat, ok bool) {
	return BruteForceFrom(validate.Start(m, nil), deployment.Actions(m, docker.Target{}), goal, limit)
}

// BruteForceFrom is BruteForce from a given world with given actions.
func BruteForceFrom(start *validate.World, actions []*deployment.Action, goal *manifest.Goal, limit int) (cost *big.Rat, ok bool) {
	q := &worldQueue{{new(big.Rat), start, start.Key()}}
	done := map[string]bool{}
	for q.Len() > 0 {
		e := heap.Pop(q).(worldEntry)
		if done[e.key] {
			continue
		}
		done[e.key] = true
		if e.w.Reaches(goal) == nil {
			return e.cost, true
		}
		if len(done) > limit {
			return nil, false
		}
		for _, a := range actions {
			if next, _, err := e.w.Apply(a); err == nil {
				if k := next.Key(); !done[k] {
					heap.Push(q, worldEntry{new(big.Rat).Add(e.cost, a.Cost), next, k})
				}
			}
		}
	}
	return nil, true
}

type worldEntry struct {
	cost *big.Rat
	w    *validate.World
	key  string
}

type worldQueue []worldEntry

func (q worldQueue) Len() int           { return len(q) }
func (q worldQueue) Less(i, j int) bool { return q[i].cost.Cmp(q[j].cost) < 0 }
func (q worldQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *worldQueue) Push(x any)        { *q = append(*q, x.(worldEntry)) }
func (q *worldQueue) Pop() any {
	x := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return x
}
