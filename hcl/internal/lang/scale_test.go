package lang_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/internal/lang"
)

// Long chains and thousands of mistakes neither exhaust the stack nor take
// more than linear time.
func TestScale(t *testing.T) {
	chain := func(format string, n int) string {
		var sb strings.Builder
		for i := range n {
			fmt.Fprintf(&sb, format, i, i+1)
		}
		return sb.String()
	}
	const n = 2500
	for name, tc := range map[string]struct {
		src  string
		want func(got, ds []string) bool
	}{
		"locals": {"locals {\n" + chain("  a%d = local.a%d\n", n) + fmt.Sprintf("  a%d = 7\n}\nthing \"x\" { int = local.a0 }\n", n),
			func(got, ds []string) bool { return len(ds) == 0 && got[0] == "x: int=7" }},
		"exports": {chain("thing \"t%d\" { num = thing.t%d.num }\n", n) + fmt.Sprintf("thing \"t%d\" { num = 7 }\n", n),
			func(got, ds []string) bool { return len(ds) == 0 && len(got) == n+1 }},
		"references": {"locals {\n" + chain("  a%d = [local.a%d]\n", n) + fmt.Sprintf("  a%d = thing.x\n}\nthing \"x\" { many = local.a0 }\n", n),
			func(got, ds []string) bool { return len(ds) == 0 && got[0] == "x: many=x" }},
		"texts": {"secret \"s\" {}\nlocals {\n" + chain("  a%d = \"${local.a%d}\"\n", n) + fmt.Sprintf("  a%d = secret.s\n}\nthing \"x\" { text = local.a0 }\n", n),
			func(got, ds []string) bool { return len(ds) == 0 && got[0] == "x: text=<s>" }},
		"a long cycle": {"locals {\n" + chain("  a%d = local.a%d\n", n) + fmt.Sprintf("  a%d = local.a0\n}\nthing \"x\" { int = local.a0 }\n", n),
			func(_, ds []string) bool { return len(ds) == 1 && strings.HasPrefix(ds[0], "OG024") }},
		"too deep": {"locals {\n" + chain("  a%d = local.a%d\n", 4*n) + fmt.Sprintf("  a%d = 7\n}\nthing \"x\" { many = local.a0 }\n", 4*n),
			func(_, ds []string) bool { return len(ds) > 0 && len(ds) < 10 && strings.HasPrefix(ds[0], "OG005") }},
		"unknown references": {chain("thing \"t%d\" { one = thing.u%d }\n", 8*n),
			func(_, ds []string) bool { return len(ds) == 8*n }},
		"unknown locals": {"locals {\n" + chain("  a%d = local.b%d\n", 8*n) + "}\n",
			func(_, ds []string) bool { return len(ds) == 8*n }},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got, ds := run(tc.src, lang.Input{})
			if !tc.want(got, ds) {
				if len(ds) > 3 {
					ds = ds[:3]
				}
				for i := range ds {
					ds[i] = ds[i][:min(len(ds[i]), 300)]
				}
				t.Errorf("%d things, %q", len(got), ds)
			}
			t.Log(time.Since(start))
		})
	}
}
