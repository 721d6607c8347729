package unmet_test

import (
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
)

// TestCirclesAreNamed: the action that would change the cache waits for it.
func TestCirclesAreNamed(t *testing.T) {
	m := plantest.Parse(t, `
system "s" {}
state "cache" {
  type = string
  initial = "warm"
}
state "migrated" {
  type = bool
  initial = false
}
action "migrate" {
  precondition = state.cache != "warm"
  effects = {
    migrated = true
    cache = "stale"
  }
}
action "x" {
  precondition = state.migrated
}
goal "g" { include = [action.x] }
`)
	p := planner.For(m, nil, planner.Options{})
	if len(p.Unreachable) != 1 {
		t.Fatalf("%+v", p.Unreachable)
	}
	u := p.Unreachable[0]
	if u.Need() != `state.cache != "warm"` || !u.Circle || len(u.Chain) != 1 || u.Chain[0].ID != "migrate" || u.Range.Start.Line != 12 {
		t.Errorf("%+v", u)
	}
}
