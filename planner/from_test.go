package planner_test

import (
	"bytes"
	"encoding/json"
	"math/rand"
	"runtime"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/internal/plantest"
	"github.com/omegagen/omegagen/planner/plan"
	"github.com/omegagen/omegagen/planner/validate"
)

func TestReplanningFromAState(t *testing.T) {
	m := plantest.Parse(t, `
system "s" {}
state "a" {
  type = bool
  initial = false
}
state "b" {
  type = bool
  initial = false
}
action "x" {
  effects = { a = true }
  cost = 1
}
action "y" {
  precondition = state.a
  depends_on = [action.x]
  effects = { b = true }
  cost = 1
}
goal "g" { condition = state.b }
`)
	from := &planner.From{State: map[string]*manifest.Value{"a": {Type: manifest.Bool, Bool: true}}, Done: []string{"x"}}
	p := planner.For(m, nil, planner.Options{From: from})
	want(t, p, planner.Optimal, "1", "y")
	if err := validate.Plan(m, p, from, 10); err != nil {
		t.Error(err)
	}
}

// TestSameBytes plans random manifests, shuffled and on one and two processors:
// the JSON is always the same.
func TestSameBytes(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for seed := range int64(300) {
		var first []byte
		for round := range 3 {
			runtime.GOMAXPROCS(1 + round%2)
			m := plantest.Random(seed)
			if round > 0 {
				r := rand.New(rand.NewSource(seed))
				r.Shuffle(len(m.Actions), func(i, j int) { m.Actions[i], m.Actions[j] = m.Actions[j], m.Actions[i] })
				r.Shuffle(len(m.States), func(i, j int) { m.States[i], m.States[j] = m.States[j], m.States[i] })
			}
			p := planner.For(m, nil, planner.Options{})
			out, err := plan.JSON(p, nil)
			if err != nil || !json.Valid(out) {
				t.Fatal(err, string(out))
			}
			if first == nil {
				first = out
			} else if !bytes.Equal(first, out) {
				t.Fatalf("seed %d differs:\n%s\n%s", seed, first, out)
			}
		}
	}
}
