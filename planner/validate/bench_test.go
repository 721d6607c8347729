package validate_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/validate"
)

// services is a manifest of n services, nine in ten of which depend on the
// first one of their ten and on the previous one.
func services(tb testing.TB, n int) *manifest.Manifest {
	tb.Helper()
	var b strings.Builder
	b.WriteString("system \"large\" {}\n")
	for i := range n {
		fmt.Fprintf(&b, "image \"s%d\" {\n  pull     = \"example/s:%d\"\n  duration = \"20s\"\n}\n", i, i)
		fmt.Fprintf(&b, "service \"s%d\" {\n  image    = image.s%d\n  duration = \"5s\"\n  healthcheck {\n    shell = \"true\"\n  }\n", i, i)
		if i%10 != 0 {
			fmt.Fprintf(&b, "  depends_on = {\n    s%d = \"healthy\"\n", i/10*10)
			if i%10 > 1 {
				fmt.Fprintf(&b, "    s%d = \"healthy\"\n", i-1)
			}
			b.WriteString("  }\n")
		}
		b.WriteString("}\n")
	}
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(b.String())}}, Dir: "."})
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	return m
}

// BenchmarkCheck compares the time that Check takes with that of planning: the
// table of docs/planning.md.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		m := services(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var planned, checked time.Duration
			for b.Loop() {
				start := time.Now()
				plans := planner.Plans(m, planner.Options{})
				planned += time.Since(start)
				start = time.Now()
				for _, p := range plans {
					if diags := validate.Check(m, p, nil); diags.HasErrors() {
						b.Fatal(diags)
					}
				}
				checked += time.Since(start)
			}
			b.ReportMetric(checked.Seconds()*1e3/float64(b.N), "check-ms/op")
			b.ReportMetric(checked.Seconds()/planned.Seconds(), "check/plan")
		})
	}
}
