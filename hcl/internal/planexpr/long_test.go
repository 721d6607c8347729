//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package planexpr

import (
	"math/rand"
	"strings"
	"testing"
)

// A chain of operators must take linear time and no deep recursion.
func TestLongChain(t *testing.T) {
	const n = 100_000
	src := "state.b1" + strings.Repeat(" && state.b2", n)
	x, diags := Condition(newEnv(), parse(t, src))
	if len(diags) > 0 || len(x.Args) != n+1 {
		t.Fatalf("%d arguments, %v", len(x.Args), diags)
	}
	src = "state.n1" + strings.Repeat(" + 1", n) + " > 3"
	if x, diags = Condition(newEnv(), parse(t, src)); len(diags) > 0 || x == nil {
		t.Fatal(diags)
	}
}

// Over known states, a compiled expression must mean the same as HCL's evaluation of its source. HCL
// is the reference; the generator writes typed expressions, so that neither rejects one.
func TestAgreesWithHCL(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	for n := 0; n < 2_000; n++ {
		g := &generator{rnd}
		src := g.boolean(4)
		env := newEnv()
		x, diags := Condition(env, parse(t, src))
		if x == nil {
			t.Fatalf("%s: %v", src, diags)
		}
		for i := 0; i < 3; i++ {
			known := g.assignment()
			want, diags := parse(t, src).Value(oracle(known))
			if diags.HasErrors() {
				t.Fatalf("%s: %v", src, diags)
			}
			if got := eval(x, known); got.Bool != want.True() {
				t.Fatalf("%s\ncompiled to %s\nover %v is %v, in HCL %v", src, show(x), known, got.Bool, want.True())
			}
		}
	}
}
