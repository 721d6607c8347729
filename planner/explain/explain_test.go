package explain_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/explain"
	"github.com/omegagen/omegagen/planner/internal/plantest"
)

func TestExplainAction(t *testing.T) {
	m := plantest.Parse(t, plantest.Choices)
	for id, want := range map[string]struct {
		reason explain.Reason
		extra  string
	}{
		"build": {explain.InPlan, "2"}, "start": {explain.InPlan, ""}, "pull": {explain.TooExpensive, "2"},
		"pull_slowly": {explain.Dominated, ""}, "buy": {explain.Blocked, ""}, "write": {explain.Irrelevant, ""},
	} {
		e := explain.Action(m, nil, id, planner.Options{})
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
	if explain.Action(m, nil, "nobody", planner.Options{}) != nil {
		t.Error("an action that isn't there is explained")
	}
}

func TestExplainNoPlan(t *testing.T) {
	m := plantest.Parse(t, strings.Replace(plantest.Choices, "condition = state.running", "condition = state.report && state.running && state.licence", 1))
	n := explain.NoPlan(m, nil, planner.Options{})
	if n == nil || len(n.Core) != 1 || !n.Core[0].Needed || n.Core[0].Range.Start.Line != 55 {
		t.Fatalf("%+v", n)
	}
	if u := n.Plan.Unreachable; len(u) != 1 || u[0].Fact != "state.licence" || len(u[0].Chain) != 0 {
		t.Errorf("%+v", u)
	}
	if n := explain.NoPlan(plantest.Parse(t, plantest.Choices), nil, planner.Options{}); n.Plan.Status != planner.Optimal || len(n.Core) > 0 {
		t.Error("a goal with a plan is explained away")
	}
	m = plantest.Parse(t, `
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
	n = explain.NoPlan(m, nil, planner.Options{})
	if n == nil || len(n.Core) != 2 || len(n.Destroyed) != 1 || n.Destroyed[0].Fact != "state.b" || n.Destroyed[0].By.ID != "x" {
		t.Errorf("%+v", n)
	}
}

// TestExplainWhatNeverHoldsTogether: each part of the precondition can hold,
// but no state satisfies both.
func TestExplainWhatNeverHoldsTogether(t *testing.T) {
	m := plantest.Parse(t, `
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
	e := explain.Action(m, nil, "shortcut", planner.Options{})
	if e.Reason != explain.Blocked || len(e.Missing) > 0 {
		t.Errorf("%s, missing %+v", e.Reason, e.Missing)
	}
}
