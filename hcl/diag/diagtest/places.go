package diagtest

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
)

var updatePlaces = flag.Bool("update-places", false, "write testdata/places.txt")

// Places compares where diagnostics are reported with testdata/places.txt: a line
// for each, with the code, the position and the source at it, 60 characters at most. The
// manifests are those of the cases of a package's rules, good ones too, and the
// files that patterns name. Check each line that -update-places writes: the source
// in it must be what the rule is about.
func Places(t *testing.T, pkg string, report func(fs.FS) hcl.Diagnostics, patterns ...string) {
	t.Helper()
	sources := map[string]string{}
	for _, r := range diag.Rules() {
		if r.Bad != "" && owns(pkg, r.Code) {
			sources["bad case "+r.Code], sources["good case "+r.Code] = r.Bad, r.Good
		}
	}
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files %s: %v", p, err)
		}
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sources[filepath.ToSlash(name)] = string(src)
		}
	}
	var got []string
	for name, src := range sources {
		for _, d := range report(Manifest(src)) {
			got = append(got, fmt.Sprintf("%s: %s", name, placed(d, src)))
		}
	}
	slices.Sort(got)
	const file = "testdata/places.txt"
	if *updatePlaces {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.Join(got, "\n")+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(content)), "\n")
	for _, g := range got {
		if i := slices.Index(want, g); i >= 0 {
			want = slices.Delete(want, i, i+1)
		} else {
			t.Errorf("not expected: %s", g)
		}
	}
	for _, w := range want {
		t.Errorf("missing: %s", w)
	}
}

// placed is a diagnostic as places.txt has it.
func placed(d *hcl.Diagnostic, src string) string {
	r := d.Subject
	if r == nil {
		return diag.Code(d) + " nowhere"
	}
	text := ""
	if r.Filename == "main.hcl" && r.Start.Byte <= r.End.Byte && r.End.Byte <= len(src) {
		text, _, _ = strings.Cut(src[r.Start.Byte:r.End.Byte], "\n")
		if at := expectationRE.FindStringIndex(text); at != nil {
			text = text[:at[0]]
		}
	}
	return strings.TrimRight(fmt.Sprintf("%s %d:%d %.60s", diag.Code(d), r.Start.Line, r.Start.Column, text), " ")
}
