package rules

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
)

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) {
	diagtest.Cases(t, "lint/rules", func(fsys fs.FS) hcl.Diagnostics {
		m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
		return append(diags, Check(m)...)
	})
}

// Each rule is in a pass, and has cases.
func TestPassesHoldAllRules(t *testing.T) {
	seen := map[*diag.Rule]bool{}
	for _, p := range passes {
		for _, r := range p.rules {
			seen[r] = true
			if (r.Bad == "" || r.Good == "") && r != ruleNotExecutable && r != ruleNoSuchFile { // their cases need a second file
				t.Errorf("%s has no cases", r.Code)
			}
		}
	}
	for _, r := range diag.Rules() {
		for _, a := range diag.Areas() {
			if a.Package == "lint/rules" && a.Holds(r.Code) && !seen[r] {
				t.Errorf("%s is in no pass", r.Code)
			}
		}
	}
}

// A pass reports the rules of its row, and no others.
func TestPasses(t *testing.T) {
	for _, dir := range []string{"testdata/errors", "cases"} {
		for name, fsys := range diagtest.Manifests(t, dir) {
			m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			for _, p := range passes {
				for _, d := range p.run(m) {
					if !slices.ContainsFunc(p.rules, func(r *diag.Rule) bool { return r.Code == diag.Code(d) }) {
						t.Errorf("%s: %s is reported by the pass of %s", name, diag.Code(d), p.rules[0].Code)
					}
				}
			}
		}
	}
}
