package rules

import (
	"slices"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
)

// reportedOf lists the codes that are reported of a manifest, without advice
// unless it is asked for.
func reportedOf(t *testing.T, src string, advice bool) []string {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "."})
	if diags.HasErrors() {
		t.Fatalf("it can't be read: %v", diags)
	}
	diags = append(diags, Check(m)...)
	if !advice {
		diags = diag.WithoutAdvice(diags)
	}
	var codes []string
	for _, d := range diags {
		if c := diag.Code(d); !slices.Contains(codes, c) {
			codes = append(codes, c)
		}
	}
	return codes
}

// Each rule's bad manifest breaks that rule alone, and its good one none.
func TestCases(t *testing.T) {
	seen := map[*diag.Rule]bool{}
	for _, p := range passes {
		for _, r := range p.rules {
			if seen[r] {
				continue
			}
			seen[r] = true
			t.Run(r.Code, func(t *testing.T) {
				advice := r.Severity == diag.SeverityAdvice
				if got := reportedOf(t, r.Bad, advice); !slices.Equal(got, []string{r.Code}) {
					t.Errorf("the bad manifest breaks %v", got)
				}
				if got := reportedOf(t, r.Good, advice); len(got) > 0 {
					t.Errorf("the good manifest breaks %v", got)
				}
			})
		}
	}
	files, err := cases.ReadDir("cases")
	if err != nil || len(files) != 2*len(seen) {
		t.Errorf("%d files for %d rules (%v)", len(files), len(seen), err)
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
