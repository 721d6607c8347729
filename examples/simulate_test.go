package examples_test

import (
	"fmt"
	"math/big"
	"sort"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// This is a second, naive reading of the planning semantics, independent of
// the planner's: states are maps, expressions are walked, nothing is compiled.

// value is what a state holds. A number is an interval; a known one has both
// ends closed and equal. The zero value is unknown.
type value struct {
	known    bool
	b        bool
	s        string
	set      string // sorted elements, each followed by a newline
	lo, hi   *big.Rat
	loC, hiC bool // the end itself belongs to the interval
}

func number(r *big.Rat) value { return value{known: true, lo: r, hi: r, loC: true, hiC: true} }

func setOf(elems []string) value {
	sort.Strings(elems)
	var sb strings.Builder
	for i, e := range elems {
		if i == 0 || elems[i-1] != e {
			sb.WriteString(e + "\n")
		}
	}
	return value{known: true, set: sb.String()}
}

func (v value) elems() []string {
	if v.set == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(v.set, "\n"), "\n")
}

func (v value) String() string {
	if !v.known {
		return "?"
	}
	if v.lo != nil || v.hi != nil {
		return fmt.Sprint(v.lo, v.loC, v.hi, v.hiC)
	}
	return fmt.Sprintf("%t %q %q", v.b, v.s, v.set)
}

// world is a state of the task: states by name, and the facts that hold.
type world struct {
	states map[string]value
	facts  map[manifest.Fact]bool
}

func initial(m *manifest.Manifest) world {
	w := world{map[string]value{}, map[manifest.Fact]bool{}}
	for _, s := range m.States {
		if s.Derived == nil && s.Initial != nil {
			w.states[s.Name] = constant(s.Initial)
		}
	}
	return w
}

func constant(v *manifest.Value) value {
	if v == nil {
		return value{}
	}
	switch v.Type {
	case manifest.Number:
		return number(v.Num)
	case manifest.StringSet:
		return setOf(append([]string(nil), v.Set...))
	case manifest.Bool, manifest.String:
	}
	return value{known: true, b: v.Bool, s: v.Str}
}

// key identifies a world: equal keys, equal futures.
func (w world) key() string {
	var parts []string
	for n, v := range w.states {
		if v.known {
			parts = append(parts, n+"="+v.String())
		}
	}
	for f, ok := range w.facts {
		if ok && f.Kind != manifest.ActionDone {
			parts = append(parts, f.String())
		}
	}
	sort.Strings(parts)
	return strings.Join(parts, "\x00")
}

func (w world) applicable(a *manifest.Action) bool {
	for _, d := range a.DependsOn {
		if !w.facts[manifest.Fact{Kind: manifest.ActionDone, Name: d.Action.Name}] {
			return false
		}
	}
	return a.Precondition == nil || w.holds(a.Precondition)
}

func (w world) holds(e *manifest.Expr) bool {
	v := w.eval(e)
	return v.known && v.b
}

// after is the world in which a has been done.
func (w world) after(a *manifest.Action) world {
	next := world{map[string]value{}, map[manifest.Fact]bool{}}
	for k, v := range w.states {
		next.states[k] = v
	}
	for k, v := range w.facts {
		next.facts[k] = v
	}
	for _, e := range a.Effects {
		next.states[e.State.Name] = w.eval(e.Value)
	}
	for _, f := range a.Achieves {
		next.facts[f.Fact] = true
	}
	for _, f := range a.Destroys {
		next.facts[f.Fact] = false
	}
	next.facts[manifest.Fact{Kind: manifest.ActionDone, Name: a.Name}] = true
	return next
}

// satisfies reports whether the goal holds, its included actions too.
func (w world) satisfies(g *manifest.Goal) bool {
	for _, a := range g.Include {
		if !w.facts[manifest.Fact{Kind: manifest.ActionDone, Name: a.Action.Name}] {
			return false
		}
	}
	return g.Condition == nil || w.holds(g.Condition)
}

func boolean(known, b bool) value { return value{known: known, b: b} }

func (w world) eval(e *manifest.Expr) value {
	arg := func(i int) value { return w.eval(e.Args[i]) }
	switch e.Op {
	case manifest.OpConst:
		return constant(e.Value)
	case manifest.OpState:
		if e.State.Derived != nil {
			return w.eval(e.State.Derived)
		}
		return w.states[e.State.Name]
	case manifest.OpFact:
		return boolean(true, w.facts[e.Fact])
	case manifest.OpGoal:
		return w.eval(e.Goal.Condition)
	case manifest.OpNot:
		v := arg(0)
		return boolean(v.known, !v.b)
	case manifest.OpAnd, manifest.OpOr:
		return w.junction(e)
	case manifest.OpEq, manifest.OpNe, manifest.OpLt, manifest.OpLe, manifest.OpGt, manifest.OpGe:
		return compare(e.Op, arg(0), arg(1))
	case manifest.OpContains:
		set, elem := arg(0), arg(1)
		return boolean(set.known && elem.known, strings.Contains("\n"+set.set, "\n"+elem.s+"\n"))
	case manifest.OpLength:
		set := arg(0)
		if !set.known {
			return value{}
		}
		return number(big.NewRat(int64(len(set.elems())), 1))
	case manifest.OpUnion, manifest.OpMakeSet:
		var all []string
		for i := range e.Args {
			v := arg(i)
			if !v.known {
				return value{}
			}
			if e.Op == manifest.OpMakeSet {
				all = append(all, v.s)
			} else {
				all = append(all, v.elems()...)
			}
		}
		return setOf(all)
	case manifest.OpBound:
		limit := arg(0).lo
		switch e.Bound {
		case manifest.Below, manifest.AtMost:
			return value{known: true, hi: limit, hiC: e.Bound == manifest.AtMost}
		case manifest.Above, manifest.AtLeast:
			return value{known: true, lo: limit, loC: e.Bound == manifest.AtLeast}
		}
	}
	panic(fmt.Sprintf("%s: the examples didn't use operator %d so far", e.Range, e.Op))
}

// junction is Kleene's conjunction or disjunction.
func (w world) junction(e *manifest.Expr) value {
	deciding := e.Op == manifest.OpOr
	known := true
	for _, a := range e.Args {
		v := w.eval(a)
		if v.known && v.b == deciding {
			return boolean(true, deciding)
		}
		known = known && v.known
	}
	return boolean(known, !deciding)
}

func compare(op manifest.Op, x, y value) value {
	if !x.known || !y.known {
		return value{}
	}
	if x.lo == nil && x.hi == nil { // no numbers
		same := x == y
		return boolean(true, same == (op == manifest.OpEq))
	}
	// less: certainly x < y; notLess: certainly x >= y.
	less := x.hi != nil && y.lo != nil && (x.hi.Cmp(y.lo) < 0 || x.hi.Cmp(y.lo) == 0 && !(x.hiC && y.loC))
	notLess := x.lo != nil && y.hi != nil && x.lo.Cmp(y.hi) >= 0
	more := y.hi != nil && x.lo != nil && (y.hi.Cmp(x.lo) < 0 || y.hi.Cmp(x.lo) == 0 && !(y.hiC && x.loC))
	notMore := y.lo != nil && x.hi != nil && y.lo.Cmp(x.hi) >= 0
	point := x.lo != nil && x.lo == x.hi && y.lo != nil && y.lo == y.hi
	equal := point && x.lo.Cmp(y.lo) == 0
	switch op {
	case manifest.OpLt:
		return boolean(less || notLess, less)
	case manifest.OpGe:
		return boolean(less || notLess, notLess)
	case manifest.OpGt:
		return boolean(more || notMore, more)
	case manifest.OpLe:
		return boolean(more || notMore, notMore)
	case manifest.OpEq:
		return boolean(equal || less || more, equal)
	default:
		return boolean(equal || less || more, !equal)
	}
}
