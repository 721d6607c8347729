package diagtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
)

var (
	testError  = diag.Error("OG996", "Test error", "Only this test reports it.")
	testAdvice = diag.Advice("OG997", "Test advice", "Only this test reports it.")
)

// recorder records failures in place of a test.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func TestCompare(t *testing.T) {
	line := func(n int) hcl.Range {
		return hcl.Range{Filename: "dir/main.hcl", Start: hcl.Pos{Line: n}}
	}
	manifest := Manifest("a = 1 # ERROR OG996: Test error: one # ERROR OG996: two\nb = 2 # ADVICE OG997: three\n")
	one, two, three := testError.At(line(1), "one"), testError.At(line(1), "two"), testAdvice.At(line(2), "three")
	for _, test := range []struct {
		name  string
		diags hcl.Diagnostics
		want  []string
	}{
		{"all", hcl.Diagnostics{three, two, one}, nil},
		{"one is missing", hcl.Diagnostics{one, three}, []string{"missing: main.hcl:1: ERROR OG996: two"}},
		{"one is said twice", hcl.Diagnostics{one, one, two, three}, []string{"unexpected: main.hcl:1: ERROR OG996 Test error: one"}},
		{"another line", hcl.Diagnostics{one, two, testAdvice.At(line(3), "three")},
			[]string{"unexpected: main.hcl:3: ADVICE OG997 Test advice: three", "missing: main.hcl:2: ADVICE OG997: three"}},
		{"another severity", hcl.Diagnostics{one, two, testError.At(line(2), "three")},
			[]string{"unexpected: main.hcl:2: ERROR OG996 Test error: three", "missing: main.hcl:2: ADVICE OG997: three"}},
	} {
		r := &recorder{TB: t}
		if n := Compare(r, manifest, test.diags); n != 3 {
			t.Errorf("%s: %d expectations", test.name, n)
		}
		if !slices.Equal(r.failures, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.name, r.failures, test.want)
		}
	}
}

// The cases of a package are tested, and those of no other package.
func TestOwns(t *testing.T) {
	for code, want := range map[string]bool{"OG109": false, "OG110": true, "OG139": true, "OG140": false, "OG801": false} {
		if owns("hcl/internal/service", code) != want {
			t.Errorf("%s: %v", code, !want)
		}
	}
}
