package planner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/validate"
)

const choices = `
system "s" {}
state "fetched" {
  type = bool
  initial = false
}
state "image" {
  type = bool
  initial = false
}
state "running" {
  type = bool
  initial = false
}
state "licence" {
  type = bool
  initial = false
}
state "report" {
  type = bool
  initial = false
}
action "fetch" {
  effects = { fetched = true }
  cost = 1
}
action "build" {
  precondition = state.fetched
  effects = { image = true }
  cost = 2
}
action "pull" {
  effects = { image = true }
  cost = 5
}
action "pull_slowly" {
  effects = { image = true }
  cost = 9
}
action "buy" {
  precondition = state.licence
  effects = { image = true }
  cost = 1
}
action "start" {
  precondition = state.image
  effects = { running = true }
  cost = 1
}
action "write" {
  effects = { report = true }
  cost = 1
  priority = "critical"
}
goal "up" { condition = state.running }
`

func TestExplainAction(t *testing.T) {
	m := parse(t, choices)
	for id, want := range map[string]struct {
		reason planner.Reason
		extra  string
	}{
		"build": {planner.InPlan, "2"}, "start": {planner.InPlan, ""}, "pull": {planner.IsTooDear, "2"},
		"pull_slowly": {planner.IsDominated, ""}, "buy": {planner.IsBlocked, ""}, "write": {planner.IsIrrelevant, ""},
	} {
		e := planner.ExplainAction(m, nil, id, planner.Options{})
		extra := ""
		if e.Extra != nil {
			extra = e.Extra.RatString()
		}
		if e.Reason != want.reason || extra != want.extra {
			t.Errorf("%s: %s, extra %q, want %+v", id, e.Reason, extra, want)
		}
		switch id {
		case "build":
			if s := e.Steps[0].Serves; len(s) != 1 || s[0].Consumer.ID != "start" || s[0].Variable != "state.image" {
				t.Errorf("build serves %+v", s)
			}
		case "start":
			if s := e.Steps[0].Serves; len(s) != 1 || s[0].Consumer != nil || e.Alternative.Status != planner.Unsolvable {
				t.Errorf("start serves %+v; without it %s", s, e.Alternative.Status)
			}
		case "pull_slowly":
			if e.By.ID != "pull" {
				t.Errorf("dominated by %s", e.By.ID)
			}
		case "buy":
			if len(e.Missing) != 1 || e.Missing[0].Fact != "state.licence" {
				t.Errorf("missing %+v", e.Missing)
			}
		}
	}
	if planner.ExplainAction(m, nil, "nobody", planner.Options{}) != nil {
		t.Error("an action that isn't there is explained")
	}
}

func TestExplainNoPlan(t *testing.T) {
	m := parse(t, strings.Replace(choices, "condition = state.running", "condition = state.report && state.running && state.licence", 1))
	n := planner.ExplainNoPlan(m, nil, planner.Options{})
	if n == nil || len(n.Core) != 1 || !n.Core[0].Needed || n.Core[0].Range.Start.Line != 55 {
		t.Fatalf("%+v", n)
	}
	if u := n.Plan.Unreachable; len(u) != 1 || u[0].Fact != "state.licence" || len(u[0].Chain) != 0 {
		t.Errorf("%+v", u)
	}
	if n := planner.ExplainNoPlan(parse(t, choices), nil, planner.Options{}); n.Plan.Status != planner.Optimal || len(n.Core) > 0 {
		t.Error("a goal with a plan is explained away")
	}
	m = parse(t, `
system "s" {}
state "a" {
  type = bool
  initial = false
}
state "b" {
  type = bool
  initial = true
}
action "x" {
  effects = {
    a = true
    b = false
  }
  cost = 1
}
goal "g" { condition = state.a && state.b }
`)
	n = planner.ExplainNoPlan(m, nil, planner.Options{})
	if n == nil || len(n.Core) != 2 || len(n.Destroyed) != 1 || n.Destroyed[0].Fact != "state.b" || n.Destroyed[0].By.ID != "x" {
		t.Errorf("%+v", n)
	}
}

func TestFallbacksAndQuality(t *testing.T) {
	m := parse(t, choices)
	problem := planner.NewProblem(m, planner.Options{})
	p := problem.Plan(nil)
	problem.Assess(p)
	got := []string{}
	for _, f := range p.Fallbacks {
		got = append(got, f.Step.ID+": "+ids(f.Plan)+" for "+f.Plan.Cost.RatString())
	}
	if want := []string{"fetch: pull start for 6", "build: pull start for 6"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	q := p.Quality
	if q.Optimality.RatString() != "1" || q.Parallelism != nil || q.Replaceable != (planner.Share{Count: 2, Of: 3}) ||
		q.EffectsUsed != (planner.Share{Count: 3, Of: 3}) || q.PreconditionsMade != (planner.Share{Count: 2, Of: 2}) || q.GoalsReachable != (planner.Share{Count: 1, Of: 1}) {
		t.Errorf("%+v", q)
	}
}

// TestFallbacksOfLargePlans finds the ways on of hundreds of steps in a plan of
// thousands, each by looking at what is left to be done alone.
func TestFallbacksOfLargePlans(t *testing.T) {
	m := deployment(1000)
	problem := planner.NewProblem(m, planner.Options{})
	p := problem.Plan(nil)
	problem.Assess(p)
	if len(p.Fallbacks) < 100 {
		t.Errorf("only %d fallbacks", len(p.Fallbacks))
	}
	for _, f := range p.Fallbacks {
		if f.Plan.Status != planner.Optimal {
			t.Errorf("the fallback of %s is %s", f.Step.ID, f.Plan.Status)
		}
	}
	m = deployment(100)
	problem = planner.NewProblem(m, planner.Options{})
	p = problem.Plan(nil)
	problem.Assess(p)
	if err := validate.Plan(m, p, nil, 1); err != nil || len(p.Fallbacks) < 10 {
		t.Errorf("%v, %d fallbacks", err, len(p.Fallbacks))
	}
}

// TestExplainWhatNeverHoldsTogether: each part of the precondition can hold, and
// no state has both.
func TestExplainWhatNeverHoldsTogether(t *testing.T) {
	m := parse(t, `
system "s" {}
state "mode" {
  type    = string
  initial = "old"
}
state "moved" {
  type    = bool
  initial = false
}
state "done" {
  type    = bool
  initial = false
}
action "move" {
  effects = {
    mode  = "new"
    moved = true
  }
}
action "shortcut" {
  precondition = state.moved && state.mode == "old"
  effects      = { done = true }
}
action "finish" {
  precondition = state.moved
  cost         = 5
  effects      = { done = true }
}
action "tidy" {
  precondition = state.done
  effects      = { moved = false }
}
goal "g" { condition = state.done }
`)
	e := planner.ExplainAction(m, nil, "shortcut", planner.Options{})
	if e.Reason != planner.IsBlocked || len(e.Missing) > 0 {
		t.Errorf("%s, missing %+v", e.Reason, e.Missing)
	}
}
