package planner_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/validate"
)

// solve plans for the default goal and validates the plan.
func solve(t testing.TB, src string) *planner.Plan {
	t.Helper()
	m := plantest.Parse(t, src)
	p := planner.For(m, nil, planner.Options{})
	if err := validate.Plan(m, p, nil, 100); err != nil {
		t.Fatal(err)
	}
	return p
}

func want(t *testing.T, p *planner.Plan, status planner.Status, cost, steps string) {
	t.Helper()
	got := "none"
	if p.Cost != nil {
		got = p.Cost.RatString()
	}
	if p.Status != status || got != cost || plantest.IDs(p) != steps {
		t.Errorf("%s at %s: %s\nwant %s at %s: %s", p.Status, got, plantest.IDs(p), status, cost, steps)
	}
}

// The classic bugs of GOAP libraries.

func TestActionNeededTwice(t *testing.T) {
	p := solve(t, `
system "s" {}
state "key"  { 
  type = bool
  initial = false
}
state "a" { 
  type = bool
  initial = false
}
state "b" { 
  type = bool
  initial = false
}
action "take" { 
  effects = { key = true }
  cost = 1
}
action "open_a" {
  precondition = state.key
  effects = {
    a = true
    key = false
  }
  cost = 1
}
action "open_b" {
  precondition = state.key
  effects = {
    b = true
    key = false
  }
  cost = 1
}
goal "both" { condition = state.a && state.b }
`)
	if p.Status != planner.Optimal || p.Cost.RatString() != "4" || p.Steps[2].ID != "take#2" {
		t.Errorf("%s at %s: %s", p.Status, p.Cost, plantest.IDs(p))
	}
}

func TestPreconditionIsNeverSkipped(t *testing.T) {
	p := solve(t, `
system "s" {}
state "ready" {
  type = bool
  initial = false
}
state "done" {
  type = bool
  initial = false
}
action "finish" {
  precondition = state.ready
  effects = { done = true }
  cost = 0
}
action "prepare" {
  effects = { ready = true }
  cost = 100
}
goal "g" { condition = state.done }
`)
	want(t, p, planner.Optimal, "100", "prepare finish")
}

func TestNoActionWithoutPurpose(t *testing.T) {
	p := solve(t, `
system "s" {}
state "done" {
  type = bool
  initial = false
}
state "other" {
  type = bool
  initial = false
}
action "free" {
  effects = { other = true }
  cost = 0
}
action "work" {
  effects = { done = true }
  cost = 0
}
goal "g" { condition = state.done }
`)
	want(t, p, planner.Optimal, "0", "work")
	if len(p.Dropped) != 1 || p.Dropped[0].ID != "free" {
		t.Errorf("dropped %v", p.Dropped)
	}
}

func TestUnreachableGoalIsExplained(t *testing.T) {
	p := solve(t, `
system "s" {}
state "crates_compiled" {
  type = bool
  initial = false
}
state "crate_compiled" {
  type = bool
  initial = false
}
state "image" {
  type = bool
  initial = false
}
action "compile" {
  effects = { crate_compiled = true }
  cost = 1
}
action "build" {
  precondition = state.crates_compiled
  effects = { image = true }
  cost = 1
}
goal "g" { condition = state.image }
`)
	want(t, p, planner.Unsolvable, "none", "")
	if len(p.Unreachable) != 1 || p.Unreachable[0].Fact != "state.crates_compiled" ||
		p.Unreachable[0].Range.Start.Line != 20 || len(p.Unreachable[0].Nearest) == 0 || p.Unreachable[0].Nearest[0] != "state.crate_compiled" {
		t.Errorf("unreachable: %+v", p.Unreachable)
	}
}

func TestUnsolvableByConflict(t *testing.T) {
	p := solve(t, `
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
	want(t, p, planner.Unsolvable, "none", "")
	if len(p.Unreachable) != 0 || len(p.Diagnostics) != 1 {
		t.Errorf("unreachable %v, diagnostics %v", p.Unreachable, p.Diagnostics)
	}
}

func TestGrowingNumber(t *testing.T) {
	m := plantest.Parse(t, `
system "s" {}
state "n" {
  type = number
  initial = 0
}
action "grow" {
  effects = { n = state.n + 1 }
  cost = 1
}
goal "g" { condition = state.n == 3 }
`)
	p := planner.For(m, nil, planner.Options{})
	if p.Status != planner.Failed || len(p.Diagnostics) != 1 || !strings.Contains(p.Diagnostics[0].Detail, `"grow"`) {
		t.Errorf("%s: %v", p.Status, p.Diagnostics)
	}
}

func TestIncrementsCommute(t *testing.T) {
	p := solve(t, `
system "s" {}
state "n" {
  type = number
  initial = 0
  max = 10
}
state "a" {
  type = bool
  initial = false
}
action "one" {
  effects = {
    n = state.n + 1
    a = true
  }
  cost = 1
}
action "two" {
  effects = { n = state.n + 2 }
  cost = 1
}
goal "g" { condition = state.n == 3 && state.a }
`)
	if p.Cost.RatString() != "2" || len(p.Steps[1].Needs) != 0 {
		t.Errorf("%s, the second needs %d", plantest.IDs(p), len(p.Steps[1].Needs))
	}
}

func TestMakespan(t *testing.T) {
	const src = `
system "s" {}
state "built" {
  type = bool
  initial = false
}
state "half" {
  type = bool
  initial = false
}
action "slow" {
  effects = { built = true }
  cost = 1
  duration = "10m"
}
action "half" {
  effects = { half = true }
  cost = 3
  duration = "2m"
}
action "other_half" {
  precondition = state.half
  effects = { built = true }
  cost = 3
  duration = "3m"
}
goal "cheap" {
  condition = state.built
  default = true
}
goal "fast" {
  condition = state.built
  objective = "makespan"
}
`
	m := plantest.Parse(t, src)
	ps := planner.Plans(m, planner.Options{})
	want(t, ps[0], planner.Optimal, "1", "slow")
	want(t, ps[1], planner.Optimal, "6", "half other_half")
	if ps[1].Makespan.String() != "5m0s" || *ps[1].MakespanLowerBound != *ps[1].Makespan {
		t.Errorf("makespan %s, at least %s", ps[1].Makespan, ps[1].MakespanLowerBound)
	}
	if err := validate.Plan(m, ps[1], nil, 10); err != nil {
		t.Error(err)
	}
}

func TestParallelClaimThatThePlanContradicts(t *testing.T) {
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
action "x" {
  effects = { a = true }
  cost = 1
}
action "y" {
  precondition = state.a
  effects = { b = true }
  cost = 1
}
action "z" {
  precondition = %s
  effects = { c = true }
  cost = 1
}
parallel "p" { actions = [action.x, action.z] }
goal "g" { condition = state.b && state.c }
`
	for pre, want := range map[string]int{"true": 0, "state.b": 1} {
		p := planner.For(plantest.Parse(t, fmt.Sprintf(src, pre)), nil, planner.Options{})
		if len(p.Diagnostics) != want {
			t.Errorf("with precondition %s: %v", pre, p.Diagnostics)
		}
	}
}

func TestServicesAlone(t *testing.T) {
	p := solve(t, `
system "s" {}
secret "pw" { length = 20 }
image "db" { pull = "postgres:17" }
image "web" { pull = "example/web:1" }
service "db" {
  image = image.db
  secret_env = { POSTGRES_PASSWORD_FILE = secret.pw }
  healthcheck { shell = "true" }
}
service "web" {
  image = image.web
  depends_on = { db = "healthy" }
}
service "extra" {
  image = image.web
  profiles = ["more"]
}
`)
	want(t, p, planner.Optimal, "6", "image.db.pull image.web.pull secret.pw.make service.db.start service.db.await service.web.start")
}

// A service that gets a role's password starts after the schema, and with it
// the role, is applied, except where that is impossible: the server depends on
// it, or a declared action applies the schema through it.
func TestLoginNeedsSchema(t *testing.T) {
	src := func(more, action string) string {
		return `
system "s" {}
secret "admin" {
  from   = "generated"
  length = 20
}
secret "pw" { length = 20 }
image "any" { pull = "any:1" }
service "db" {
  image      = image.any
  secret_env = { A = secret.admin }
  healthcheck { shell = "true" }
  ` + more + `
}
service "web" {
  image      = image.any
  secret_env = { P = secret.pw }
  healthcheck { shell = "true" }
}
database "d" {
  service = service.db
  role "r" {
    login    = true
    password = secret.pw
  }
}
` + action
	}
	p := solve(t, src("", ""))
	want(t, p, planner.Optimal, "8", "image.any.pull secret.admin.make secret.pw.make service.db.start service.db.await database.d.apply service.web.start service.web.await")
	step := p.Steps[6]
	if needs := step.Needs; !slices.ContainsFunc(needs, func(n *planner.Step) bool { return n.ID == "database.d.apply" }) {
		t.Errorf("%s needs %v", step.ID, needs)
	}
	p = solve(t, src("depends_on = { web = \"healthy\" }", ""))
	want(t, p, planner.Optimal, "8", "image.any.pull secret.admin.make secret.pw.make service.web.start service.web.await service.db.start service.db.await database.d.apply")
	p = solve(t, src("", `
action "migrate" {
  precondition = service.web.healthy && service.db.healthy
  achieves     = [database.d.applied]
  cost         = 1
  run          = "true"
}
goal "g" { condition = database.d.applied }
`))
	want(t, p, planner.Optimal, "8", "image.any.pull secret.admin.make secret.pw.make service.db.start service.db.await service.web.start service.web.await migrate")
}
