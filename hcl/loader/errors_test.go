package loader

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
)

// Manifests with mistakes are in testdata/errors: a file, or a folder of
// files, for each rule. On the offending line stands
//
//	# ERROR OG230: a part of the summary or detail
//	# WARNING OG241: …
//
// several times if there are several. What the loader reports must be exactly
// that, no more and no less. A new case needs no Go.
//
// Manifests in testdata/valid are the good counterparts: nothing is reported.

var expectationRE = regexp.MustCompile(`# (ERROR|WARNING) (OG\d+): `)

type expectation struct {
	place string // file:line
	what  string // ERROR OG230
	text  string
	met   bool
}

// expectations reads the comments of one file.
func expectations(name string, src []byte) (out []*expectation) {
	for i, line := range strings.Split(string(src), "\n") {
		marks := expectationRE.FindAllStringSubmatchIndex(line, -1)
		for j, m := range marks {
			end := len(line)
			if j+1 < len(marks) {
				end = marks[j+1][0]
			}
			out = append(out, &expectation{
				place: fmt.Sprintf("%s:%d", name, i+1),
				what:  line[m[2]:m[3]] + " " + line[m[4]:m[5]],
				text:  strings.TrimSpace(line[m[1]:end]),
			})
		}
	}
	return out
}

// manifestsIn returns the manifests below a folder of testdata by name: each
// *.hcl file is one, and so is each folder.
func manifestsIn(t *testing.T, dir string) map[string]fs.FS {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
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
		out[e.Name()] = fstest.MapFS{"main.hcl": {Data: src}}
	}
	return out
}

func TestErrors(t *testing.T) {
	seen := map[string]bool{}
	for name, fsys := range manifestsIn(t, "testdata/errors") {
		t.Run(name, func(t *testing.T) {
			var want []*expectation
			files, err := fs.Glob(fsys, "*.hcl")
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				src, err := fs.ReadFile(fsys, f)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, expectations(f, src)...)
			}
			if len(want) == 0 {
				t.Error("the case expects nothing; put it into testdata/valid")
			}
			_, diags := Load(Input{FS: fsys, Dir: "."})
			for _, d := range diags {
				seen[diag.Code(d)] = true
				if !meet(want, d) {
					t.Errorf("unexpected: %s", describe(d))
				}
			}
			for _, w := range want {
				if !w.met {
					t.Errorf("missing: %s: %s: %s", w.place, w.what, w.text)
				}
			}
		})
	}
	for _, r := range diag.Rules() {
		if r.Code >= "OG200" && r.Code < "OG300" && !seen[r.Code] {
			t.Errorf("no case in testdata/errors breaks rule %s (%s)", r.Code, r.Summary)
		}
	}
}

// meet finds the expectation that a diagnostic fulfils.
func meet(want []*expectation, d *hcl.Diagnostic) bool {
	if d.Subject == nil {
		return false
	}
	what := "ERROR " + diag.Code(d)
	if d.Severity == hcl.DiagWarning {
		what = "WARNING " + diag.Code(d)
	}
	place := fmt.Sprintf("%s:%d", path.Base(d.Subject.Filename), d.Subject.Start.Line)
	for _, w := range want {
		if !w.met && w.place == place && w.what == what && strings.Contains(d.Summary+": "+d.Detail, w.text) {
			w.met = true
			return true
		}
	}
	return false
}

func describe(d *hcl.Diagnostic) string {
	return fmt.Sprintf("%v %s %s: %s", d.Subject, diag.Code(d), d.Summary, d.Detail)
}

func TestValid(t *testing.T) {
	for name, fsys := range manifestsIn(t, "testdata/valid") {
		t.Run(name, func(t *testing.T) {
			_, diags := Load(Input{FS: fsys, Dir: "."})
			for _, d := range diags {
				t.Error(describe(d))
			}
		})
	}
}

// The plan document's actions load as they stand; that its goal is
// unreachable is for the planner to prove.
func TestDocument(t *testing.T) {
	m, diags := Load(Input{FS: os.DirFS("testdata/document"), Dir: "."})
	for _, d := range diags {
		t.Error(describe(d))
	}
	if len(m.Actions) != 57 || len(m.States) != 69 || len(m.Goals) != 1 {
		t.Errorf("%d actions, %d states, %d goals", len(m.Actions), len(m.States), len(m.Goals))
	}
}

// The benchmark's tasks are read where they are at hand.
func TestBenchmarkTasks(t *testing.T) {
	files, err := filepath.Glob("../../../shared/bench/ipc/*/main.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		t.Run(filepath.Base(filepath.Dir(f)), func(t *testing.T) {
			t.Parallel()
			m, diags := Load(Input{FS: os.DirFS(filepath.Dir(f)), Dir: "."})
			if len(diags) > 0 {
				t.Errorf("%d diagnostics: %s", len(diags), describe(diags[0]))
			}
			if len(m.Actions) == 0 || len(m.Goals) != 1 || !m.Goals[0].Default {
				t.Errorf("%d actions, %d goals", len(m.Actions), len(m.Goals))
			}
		})
	}
}
