package main

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/policy"
	"github.com/omegagen/omegagen/planner"
)

// withoutCases are the rules that no single-file manifest can break on its own, with the reason.
var withoutCases = map[string]string{
	"OG002": "a file that can't be read",
	"OG003": "no file",
	"OG004": "64 MB",
	"OG005": "hundreds of levels",
	"OG006": "a file that isn't UTF-8",
	"OG040": "a variable that a flag sets",
	"OG303": "a state that a flag gives",
	"OG304": "a goal that a flag names",
	"OG308": "a state that a flag gives",
	"OG639": "a kit that was built before",
	"OG408": "OG103 comes first",
	"OG411": "what Compose warns of differs from version to version",
	"OG521": "strings of a manifest are UTF-8",
	"OG536": "strings of a manifest are UTF-8",
	"OG525": "OG126 comes first",
	"OG528": "OG015 comes first",
	"OG425": "1 MiB",
	"OG426": "strings of a manifest are UTF-8",
	"OG549": "strings of a manifest are UTF-8",
	"OG701": "OG752 comes first",
	"OG759": "an artifact's template is a second file",
	"OG876": "an artifact's template is a second file",
	"OG877": "an artifact's template is a second file",
	"OG760": "an artifact's template is a second file",
	"OG770": "an artifact's template is a second file",
	"OG771": "an artifact's template is a second file",
	"OG850": "OG759 comes first",
}

// TestRulesHaveCases: each rule that a manifest can break has a manifest that breaks only this rule,
// from reading to linting its kit, and a similar one that breaks none. Rules that only a bug in
// omegagen breaks have none.
func TestRulesHaveCases(t *testing.T) {
	for _, r := range diag.Rules() {
		why, exempt := withoutCases[r.Code]
		exempt = exempt || strings.HasPrefix(r.Code, "OG9")
		switch has := r.Bad != "" && r.Good != ""; {
		case has && exempt:
			t.Errorf("%s has cases, though: %s", r.Code, why)
		case !has && !exempt:
			t.Errorf("%s (%s) has no cases: write cases/%[1]s_bad.hcl and cases/%[1]s_good.hcl in its package", r.Code, r.Summary)
		case has:
			t.Run(r.Code, func(t *testing.T) {
				if got := reported(r.Bad, r); !slices.Equal(got, []string{r.Code}) {
					t.Errorf("the bad manifest breaks %v", got)
				}
				if got := reported(r.Good, r); len(got) > 0 {
					t.Errorf("the good manifest breaks %v", got)
				}
			})
		}
	}
	for code := range withoutCases {
		if !slices.ContainsFunc(diag.Rules(), func(r *diag.Rule) bool { return r.Code == code }) {
			t.Errorf("there is no rule %s", code)
		}
	}
}

// inTests looks up paths of the cases: those with "missing" in their name are missing, those that end in
// ".d" are folders, the others are there.
func inTests(name string) loader.FileKind {
	switch {
	case strings.Contains(name, "missing"):
		return loader.Missing
	case strings.HasSuffix(name, ".d"):
		return loader.Folder
	}
	return loader.OtherFile
}

// ignoredInTests are the paths that git ignores.
func ignoredInTests(name string) bool { return strings.Contains(name, "ignored") }

// readInTests are the texts of files in the contexts of these tests: a workspace with the member core.d.
func readInTests(name string) []byte {
	if path.Base(name) == "Cargo.toml" {
		return []byte("[workspace]\nmembers = [\"core.d\", \"tools/*\"]\n")
	}
	return nil
}

// reported lists the codes that are reported for a manifest of a rule, which is built for the target that the rule
// is about: advice only if the rule is advice.
func reported(src string, r *diag.Rule) []string {
	target, advice := manifest.TargetCompose, r.Severity == diag.SeverityAdvice
	if "OG420" <= r.Code && r.Code <= "OG429" {
		target = manifest.TargetKubernetes
	}
	c, err := compile(loader.Input{FS: diagtest.Manifest(src), Dir: ".", Look: inTests, Read: readInTests, Ignored: ignoredInTests, Target: target}, planner.Options{}, policy.Levels{})
	if err != nil && !c.diags.HasErrors() {
		return []string{err.Error()}
	}
	var codes []string
	for _, d := range c.diags {
		if advice || d.Severity != diag.SeverityAdvice {
			codes = append(codes, diag.Code(d))
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

func TestDifference(t *testing.T) {
	text := func(lines string) string { return strings.ReplaceAll(lines, " ", "\n") + "\n" }
	for _, c := range [][3]string{
		{"a b c", "a x c", "  a\n- b\n+ x\n  c\n"},
		{"a b", "a b", "  …\n"},
		{"a", "a b", "  a\n+ b\n"},
		{"a b", "b", "- a\n  b\n"},
		{"1 2 3 4 5 a", "1 2 3 4 5 b", "  …\n  3\n  4\n  5\n- a\n+ b\n"},
		{"a 1 2 3 4 5 6 7 8 b", "1 2 3 4 5 6 7 8", "- a\n  1\n  2\n  3\n  …\n  6\n  7\n  8\n- b\n"},
	} {
		if got := difference(text(c[0]), text(c[1])); got != c[2] {
			t.Errorf("%s to %s:\n%s\nwant\n%s", c[0], c[1], got, c[2])
		}
	}
}
