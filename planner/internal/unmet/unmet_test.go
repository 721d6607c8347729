package unmet_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
)

// TestCyclesAreNamed: the only action that would change the cache requires
// that change.
func TestCyclesAreNamed(t *testing.T) {
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
	if u.Need() != `state.cache != "warm"` || !u.Cycle || len(u.Chain) != 1 || u.Chain[0].ID != "migrate" || u.Range.Start.Line != 12 {
		t.Errorf("%+v", u)
	}
}

// TestOnlyWhatMayHelpIsFollowed: of the inapplicable actions, only those are
// followed whose effect would make the condition true.
func TestOnlyWhatMayHelpIsFollowed(t *testing.T) {
	const states = `
system "s" {}
state "never" {
  type    = bool
  initial = false
}
state "seen" {
  type    = set(string)
  initial = []
}
state "mode" {
  type    = string
  initial = "old"
}
`
	for name, c := range map[string]struct{ src, need, chain string }{
		"an element that the action adds": {`
action "a" {
  precondition = state.never
  effects      = { seen = setunion(state.seen, ["x"]) }
}
goal "g" { condition = contains(state.seen, "x") }`, "state.never", "a"},
		"an element that it doesn't add": {`
action "a" {
  precondition = state.never
  effects      = { seen = setunion(state.seen, ["y"]) }
}
goal "g" { condition = contains(state.seen, "x") }`, `contains(state.seen, "x")`, ""},
		"an element that it takes away": {`
action "a" {
  precondition = state.never
  effects      = { seen = setsubtract(state.seen, ["x"]) }
}
goal "g" { condition = contains(state.seen, "x") }`, `contains(state.seen, "x")`, ""},
		"the value": {`
action "a" {
  precondition = state.never
  effects      = { mode = "new" }
}
goal "g" { condition = state.mode == "new" }`, "state.never", "a"},
		"another value": {`
action "a" {
  precondition = state.never
  effects      = { mode = "newer" }
}
goal "g" { condition = state.mode == "new" }`, `state.mode == "new"`, ""},
		"through an action that is needed": {`
action "a" {
  precondition = state.never
}
action "b" {
  depends_on = [action.a]
  effects    = { mode = "new" }
}
goal "g" { condition = state.mode == "new" }`, "state.never", "b a"},
	} {
		u := planner.For(plantest.Parse(t, states+c.src), nil, planner.Options{}).Unreachable
		if len(u) != 1 {
			t.Errorf("%s: %+v", name, u)
			continue
		}
		var chain []string
		for _, a := range u[0].Chain {
			chain = append(chain, a.ID)
		}
		if got := strings.Join(chain, " "); u[0].Need() != c.need || got != c.chain || u[0].Cycle {
			t.Errorf("%s: %s through %q, want %s through %q", name, u[0].Need(), got, c.need, c.chain)
		}
	}
}
