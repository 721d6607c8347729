package validate_test

import (
	"math/big"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/validate"
)

const src = `
system "s" {}
state "a" {
  type = bool
  initial = false
}
state "b" {
  type = bool
  initial = false
}
state "c" {
  type = bool
  initial = false
}
resource "r" { capacity = 1 }
action "x" {
  effects = { a = true }
  cost = 1
  duration = "1m"
}
action "y" {
  precondition = state.a
  effects = { b = true }
  cost = 2
  duration = "1m"
  uses = { r = 1 }
}
action "z" {
  precondition = state.a
  effects = { c = true }
  cost = 3
  duration = "2m"
  uses = { r = 1 }
}
goal "g" { condition = state.b && state.c }
`

// TestFaultsAreFound breaks a good plan in every way that Plan looks for.
func TestFaultsAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*planner.Plan)
		want  string
	}{
		"nothing":        {func(*planner.Plan) {}, ""},
		"a step is lost": {func(p *planner.Plan) { p.Steps = p.Steps[1:] }, "precondition"},
		"the goal is":    {func(p *planner.Plan) { p.Steps = p.Steps[:2] }, "goal"},
		"a need is lost": {func(p *planner.Plan) { p.Steps[1].Needs = nil; p.Steps[1].Level = 0 }, "linearisation"},
		"the cost":       {func(p *planner.Plan) { p.Cost = big.NewRat(7, 1) }, "cost"},
		"the bound":      {func(p *planner.Plan) { p.LowerBound = big.NewRat(5, 1) }, "lower bound"},
		"an id":          {func(p *planner.Plan) { p.Steps[0].ID = "x#2" }, "called"},
		"a level":        {func(p *planner.Plan) { p.Steps[2].Level = 5 }, "level"},
		"the makespan":   {func(p *planner.Plan) { d := time.Second; p.Makespan = &d }, "makespan"},
		"too early":      {func(p *planner.Plan) { p.Steps[2].Start, p.Steps[2].Finish = 0, p.Steps[2].Action.Duration }, "starts before"},
		"a finish":       {func(p *planner.Plan) { p.Steps[0].Finish++ }, "runs from"},
		"a busy resource": {func(p *planner.Plan) {
			s := p.Steps[2]
			s.Start = p.Steps[1].Start
			s.Finish = s.Start + s.Action.Duration
			d := max(s.Finish, p.Steps[1].Finish)
			p.Makespan, p.MakespanLowerBound = &d, &d
		}, "resource"},
	} {
		m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		p := planner.For(m, nil, planner.Options{})
		c.spoil(p)
		err := validate.Plan(m, p, nil, 10)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, should speak of %q", name, err, c.want)
		}
	}
}
