package planner_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/validate"
)

// shortest tries all sequences of at most depth actions, and returns the least
// makespan of their schedules and the least cost among those of that makespan.
func shortest(m *manifest.Manifest, goal *manifest.Goal, depth int) (time.Duration, *big.Rat) {
	best, cost := time.Duration(-1), new(big.Rat)
	actions := planner.Actions(m, planner.Options{})
	var rec func(w *validate.World, ids []string, sum *big.Rat)
	rec = func(w *validate.World, ids []string, sum *big.Rat) {
		if w.Reaches(goal) == nil {
			span := planner.MakespanOf(m, goal, ids)
			if best < 0 || span < best || span == best && sum.Cmp(cost) < 0 {
				best, cost = span, sum
			}
		}
		if len(ids) == depth {
			return
		}
		for _, a := range actions {
			if next, _, err := w.Apply(a); err == nil && next.Key() != w.Key() {
				rec(next, append(ids[:len(ids):len(ids)], a.ID), new(big.Rat).Add(sum, a.Cost))
			}
		}
	}
	rec(validate.Start(m, nil), nil, new(big.Rat))
	return best, cost
}

// TestShortestPlans compares plans for least makespan with all short sequences.
func TestShortestPlans(t *testing.T) {
	compared := 0
	for seed := range int64(250) {
		m := plantest.Random(seed)
		if len(m.Actions) > 4 {
			continue
		}
		goal := m.Goals[0]
		cheap := planner.For(m, goal, planner.Options{})
		fast := planner.For(m, goal, planner.Options{Objective: "makespan"})
		if err := validate.Plan(m, fast, nil, 50); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if (cheap.Cost == nil) != (fast.Cost == nil) {
			t.Fatalf("seed %d: %s by cost, %s by makespan", seed, cheap.Status, fast.Status)
		}
		if fast.Cost == nil {
			continue
		}
		if *fast.Makespan > *cheap.Makespan {
			t.Fatalf("seed %d: %s, but the cheapest plan takes %s", seed, fast.Makespan, cheap.Makespan)
		}
		span, cost := shortest(m, goal, 4)
		if span < 0 || fast.Status != planner.Optimal {
			continue
		}
		compared++
		switch {
		case *fast.Makespan > span, len(fast.Steps) <= 4 && *fast.Makespan < span:
			t.Fatalf("seed %d: %s in %s, but trying all gives %s", seed, plantest.IDs(fast), fast.Makespan, span)
		case *fast.Makespan == span && fast.Cost.Cmp(cost) > 0:
			t.Fatalf("seed %d: %s costs %s, as short for %s", seed, plantest.IDs(fast), fast.Cost.RatString(), cost.RatString())
		}
	}
	t.Logf("%d plans compared", compared)
	if compared < 40 {
		t.Error("too few plans to compare")
	}
}

// TestSchedulesKeepStepsApart validates plans for least makespan of larger
// random tasks: their schedules, replayed, are plans, and conflicting steps
// don't overlap, even if nothing reads what they write.
func TestSchedulesKeepStepsApart(t *testing.T) {
	n, plans := int64(1500), 0
	if testing.Short() {
		n = 200
	}
	for seed := range n {
		m := plantest.Random(seed)
		p := planner.For(m, nil, planner.Options{Objective: "makespan", MaxNodes: 2000})
		if p.Cost == nil {
			continue
		}
		plans++
		if err := validate.Plan(m, p, nil, 20); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
	t.Logf("%d plans", plans)
	if plans < int(n)/3 {
		t.Error("too few plans")
	}
}

// TestUnreadStatesKeepTheirWritersApart: nothing reads the state mode, so it is
// irrelevant for the search; its writers must not overlap all the same.
func TestUnreadStatesKeepTheirWritersApart(t *testing.T) {
	m := plantest.Parse(t, `
system "s" {}
state "mode" {
  type = string
}
state "a" {
  type = bool
  initial = false
}
state "b" {
  type = bool
  initial = false
}
action "x" {
  effects = {
    a = true
    mode = "x"
  }
  cost = 1
  duration = "1m"
}
action "y" {
  effects = {
    b = true
    mode = "y"
  }
  cost = 1
  duration = "1m"
}
goal "g" {
  condition = state.a && state.b
  objective = "makespan"
}
`)
	p := planner.For(m, nil, planner.Options{})
	if err := validate.Plan(m, p, nil, 10); err != nil {
		t.Fatal(err)
	}
	if p.Status != planner.Optimal || *p.Makespan != 2*time.Minute {
		t.Errorf("%s, %s", p.Status, p.Makespan)
	}
}
