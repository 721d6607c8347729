package sql

import (
	"slices"

	"github.com/omegagen/omegagen/lint/sql/internal/catalogue"
)

// The contexts of conversions, each of which includes the former.
const (
	implicit   = 'i'
	assignment = 'a'
	explicit   = 'e'
)

// pseudo reports whether a pseudo-type accepts a type, and whether want is one at all.
func (c *checker) pseudo(from, want typ) (accepts, is bool) {
	switch want {
	case "any", "anyelement", "anycompatible":
		return true, true
	case "anynonarray", "anycompatiblenonarray":
		return from == literal || element(from) == "", true
	case "anyarray", "anycompatiblearray":
		return from == literal || element(from) != "", true
	case "anyenum":
		return from == literal || c.enum(from) != nil, true
	case "anyrange", "anycompatiblerange":
		return from == literal || kindOf(from) == 'r', true
	case "anymultirange", "anycompatiblemultirange":
		return from == literal || kindOf(from) == 'm', true
	case "record", "_record":
		return false, true // the rows of tables have no type here
	}
	return false, false
}

func kindOf(t typ) byte {
	ct, _ := catalogue.TypeOf(t)
	return ct.Kind
}

// coercible reports whether a value of a type can become another one; it is true for types that aren't
// known.
func (c *checker) coercible(from, want typ, context byte) bool {
	if from == literal && want == "internal" {
		return false
	}
	if from == want || from == anyType || want == anyType || from == literal || from == "record" || from == "_record" {
		return true
	}
	if accepts, is := c.pseudo(from, want); is {
		return accepts
	}
	if b := base(from); b != from {
		return c.coercible(b, want, context)
	}
	if b := base(want); b != want {
		return c.coercible(from, b, context)
	}
	_, found := c.conversion(from, want, context)
	return found
}

// conversion is the volatility of a conversion between two different known types.
func (c *checker) conversion(from, want typ, context byte) (volatility byte, found bool) {
	for _, x := range catalogue.Casts(from) {
		if x.Target == want && c.provides(x.Extension) && contextAllows(x.Context, context) {
			return x.Volatility, true
		}
	}
	if e, to := element(from), element(want); e != "" && to != "" && from[0] == '_' && want[0] == '_' {
		if e == to {
			return catalogue.Immutable, true
		}
		if v, ok := c.conversion(e, to, context); ok {
			return v, true
		}
	}
	// By way of the text that a value is written as.
	switch {
	case c.category(want) == 'S' && context != implicit:
		return c.textual(from, false), true
	case c.category(from) == 'S' && context == explicit:
		return c.textual(want, true), true
	}
	return catalogue.Immutable, false
}

// textual is the volatility of a type's conversion from or to text.
func (c *checker) textual(t typ, in bool) byte {
	if c.enum(t) != nil || element(t) != "" {
		return catalogue.Stable // enum_in, enum_out, array_in, array_out
	}
	ct, ok := catalogue.TypeOf(t)
	switch {
	case !ok:
		return 0
	case in:
		return ct.In
	}
	return ct.Out
}

func contextAllows(cast, context byte) bool {
	order := []byte{implicit, assignment, explicit}
	return slices.Index(order, cast) <= slices.Index(order, context)
}

// consistent reports whether the arguments for anyelement and its like agree.
func (c *checker) consistent(want, given []typ) bool {
	common := anyType
	for i, w := range want {
		g := base(given[i])
		if g == anyType || g == literal {
			continue
		}
		switch w {
		case "anyelement", "anynonarray", "anyenum":
		case "anyarray":
			g = element(g)
		default:
			continue
		}
		if common != anyType && g != common {
			return false
		}
		common = g
	}
	return true
}

// candidate is a function or an operator whose arguments have been expanded to those that are given.
type candidate struct {
	args       []typ
	result     typ
	set        bool
	kind       byte
	volatility byte // 0 if it isn't known
}

// viable are the candidates whose arguments the given ones can become.
func (c *checker) viable(all []candidate, given []typ) (out []candidate) {
	for _, k := range all {
		ok := true
		for i, g := range given {
			ok = ok && c.coercible(g, k.args[i], implicit)
		}
		if ok && c.consistent(k.args, given) {
			out = append(out, k)
		}
	}
	return out
}

// choose picks the candidates that the server would, by its rules: one; or several if it depends on
// types that aren't known, or the call is ambiguous.
func (c *checker) choose(all []candidate, given []typ) []candidate {
	if slices.Contains(given, anyType) || len(all) < 2 {
		return all
	}
	for _, k := range all {
		if slices.Equal(k.args, given) {
			return []candidate{k}
		}
	}
	given = slices.Clone(given)
	for i := range given {
		given[i] = base(given[i])
	}
	best := func(score func(k candidate) int) {
		most := -1
		var out []candidate
		for _, k := range all {
			switch n := score(k); {
			case n > most:
				most, out = n, []candidate{k}
			case n == most:
				out = append(out, k)
			}
		}
		all = out
	}
	count := func(k candidate, f func(i int) bool) (n int) {
		for i := range given {
			if given[i] != literal && f(i) {
				n++
			}
		}
		return n
	}
	best(func(k candidate) int { return count(k, func(i int) bool { return k.args[i] == given[i] }) })
	if len(all) == 1 {
		return all
	}
	best(func(k candidate) int {
		return count(k, func(i int) bool {
			return k.args[i] == given[i] || preferred(k.args[i]) && c.category(k.args[i]) == c.category(given[i])
		})
	})
	if len(all) == 1 || !slices.Contains(given, literal) {
		return all
	}
	all = c.byCategory(all, given)
	if len(all) == 1 {
		return all
	}
	return c.likeOthers(all, given)
}

// byCategory decides literals by the category that the candidates accept at their place.
func (c *checker) byCategory(all []candidate, given []typ) []candidate {
	resolved := true
	category := make([]byte, len(given))
	wantPreferred := make([]bool, len(given))
	for i := range given {
		if given[i] != literal {
			continue
		}
		conflict := false
		for n, k := range all {
			cat, pref := c.category(k.args[i]), preferred(k.args[i])
			switch {
			case n == 0:
				category[i], wantPreferred[i] = cat, pref
			case cat == category[i]:
				wantPreferred[i] = wantPreferred[i] || pref
			case cat == 'S':
				category[i], wantPreferred[i] = cat, pref
			case category[i] != 'S':
				conflict = true
			}
		}
		if conflict && category[i] != 'S' {
			resolved = false
			break
		}
	}
	if !resolved {
		return all
	}
	var out []candidate
	for _, k := range all {
		keep := true
		for i := range given {
			if given[i] != literal {
				continue
			}
			keep = keep && c.category(k.args[i]) == category[i] && (!wantPreferred[i] || preferred(k.args[i]))
		}
		if keep {
			out = append(out, k)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

// likeOthers takes literals for the type of the other arguments, if these have one type.
func (c *checker) likeOthers(all []candidate, given []typ) []candidate {
	common := literal
	for _, g := range given {
		switch {
		case g == literal:
		case common == literal:
			common = g
		case common != g:
			return all
		}
	}
	if common == literal {
		return all
	}
	as := make([]typ, len(given))
	for i := range as {
		as[i] = common
	}
	if fits := c.viable(all, as); len(fits) == 1 {
		return fits
	}
	return all
}

// common is the type that values of several types have together: of CASE, COALESCE, UNION. ok is false if
// there is none.
func (c *checker) common(list []typ) (t typ, ok bool) {
	if slices.Contains(list, anyType) {
		return anyType, true
	}
	t = literal
	for _, x := range list {
		x = base(x)
		switch {
		case x == literal || x == t:
		case t == literal:
			t = x
		case c.category(x) != c.category(t):
			return anyType, false
		case !preferred(t) && c.coercible(t, x, implicit) && !c.coercible(x, t, implicit):
			t = x
		}
	}
	for _, x := range list {
		if !c.coercible(x, t, implicit) {
			return anyType, false
		}
	}
	return t, true
}
