package deployment

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// A declared action keeps what the manifest declares, and gets defaults for the
// rest.
func TestDeclared(t *testing.T) {
	load := &manifest.State{Name: "load", Type: manifest.Number}
	text := manifest.PlainText("make")
	constant := &manifest.Expr{Op: manifest.OpConst, Type: manifest.Number, Value: &manifest.Value{Type: manifest.Number, Num: big.NewRat(7, 2)}}
	before := &manifest.Action{Name: "before"}
	a := Declared(&manifest.Action{Name: "a", Run: text, Rollback: text, Retries: 1, SkipWhenValid: true, Timeout: time.Minute,
		DependsOn: []*manifest.ActionRef{{Action: before}},
		Effects:   []manifest.Effect{{State: load, Value: constant}},
		Measures:  []manifest.Measure{{State: load}},
	})
	if a.Cost == nil || a.Cost.Sign() != 0 || a.Shell != "sh" || a.Timeout != time.Minute {
		t.Errorf("%+v", a)
	}
	if a.Validated() || !a.Undoable() || !a.Retried() || a.SkipWhenValid || len(a.Parts) != 2 {
		t.Errorf("validated %v, undoable %v, retried %v, skipped %v, %d parts", a.Validated(), a.Undoable(), a.Retried(), a.SkipWhenValid, len(a.Parts))
	}
	if len(a.Needs) != 1 || a.Needs[0].Fact != (manifest.Fact{Kind: manifest.ActionDone, Name: "before"}) {
		t.Errorf("it needs %v", a.Needs)
	}
	if len(a.Measures) != 1 || a.Measures[0].State != load || a.Measures[0].Op != "==" || a.Measures[0].Value.Cmp(big.NewRat(7, 2)) != 0 {
		t.Errorf("it measures %+v", a.Measures)
	}
	b := Declared(&manifest.Action{Name: "b", Run: text, Validate: text, SkipWhenValid: true, Shell: "bash", Cost: big.NewRat(3, 2)})
	if !b.Validated() || b.Undoable() || b.Retried() || !b.SkipWhenValid || b.Shell != "bash" || b.Cost.Cmp(big.NewRat(3, 2)) != 0 {
		t.Errorf("%+v", b)
	}
}

// A measured number is compared with the effect, including the direction of a
// bound.
func TestMeasuresOfBounds(t *testing.T) {
	load := &manifest.State{Name: "load", Type: manifest.Number}
	constant := &manifest.Expr{Op: manifest.OpConst, Type: manifest.Number, Value: &manifest.Value{Type: manifest.Number, Num: big.NewRat(1, 1)}}
	for bound, want := range map[manifest.BoundKind]string{manifest.Below: "<", manifest.AtMost: "<=", manifest.Above: ">", manifest.AtLeast: ">="} {
		a := &manifest.Action{Name: "a", Effects: []manifest.Effect{{State: load, Value: &manifest.Expr{Op: manifest.OpBound, Bound: bound, Args: []*manifest.Expr{constant}}}}}
		if got, ok := measure(a, load); !ok || got.Op != want {
			t.Errorf("%v: %+v, %v", bound, got, ok)
		}
		if _, ok := measure(a, &manifest.State{Name: "other"}); ok {
			t.Error("a state without an effect is measured")
		}
	}
	unknown := &manifest.Action{Effects: []manifest.Effect{{State: load, Value: &manifest.Expr{Op: manifest.OpConst, Type: manifest.Number}}}}
	if _, ok := measure(unknown, load); ok {
		t.Error("an unknown number is compared")
	}
}

// A generated action reads what it needs, and writes its facts: two actions
// that make one fact true may overlap, one that makes it false may not.
func TestAccessOfAGeneratedAction(t *testing.T) {
	fact := func(name string) manifest.Fact {
		return manifest.Fact{Kind: manifest.ServiceStarted, Name: name}
	}
	a := &Action{Needs: []manifest.FactRef{{Fact: fact("n")}}, Achieves: []manifest.Fact{fact("a")}, Destroys: []manifest.Fact{fact("d")}}
	acc := a.Access()
	if len(acc.Reads) != 1 || acc.Reads[0].Fact != fact("n") || len(acc.Writes) != 2 ||
		acc.Writes[0].Fact != fact("a") || acc.Writes[1].Fact != fact("d") || acc.Writes[0].CommuteKey == acc.Writes[1].CommuteKey {
		t.Errorf("%+v", acc)
	}
	known := Accesses{}
	if first := known.Of(a); first != known.Of(a) || first == nil {
		t.Error("an access is worked out twice")
	}
}

func TestHighPriority(t *testing.T) {
	for p, want := range map[manifest.Priority]bool{manifest.Critical: true, manifest.High: true, manifest.Medium: false, manifest.Low: false} {
		if got := (&Action{Priority: p}).HighPriority(); got != want {
			t.Errorf("%s: %v", p, got)
		}
	}
}

// pairs is a target that generates two actions, and has a resource.
type pairs struct{ declared map[manifest.Fact]bool }

func (p *pairs) Generate(_ *manifest.Manifest, declared map[manifest.Fact]bool) []*Action {
	p.declared = declared
	return []*Action{{ID: "c"}, {ID: "a", Achieves: []manifest.Fact{{Kind: manifest.ImageReady, Name: "i"}}}}
}

func (*pairs) Making(*manifest.Manifest) map[manifest.Fact]Making {
	tag, path := Observed{ObservedImage, "i:1"}, Observed{ObservedPath, "src"}
	return map[manifest.Fact]Making{
		{Kind: manifest.ImageReady, Name: "i"}:     {Inputs: make([]Input, 2), Observes: []Observed{path}, Products: []Observed{tag}},
		{Kind: manifest.ServiceStarted, Name: "s"}: {Observes: []Observed{tag}},
	}
}

func (*pairs) Resources(*manifest.Manifest) []Resource { return []Resource{{Name: "a"}} }

// What an action makes is no input of it, even where another fact that it achieves
// is made from that.
func TestProductsAreNoInputs(t *testing.T) {
	facts := []manifest.FactRef{{Fact: manifest.Fact{Kind: manifest.ImageReady, Name: "i"}}, {Fact: manifest.Fact{Kind: manifest.ServiceStarted, Name: "s"}}}
	m := &manifest.Manifest{Actions: []*manifest.Action{{Name: "both", Achieves: facts}, {Name: "start", Achieves: facts[1:]}}}
	observes := map[string][]Observed{}
	for _, a := range Actions(m, &pairs{}) {
		observes[a.ID] = a.Observes
	}
	if got := observes["both"]; !slices.Equal(got, []Observed{{ObservedPath, "src"}}) {
		t.Errorf("the action that builds and starts observes %v", got)
	}
	if got := observes["start"]; !slices.Equal(got, []Observed{{ObservedImage, "i:1"}}) {
		t.Errorf("the action that only starts observes %v", got)
	}
}

// Actions are sorted, whatever their origin; the target receives the facts
// already achieved, and returns the inputs of each.
func TestActionsOfATarget(t *testing.T) {
	set := manifest.Fact{Kind: manifest.SecretSet, Name: "s"}
	m := &manifest.Manifest{
		Actions:   []*manifest.Action{{Name: "d"}, {Name: "b", Achieves: []manifest.FactRef{{Fact: set}}}},
		Resources: []*manifest.Resource{{Name: "z", Capacity: 2}, {Name: "y", Capacity: 1}},
	}
	target := &pairs{}
	var ids []string
	inputs := map[string]int{}
	for _, a := range Actions(m, target) {
		ids = append(ids, a.ID)
		inputs[a.ID] = len(a.Inputs)
	}
	if !slices.Equal(ids, []string{"a", "b", "c", "d"}) || inputs["a"] != 2 || inputs["b"] != 0 {
		t.Errorf("%v with %v inputs", ids, inputs)
	}
	if len(target.declared) != 1 || !target.declared[set] {
		t.Errorf("achieved already: %v", target.declared)
	}
	var names []string
	for _, r := range Resources(m, target) {
		names = append(names, r.Name)
	}
	if !slices.Equal(names, []string{"y", "z", "a"}) {
		t.Errorf("the resources are %v", names)
	}
}

// A need is not added twice.
func TestNeeds(t *testing.T) {
	var n Needs
	for _, name := range []string{"b", "a", "b"} {
		n.Add(manifest.FactRef{Fact: manifest.Fact{Kind: manifest.ActionDone, Name: name}})
	}
	if len(n.List) != 2 || n.List[0].Fact.Name != "b" || n.List[1].Fact.Name != "a" {
		t.Errorf("%v", n.List)
	}
}

// A script that reads .env is made from the variables that it mentions, except
// those that its action sets.
func TestScriptVariables(t *testing.T) {
	secret := &manifest.Secret{Name: "s", EnvVar: "SECRET"}
	a := &manifest.Action{Env: []manifest.EnvVar{{Name: "OWN"}}, Run: manifest.Text{{Text: ". ./.env; echo $B ${A:-$C} $1 $$ $OWN ${A} "}, {Secret: secret}}}
	if got := variables(a); !slices.Equal(got, []string{"A", "B", "C"}) {
		t.Errorf("the variables are %v", got)
	}
	if got := Declared(a).Observes; len(got) != 4 || got[1] != (Observed{ObservedVariable, "A"}) {
		t.Errorf("the action observes %v", got)
	}
	a.Run = manifest.PlainText("echo $A")
	if got := variables(a); got != nil {
		t.Errorf("of a script that doesn't read .env: %v", got)
	}
}
