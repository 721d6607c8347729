package main

import (
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/lint/policy"
	"github.com/omegagen/omegagen/planner"
)

// TestPlansAreChecked checks that an invalid plan is an error.
func TestPlansAreChecked(t *testing.T) {
	c := read(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(`
system "s" {}
state "a" {
  type    = bool
  initial = false
}
action "x" {
  run     = "true"
  effects = { a = true }
}
goal "g" { condition = state.a }
`)}}, Dir: "."}, policy.Levels{})
	if err := c.plan(planner.Options{}); err != nil || c.diags.HasErrors() {
		t.Fatal(err, c.diags)
	}
	c.plans[0].Steps = nil
	if err := c.checkPlans(nil); err != exitStatus(exitError) || !c.diags.HasErrors() || diag.Code(c.diags[len(c.diags)-1]) != "OG910" {
		t.Errorf("%v, %v", err, c.diags)
	}
}
