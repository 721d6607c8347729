package plantest

import (
	"fmt"
	"math/big"
	"math/rand"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/deployment/docker"
	"github.com/omegagen/omegagen/planner/validate"
)

// gen generates random small manifests with all state types.
type gen struct {
	r *rand.Rand
	m *manifest.Manifest
	// effects reports whether effects are being generated.
	effects bool
}

// Random generates a small manifest with all state types, a different one for
// each seed.
func Random(seed int64) *manifest.Manifest {
	g := &gen{r: rand.New(rand.NewSource(seed)), m: &manifest.Manifest{System: &manifest.System{Name: "random"}}}
	for i := range 2 + g.r.Intn(4) {
		g.m.States = append(g.m.States, g.state(i))
	}
	for i := range g.r.Intn(3) {
		g.m.States = append(g.m.States, &manifest.State{Name: fmt.Sprintf("d%d", i), Type: manifest.Bool, Derived: g.cond(2)})
	}
	for i := range 2 + g.r.Intn(7) {
		a := &manifest.Action{Name: fmt.Sprintf("a%d", i), Cost: big.NewRat(int64(g.r.Intn(5)), int64(1+g.r.Intn(2))),
			Duration: time.Duration(g.r.Intn(4)) * time.Second, Priority: []manifest.Priority{"critical", "high", "medium", "low"}[g.r.Intn(4)]}
		g.m.Actions = append(g.m.Actions, a)
	}
	if g.r.Intn(3) == 0 {
		g.m.Resources = []*manifest.Resource{{Name: "r", Capacity: int64(1 + g.r.Intn(2))}}
	}
	g.effects = true
	for _, a := range g.m.Actions {
		g.action(a)
	}
	g.effects = false
	n := 1 + g.r.Intn(2)
	for i := range n {
		goal := &manifest.Goal{Name: fmt.Sprintf("g%d", i), Default: i == 0, Condition: g.cond(2)}
		if g.r.Intn(4) > 0 {
			goal.Condition = g.reachable(goal.Condition)
		}
		if g.r.Intn(4) == 0 {
			goal.Include = []*manifest.ActionRef{{Action: g.m.Actions[g.r.Intn(len(g.m.Actions))]}}
		}
		g.m.Goals = append(g.m.Goals, goal)
	}
	return g.m
}

// reachable searches for a condition that is false initially but true after
// some random actions; if none is found, it returns the condition.
func (g *gen) reachable(c *manifest.Expr) *manifest.Expr {
	start := validate.Start(g.m, nil)
	for range 5 {
		w := start
		actions := deployment.Actions(g.m, docker.Target{})
		for range 8 {
			if next, _, err := w.Apply(actions[g.r.Intn(len(actions))]); err == nil {
				w = next
			}
		}
		var parts []*manifest.Expr
		news := false
		for range 60 {
			e := g.cond(g.r.Intn(2))
			if w.Truth(e) == 1 {
				news = news || start.Truth(e) != 1
				parts = append(parts, e)
			}
			if news && len(parts) > 2 {
				return expr(manifest.OpAnd, manifest.Bool, parts[max(0, len(parts)-5):]...)
			}
		}
	}
	return c
}

var elems = []string{"a", "b", "c"}

func (g *gen) state(i int) *manifest.State {
	s := &manifest.State{Name: fmt.Sprintf("s%d", i), Type: manifest.Type(1 + g.r.Intn(4))}
	if g.r.Intn(8) > 0 {
		s.Initial = g.constant(s.Type).Value
	}
	if s.Type == manifest.Number {
		s.Min, s.Max = big.NewRat(-2, 1), big.NewRat(5, 1)
	}
	return s
}

func (g *gen) constant(t manifest.Type) *manifest.Expr {
	v := &manifest.Value{Type: t}
	switch t {
	case manifest.Bool:
		v.Bool = g.r.Intn(2) == 0
	case manifest.String:
		v.Str = elems[g.r.Intn(3)]
	case manifest.Number:
		v.Num = big.NewRat(int64(g.r.Intn(4)), 1)
	case manifest.StringSet:
		for _, e := range elems {
			if g.r.Intn(3) == 0 {
				v.Set = append(v.Set, e)
			}
		}
	}
	return &manifest.Expr{Op: manifest.OpConst, Type: t, Value: v}
}

func (g *gen) pick(t manifest.Type) *manifest.State {
	var of []*manifest.State
	for _, s := range g.m.States {
		if s.Type == t {
			of = append(of, s)
		}
	}
	if len(of) == 0 {
		return nil
	}
	return of[g.r.Intn(len(of))]
}

func expr(op manifest.Op, t manifest.Type, args ...*manifest.Expr) *manifest.Expr {
	return &manifest.Expr{Op: op, Type: t, Args: args}
}

// value is a random expression that isn't a bound.
func (g *gen) value(t manifest.Type, depth int) *manifest.Expr {
	if t == manifest.Bool && depth > 0 && g.r.Intn(2) == 0 {
		return g.cond(depth - 1)
	}
	if s := g.pick(t); s != nil && g.r.Intn(2) == 0 {
		return &manifest.Expr{Op: manifest.OpState, Type: t, State: s}
	}
	if depth > 0 {
		switch k := g.r.Intn(5); {
		case k == 0:
			return expr(manifest.OpCond, t, g.cond(depth-1), g.value(t, depth-1), g.value(t, depth-1))
		case t == manifest.Number && k < 3:
			ops := []manifest.Op{manifest.OpAdd, manifest.OpSub, manifest.OpMul, manifest.OpMod, manifest.OpDiv}
			if g.effects {
				ops = ops[:4] // halving never ends
			}
			if g.r.Intn(4) == 0 {
				return expr(manifest.OpLength, t, g.value(manifest.StringSet, depth-1))
			}
			return expr(ops[g.r.Intn(len(ops))], t, g.value(t, depth-1), g.constant(t))
		case t == manifest.StringSet && k < 4:
			ops := []manifest.Op{manifest.OpUnion, manifest.OpSubtract, manifest.OpIntersect}
			if g.r.Intn(4) == 0 {
				return expr(manifest.OpMakeSet, t, g.value(manifest.String, depth-1))
			}
			return expr(ops[g.r.Intn(3)], t, g.value(t, depth-1), g.value(t, depth-1))
		}
	}
	return g.constant(t)
}

func (g *gen) cond(depth int) *manifest.Expr {
	b := manifest.Bool
	if depth > 0 {
		switch g.r.Intn(6) {
		case 0:
			return expr(manifest.OpNot, b, g.cond(depth-1))
		case 1, 2:
			return expr(manifest.OpAnd, b, g.cond(depth-1), g.cond(depth-1))
		case 3:
			return expr(manifest.OpOr, b, g.cond(depth-1), g.cond(depth-1))
		case 4:
			if len(g.m.Actions) > 0 && g.r.Intn(3) == 0 {
				return &manifest.Expr{Op: manifest.OpFact, Type: b, Fact: g.fact()}
			}
		case 5:
			return expr(manifest.OpCond, b, g.cond(depth-1), g.cond(depth-1), g.cond(depth-1))
		}
	}
	s := g.m.States[g.r.Intn(len(g.m.States))]
	read := &manifest.Expr{Op: manifest.OpState, Type: s.Type, State: s}
	switch s.Type {
	case manifest.Bool:
		return read
	case manifest.String:
		return expr([]manifest.Op{manifest.OpEq, manifest.OpNe}[g.r.Intn(2)], b, read, g.value(s.Type, 0))
	case manifest.Number:
		ops := []manifest.Op{manifest.OpEq, manifest.OpNe, manifest.OpLt, manifest.OpLe, manifest.OpGt, manifest.OpGe}
		return expr(ops[g.r.Intn(6)], b, read, g.value(s.Type, 1))
	case manifest.StringSet:
	}
	if g.r.Intn(3) == 0 {
		return expr([]manifest.Op{manifest.OpEq, manifest.OpNe}[g.r.Intn(2)], b, read, g.value(s.Type, 1))
	}
	return expr(manifest.OpContains, b, g.value(s.Type, 1), g.value(manifest.String, 0))
}

func (g *gen) fact() manifest.Fact {
	n := g.r.Intn(3)
	if n == 0 {
		return manifest.Fact{Kind: manifest.ActionDone, Name: g.m.Actions[g.r.Intn(len(g.m.Actions))].Name}
	}
	return manifest.Fact{Kind: manifest.ImageReady, Name: elems[g.r.Intn(2)]}
}

func (g *gen) action(a *manifest.Action) {
	switch g.r.Intn(4) {
	case 0:
		a.Precondition = g.cond(2)
	case 1, 2:
		a.Precondition = g.cond(0)
	}
	for _, s := range g.m.States {
		if s.Derived != nil || g.r.Intn(3) > 0 {
			continue
		}
		a.Effects = append(a.Effects, manifest.Effect{State: s, Value: g.effect(s)})
	}
	if g.r.Intn(3) == 0 {
		a.Achieves = []manifest.FactRef{{Fact: manifest.Fact{Kind: manifest.ImageReady, Name: elems[g.r.Intn(2)]}}}
	} else if g.r.Intn(4) == 0 {
		a.Destroys = []manifest.FactRef{{Fact: manifest.Fact{Kind: manifest.ImageReady, Name: elems[g.r.Intn(2)]}}}
	}
	if g.r.Intn(8) == 0 {
		a.DependsOn = []*manifest.ActionRef{{Action: g.m.Actions[g.r.Intn(len(g.m.Actions))]}}
	}
	if len(g.m.Resources) > 0 && g.r.Intn(2) == 0 {
		a.Uses = []manifest.Use{{Resource: g.m.Resources[0], Amount: 1}}
	}
}

func (g *gen) effect(s *manifest.State) *manifest.Expr {
	own := &manifest.Expr{Op: manifest.OpState, Type: s.Type, State: s}
	switch g.r.Intn(8) {
	case 0:
		return &manifest.Expr{Op: manifest.OpConst, Type: s.Type}
	case 1:
		return expr(manifest.OpCond, s.Type, g.cond(1), g.value(s.Type, 1), own)
	case 2, 3:
		switch s.Type {
		case manifest.Number:
			if g.r.Intn(2) == 0 {
				return expr(manifest.OpAdd, s.Type, own, g.constant(s.Type))
			}
			b := expr(manifest.OpBound, s.Type, g.value(s.Type, 1))
			b.Bound = manifest.BoundKind(1 + g.r.Intn(4))
			return b
		case manifest.StringSet:
			return expr([]manifest.Op{manifest.OpUnion, manifest.OpSubtract}[g.r.Intn(2)], s.Type, own, g.value(s.Type, 0))
		case manifest.Bool, manifest.String:
		}
	}
	return g.value(s.Type, 1)
}
