// Package diagtest compares diagnostics with the expectations in the comments of a test's manifest.
// The offending line has the comment
//
//	# ERROR OG230: a part of the summary or detail
//	# WARNING OG241: …
//	# ADVICE OG842: …
//
// or several of them. The diagnostics must match the expectations exactly.
package diagtest

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
)

var expectationRE = regexp.MustCompile(`# (ERROR|WARNING|ADVICE) (OG\d+): `)

// Manifests are the manifests in a folder by name: each *.hcl file is one, named main.hcl in its file
// system, and so is each subfolder.
func Manifests(t testing.TB, dir string) map[string]fs.FS {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) == 0 {
		t.Fatalf("no manifests in %s (%v)", dir, err)
	}
	out := map[string]fs.FS{}
	for _, e := range entries {
		if e.IsDir() {
			out[e.Name()] = os.DirFS(filepath.Join(dir, e.Name()))
			continue
		}
		src, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = Manifest(string(src))
	}
	return out
}

// Manifest is a manifest of one file, main.hcl.
func Manifest(src string) fs.FS { return fstest.MapFS{"main.hcl": {Data: []byte(src)}} }

// expectation is one comment; what and where are as in found.
type expectation struct{ place, what, text string }

// expectations reads the comments of one file.
func expectations(name string, src []byte) (out []expectation) {
	for i, line := range strings.Split(string(src), "\n") {
		marks := expectationRE.FindAllStringSubmatchIndex(line, -1)
		for j, m := range marks {
			end := len(line)
			if j+1 < len(marks) {
				end = marks[j+1][0]
			}
			out = append(out, expectation{
				place: fmt.Sprintf("%s:%d", name, i+1),
				what:  line[m[2]:m[3]] + " " + line[m[4]:m[5]],
				text:  strings.TrimSpace(line[m[1]:end]),
			})
		}
	}
	return out
}

// found is the place and the kind of a diagnostic, in the format of an expectation.
func found(d *hcl.Diagnostic) (place, what string) {
	if d.Subject != nil {
		place = fmt.Sprintf("%s:%d", path.Base(d.Subject.Filename), max(1, d.Subject.Start.Line)) // a whole file: its first line
	}
	return place, strings.ToUpper(diag.SeverityName(d.Severity)) + " " + diag.Code(d)
}

// Compare fails the test for each diagnostic that the *.hcl files of a manifest don't expect, and for
// each expectation without a diagnostic. It returns the number of expectations.
func Compare(t testing.TB, manifest fs.FS, diags hcl.Diagnostics) int {
	t.Helper()
	files, err := fs.Glob(manifest, "*.hcl")
	if err != nil {
		t.Fatal(err)
	}
	var want []expectation
	for _, name := range files {
		src, err := fs.ReadFile(manifest, name)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, expectations(name, src)...)
	}
	all := len(want)
	for _, d := range diags {
		if i := meets(want, d); i >= 0 {
			want = append(want[:i:i], want[i+1:]...)
		} else {
			t.Errorf("unexpected: %s", Describe(d))
		}
	}
	for _, w := range want {
		t.Errorf("missing: %s: %s: %s", w.place, w.what, w.text)
	}
	return all
}

// Errors compares the diagnostics of each manifest in a folder with its expectations; each must have
// some.
func Errors(t *testing.T, dir string, report func(fs.FS) hcl.Diagnostics) {
	t.Helper()
	for name, fsys := range Manifests(t, dir) {
		t.Run(name, func(t *testing.T) {
			if Compare(t, fsys, report(fsys)) == 0 {
				t.Error("the manifest has no expectations")
			}
		})
	}
}

// Cases tests the cases of a package's rules: report returns the diagnostics of a manifest. The bad
// one breaks only its rule, the good one none. Advice counts only for rules with that severity.
func Cases(t *testing.T, pkg string, report func(fs.FS) hcl.Diagnostics) {
	t.Helper()
	n := 0
	for _, r := range diag.Rules() {
		if r.Bad == "" || !owns(pkg, r.Code) {
			continue
		}
		n++
		t.Run(r.Code, func(t *testing.T) {
			for src, want := range map[string][]string{r.Bad: {r.Code}, r.Good: nil} {
				diags := report(Manifest(src))
				if r.Severity != diag.SeverityAdvice {
					diags = diag.WithoutAdvice(diags)
				}
				if got := codes(diags); !slices.Equal(got, want) {
					t.Errorf("%v is reported instead of %v:\n%s", got, want, src)
					for _, d := range diags {
						t.Log(Describe(d))
					}
				}
			}
		})
	}
	if n == 0 {
		t.Errorf("no rule of %s has cases", pkg)
	}
}

func owns(pkg, code string) bool {
	return slices.ContainsFunc(diag.Areas(), func(a diag.Area) bool { return a.Package == pkg && a.Holds(code) })
}

// codes lists the codes of diagnostics, each once.
func codes(diags hcl.Diagnostics) []string {
	var out []string
	for _, d := range diags {
		out = append(out, diag.Code(d))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// meets is the index of the first matching expectation, or -1.
func meets(want []expectation, d *hcl.Diagnostic) int {
	place, what := found(d)
	for i, w := range want {
		if w.place == place && w.what == what && strings.Contains(d.Summary+": "+d.Detail, w.text) {
			return i
		}
	}
	return -1
}

// Describe is a diagnostic in a line: place, severity, code, summary, detail.
func Describe(d *hcl.Diagnostic) string {
	place, what := found(d)
	return fmt.Sprintf("%s: %s %s: %s", place, what, d.Summary, d.Detail)
}
