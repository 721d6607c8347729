// Package planexpr compiles conditions and effects, written as HCL
// expressions over states and facts, to the planning expressions of the model.
//
// An expression is compiled from its syntax. What reads no state, goal or fact
// is a pure part: the largest pure parts are evaluated by the caller (Env) and
// become constants; what is left must be built of the operators and functions
// that a planner can reason about, and is type-checked. The package does no
// I/O, keeps no state between calls, and takes time linear in the expression
// (in the unrolled one, where there are `for` expressions).
//
// Forms that the result never holds, so that its readers need not know them:
// parentheses, `alltrue` and `anytrue` (OpAnd, OpOr), `contains` over a list
// of constants (OpOr of OpEq), `==` with true or false, OpAnd directly in
// OpAnd, OpOr directly in OpOr, and boolean constants below OpAnd, OpOr,
// OpNot and the condition of OpCond. `x || !x` stays: it is unknown over an
// unknown.
package planexpr

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Env gives the meaning of names outside an expression.
type Env interface {
	// Value evaluates an expression that reads no state, goal or fact. vars
	// are the variables of the `for` expressions around it. A value that is
	// not wholly known, with no error, means that the reason has been
	// reported elsewhere. It may be called twice for one expression.
	Value(e hclsyntax.Expression, vars map[string]cty.Value) (cty.Value, hcl.Diagnostics)

	// Target returns the object to which a value refers, if it is a reference: locals, each.value and the
	// variables of `for` expressions may contain some.
	Target(v cty.Value) (Target, bool)

	// Local follows local.NAME to its expression, where that reads states; ok
	// is false for a local that has a value. A nil Expr means an error that
	// has been reported.
	Local(t hcl.Traversal) (l Local, ok bool)

	// Resolve finds what a reference names: *manifest.State, *manifest.Goal or manifest.Fact. A nil target
	// means that it doesn't exist, which the diagnostics, or earlier ones, report. A state of type 0 is
	// one whose declaration is in error.
	Resolve(r Ref) (any, hcl.Diagnostics)

	// Derived reports whether a state is declared as derived; its Derived
	// expression may not be compiled yet.
	Derived(s *manifest.State) bool

	// Keys lists the instance keys of what r names (r.Key is nil), in order.
	Keys(r Ref) ([]string, hcl.Diagnostics)
}

// Target is what a reference as a value names. Ref is a *manifest.State, a *manifest.Goal, a
// manifest.Fact, or anything else, which the planner doesn't support.
type Target struct {
	Ref           any
	Kind, Address string
}

// Local is the expression of a local, with the names that are available there. Call Leave when it has
// been compiled.
type Local struct {
	Expr  hclsyntax.Expression
	Env   Env
	Leave func()
}

// Ref is a reference to a state, a goal or a fact: `state.a`,
// `state.ready["k"]`, `action.check["k"].done`.
type Ref struct {
	Root string  // state, goal, image, secret, service, database, action
	Name string  // label
	Key  *string // instance key; nil: none
	Attr string  // of a fact: ready, set, started, …; "" for states and goals

	Label bool // Name is the name in a string or as a key: `a`, or `ready-k` of an instance

	Range     hcl.Range // all of it
	NameRange hcl.Range // the label
}

// Condition compiles a boolean expression. The result is nil if and only if the expression is in
// error; the diagnostics may then still be empty, if the reason has been reported elsewhere.
func Condition(env Env, e hclsyntax.Expression) (*manifest.Expr, hcl.Diagnostics) {
	c := newCompiler(env)
	x := c.node(c.compile(e, c.top), need{manifest.Bool, "because this is a condition"})
	return x, c.diags
}
