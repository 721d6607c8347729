//go:build !race

// Long computations in one goroutine: make test runs this package without the race detector, too.

package loader_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/internal/cputest"
	"github.com/omegagen/omegagen/internal/tooltest"
)

// Reading takes linear time: a manifest four times as large takes at most about four times as long.
// The services refer to each other, so that a scan per reference would be noticeable.
func TestLinearTime(t *testing.T) {
	if testing.Short() {
		tooltest.Missing(t, "-short leaves out half a minute of processor time")
	}
	cputest.Linear(t, 2500, func(n int) {
		src := []byte("system \"x\" {}\nimage \"i\" {\n  pull = \"a:1\"\n}\n")
		for i := range n {
			src = fmt.Appendf(src, "service \"s%d\" {\n  image = image.i\n  env = {\n    A = service.s%d.port.p.host\n  }\n  port \"p\" {\n    container = 80\n    host = %d\n    bind = \"127.0.%d.1\"\n  }\n}\nstate \"v%d\" {\n type = bool\n initial = false\n}\n",
				i, (i+1)%n, 1+i%60000, i/60000, i)
		}
		m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: src}}, Dir: "."})
		if diags.HasErrors() || len(m.Services) != n {
			t.Fatal(diags)
		}
	})
}
