package planner_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
)

// TestCoresAreMinimal holds the reasons of random goals without a plan against
// brute force: the conjuncts of a core have no plan together, and without any
// one of them the others have one.
func TestCoresAreMinimal(t *testing.T) {
	n, cores, pairs, blamed := int64(3000), 0, 0, 0
	if testing.Short() {
		n = 300
	}
	for seed := range n {
		m := randomManifest(seed)
		g := m.Goals[0]
		e := planner.ExplainNoPlan(m, g, planner.Options{})
		if e.Plan.Status != planner.Unsolvable {
			continue
		}
		if len(e.Core) == 0 {
			t.Fatalf("seed %d: no plan, and no core", seed)
		}
		for _, core := range append(e.Others, e.Core) {
			cores++
			if len(core) > 1 {
				pairs++
			}
			for leave := -1; leave < len(core); leave++ {
				best, ok := bruteForce(m, rest(m, g, core, leave), 3000)
				switch {
				case !ok:
				case leave < 0 && best != nil:
					t.Fatalf("seed %d: the core %v has a plan", seed, texts(core))
				case leave >= 0 && core[leave].Needed && best == nil:
					t.Fatalf("seed %d: %v has no plan without %s either", seed, texts(core), core[leave].Text)
				}
			}
		}
		for _, d := range e.Destroyed {
			blamed++
			if d.Fact == "" || d.By == nil {
				t.Fatalf("seed %d: %+v", seed, d)
			}
		}
	}
	t.Logf("%d cores, %d of several conjuncts, %d effects blamed", cores, pairs, blamed)
	if cores < int(n)/5 || pairs == 0 || blamed == 0 {
		t.Error("the generator has become one-sided")
	}
}

func texts(core []planner.Conjunct) (out []string) {
	for _, c := range core {
		out = append(out, c.Text)
	}
	return out
}

// rest is the goal of a core without one of its conjuncts (-1: none), found in
// the original goal by their texts.
func rest(m *manifest.Manifest, g *manifest.Goal, core []planner.Conjunct, leave int) *manifest.Goal {
	byText := map[string]*manifest.Expr{}
	var walk func(e *manifest.Expr)
	walk = func(e *manifest.Expr) {
		byText[planner.Condition(e)] = e
		if e.Op == manifest.OpAnd {
			for _, a := range e.Args {
				walk(a)
			}
		}
	}
	walk(g.Condition)
	out := &manifest.Goal{Name: "rest", Condition: &manifest.Expr{Op: manifest.OpAnd, Type: manifest.Bool}}
	for i, c := range core {
		switch {
		case i == leave:
		case c.Action != nil:
			for _, a := range m.Actions {
				if a.Name == c.Action.Name {
					out.Include = append(out.Include, &manifest.ActionRef{Action: a})
				}
			}
		default:
			out.Condition.Args = append(out.Condition.Args, byText[c.Text])
		}
	}
	return out
}

// TestBlamedEffectsStandInTheWay drops each effect that is blamed for a goal
// without a plan from the manifest: then there is one.
func TestBlamedEffectsStandInTheWay(t *testing.T) {
	tried := 0
	for seed := range int64(3000) {
		m := randomManifest(seed)
		g := m.Goals[0]
		e := planner.ExplainNoPlan(m, g, planner.Options{})
		for _, d := range e.Destroyed {
			if d.Forced || strings.Contains(d.Fact, " ") {
				continue // of sets, a part of an effect is blamed
			}
			fresh := randomManifest(seed)
			for _, a := range fresh.Actions {
				if a.Name != d.By.ID {
					continue
				}
				for i := range a.Effects {
					if "state."+a.Effects[i].State.Name == d.Fact {
						a.Effects[i].Value = &manifest.Expr{Op: manifest.OpState, Type: a.Effects[i].State.Type, State: a.Effects[i].State}
					}
				}
				for i := 0; i < len(a.Destroys); i++ {
					if a.Destroys[i].String() == d.Fact {
						a.Destroys = append(a.Destroys[:i], a.Destroys[i+1:]...)
					}
				}
			}
			tried++
			if best, ok := bruteForce(fresh, rest(fresh, fresh.Goals[0], append([][]planner.Conjunct{e.Core}, e.Others...)[d.Core], -1), 3000); ok && best == nil {
				t.Errorf("seed %d: without %s changing %s there is no plan either", seed, d.By.ID, d.Fact)
			}
		}
	}
	t.Logf("%d effects", tried)
	if tried < 10 {
		t.Error("too few effects were blamed")
	}
}

// TestConditionsReadBack prints random conditions; printed conditions that are
// equal must have the same truth everywhere, so none may lose its brackets.
func TestConditionsReadBack(t *testing.T) {
	b := func(op manifest.Op, args ...*manifest.Expr) *manifest.Expr { return expr(op, manifest.Bool, args...) }
	s := func(n string) *manifest.Expr {
		return &manifest.Expr{Op: manifest.OpState, Type: manifest.Bool, State: &manifest.State{Name: n, Type: manifest.Bool}}
	}
	num := func(n int64) *manifest.Expr {
		return &manifest.Expr{Op: manifest.OpConst, Type: manifest.Number, Value: &manifest.Value{Type: manifest.Number, Num: big.NewRat(n, 2)}}
	}
	for want, e := range map[string]*manifest.Expr{
		"state.a && (state.b || !state.c)":         b(manifest.OpAnd, s("a"), b(manifest.OpOr, s("b"), b(manifest.OpNot, s("c")))),
		"!(state.a && state.b)":                    b(manifest.OpNot, b(manifest.OpAnd, s("a"), s("b"))),
		"(state.a ? state.b : state.c) || state.a": b(manifest.OpOr, b(manifest.OpCond, s("a"), s("b"), s("c")), s("a")),
		"0.5 - (1 - 1.5) < 2":                      b(manifest.OpLt, expr(manifest.OpSub, manifest.Number, num(1), expr(manifest.OpSub, manifest.Number, num(2), num(3))), num(4)),
		"true":                                     b(manifest.OpAnd),
		`contains(setunion(["x"], []), "x")`:       b(manifest.OpContains, expr(manifest.OpUnion, manifest.StringSet, set("x"), set()), &manifest.Expr{Op: manifest.OpConst, Type: manifest.String, Value: &manifest.Value{Type: manifest.String, Str: "x"}}),
	} {
		if got := planner.Condition(e); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func set(els ...string) *manifest.Expr {
	return &manifest.Expr{Op: manifest.OpConst, Type: manifest.StringSet, Value: &manifest.Value{Type: manifest.StringSet, Set: els}}
}

// TestCirclesAreNamed: the action that would change the cache waits for it.
func TestCirclesAreNamed(t *testing.T) {
	m := parse(t, `
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
