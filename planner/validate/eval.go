package validate

import (
	"math/big"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// end is one end of a span; at nil, the span is unbounded there.
type end struct {
	at     *big.Rat
	closed bool
}

// span is a set of numbers without gaps.
type span struct{ lo, hi end }

func (s *span) raise(to *big.Rat, open bool) {
	if to == nil {
		return
	}
	if s.lo.at == nil || to.Cmp(s.lo.at) > 0 || to.Cmp(s.lo.at) == 0 && open {
		s.lo = end{to, !open}
	}
}

func (s *span) reduce(to *big.Rat, open bool) {
	if to == nil {
		return
	}
	if s.hi.at == nil || to.Cmp(s.hi.at) < 0 || to.Cmp(s.hi.at) == 0 && open {
		s.hi = end{to, !open}
	}
}

func (s *span) empty() bool {
	if s.lo.at == nil || s.hi.at == nil {
		return false
	}
	switch s.lo.at.Cmp(s.hi.at) {
	case -1:
		return false
	case 1:
		return true
	}
	return !s.lo.closed || !s.hi.closed
}

// one is the only number in s, if there is exactly one.
func (s *span) one() *big.Rat {
	if s.lo.at != nil && s.hi.at != nil && s.lo.closed && s.hi.closed && s.lo.at.Cmp(s.hi.at) == 0 {
		return s.lo.at
	}
	return nil
}

// text is equal only for equal spans: their ends are decimals, like all numbers
// of a manifest.
func (s *span) text() string {
	t := "("
	if s.lo.closed {
		t = "["
	}
	if s.lo.at != nil {
		t += text.Number(s.lo.at)
	}
	t += ","
	if s.hi.at != nil {
		t += text.Number(s.hi.at)
	}
	if s.hi.closed {
		return t + "]"
	}
	return t + ")"
}

// Truth evaluates a condition: -1 false, 0 unknown, 1 true.
func (w *World) Truth(e *manifest.Expr) int {
	switch e.Op {
	case manifest.OpFact:
		if w.facts[e.Fact] {
			return yes
		}
		return no
	case manifest.OpGoal:
		if e.Goal.Condition == nil {
			return yes
		}
		return w.Truth(e.Goal.Condition)
	case manifest.OpNot:
		return -w.Truth(e.Args[0])
	case manifest.OpAnd:
		t := yes
		for _, a := range e.Args {
			t = min(t, w.Truth(a))
		}
		return t
	case manifest.OpOr:
		t := no
		for _, a := range e.Args {
			t = max(t, w.Truth(a))
		}
		return t
	case manifest.OpEq:
		return w.equal(w.eval(e.Args[0]), w.eval(e.Args[1]))
	case manifest.OpNe:
		return -w.equal(w.eval(e.Args[0]), w.eval(e.Args[1]))
	case manifest.OpLt:
		return less(w.eval(e.Args[0]), w.eval(e.Args[1]), true)
	case manifest.OpLe:
		return less(w.eval(e.Args[0]), w.eval(e.Args[1]), false)
	case manifest.OpGt:
		return less(w.eval(e.Args[1]), w.eval(e.Args[0]), true)
	case manifest.OpGe:
		return less(w.eval(e.Args[1]), w.eval(e.Args[0]), false)
	case manifest.OpContains:
		set, el := w.eval(e.Args[0]), w.eval(e.Args[1])
		if set.set == nil || el.str == nil {
			return maybe
		}
		if set.set[*el.str] {
			return yes
		}
		return no
	}
	return w.eval(e).truth
}

func (w *World) equal(a, b val) int {
	switch a.kind {
	case manifest.Bool:
		return a.truth * b.truth
	case manifest.Number:
		x, y := possible(a), possible(b)
		if p, q := x.one(), y.one(); p != nil && q != nil {
			if p.Cmp(q) == 0 {
				return yes
			}
			return no
		}
		both := *x
		both.raise(y.lo.at, !y.lo.closed)
		both.reduce(y.hi.at, !y.hi.closed)
		if both.empty() {
			return no
		}
		return maybe
	case manifest.String, manifest.StringSet:
	}
	switch {
	case a.unknown() || b.unknown():
		return maybe
	case a.text() == b.text():
		return yes
	}
	return no
}

// possible are the numbers that v may be.
func possible(v val) *span {
	switch {
	case v.num != nil:
		return v.num
	case v.within != nil:
		return v.within
	}
	return &span{}
}

// less is a < b if strict, otherwise a <= b.
func less(a, b val, strict bool) int {
	x, y := possible(a), possible(b)
	// All of x are less: even its upper end is below y's lower one.
	if x.hi.at != nil && y.lo.at != nil {
		c := x.hi.at.Cmp(y.lo.at)
		if c < 0 || c == 0 && (!strict || !x.hi.closed || !y.lo.closed) {
			return yes
		}
	}
	if y.hi.at != nil && x.lo.at != nil {
		c := y.hi.at.Cmp(x.lo.at)
		if c < 0 || c == 0 && (strict || !y.hi.closed || !x.lo.closed) {
			return no
		}
	}
	return maybe
}

func (w *World) eval(e *manifest.Expr) val {
	switch e.Op {
	case manifest.OpConst:
		return literal(e.Type, e.Value)
	case manifest.OpState:
		if e.State.Derived != nil {
			return val{kind: manifest.Bool, truth: w.Truth(e.State.Derived)}
		}
		v := w.states[e.State]
		if v.kind == manifest.Number && v.num == nil {
			v.within = &span{}
			v.within.raise(e.State.Min, false)
			v.within.reduce(e.State.Max, false)
		}
		return v
	case manifest.OpCond:
		return w.conditional(e)
	case manifest.OpLength:
		v := w.eval(e.Args[0])
		if v.set == nil {
			return val{kind: manifest.Number}
		}
		return val{kind: manifest.Number, num: point(big.NewRat(int64(len(v.set)), 1))}
	case manifest.OpBound:
		return w.bounded(e)
	case manifest.OpUnion, manifest.OpIntersect, manifest.OpSubtract:
		return w.sets(e)
	case manifest.OpMakeSet:
		out := map[string]bool{}
		for _, a := range e.Args {
			v := w.eval(a)
			if v.str == nil {
				return val{kind: manifest.StringSet}
			}
			out[*v.str] = true
		}
		return val{kind: manifest.StringSet, set: out}
	case manifest.OpAdd, manifest.OpSub, manifest.OpMul, manifest.OpDiv, manifest.OpMod, manifest.OpNeg:
		return w.arithmetic(e)
	}
	return val{kind: manifest.Bool, truth: w.Truth(e)}
}

func (w *World) conditional(e *manifest.Expr) val {
	a, b := w.eval(e.Args[1]), w.eval(e.Args[2])
	switch w.Truth(e.Args[0]) {
	case yes:
		return a
	case no:
		return b
	}
	if !a.unknown() && a.text() == b.text() {
		return a
	}
	return val{kind: e.Type}
}

func (w *World) bounded(e *manifest.Expr) val {
	v := w.eval(e.Args[0])
	if v.num == nil {
		return val{kind: manifest.Number}
	}
	var s span
	switch e.Bound {
	case manifest.Below:
		s.reduce(v.num.hi.at, true)
	case manifest.AtMost:
		s.reduce(v.num.hi.at, !v.num.hi.closed)
	case manifest.Above:
		s.raise(v.num.lo.at, true)
	case manifest.AtLeast:
		s.raise(v.num.lo.at, !v.num.lo.closed)
	}
	if s.lo.at == nil && s.hi.at == nil {
		return val{kind: manifest.Number}
	}
	return val{kind: manifest.Number, num: &s}
}

func (w *World) sets(e *manifest.Expr) val {
	var acc map[string]bool
	for i, a := range e.Args {
		v := w.eval(a)
		if v.set == nil {
			return val{kind: manifest.StringSet}
		}
		next := map[string]bool{}
		for el := range acc {
			switch e.Op {
			case manifest.OpUnion:
				next[el] = true
			case manifest.OpIntersect:
				if v.set[el] {
					next[el] = true
				}
			case manifest.OpSubtract:
				if !v.set[el] {
					next[el] = true
				}
			}
		}
		if i == 0 || e.Op == manifest.OpUnion {
			for el := range v.set {
				next[el] = true
			}
		}
		acc = next
	}
	if acc == nil {
		acc = map[string]bool{}
	}
	return val{kind: manifest.StringSet, set: acc}
}

// arithmetic computes with spans; anything over an unknown is unknown.
func (w *World) arithmetic(e *manifest.Expr) val {
	unknown := val{kind: manifest.Number}
	var acc *span
	for i, a := range e.Args {
		v := w.eval(a)
		if v.num == nil {
			return unknown
		}
		x := *v.num
		if i == 0 {
			acc = &x
			continue
		}
		if acc = combine(e.Op, acc, &x); acc == nil {
			return unknown
		}
	}
	if e.Op == manifest.OpNeg {
		acc = times(acc, big.NewRat(-1, 1))
	}
	if acc.lo.at == nil && acc.hi.at == nil {
		return unknown
	}
	return val{kind: manifest.Number, num: acc}
}

func combine(op manifest.Op, a, b *span) *span {
	p, q := a.one(), b.one()
	switch op {
	case manifest.OpAdd:
		return sum(a, b)
	case manifest.OpSub:
		return sum(a, times(b, big.NewRat(-1, 1)))
	case manifest.OpMul:
		if q != nil {
			return times(a, q)
		}
		if p != nil {
			return times(b, p)
		}
	case manifest.OpDiv:
		if q != nil && q.Sign() != 0 {
			return times(a, new(big.Rat).Inv(q))
		}
	case manifest.OpMod:
		if p != nil && q != nil && q.Sign() != 0 {
			ratio := new(big.Rat).Quo(p, q)
			n := new(big.Int).Quo(ratio.Num(), ratio.Denom())
			return point(new(big.Rat).Sub(p, new(big.Rat).Mul(q, new(big.Rat).SetInt(n))))
		}
	}
	return nil
}

func sum(a, b *span) *span {
	join := func(x, y end) end {
		if x.at == nil || y.at == nil {
			return end{}
		}
		return end{new(big.Rat).Add(x.at, y.at), x.closed && y.closed}
	}
	return &span{join(a.lo, b.lo), join(a.hi, b.hi)}
}

func times(a *span, r *big.Rat) *span {
	if r.Sign() == 0 {
		return point(new(big.Rat))
	}
	by := func(x end) end {
		if x.at == nil {
			return end{}
		}
		return end{new(big.Rat).Mul(x.at, r), x.closed}
	}
	if r.Sign() < 0 {
		return &span{by(a.hi), by(a.lo)}
	}
	return &span{by(a.lo), by(a.hi)}
}
