//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package schedule

import (
	"slices"
	"testing"
)

// TestOrderOfLongPlansIsSound checks what single conditions derive, which is
// all there is for plans of many steps: it is sound too, and nearly minimal
// except for numbers that are added to.
func TestOrderOfLongPlansIsSound(t *testing.T) {
	edges, loose := 0, 0
	for seed := range int64(3000) {
		task := randomTask(seed)
		plan := walk(task, seed, 6)
		s := analyse(task, plan)
		var want [][]bool
		state := task.Init
		for _, o := range plan {
			want = append(want, truths(task, state, o))
			state = task.Apply(state, o)
		}
		needs, _ := s.order()
		check := func(order []int) bool { return criterion(task, plan, want, s.writes, order) }
		if !linearisations(needs, check) {
			t.Fatalf("seed %d: a linearisation of %v breaks the plan", seed, needs)
		}
		for j := range needs {
			for _, i := range needs[j] {
				adds := func(w varWrite) bool { return w.w.add != 0 }
				if edges++; slices.ContainsFunc(s.writes[i], adds) || slices.ContainsFunc(s.writes[j], adds) {
					continue
				}
				if linearisations(without(needs, i, j), check) {
					loose++
				}
			}
		}
	}
	t.Logf("%d of %d edges are not needed", loose, edges)
	if 100*loose > edges {
		t.Errorf("%d of %d edges are not needed", loose, edges)
	}
}

func TestOrderIsSoundAndMinimal(t *testing.T) {
	edges, loose := 0, 0
	for seed := range int64(3000) {
		task := randomTask(seed)
		plan := walk(task, seed, 6)
		s := analyse(task, plan)
		var want [][]bool
		state := task.Init
		for _, o := range plan {
			want = append(want, truths(task, state, o))
			state = task.Apply(state, o)
		}
		p := Order(task, plan)
		check := func(order []int) bool { return criterion(task, plan, want, s.writes, order) }
		if !linearisations(p.Needs, check) {
			t.Fatalf("seed %d: a linearisation of %v breaks the plan", seed, p.Needs)
		}
		for j := range p.Needs {
			for _, i := range p.Needs[j] {
				edges++
				if linearisations(without(p.Needs, i, j), check) {
					loose++
					if loose < 5 {
						t.Logf("seed %d: %d→%d of %v is not needed", seed, i, j, p.Needs)
					}
				}
			}
		}
	}
	t.Logf("%d of %d edges are not needed", loose, edges)
	if loose > 0 {
		t.Errorf("%d of %d edges are not needed", loose, edges)
	}
}
