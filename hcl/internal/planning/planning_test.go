package planning_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// load reads one valid file.
func load(t *testing.T, src string) *manifest.Manifest {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
	for _, d := range diags {
		t.Error(diagtest.Describe(d))
	}
	return m
}

func names(refs []*manifest.ActionRef) string {
	var out []string
	for _, r := range refs {
		out = append(out, r.Action.Name)
	}
	return strings.Join(out, " ")
}

func TestPlanningModel(t *testing.T) {
	src, err := os.ReadFile("testdata/valid/planning.hcl")
	if err != nil {
		t.Fatal(err)
	}
	m := load(t, string(src))

	states := map[string]*manifest.State{}
	for _, s := range m.States {
		states[s.Name] = s
	}
	if s := states["compiled"]; s.Type != manifest.StringSet || s.Initial == nil || len(s.Initial.Set) != 0 || s.Description == "" {
		t.Errorf("compiled: %+v", s)
	}
	if s := states["response_ms"]; s.Initial != nil || s.Min.Sign() != 0 || s.Max != nil {
		t.Errorf("response_ms: %+v", s)
	}
	if s := states["tries"]; s.Initial.Num.RatString() != "1/2" || s.Max.RatString() != "7/2" {
		t.Errorf("tries: %+v", s)
	}
	usable := states["usable"].Derived
	if usable.Op != manifest.OpAnd || usable.Args[0].State != states["all_compiled"] {
		t.Errorf("usable doesn't refer to the derived state that it shares")
	}

	actions := map[string]*manifest.Action{}
	for _, a := range m.Actions {
		actions[a.Name] = a
	}
	a := actions["build_server"]
	if a.Cost.RatString() != "5/2" || a.Duration != 90*time.Minute || a.Title != "build_server" || a.Priority != "critical" ||
		a.Shell != "sh" || a.OnFailure != "stop" || a.Fallback != "ask" || a.Milestone.Name != "build" ||
		len(a.Uses) != 1 || a.Uses[0].Amount != 1 || len(a.Tools) != 2 || a.Tools[0].Constraint != ">= 1.75" {
		t.Errorf("build_server: %+v", a)
	}
	if len(a.Effects) != 4 || a.Effects[0].State.Name != "clean" || a.Effects[3].Value.Op != manifest.OpCond {
		t.Errorf("build_server's effects: %+v", a.Effects)
	}
	if a := actions["build_worker"]; names(a.DependsOn) != "build_server" || a.Cost.RatString() != "1" || a.Priority != "medium" {
		t.Errorf("build_worker: %+v", a)
	}
	a = actions["measure"]
	if a.Retries != 2 || a.Backoff != 5*time.Second || a.Timeout != time.Minute || !a.Optional || !a.SkipWhenValid ||
		len(a.Measures) != 1 || a.Measures[0].From != "output" || a.Measures[0].State.Name != "response_ms" {
		t.Errorf("measure: %+v", a)
	}
	if run, ok := a.Run.Plain(); !ok || run != "set -- ${HOME}\necho 12\n" {
		t.Errorf("run: %q", run)
	}

	want := map[string]string{
		"built": "build_server build_worker", "all": "build_server build_worker measure",
		"some": "build_server measure", "any": "build_server build_worker measure",
	}
	for _, g := range m.Goals {
		if got := names(g.Include); got != want[g.Name] || g.Default != (g.Name == "all") {
			t.Errorf("goal %s includes %q, default %v", g.Name, got, g.Default)
		}
	}
}

func TestDefaultGoal(t *testing.T) {
	for _, tc := range []struct{ goals, want string }{
		{`goal "only" { condition = state.a }`, "only"},
		{"goal \"default\" { condition = state.a }\ngoal \"other\" { condition = state.a }", "default"},
		{"goal \"default\" { condition = state.a }\ngoal \"other\" {\n condition = state.a\n default = true\n}", "other"},
	} {
		m := load(t, "system \"t\" {}\nstate \"a\" { type = bool }\n"+tc.goals)
		for _, g := range m.Goals {
			if g.Default != (g.Name == tc.want) || g.Implicit {
				t.Errorf("%s: %s: %+v", tc.goals, g.Name, g)
			}
		}
	}
}

func TestForEachOverStatesAndActions(t *testing.T) {
	m := load(t, `system "t" {}
state "ready" {
  for_each = toset(["b", "a"])
  type     = bool
  initial  = each.key == "a"
}
action "make" {
  for_each = { a = 1, b = 2 }
  precondition = !state.ready[each.key] && state["ready"][each.key] == false
  effects = {
    ready[each.key] = true
  }
  cost = each.value
}
action "all" {
  depends_on   = [action.make]
  precondition = alltrue(action.make[*].done) && action.make["a"].done
  effects = {
    "ready-a" = false
  }
}
goal "g" {
  condition = alltrue(state.ready[*])
  include   = [action.make["b"], action.all]
}
`)
	if t.Failed() {
		return
	}
	if m.States[0].Address != `state.ready["a"]` || m.States[0].Name != "ready-a" || !m.States[0].Initial.Bool || m.States[1].Initial.Bool {
		t.Errorf("%+v", m.States[0])
	}
	byName := map[string]*manifest.Action{}
	for _, a := range m.Actions {
		byName[a.Name] = a
	}
	if a := byName["make-b"]; a.Cost.RatString() != "2" || a.Effects[0].State.Name != "ready-b" {
		t.Errorf("%+v", a)
	}
	all := byName["all"]
	if names(all.DependsOn) != "make-a make-b" || all.Precondition.Args[0].Fact.Name != "make-a" {
		t.Errorf("%+v", all)
	}
	if names(m.Goals[0].Include) != "all make-b" {
		t.Errorf("%s", names(m.Goals[0].Include))
	}
}

// Without a goal, the goal is that all services outside profiles are up.
func TestImplicitGoal(t *testing.T) {
	m := load(t, `system "t" {}
image "any" {
  pull = "example.org/any:1.0"
}
service "web" {
  image = image.any
  healthcheck {
    shell = "true"
  }
}
service "disabled" {
  image = image.any
  healthcheck {
    disable = true
  }
}
service "plain" {
  image = image.any
}
service "job" {
  image   = image.any
  oneshot = true
}
service "extra" {
  image    = image.any
  profiles = ["more"]
}
`)
	if len(m.Goals) != 1 {
		t.Fatalf("%d goals", len(m.Goals))
	}
	g := m.Goals[0]
	var facts []string
	for _, x := range g.Condition.Args {
		facts = append(facts, x.Fact.String())
	}
	want := "service.disabled.started service.job.completed service.plain.started service.web.healthy"
	if got := strings.Join(facts, " "); got != want || !g.Implicit || !g.Default || g.Name != "default" || g.Objective != "cost" {
		t.Errorf("%s\n%+v", got, g)
	}
	if m := load(t, "system \"t\" {}"); m.Goals[0].Condition != nil {
		t.Error("an empty manifest wants something")
	}
}
