package planner_test

import (
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
)

// What the planner itself reports, by code: each with a manifest that the
// loader accepts.
func TestReported(t *testing.T) {
	const states = `
system "s" {}
state "a" {
  type    = bool
  initial = false
}
state "b" {
  type    = bool
  initial = false
}
`
	for _, test := range []struct {
		code, src string
		options   planner.Options
		goals     []*manifest.Goal // the manifest's, where set
	}{
		{code: "OG301", src: `
system "s" {}
state "n" {
  type    = number
  initial = 0
}
action "up" {
  cost    = 1
  effects = { n = state.n + 1 }
}
goal "g" { condition = state.n == 1/2 }
`},
		{code: "OG302", src: states + `
action "cheap" {
  cost    = 0.000000000001
  effects = { a = true }
}
action "expensive" {
  cost    = 1000000000
  effects = { b = true }
}
goal "g" { condition = state.a && state.b }
`},
		{code: "OG303", src: `
system "s" {}
state "n" {
  type    = number
  initial = 0
  min     = 0
  max     = 5
}
action "up" {
  cost    = 1
  effects = { n = 3 }
}
goal "g" { condition = state.n == 3 }
`, options: planner.Options{From: &planner.From{State: map[string]*manifest.Value{"n": {Type: manifest.String, Str: "x"}}}}},
		{code: "OG304", src: states, goals: []*manifest.Goal{{Name: "x"}, {Name: "y"}}},
		{code: "OG306", src: states + `
action "x" {
  cost    = 1
  effects = { a = true, b = false }
}
action "y" {
  cost    = 1
  effects = { a = false, b = true }
}
goal "g" { condition = state.a && state.b }
`},
		{code: "OG307", src: states + `
action "first" {
  cost    = 1
  effects = { a = true }
}
action "between" {
  cost         = 1
  precondition = state.a
  effects      = { b = true }
}
action "last" {
  cost         = 1
  precondition = state.b
}
parallel "p" { actions = [action.first, action.last] }
goal "g" { include = [action.last] }
`},
	} {
		m := plantest.Parse(t, test.src)
		if test.goals != nil {
			m.Goals = test.goals
		}
		var codes []string
		for _, d := range planner.For(m, nil, test.options).Diagnostics {
			codes = append(codes, diag.Code(d))
		}
		if len(codes) != 1 || codes[0] != test.code {
			t.Errorf("reported %v, not %s", codes, test.code)
		}
	}
}
