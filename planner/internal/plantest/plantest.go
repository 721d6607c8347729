// Package plantest contains what planning tests share: manifests, and brute
// force to compare plans with.
package plantest

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner/plan"
)

// Parse reads a manifest that must have no errors.
func Parse(t testing.TB, src string) *manifest.Manifest {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(src)}}, Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return m
}

// IDs are those of a plan's steps, separated by spaces.
func IDs(p *plan.Plan) string {
	var out []string
	for _, s := range p.Steps {
		out = append(out, s.ID)
	}
	return strings.Join(out, " ")
}

// Choices is a manifest with an image that can be obtained in four ways, of
// which the cheapest takes two actions and one is impossible, and with an
// action that no goal needs.
const Choices = `
system "s" {}
state "fetched" {
  type = bool
  initial = false
}
state "image" {
  type = bool
  initial = false
}
state "running" {
  type = bool
  initial = false
}
state "licence" {
  type = bool
  initial = false
}
state "report" {
  type = bool
  initial = false
}
action "fetch" {
  effects = { fetched = true }
  cost = 1
}
action "build" {
  precondition = state.fetched
  effects = { image = true }
  cost = 2
}
action "pull" {
  effects = { image = true }
  cost = 5
}
action "pull_slowly" {
  effects = { image = true }
  cost = 9
}
action "buy" {
  precondition = state.licence
  effects = { image = true }
  cost = 1
}
action "start" {
  precondition = state.image
  effects = { running = true }
  cost = 1
}
action "write" {
  effects = { report = true }
  cost = 1
  priority = "critical"
}
goal "up" { condition = state.running }
`
