package plan_test

import (
	"strings"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/plan"
)

// linksOf writes the links of a plan, a line each: "producer>consumer variable
// !overwriter".
func linksOf(p *plan.Plan) string {
	var out []string
	for _, l := range p.Links {
		to := "goal"
		if l.Consumer != nil {
			to = l.Consumer.ID
		}
		text := l.Producer.ID + ">" + to + " " + l.Variable
		for _, o := range l.Overwriters {
			text += " !" + o.ID
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}

// sequence is a plan of the given actions, one after another, without a search.
func sequence(t *testing.T, src, ids string) *plan.Plan {
	t.Helper()
	m := plantest.Parse(t, `
system "s" {}
state "ready" {
  type    = bool
  initial = false
}
state "load" {
  type    = number
  initial = 0
}
state "seen" {
  type    = set(string)
  initial = []
}
state "fit" { derived = state.ready }
`+src)
	p := &plan.Plan{Goal: planner.Default(m)}
	for _, id := range strings.Fields(ids) {
		for _, a := range planner.Actions(m, planner.Options{}) {
			if a.ID == id {
				p.Steps = append(p.Steps, &plan.Step{ID: id, Action: a})
			}
		}
	}
	p.Link(nil)
	return p
}

// TestLinks compares the links of plans with what their actions read and write.
func TestLinks(t *testing.T) {
	for name, c := range map[string]struct{ src, steps, want string }{
		"the last write before the reader": {`
action "a" { effects = { ready = true } }
action "b" { effects = { ready = true } }
action "c" {
  precondition = state.ready
  effects      = { load = 1 }
}
goal "g" { condition = state.load == 1 }`, "a b c", "b>c state.ready\nc>goal state.load"},
		"through a derived state and a goal": {`
action "a" { effects = { ready = true } }
action "c" {
  precondition = state.fit
  effects      = { load = 1 }
}
goal "other" { condition = state.load == 1 }
goal "g" {
  default   = true
  condition = goal.other
}`, "a c", "a>c state.ready\nc>goal state.load"},
		"overwritten behind the reader": {`
action "a" { effects = { ready = true } }
action "c" {
  precondition = state.ready
  effects      = { load = 1 }
}
action "same" { effects = { ready = true } }
action "other" { effects = { ready = false } }
goal "g" { condition = state.load == 1 }`, "a c same other", "a>c state.ready !other\nc>goal state.load"},
		"a value that isn't known overwrites another": {`
action "a" { effects = { ready = state.load > 0 } }
action "c" {
  precondition = state.ready
  effects      = { load = 1 }
}
action "b" { effects = { ready = state.load > 0 } }
goal "g" { condition = state.load == 1 }`, "a c b", "a>c state.ready !b\nc>b state.load\nc>goal state.load"},
		"a reader that overwrites": {`
action "a" { effects = { ready = true } }
action "c" {
  precondition = state.ready
  effects      = { ready = false }
}
goal "g" { condition = !state.ready }`, "a c", "a>c state.ready\nc>goal state.ready"},
		"counters go on from what was there": {`
action "zero" { effects = { load = 0 } }
action "a" { effects = { load = state.load + 1 } }
action "b" { effects = { load = state.load + 2 } }
goal "g" { condition = state.load > 2 }`, "zero a b",
			"zero>a state.load\na>b state.load\na>goal state.load\nb>goal state.load"},
		"a computed value goes on from its own": {`
action "a" { effects = { load = 2 } }
action "b" { effects = { load = state.load * state.load } }
goal "g" { condition = state.load > 2 }`, "a b", "a>b state.load\nb>goal state.load"},
		"elements of a set are the set": {`
action "a" { effects = { seen = setunion(state.seen, ["x", "y"]) } }
action "c" {
  precondition = contains(state.seen, "x")
  effects      = { load = 1 }
}
goal "g" { condition = state.load == 1 }`, "a c", "a>c state.seen\nc>goal state.load"},
		"facts, but not that an action is done": {`
image "i" { pull = "debian:12" }
service "web" { image = image.i }
action "a" { achieves = [service.web.started] }
action "b" {
  precondition = service.web.started
  effects      = { load = 1 }
}
action "c" {
  depends_on = [action.b]
  destroys   = [service.web.started]
}
goal "g" { condition = state.load == 1 }`, "a b c", "a>b service.web.started !c\nb>goal state.load"},
	} {
		if got := linksOf(sequence(t, c.src, c.steps)); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// TestIncluded marks the steps whose actions a goal names.
func TestIncluded(t *testing.T) {
	p := sequence(t, `
action "a" { effects = { load = 1 } }
action "b" { effects = { ready = true } }
action "c" { effects = { ready = true } }
goal "g" {
  include   = [action.a]
  condition = action.b.done
}`, "a b c")
	if !p.Steps[0].Included || !p.Steps[1].Included || p.Steps[2].Included {
		t.Errorf("included: %v %v %v, want a and b", p.Steps[0].Included, p.Steps[1].Included, p.Steps[2].Included)
	}
}
