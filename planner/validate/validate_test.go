package validate_test

import (
	"math/big"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/omegagen/omegagen/hcl/diag"
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
		"a need is lost": {func(p *planner.Plan) { p.Steps[1].Needs = nil; p.Steps[1].Level = 0 }, "linearization"},
		"the cost":       {func(p *planner.Plan) { p.Cost = big.NewRat(7, 1) }, "cost"},
		"the bound":      {func(p *planner.Plan) { p.LowerBound = big.NewRat(5, 1) }, "lower bound"},
		"an id":          {func(p *planner.Plan) { p.Steps[0].ID = "x#2" }, "should have the ID"},
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
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestCheck accepts a good plan, and reports for a bad one its goal and that it
// is a bug in omegagen.
func TestCheck(t *testing.T) {
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p := planner.For(m, nil, planner.Options{})
	if diags := validate.Check(m, p, nil); len(diags) > 0 || p.Status != planner.Optimal {
		t.Errorf("%v, status %s", diags, p.Status)
	}
	p.Steps = p.Steps[:2]
	diags = validate.Check(m, p, nil)
	if len(diags) != 1 || diag.Code(diags[0]) != "OG910" || !strings.Contains(diags[0].Detail, `"g"`) || p.Status != planner.Failed {
		t.Errorf("%v, status %s", diags, p.Status)
	}
}

// TestDisturbances finds overlapping steps in a schedule of which one writes
// what the other one needs, but accepts steps that only touch in time.
func TestDisturbances(t *testing.T) {
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(`
system "s" {}
state "a" {
  type    = bool
  initial = true
}
state "n" {
  type    = number
  initial = 0
}
action "reader" {
  precondition = state.a
  effects      = { n = 1 }
  duration     = "2m"
}
action "writer" {
  effects  = { a = false }
  duration = "1m"
}
goal "g" { condition = state.n == 1 && !state.a }
`)}}, Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, c := range []struct {
		start time.Duration
		want  string
	}{{2 * time.Minute, ""}, {time.Minute, "overlap"}, {2*time.Minute - 1, "overlap"}} {
		p := planner.For(m, nil, planner.Options{})
		p.Steps[1].Needs, p.Steps[1].Level = p.Steps[1].Needs[:0], 0
		s := p.Steps[1]
		s.Start, s.Finish = c.start, c.start+s.Action.Duration
		end := max(s.Finish, p.Steps[0].Finish)
		p.Makespan, p.MakespanLowerBound = &end, &end
		err := validate.Plan(m, p, nil, 0)
		if c.want == "" && err != nil && strings.Contains(err.Error(), "overlap") || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("from %s: %v, want %q", c.start, err, c.want)
		}
	}
}
