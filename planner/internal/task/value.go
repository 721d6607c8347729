package task

import (
	"math/big"
	"strconv"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// interval is the information about a number: it is between lo and hi (nil:
// unbounded). A known number is the closed interval from itself to itself.
type interval struct {
	lo, hi         *big.Rat
	loOpen, hiOpen bool
}

func exactly(r *big.Rat) interval { return interval{lo: r, hi: r} }

func (i interval) exact() bool {
	return i.lo != nil && i.hi != nil && !i.loOpen && !i.hiOpen && i.lo.Cmp(i.hi) == 0
}

func (i interval) empty() bool {
	if i.lo == nil || i.hi == nil {
		return false
	}
	c := i.lo.Cmp(i.hi)
	return c > 0 || c == 0 && (i.loOpen || i.hiOpen)
}

func (i interval) intersect(j interval) interval {
	if j.lo != nil {
		switch {
		case i.lo == nil || i.lo.Cmp(j.lo) < 0:
			i.lo, i.loOpen = j.lo, j.loOpen
		case i.lo.Cmp(j.lo) == 0:
			i.loOpen = i.loOpen || j.loOpen
		}
	}
	if j.hi != nil {
		switch {
		case i.hi == nil || i.hi.Cmp(j.hi) > 0:
			i.hi, i.hiOpen = j.hi, j.hiOpen
		case i.hi.Cmp(j.hi) == 0:
			i.hiOpen = i.hiOpen || j.hiOpen
		}
	}
	return i
}

// value is the information about a state that isn't a set: nothing (unknown),
// or a bool, a string, an interval.
type value struct {
	typ     manifest.Type
	unknown bool
	b       bool
	s       string
	num     interval // for an unknown number that was read: its range
}

func unknownValue(t manifest.Type) value { return value{typ: t, unknown: true} }

func constant(t manifest.Type, v *manifest.Value) value {
	if v == nil || v.Type == 0 {
		return unknownValue(t)
	}
	switch t {
	case manifest.Bool:
		return value{typ: t, b: v.Bool}
	case manifest.String:
		return value{typ: t, s: v.Str}
	case manifest.Number:
		return value{typ: t, num: exactly(v.Num)}
	case manifest.StringSet: // its elements have their own variables
	}
	panic("task: a set is not a value")
}

// maxBits limits the bits of a number or its denominator: repeated
// multiplication reaches any size within few values.
const maxBits = 3322

// long reports whether a number has more than a thousand digits.
func (v value) long() bool {
	for _, r := range [2]*big.Rat{v.num.lo, v.num.hi} {
		if r != nil && (r.Num().BitLen() > maxBits || r.Denom().BitLen() > maxBits) {
			return true
		}
	}
	return false
}

// key is equal for equal values of one type.
func (v value) key() string {
	if v.unknown {
		return "?"
	}
	switch v.typ {
	case manifest.Bool:
		return strconv.FormatBool(v.b)
	case manifest.String:
		return "=" + v.s
	case manifest.Number, manifest.StringSet: // a set is not a value
	}
	if v.num.exact() {
		return v.num.lo.RatString()
	}
	return v.String()
}

// id is equal for values that no expression can distinguish: unknown numbers
// differ by their declared range.
func (v value) id() string {
	if v.unknown && (v.num.lo != nil || v.num.hi != nil) {
		known := v
		known.unknown = false
		return "?" + known.String()
	}
	return v.key()
}

// String is the value for people.
func (v value) String() string {
	if v.unknown {
		return "unknown"
	}
	switch v.typ {
	case manifest.Bool:
		return strconv.FormatBool(v.b)
	case manifest.String:
		return strconv.Quote(v.s)
	case manifest.Number, manifest.StringSet:
	}
	n := v.num
	switch {
	case n.exact():
		return text.Number(n.lo)
	case n.lo == nil && n.hi == nil:
		return "any number"
	}
	s := ""
	if n.lo != nil {
		s = map[bool]string{true: "> ", false: ">= "}[n.loOpen] + text.Number(n.lo)
	}
	if n.hi != nil {
		if s != "" {
			s += ", "
		}
		s += map[bool]string{true: "< ", false: "<= "}[n.hiOpen] + text.Number(n.hi)
	}
	return s
}

// arith computes op over partly known numbers. Anything over an unknown is
// unknown, as is a quotient by a possible zero.
func arith(op manifest.Op, args []value) value {
	for _, a := range args {
		if a.unknown {
			return unknownValue(manifest.Number)
		}
	}
	acc := args[0].num
	if op == manifest.OpNeg {
		return value{typ: manifest.Number, num: negate(acc)}
	}
	for _, a := range args[1:] {
		var ok bool
		if acc, ok = arith2(op, acc, a.num); !ok {
			return unknownValue(manifest.Number)
		}
	}
	if acc.lo == nil && acc.hi == nil {
		return unknownValue(manifest.Number)
	}
	return value{typ: manifest.Number, num: acc}
}

func negate(i interval) interval {
	var r interval
	if i.hi != nil {
		r.lo, r.loOpen = new(big.Rat).Neg(i.hi), i.hiOpen
	}
	if i.lo != nil {
		r.hi, r.hiOpen = new(big.Rat).Neg(i.lo), i.loOpen
	}
	return r
}

func arith2(op manifest.Op, a, b interval) (interval, bool) {
	switch op {
	case manifest.OpAdd:
		return add(a, b), true
	case manifest.OpSub:
		return add(a, negate(b)), true
	case manifest.OpMul:
		if a.exact() {
			a, b = b, a
		}
		if !b.exact() {
			return interval{}, false
		}
		return scale(a, b.lo), true
	case manifest.OpDiv:
		if !b.exact() || b.lo.Sign() == 0 {
			return interval{}, false
		}
		return scale(a, new(big.Rat).Inv(b.lo)), true
	case manifest.OpMod:
		if !a.exact() || !b.exact() || b.lo.Sign() == 0 {
			return interval{}, false
		}
		q := new(big.Rat).Quo(a.lo, b.lo)
		whole := new(big.Int).Quo(q.Num(), q.Denom()) // towards zero
		m := new(big.Rat).Mul(b.lo, new(big.Rat).SetInt(whole))
		return exactly(m.Sub(a.lo, m)), true
	}
	return interval{}, false
}

func add(a, b interval) interval {
	var r interval
	if a.lo != nil && b.lo != nil {
		r.lo, r.loOpen = new(big.Rat).Add(a.lo, b.lo), a.loOpen || b.loOpen
	}
	if a.hi != nil && b.hi != nil {
		r.hi, r.hiOpen = new(big.Rat).Add(a.hi, b.hi), a.hiOpen || b.hiOpen
	}
	return r
}

func scale(a interval, by *big.Rat) interval {
	if by.Sign() == 0 {
		return exactly(new(big.Rat))
	}
	if by.Sign() < 0 {
		a, by = negate(a), new(big.Rat).Neg(by)
	}
	if a.lo != nil {
		a.lo = new(big.Rat).Mul(a.lo, by)
	}
	if a.hi != nil {
		a.hi = new(big.Rat).Mul(a.hi, by)
	}
	return a
}

// bound is the interval on one side of another.
func bound(k manifest.BoundKind, v value) value {
	if v.unknown {
		return v
	}
	var i interval
	switch k {
	case manifest.Below:
		i.hi, i.hiOpen = v.num.hi, true
	case manifest.AtMost:
		i.hi, i.hiOpen = v.num.hi, v.num.hiOpen
	case manifest.Above:
		i.lo, i.loOpen = v.num.lo, true
	case manifest.AtLeast:
		i.lo, i.loOpen = v.num.lo, v.num.loOpen
	}
	if i.lo == nil && i.hi == nil {
		return unknownValue(manifest.Number)
	}
	return value{typ: manifest.Number, num: i}
}

// truth is a set of truth values.
type truth uint8

const (
	isTrue truth = 1 << iota
	isFalse
	isUnknown
)

// compare returns the truth values of a comparison.
func compare(op manifest.Op, a, b value) truth {
	switch op {
	case manifest.OpNe:
		return notTruth(compare(manifest.OpEq, a, b))
	case manifest.OpGt:
		return compare(manifest.OpLt, b, a)
	case manifest.OpGe:
		return compare(manifest.OpLe, b, a)
	}
	if a.typ != manifest.Number {
		switch {
		case a.unknown || b.unknown:
			return isUnknown
		case a.b == b.b && a.s == b.s:
			return isTrue
		default:
			return isFalse
		}
	}
	x, y := a.num, b.num // of an unknown: its declared range
	if op == manifest.OpEq {
		switch {
		case x.exact() && y.exact() && x.lo.Cmp(y.lo) == 0:
			return isTrue
		case x.intersect(y).empty():
			return isFalse
		default:
			return isUnknown
		}
	}
	strict := op == manifest.OpLt
	if always(x, y, strict) {
		return isTrue
	}
	if always(y, x, !strict) {
		return isFalse
	}
	return isUnknown
}

// always reports whether every number in x is less than every one in y, or at
// most as great unless strict.
func always(x, y interval, strict bool) bool {
	if x.hi == nil || y.lo == nil {
		return false
	}
	c := x.hi.Cmp(y.lo)
	return c < 0 || c == 0 && (!strict || x.hiOpen || y.loOpen)
}

func notTruth(t truth) truth {
	r := t & isUnknown
	if t&isTrue != 0 {
		r |= isFalse
	}
	if t&isFalse != 0 {
		r |= isTrue
	}
	return r
}
