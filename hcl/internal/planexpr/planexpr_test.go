package planexpr

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func parse(t testing.TB, src string) hclsyntax.Expression {
	t.Helper()
	e, diags := hclsyntax.ParseExpression([]byte(src), "t.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %v", src, diags)
	}
	return e
}

func TestCondition(t *testing.T) {
	for _, tc := range []struct{ src, want string }{
		{`state.b1`, `b1`},
		{`state["b1"] && state.b2 && state.b3`, `(&& b1 b2 b3)`},
		{`state.b1 && (state.b2 && state.b3)`, `(&& b1 b2 b3)`},
		{`state.b1 || state.b2 && !state.b3`, `(|| b1 (&& b2 (! b3)))`},
		{`!(!state.b1)`, `b1`},
		{`state.b1 && v.yes`, `b1`},
		{`state.b1 && !v.yes`, `false`},
		{`state.b1 || true`, `true`},
		{`state.b1 || !state.b1`, `(|| b1 (! b1))`},
		{`state.b1 == true`, `b1`},
		{`false == state.b1`, `(! b1)`},
		{`state.b1 != state.b2`, `(!= b1 b2)`},
		{`state.s1 == "x"`, `(== s1 "x")`},
		{`"${v.a}-1" != state.s1`, `(!= "a-1" s1)`},
		{`"${state.b1}"`, `b1`},
		{`state.n1 < 0.1`, `(< n1 1/10)`},
		{`state.n1 < 0.1 + 0.2`, `(< n1 3/10)`},
		{`state.n1 + v.three * 2 - 1 >= -state.n2 / 2 % 3`, `(>= (- (+ n1 6) 1) (% (/ (neg n2) 2) 3))`},
		{`contains(state.set1, "a")`, `(contains set1 "a")`},
		{`contains(state.set1, state.s1)`, `(contains set1 s1)`},
		{`contains(["a", "b"], state.s1)`, `(|| (== s1 "a") (== s1 "b"))`},
		{`contains([], state.s1)`, `false`},
		{`contains([state.s2, "b"], "b")`, `true`},
		{`contains([1, v.three], state.n1)`, `(|| (== n1 1) (== n1 3))`},
		{`contains([state.b1, true], state.b2)`, `(|| (== b2 b1) b2)`},
		{`length(state.set1) == 2`, `(== (length set1) 2)`},
		{`length([state.s1, state.s1]) == state.n1`, `(== 2 n1)`},
		{`length(toset([state.s1, "a"])) == 1`, `(== (length (set s1 "a")) 1)`},
		{`state.set1 == ["b", "a", "b"]`, `(== set1 ["a" "b"])`},
		{`v.list == state.set1`, `(== ["a" "b"] set1)`},
		{`state.set1 == [state.s1, "q"]`, `(== set1 (set s1 "q"))`},
		{`setunion(state.set1, ["z"]) == setsubtract(state.set2, toset(["y"]))`, `(== (union set1 ["z"]) (subtract set2 ["y"]))`},
		{`setintersection(state.set1, state.set2, []) != []`, `(!= (intersect set1 set2 []) [])`},
		{`alltrue([state.b1, state.b2, true])`, `(&& b1 b2)`},
		{`anytrue([for s in []: state.b1])`, `false`},
		{`alltrue([for s in ["a", "b"]: contains(state.set1, s)])`, `(&& (contains set1 "a") (contains set1 "b"))`},
		{`anytrue([for i, s in v.list: state.s1 == upper(s) if i > 0])`, `(|| (== s1 "A") (== s1 "B"))`},
		{`alltrue([for k in ["b1", "b2"]: state[k]])`, `(&& b1 b2)`},
		{`alltrue([for a in ["1"]: anytrue([for b in ["b"]: state["${b}${a}"]])])`, `b1`},
		{`alltrue([for k in ["x"]: action.a[k].done])`, `action.a-x.done`},
		{`alltrue(action.a[*].done)`, `(&& action.a-x.done action.a-y.done)`},
		{`anytrue(state.flag[*])`, `(|| flag-x flag-y)`},
		{`setunion([state.set1, state.set2]...) == []`, `(== (union set1 set2) [])`},
		{`contains([for state in ["a"]: state == "a"], state.b1)`, `b1`},
		{`state.flag["x"]`, `flag-x`},
		{`state.flag[each.key]`, `flag-x`},
		{`image.web.ready && secret.p.set && service.x.healthy && database.d.applied`, `(&& image.web.ready secret.p.set service.x.healthy database.d.applied)`},
		{`service.x.started || service.x.completed`, `(|| service.x.started service.x.completed)`},
		{`goal.g && !goal.g`, `(&& goal.g (! goal.g))`},
		{`state.b1 ? state.b2 : state.b3`, `(? b1 b2 b3)`},
		{`(v.three > 2 ? state.n1 : 7) > 1`, `(> n1 1)`},
		{`(state.b1 ? 1 : state.n1) > 1`, `(> (? b1 1 n1) 1)`},
		{`(state.b1 ? "a" : "b") == "a"`, `(== (? b1 "a" "b") "a")`},
		{`max(1, 2) == 2`, `true`},
		{`state.d`, `d`},
		{`local.up || state.b3`, `(|| (&& b1 (! b2)) b3)`},
		{`alltrue(local.list)`, `(&& b1 action.a.done)`},
		{`local.x3`, `(&& b1 b1 b1 b1 b1 b1 b1 b1)`},
		{`refs.b1`, `b1`},
		{`each.value.done && each.value.b1`, `(&& action.a.done b1)`},
		{`alltrue([for r in [refs]: r.done && !r.b1])`, `(&& action.a.done (! b1))`},
		{`alltrue([refs.b1, refs.done])`, `(&& b1 action.a.done)`},
		{`alltrue([refs, refs][*].b1)`, `(&& b1 b1)`},
		{`each.key == "x" ? state.b1 : state.b2`, `b1`},
	} {
		x, diags := Condition(newEnv(), parse(t, tc.src))
		if len(diags) > 0 {
			t.Errorf("%s: %v", tc.src, diags)
		} else if got := show(x); got != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.src, got, tc.want)
		}
	}
}

func TestConditionErrors(t *testing.T) {
	for _, tc := range []struct{ src, want, detail string }{
		{`state.nope`, "OG998@1", ""},
		{`goal.nope || state.zip`, "OG998@1 OG998@14", ""},
		{`service.nobody.healthy`, "OG998@1", ""},
		{`state`, "OG216@1", "state.NAME"},
		{`state.b1.x`, "OG216@9", "no attributes"},
		{`goal.g.condition`, "OG216@7", "is a goal"},
		{`image.web.ready.now`, "OG216@16", "has no attributes"},
		{`state[1]`, "OG216@6", "A key must be a string"},
		{`state[state.s1]`, "OG210@7", "which object it selects"},
		{`state.n1`, "OG211@1", "A bool is required"},
		{`state.s1 == 1`, "OG211@13", "in quotes"},
		{`state.n1 == "1"`, "OG211@13", "without quotes"},
		{`state.b1 == "true"`, "OG211@13", "without quotes"},
		{`state.set1 == "a"`, "OG211@15", "Write a list"},
		{`state.set1 == [1]`, "OG211@15", "a number"},
		{`state.set1 == {a = 1}`, "OG211@15", "map"},
		{`state.set1 == state.s1`, "OG211@15", "set(string) is required"},
		{`state.n1 < "500"`, "OG211@12", "without quotes"},
		{`state.s1 < state.s2`, "OG211@1 OG211@12", ""},
		{`!state.n1`, "OG211@2", ""},
		{`-state.b1 > 1`, "OG211@2", ""},
		{`state.n1 == null`, "OG212@13", "effects"},
		{`state.n1 == v.nothing`, "OG212@13", ""},
		{`state.n1 == below(3)`, "OG213@13", "comparison with <"},
		{`state.n1 / 0 > 1`, "OG214@12", ""},
		{`state.n1 % (1 - 1) > 1`, "OG214@12", ""},
		{`state.n1 == 1e99999999`, "OG215@13", ""},
		{`state.b1 && v.secret`, "OG217@13", ""},
		{`"x-${state.s1}" == "x-y"`, "OG210@1", "string template"},
		{`upper(state.s1) == "A"`, "OG210@1", "function `upper`"},
		{`contain(state.set1, "a")`, "OG210@1", "Did you mean `contains`?"},
		{`setUnion(state.set1, ["a"]) == []`, "OG210@1", "`setunion`"},
		{`{a = state.b1}`, "OG210@1", "An object"},
		{`{for k in ["a"]: k => state.b1}`, "OG210@1", "makes an object"},
		{`alltrue([for b in [state.b1]: !b])`, "OG210@19", "expanded before planning"},
		{`alltrue([for b in ["a"]: true if state.b1])`, "OG210@34", "its `if` clause"},
		{`alltrue(state.b1)`, "OG211@9", "list of conditions"},
		{`alltrue([state.n1])`, "OG211@10", ""},
		{`alltrue([state.b1], [state.b2])`, "OG211@1", "alltrue(list)"},
		{`contains(state.b1, "a")`, "OG211@10", "set or a list"},
		{`contains(state.set1, 3)`, "OG211@22", ""},
		{`contains(state.set1, "a", "b")`, "OG211@1", "contains(set, value)"},
		{`length(state.s1) > 1`, "OG211@8", ""},
		{`setsubtract(state.set1) == []`, "OG211@1", ""},
		{`setunion(state.set1...) == []`, "OG210@10", "expanded into the arguments"},
		{`[state.b1, state.b2][0]`, "OG210@1", "computed value"},
		{`state.flag["x"][*]`, "OG216@1", "a single object"},
		{`[state.b1]`, "OG211@1", "this is a list"},
		{`state.broken && state.nope`, "OG998@17", ""},
		{`v.failed && state.b1`, "", ""},
		{`alltrue([for s in ["a", "b"]: contains(state.nope, s)])`, "OG998@40", ""},
		{`state.b1 ? state.n1 : state.s1`, "OG211@23", ""},
		{`v.yes ? state.b1 : state.nope`, "OG998@20", ""},
		{`refs.image`, "OG210@1", "A condition can use image.web.ready."},
		{`refs.n1`, "OG211@1", "A bool is required"},
		{`local.list`, "OG211@1", "this is a list"},
		{`local.up.x`, "OG210@1", "can't read a state"},
		{`local.x60`, "OG210@13", "derived states"},
		{`local.unknown && state.b1`, "OG001@1", ""},
	} {
		x, diags := Condition(newEnv(), parse(t, tc.src))
		if x != nil {
			t.Errorf("%s: compiled to %s", tc.src, show(x))
		}
		if got := summarize(diags); got != tc.want {
			t.Errorf("%s: got %s, want %s (%v)", tc.src, got, tc.want, diags)
		} else if len(diags) > 0 && !strings.Contains(diags[0].Detail, tc.detail) {
			t.Errorf("%s: %q lacks %q", tc.src, diags[0].Detail, tc.detail)
		}
	}
}

func TestEffects(t *testing.T) {
	for _, tc := range []struct{ src, want, codes string }{
		{`{}`, "", ""},
		{`null`, "", ""},
		{`{ n1 = 3, b1 = true, "s1" = "x" }`, `b1=true n1=3 s1="x"`, ""},
		{`{ n1 = state.n1 + 3 }`, `n1=(+ n1 3)`, ""},
		{`{ set1 = [], set2 = ["b", "a"] }`, `set1=[] set2=["a" "b"]`, ""},
		{`{ set1 = setunion(state.set1, ["a"]) }`, `set1=(union set1 ["a"])`, ""},
		{`{ set1 = [state.s1] }`, `set1=(set s1)`, ""},
		{`{ set1 = toset([state.s1]) }`, `set1=(set s1)`, ""},
		{`{ n1 = below(500), n2 = at_least(state.n1) }`, `n1=(below 500) n2=(at_least n1)`, ""},
		{`{ n1 = (state.b1 ? above(1) : null) }`, `n1=(? b1 (above 1) unknown:number)`, ""},
		{`{ n1 = v.yes ? at_most(2) : null }`, `n1=(at_most 2)`, ""},
		{`{ n1 = v.nothing, s1 = null }`, `n1=unknown:number s1=unknown:string`, ""},
		{`{ flag["x"] = true, "flag-y" = false }`, `flag-x=true flag-y=false`, ""},
		{`{ flag[each.key] = state.b1 && state.b2 }`, `flag-x=(&& b1 b2)`, ""},
		{`{ (v.a == "a" ? "b1" : "b2") = true }`, `b1=true`, ""},
		{`{ b1 = goal.g, b2 = action.a.done }`, `b1=goal.g b2=action.a.done`, ""},
		{`merge({}, {})`, "", "OG220@1"},
		{`v.yes ? { b1 = true } : {}`, "", "OG220@1"},
		{`{ b1 = true, b1 = true, b2 = false }`, `b1=true b2=false`, "OG221@14"},
		{`{ flag["x"] = true, "flag-x" = true }`, `flag-x=true`, "OG221@21"},
		{`{ d = true }`, "", "OG222@3"},
		{`{ nope = true, n1 = 3 }`, "n1=3", "OG998@3"},
		{`{ state.b1 = true }`, "", "OG223@3"},
		{`{ v.yes = true }`, "", "OG223@3"},
		{`{ (state.s1 == "a" ? "b1" : "b2") = true }`, "", "OG223@3"},
		{`{ b1 = "true" }`, "", "OG211@8"},
		{`{ s1 = below(3) }`, "", "OG211@8"},
		{`{ n1 = below("3") }`, "", "OG211@14"},
		{`{ n1 = below(1, 2) }`, "", "OG211@8"},
		{`{ n1 = below(1) + 1 }`, "", "OG213@8"},
		{`{ n1 = state.n2 + null }`, "", "OG212@19"},
		{`{ set1 = ["a", 1] }`, "", "OG211@10"},
		{`{ set1 = [["a"]] }`, "", "OG211@10"},
		{`{ set1 = [null] }`, "", "OG211@10"},
	} {
		effects, diags := Effects(newEnv(), parse(t, tc.src))
		var got []string
		for _, e := range effects {
			got = append(got, e.State.Name+"="+show(e.Value))
			if e.Value.Type != e.State.Type {
				t.Errorf("%s: %s has type %s", tc.src, e.State.Name, e.Value.Type)
			}
		}
		if s := strings.Join(got, " "); s != tc.want {
			t.Errorf("%s\n got %s\nwant %s", tc.src, s, tc.want)
		}
		if s := summarize(diags); s != tc.codes {
			t.Errorf("%s: got %s, want %s (%v)", tc.src, s, tc.codes, diags)
		}
	}
}
