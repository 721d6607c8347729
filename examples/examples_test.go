// Package examples_test holds the examples to what they say: each loads
// without a diagnostic, and its plans have the figures that a solver of their
// own found.
package examples_test

import (
	"math/big"
	"math/rand"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// load reads an example with variables given as NAME=VALUE. Any diagnostic,
// warnings included, fails the test.
func load(t *testing.T, dir string, vars ...string) *manifest.Manifest {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	in := loader.Input{FS: root.FS(), Dir: dir}
	for _, v := range vars {
		name, val, _ := strings.Cut(v, "=")
		in.Vars = append(in.Vars, loader.VarValue{Name: name, Value: val})
	}
	m, diags := loader.Load(in)
	for _, d := range diags {
		t.Errorf("%s: %s: %s %s", d.Subject, diag.Code(d), d.Summary, d.Detail)
	}
	if t.Failed() {
		t.FailNow()
	}
	return m
}

func goalNamed(t *testing.T, m *manifest.Manifest, name string) *manifest.Goal {
	t.Helper()
	for _, g := range m.Goals {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("no goal %s", name)
	return nil
}

func planFor(t *testing.T, m *manifest.Manifest, goal string) *planner.Plan {
	t.Helper()
	return planner.For(m, goalNamed(t, m, goal), planner.Options{})
}

// wantFigures compares a plan with what an independent solver found; steps -1
// is any number.
func wantFigures(t *testing.T, p *planner.Plan, status planner.Status, cost int64, steps int) {
	t.Helper()
	if p.Status != status {
		t.Fatalf("goal %s: status %s, want %s", p.Goal.Name, p.Status, status)
	}
	if p.Cost.Cmp(big.NewRat(cost, 1)) != 0 {
		t.Errorf("goal %s: cost %s, want %d", p.Goal.Name, p.Cost.RatString(), cost)
	}
	if steps >= 0 && len(p.Steps) != steps {
		t.Errorf("goal %s: %d steps, want %d", p.Goal.Name, len(p.Steps), steps)
	}
}

func TestFlagshipPlans(t *testing.T) {
	m := load(t, "exogenesis-omega")
	for _, c := range []struct {
		goal     string
		cost     int64
		steps    int
		makespan time.Duration // 0: not looked at
	}{
		{"operational", 108, 27, 0},
		{"full", 204, 57, 0},
		{"fast_track", 108, 27, 2525 * time.Second},
		{"targets", 118, 30, 0},
	} {
		t.Run(c.goal, func(t *testing.T) {
			p := planFor(t, m, c.goal)
			wantFigures(t, p, planner.Optimal, c.cost, c.steps)
			if c.makespan != 0 && *p.Makespan != c.makespan {
				t.Errorf("makespan %s, want %s", *p.Makespan, c.makespan)
			}
			for _, s := range p.Steps {
				if s.Action.Declared == nil {
					t.Errorf("%s is a generated action: every step should be the document's", s.ID)
				}
			}
			linearisations(t, m, p)
		})
	}
}

// linearisations runs the plan in its own order, and in others that its needs
// allow: each must be a valid plan.
func linearisations(t *testing.T, m *manifest.Manifest, p *planner.Plan) {
	t.Helper()
	rng := rand.New(rand.NewSource(1))
	for round := 0; round < 100; round++ {
		w, done := initial(m), map[*planner.Step]bool{}
		for len(done) < len(p.Steps) {
			var ready []*planner.Step
			for _, s := range p.Steps {
				ok := !done[s]
				for _, n := range s.Needs {
					ok = ok && done[n]
				}
				if ok {
					ready = append(ready, s)
				}
			}
			if len(ready) == 0 {
				t.Fatal("needs form a cycle")
			}
			var s *planner.Step
			switch round {
			case 0:
				s = ready[0]
			case 1:
				s = ready[len(ready)-1]
			default:
				s = ready[rng.Intn(len(ready))]
			}
			if !w.applicable(s.Action.Declared) {
				t.Fatalf("round %d: %s can't be applied where its needs are done", round, s.ID)
			}
			w = w.after(s.Action.Declared)
			done[s] = true
		}
		if !w.satisfies(p.Goal) {
			t.Fatalf("round %d: the goal doesn't hold in the end", round)
		}
	}
}

// Every action of the document is there, in its milestone, with a script that
// does something and one that checks it.
func TestFlagshipActions(t *testing.T) {
	m := load(t, "exogenesis-omega")
	count := map[string]int{}
	for _, a := range m.Actions {
		count[a.Milestone.Name]++
		if len(a.Run) == 0 || len(a.Validate) == 0 {
			t.Errorf("%s lacks run or validate", a.Address)
		}
	}
	for name, n := range map[string]int{"environment": 7, "dependencies": 6, "compilation": 8, "images": 7,
		"orchestration": 9, "api": 7, "monitoring": 6, "integration": 7} {
		if count[name] != n {
			t.Errorf("milestone %s has %d actions, want %d", name, count[name], n)
		}
	}
	if len(m.Actions) != 57 || len(m.Criteria) != 10 || len(m.Runbooks) != 8 || len(m.Benchmarks) != 8 {
		t.Errorf("%d actions, %d criteria, %d runbooks, %d benchmarks; want 57, 10, 8, 8",
			len(m.Actions), len(m.Criteria), len(m.Runbooks), len(m.Benchmarks))
	}
}

// The durations of a milestone's actions sum to the midpoint of the document's
// estimate, and are in proportion to the costs.
func TestFlagshipDurations(t *testing.T) {
	m := load(t, "exogenesis-omega")
	midpoint := map[string]time.Duration{
		"environment": 1050 * time.Second, "dependencies": 750 * time.Second, "compilation": 1500 * time.Second,
		"images": 1200 * time.Second, "orchestration": 750 * time.Second, "api": 750 * time.Second,
		"monitoring": 750 * time.Second, "integration": 1050 * time.Second,
	}
	sum, cost := map[string]time.Duration{}, map[string]*big.Rat{}
	for _, a := range m.Actions {
		sum[a.Milestone.Name] += a.Duration
		if cost[a.Milestone.Name] == nil {
			cost[a.Milestone.Name] = new(big.Rat)
		}
		cost[a.Milestone.Name].Add(cost[a.Milestone.Name], a.Cost)
	}
	for name, want := range midpoint {
		if d := sum[name] - want; d.Abs() > 4*time.Second {
			t.Errorf("milestone %s: durations sum to %s, want %s", name, sum[name], want)
		}
	}
	for _, a := range m.Actions {
		share, _ := new(big.Rat).Quo(a.Cost, cost[a.Milestone.Name]).Float64()
		want := time.Duration(share * float64(midpoint[a.Milestone.Name])).Round(time.Second)
		if a.Duration != want {
			t.Errorf("%s lasts %s, want %s", a.Address, a.Duration, want)
		}
	}
}

// What can be chosen works: the image of the host's binary, and other numbers
// of replicas, which the counts follow.
func TestFlagshipVariants(t *testing.T) {
	m := load(t, "exogenesis-omega", "prebuilt=true")
	for _, s := range m.Services {
		if s.Name == "constellation" && s.Image.Name != "constellation_runtime" {
			t.Errorf("with prebuilt the constellation runs %s", s.Image.Name)
		}
	}
	wantFigures(t, planFor(t, m, "operational"), planner.Optimal, 108, 27)
	for _, n := range []string{"2", "4"} {
		wantFigures(t, planFor(t, load(t, "exogenesis-omega", "replicas="+n), "targets"), planner.Optimal, 118, 30)
	}
}

// Services alone deploy: no action is written, and every step is made.
func TestQuickstartPlan(t *testing.T) {
	m := load(t, "quickstart")
	if len(m.Actions) != 0 || len(m.Goals) != 1 || !m.Goals[0].Implicit {
		t.Fatal("the quickstart should declare neither actions nor goals")
	}
	p := planner.For(m, m.Goals[0], planner.Options{})
	var ids []string
	for _, s := range p.Steps {
		ids = append(ids, s.ID)
	}
	wantFigures(t, p, planner.Optimal, 9, 9)
	for _, want := range []string{"secret.postgres_password.make", "secret.web_password.make", "image.postgres.pull", "image.web.build",
		"service.database.start", "service.database.await", "service.web.start", "service.web.await", "database.guestbook.apply"} {
		if !contains(ids, want) {
			t.Errorf("no step %s: %v", want, ids)
		}
	}
}

// The document can't be carried out verbatim, and the three variables that
// nothing produces are named.
func TestAsWrittenIsUnsolvable(t *testing.T) {
	m := load(t, "testdata/as-written")
	p := planner.For(m, m.Goals[0], planner.Options{})
	if p.Status != planner.Unsolvable {
		t.Fatalf("status %s, want unsolvable", p.Status)
	}
	var facts []string
	for _, u := range p.Unreachable {
		facts = append(facts, u.Fact)
	}
	if got := strings.Join(facts, " "); got != "state.crates_compiled state.dependencies_resolved state.docker_images_built" {
		t.Errorf("unreachable: %s", got)
	}
}
