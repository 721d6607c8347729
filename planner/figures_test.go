package planner_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
)

// Steps that may go in any order are listed by priority, and take a resource in
// that order.
func TestPriorityOrdersSteps(t *testing.T) {
	action := func(name, priority, more string) string {
		return "action \"" + name + "\" {\n priority = \"" + priority + "\"\n effects = { " + name + " = true }\n" + more + "}\n" +
			"state \"" + name + "\" {\n type = bool\n initial = false\n}\n"
	}
	goal := "goal \"g\" {\n condition = state.a && state.b && state.c && state.d\n}\n"
	for _, more := range []string{"", " duration = \"5s\"\n uses = { worker = 1 }\n"} {
		src := "system \"s\" {}\nresource \"worker\" {\n capacity = 1\n}\n" +
			action("a", "low", more) + action("b", "medium", more) + action("c", "high", more) + action("d", "critical", more) + goal
		p := solve(t, src)
		if got := plantest.IDs(p); got != "d c b a" {
			t.Errorf("%q: the order is %s", more, got)
		}
		for i, s := range p.Steps[1:] {
			if more != "" && s.Start <= p.Steps[i].Start {
				t.Errorf("%s starts at %s, %s at %s", p.Steps[i].ID, p.Steps[i].Start, s.ID, s.Start)
			}
		}
	}
}

// Each figure counts only the steps that it describes.
func TestQualityCountsEachByItself(t *testing.T) {
	p := planner.Plans(plantest.Parse(t, `
system "s" {}
state "n" {
  type    = number
  initial = 0
}
action "validated" {
  precondition = state.n == 0
  effects      = { n = 1 }
  run          = "make"
  validate     = "test -e x"
}
action "undoable" {
  precondition = state.n == 1
  effects      = { n = 2 }
  run          = "make"
  rollback     = "rm x"
}
action "undoable_too" {
  precondition = state.n == 2
  effects      = { n = 3 }
  run          = "make"
  rollback     = "rm x"
}
action "retried" {
  precondition = state.n == 3
  effects      = { n = 4 }
  run          = "make"
  retries      = 2
}
action "plain" {
  precondition = state.n == 4
  effects      = { n = 5 }
  run          = "make"
}
goal "g" {
  condition = state.n == 5
}
`), planner.Options{})[0]
	for name, c := range map[string]struct {
		got  planner.Share
		want int
	}{"validated": {p.Quality.Validated, 1}, "undoable": {p.Quality.Undoable, 2}, "retried": {p.Quality.Retried, 1}, "replaceable": {p.Quality.Replaceable, 0}} {
		if c.got != (planner.Share{Count: c.want, Of: 5}) {
			t.Errorf("%s: %d of %d, want %d of 5", name, c.got.Count, c.got.Of, c.want)
		}
	}
}

// A criterion is covered by a plan if what it probes exists after the last
// step: not by one that removes it again.
func TestCoveredCriteria(t *testing.T) {
	const src = `
system "s" {}
image "i" {
  pull = "debian:12"
}
service "web" {
  image = image.i
  port "http" {
    container = 80
    host      = 8080
  }
}
criterion "up" {
  http {
    service = service.web
    port    = "http"
  }
}
state "moved" {
  type    = bool
  initial = false
}
action "stop" {
  precondition = service.web.started
  run          = "docker stop web"
  effects      = { moved = true }
  DESTROYS
}
goal "g" {
  condition = state.moved
}
`
	for _, c := range []struct {
		destroys string
		want     int
	}{{"", 1}, {"destroys = [service.web.started, service.web.healthy]", 0}} {
		p := planner.Plans(plantest.Parse(t, strings.Replace(src, "DESTROYS", c.destroys, 1)), planner.Options{})[0]
		if p.Quality.CriteriaCovered != (planner.Share{Count: c.want, Of: 1}) {
			t.Errorf("%q: %+v is covered, want %d of 1; steps %s", c.destroys, p.Quality.CriteriaCovered, c.want, plantest.IDs(p))
		}
	}
	m := plantest.Parse(t, strings.Replace(src, "DESTROYS", "", 1))
	from := &planner.From{State: map[string]*manifest.Value{"moved": {Type: manifest.Bool, Bool: true}}}
	if p := planner.Plans(m, planner.Options{From: from})[0]; p.Quality.CriteriaCovered.Count != 0 {
		t.Error("without a step nothing holds at the end")
	}
	from.Facts = []manifest.Fact{m.Services[0].Up()}
	if p := planner.Plans(m, planner.Options{From: from})[0]; p.Quality.CriteriaCovered.Count != 1 {
		t.Error("what holds from the beginning holds at the end")
	}
}
