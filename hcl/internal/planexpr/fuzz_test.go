package planexpr

import (
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// FuzzCompile compiles any text that HCL can parse, as a condition and as
// effects: never a panic, a nil result or a well-typed one.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		`state.b1 && !state.b2 || state.n1 < 5`,
		`alltrue([for s in ["a", "b"]: contains(state.set1, s)])`,
		`{ n1 = state.b1 ? below(3) : null, set1 = setunion(state.set1, [state.s1]) }`,
		`{ flag[each.key] = true, "flag-y" = goal.g, (v.a) = 1 }`,
		`action.a[*].done[0] == action.a["x"].done`,
		`length(setintersection(state.set1, toset(v.list)))  % 2 == 1`,
		`[for k, v in {a = 1}: v...]`, `{for k in state.set1: k => k...}`,
		`state.*.x`, `state[*]`, `state[null]`, `state["${null}"]`, `"%{if state.b1}x%{endif}"`,
		`<<X
${state.s1}
X
`, `-(-state.n1)`, `1 / 3 == state.n1`, `state.b1 ? [] : [state.s1]`,
		`contains(toset([state.s1]), null)`, `alltrue([[state.b1]])`, `setunion()`, `setunion([]...)`,
		`alltrue(local.list) && local.up`, `[for r in [refs]: r.done]`, `each.value.b1 ? refs.n1 : 3`, `local.x5`, `local.x60 == local`,
		`0x == state.n1`, `state.n1 == 1e-99999`, `v.failed[state.s1]`, `each.key.state.b1`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		e, diags := hclsyntax.ParseExpression([]byte(src), "t.hcl", hcl.InitialPos)
		if diags.HasErrors() || len(src) > 10_000 {
			return
		}
		env := newEnv()
		x, diags := Condition(env, e)
		if x != nil {
			if diags.HasErrors() {
				t.Fatalf("a result and errors: %v", diags)
			}
			checkTypes(t, x, false)
			if x.Type != manifest.Bool {
				t.Fatalf("condition of type %s", x.Type)
			}
		}
		effects, diags := Effects(env, e)
		for _, eff := range effects {
			checkTypes(t, eff.Value, true)
			if eff.Value.Type != eff.State.Type {
				t.Fatalf("%s of type %s", eff.State.Name, eff.Value.Type)
			}
		}
		for _, d := range diags {
			if d.Subject == nil || d.Detail == "" {
				t.Fatalf("diagnostic without place or detail: %v", d)
			}
		}
	})
}

// checkTypes checks what the package promises about the nodes of a result.
func checkTypes(t *testing.T, x *manifest.Expr, effect bool) {
	t.Helper()
	want := map[manifest.Op][]manifest.Type{
		manifest.OpNot: {manifest.Bool}, manifest.OpContains: {manifest.StringSet, manifest.String}, manifest.OpLength: {manifest.StringSet},
		manifest.OpCond: {manifest.Bool, x.Type, x.Type}, manifest.OpNeg: {manifest.Number}, manifest.OpBound: {manifest.Number},
		manifest.OpSubtract: {manifest.StringSet, manifest.StringSet},
	}[x.Op]
	switch x.Op {
	case manifest.OpConst:
		if x.Value == nil && !effect || x.Value != nil && x.Value.Type != x.Type {
			t.Fatalf("constant %s", show(x))
		}
	case manifest.OpAnd, manifest.OpOr:
		if len(x.Args) < 2 {
			t.Fatalf("degenerate %s", show(x))
		}
		for _, a := range x.Args {
			if a.Type != manifest.Bool || a.Op == x.Op || a.Op == manifest.OpConst {
				t.Fatalf("%s holds %s", show(x), show(a))
			}
		}
	case manifest.OpEq, manifest.OpNe:
		if x.Args[0].Type != x.Args[1].Type {
			t.Fatalf("comparison of types %s", show(x))
		}
	case manifest.OpLt, manifest.OpLe, manifest.OpGt, manifest.OpGe, manifest.OpAdd, manifest.OpSub, manifest.OpMul, manifest.OpDiv, manifest.OpMod:
		want = []manifest.Type{manifest.Number, manifest.Number}
	}
	if x.Op == manifest.OpBound && !effect {
		t.Fatalf("bound in %s", show(x))
	}
	for i, w := range want {
		if x.Args[i].Type != w {
			t.Fatalf("%s: argument %d is a %s", show(x), i, x.Args[i].Type)
		}
	}
	branches := effect && x.Op == manifest.OpCond
	for i, a := range x.Args {
		checkTypes(t, a, branches && i > 0)
	}
}
