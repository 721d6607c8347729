package dockerfile_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/kit"
	lint "github.com/omegagen/omegagen/lint/dockerfile"
	"github.com/omegagen/omegagen/templates/dockerfile"
)

var expectation = regexp.MustCompile(`# (ERROR|WARNING) (OG\d+): (.*?)\s*$`)

// TestMounts compares the diagnostics with the comments in the manifest.
func TestMounts(t *testing.T) {
	src, err := os.ReadFile("testdata/mounts.hcl")
	if err != nil {
		t.Fatal(err)
	}
	var wants []string
	for n, line := range strings.Split(string(src), "\n") {
		for _, part := range strings.SplitAfter(line, " # ")[1:] {
			if w := expectation.FindStringSubmatch("# " + strings.TrimSuffix(part, " # ")); w != nil {
				wants = append(wants, fmt.Sprintf("%d: %s %s: %s", n+1, w[1], w[2], w[3]))
			}
		}
	}
	if len(wants) < 10 {
		t.Fatalf("only %d expectations: %q", len(wants), wants)
	}
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: src}}, Dir: "."})
	files, more := dockerfile.Render(m)
	if diags = append(diags, more...); len(diags) > 0 {
		t.Fatal(diags)
	}
	for _, f := range files {
		if f.Kind == kit.Dockerfile {
			diags = append(diags, lint.Check(m, f)...)
		}
	}
	for _, d := range diags {
		kind := "ERROR"
		if d.Severity == hcl.DiagWarning {
			kind = "WARNING"
		}
		place := fmt.Sprintf("%d: %s %s: ", d.Subject.Start.Line, kind, diag.Code(d))
		i := slices.IndexFunc(wants, func(w string) bool {
			text, ok := strings.CutPrefix(w, place)
			return ok && strings.Contains(d.Detail, text)
		})
		if i < 0 {
			t.Errorf("unexpected: %s%s", place, d.Detail)
			continue
		}
		wants = slices.Delete(wants, i, i+1)
	}
	for _, w := range wants {
		t.Errorf("missing: %s", w)
	}
}
