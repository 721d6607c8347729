// Package validate checks plans independently of how they were found: it has
// its own implementation of a manifest's expressions and shares no code with
// the planner's task, search and schedule.
package validate

import (
	"fmt"
	"maps"
	"math/big"
	"sort"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/deployment"
	"github.com/omegagen/omegagen/planner/plan"
)

// World is all information at one moment: the value of each state, and the
// facts that hold. Worlds are immutable.
type World struct {
	states map[*manifest.State]val
	facts  map[manifest.Fact]bool
	needs  *needs
}

// Start is the world in which planning starts; from is nil for the declared
// initial values.
func Start(m *manifest.Manifest, from *plan.From) *World {
	w := &World{map[*manifest.State]val{}, map[manifest.Fact]bool{}, newNeeds(m)}
	for _, s := range m.States {
		if s.Derived != nil {
			continue
		}
		init := s.Initial
		if from != nil {
			if v, ok := from.State[s.Name]; ok {
				init = v
			}
		}
		w.states[s] = literal(s.Type, init)
	}
	if from != nil {
		for _, f := range from.Facts {
			w.facts[f] = true
		}
		for _, a := range from.Done {
			w.facts[manifest.Fact{Kind: manifest.ActionDone, Name: a}] = true
		}
	}
	return w
}

// Key is equal for equal worlds.
func (w *World) Key() string {
	var lines []string
	for s, v := range w.states {
		lines = append(lines, s.Name+"="+v.text())
	}
	for f, ok := range w.facts {
		if ok {
			lines = append(lines, f.String())
		}
	}
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// Apply returns the world after an action, or why it can't be applied. The
// trace lists what the action assigns to bools and strings; numbers and sets
// may differ in between, because writes commute.
func (w *World) Apply(a *deployment.Action) (next *World, trace string, err error) {
	next = w.clone()
	if trace, err = next.do(a); err != nil {
		return nil, "", err
	}
	return next, trace, nil
}

func (w *World) clone() *World { return &World{maps.Clone(w.states), maps.Clone(w.facts), w.needs} }

// do is Apply in place; on error the world is unchanged.
func (w *World) do(a *deployment.Action) (trace string, err error) {
	if err := w.lacks(a); err != nil {
		return "", err
	}
	if d := a.Declared; d != nil {
		after := make([]val, len(d.Effects))
		for i, e := range d.Effects {
			v := w.eval(e.Value)
			if (e.State.Type == manifest.Bool || e.State.Type == manifest.String) && !w.keeps(e.State, e.Value) {
				trace += v.text() + " "
			}
			if v.unknown() {
				v = val{kind: e.State.Type}
			}
			if e.State.Type == manifest.Number && v.num != nil {
				cut := *v.num
				cut.raise(e.State.Min, false)
				cut.reduce(e.State.Max, false)
				if cut.empty() {
					return "", fmt.Errorf("%s would set %s to %s, outside its min and max", a.ID, e.State.Name, v.text())
				}
				v.num = &cut
			}
			after[i] = v
		}
		for i, e := range d.Effects {
			w.states[e.State] = after[i]
		}
	}
	for _, f := range a.Destroys {
		delete(w.facts, f)
	}
	for _, f := range a.Achieves {
		w.facts[f] = true
	}
	if a.Declared != nil {
		w.facts[manifest.Fact{Kind: manifest.ActionDone, Name: a.Declared.Name}] = true
	}
	return trace, nil
}

// lacks is what an action requires that does not hold; nil: nothing.
func (w *World) lacks(a *deployment.Action) error {
	if err := w.lacksFact(a); err != nil {
		return err
	}
	return w.lacksPrecondition(a)
}

func (w *World) lacksFact(a *deployment.Action) error {
	for _, f := range w.needs.of(a) {
		if !w.facts[f] {
			return fmt.Errorf("%s requires %s", a.ID, f)
		}
	}
	return nil
}

func (w *World) lacksPrecondition(a *deployment.Action) error {
	if d := a.Declared; d != nil && d.Precondition != nil && w.Truth(d.Precondition) != yes {
		return fmt.Errorf("the precondition of %s does not hold", a.ID)
	}
	return nil
}

// keeps reports whether an effect leaves a state unchanged.
func (w *World) keeps(s *manifest.State, e *manifest.Expr) bool {
	if e.Op != manifest.OpCond {
		return e.Op == manifest.OpState && e.State == s
	}
	switch w.Truth(e.Args[0]) {
	case yes:
		return w.keeps(s, e.Args[1])
	case no:
		return w.keeps(s, e.Args[2])
	}
	return w.eval(e).text() == w.states[s].text()
}

// Reaches is what a goal still lacks; nil: nothing.
func (w *World) Reaches(g *manifest.Goal) error {
	if g.Condition != nil && w.Truth(g.Condition) != yes {
		return fmt.Errorf("the condition of goal %s does not hold", g.Name)
	}
	for _, a := range g.Include {
		if f := (manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}); !w.facts[f] {
			return fmt.Errorf("goal %s lacks %s", g.Name, f)
		}
	}
	return nil
}

// Truths of Kleene's logic.
const (
	no    = -1
	maybe = 0
	yes   = 1
)

// val is the information about a value: nothing, if the part for its kind is
// nil.
type val struct {
	kind  manifest.Type
	truth int // bools: no, maybe, yes
	str   *string
	num   *span
	set   map[string]bool // nil: unknown
	// within is the declared range of an unknown number.
	within *span
}

func (v val) unknown() bool {
	switch v.kind {
	case manifest.Bool:
		return v.truth == maybe
	case manifest.String:
		return v.str == nil
	case manifest.Number:
		return v.num == nil
	case manifest.StringSet:
	}
	return v.set == nil
}

func (v val) text() string {
	switch {
	case v.unknown():
		return "?"
	case v.kind == manifest.Bool:
		return fmt.Sprint(v.truth)
	case v.kind == manifest.String:
		return fmt.Sprintf("%q", *v.str)
	case v.kind == manifest.Number:
		return v.num.text()
	}
	var els []string
	for e := range v.set {
		els = append(els, e)
	}
	sort.Strings(els)
	return fmt.Sprintf("%q", els)
}

func literal(t manifest.Type, x *manifest.Value) val {
	v := val{kind: t}
	if x == nil || x.Type == 0 {
		return v
	}
	switch t {
	case manifest.Bool:
		v.truth = no
		if x.Bool {
			v.truth = yes
		}
	case manifest.String:
		s := x.Str
		v.str = &s
	case manifest.Number:
		v.num = point(x.Num)
	case manifest.StringSet:
		v.set = map[string]bool{}
		for _, e := range x.Set {
			v.set[e] = true
		}
	}
	return v
}

func point(r *big.Rat) *span { return &span{lo: end{r, true}, hi: end{r, true}} }
