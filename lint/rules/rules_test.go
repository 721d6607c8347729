package rules_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/lint/rules"
)

// Manifests with mistakes are in testdata/errors. On the offending line stands
//
//	# ERROR OG810: a part of the summary or detail
//	# WARNING OG815: …
//
// several times if there are several. What the rules report must be exactly
// that, no more and no less. Manifests in testdata/valid are the good
// counterparts: nothing is reported. Advice counts in the files advice*.hcl
// alone.

var expectationRE = regexp.MustCompile(`# (ERROR|WARNING|ADVICE) (OG\d+): `)

// load reads one manifest of testdata, which must have no errors of its own.
func load(t testing.TB, fsys fs.FS) *manifest.Manifest {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: fsys, Dir: "."})
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			t.Fatalf("the loader refuses the case: %v %s %s", d.Subject, d.Summary, d.Detail)
		}
	}
	return m
}

func cases(t *testing.T, dir string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", dir, "*.hcl"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases in %s (%v)", dir, err)
	}
	out := map[string]string{}
	for _, n := range names {
		src, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(n)] = string(src)
	}
	return out
}

func file(src string) fs.FS { return fstest.MapFS{"main.hcl": {Data: []byte(src)}} }

func found(d *hcl.Diagnostic) string {
	return fmt.Sprintf("%s:%d: %s %s", path.Base(d.Subject.Filename), d.Subject.Start.Line, strings.ToUpper(diag.SeverityName(d.Severity)), diag.Code(d))
}

// counted are the findings that a file's expectations are about.
func counted(name string, m *manifest.Manifest) hcl.Diagnostics {
	diags := rules.Check(m)
	if strings.HasPrefix(name, "advice") {
		return diags
	}
	return diag.WithoutAdvice(diags)
}

func TestErrors(t *testing.T) {
	broken := map[string]bool{}
	for name, src := range cases(t, "errors") {
		t.Run(name, func(t *testing.T) {
			type want struct{ place, text string }
			var wants []want
			for i, line := range strings.Split(src, "\n") {
				marks := expectationRE.FindAllStringSubmatchIndex(line, -1)
				for j, m := range marks {
					end := len(line)
					if j+1 < len(marks) {
						end = marks[j+1][0]
					}
					wants = append(wants, want{
						fmt.Sprintf("main.hcl:%d: %s %s", i+1, line[m[2]:m[3]], line[m[4]:m[5]]),
						strings.TrimSpace(line[m[1]:end]),
					})
				}
			}
			for _, d := range counted(name, load(t, file(src))) {
				broken[diag.Code(d)] = true
				met := false
				for i, w := range wants {
					if w.place == found(d) && strings.Contains(d.Summary+": "+d.Detail, w.text) {
						wants = append(wants[:i:i], wants[i+1:]...)
						met = true
						break
					}
				}
				if !met {
					t.Errorf("unexpected: %s %s: %s", found(d), d.Summary, d.Detail)
				}
			}
			for _, w := range wants {
				t.Errorf("missing: %s: %s", w.place, w.text)
			}
		})
	}
	for _, r := range diag.Rules() {
		if r.Code >= "OG800" && r.Code < "OG870" && r.Code != "OG850" && !broken[r.Code] {
			t.Errorf("no case in testdata/errors breaks rule %s (%s)", r.Code, r.Summary)
		}
	}
}

func TestValid(t *testing.T) {
	for name, src := range cases(t, "valid") {
		t.Run(name, func(t *testing.T) {
			for _, d := range counted(name, load(t, file(src))) {
				t.Errorf("%s %s: %s", found(d), d.Summary, d.Detail)
			}
		})
	}
}

// The examples have none of the mistakes. Some have images of which nothing is
// known, which draws advice alone.
func TestExamples(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("..", "..", "examples", "stacks", "*", "main.hcl"))
	if err != nil || len(names) < 8 {
		t.Fatalf("%d stacks (%v)", len(names), err)
	}
	for i, n := range names {
		names[i] = filepath.Join("stacks", filepath.Base(filepath.Dir(n)))
	}
	for _, name := range append(names, "exogenesis-omega", "constellation", "quickstart", "servers", "alternatives") {
		diags := rules.Check(load(t, os.DirFS(filepath.Join("..", "..", "examples", name))))
		if name == "servers" || strings.HasPrefix(name, "stacks") {
			diags = diag.WithoutAdvice(diags)
		}
		for _, d := range diags {
			t.Errorf("%s: %s %s: %s", name, found(d), d.Summary, d.Detail)
		}
	}
}

// A manifest of which only a part could be read is checked all the same.
func TestBroken(t *testing.T) {
	for name, src := range cases(t, "errors") {
		lines := strings.Split(src, "\n")
		for i := range lines {
			part := strings.Join(append(append([]string{}, lines[:i]...), lines[i+1:]...), "\n")
			m, _ := loader.Load(loader.Input{FS: file(part), Dir: "."})
			if m != nil {
				rules.Check(m)
			}
		}
		if len(lines) < 20 {
			t.Errorf("%s is hardly a case", name)
		}
	}
}

// The plan document, as it was written, has 27 actions that nothing needs.
func TestDeadActionsOfTheDocument(t *testing.T) {
	dead := 0
	for _, d := range rules.Check(load(t, os.DirFS(filepath.Join("..", "..", "examples", "testdata", "as-written")))) {
		if diag.Code(d) == "OG808" {
			dead++
		} else {
			t.Errorf("%s %s: %s", found(d), d.Summary, d.Detail)
		}
	}
	if dead != 27 {
		t.Errorf("%d actions are said to be dead, not 27", dead)
	}
}

func BenchmarkFlagship(b *testing.B) {
	m := load(b, os.DirFS(filepath.Join("..", "..", "examples", "exogenesis-omega")))
	b.ReportAllocs()
	for b.Loop() {
		rules.Check(m)
	}
}
